"""The dashboard (each number over the API, and the whole page), and the pages of one deal and of
one account, over two years of a program.
"""

import statistics
import time
from collections.abc import Sequence
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from accounts.models import Account
from alignment.metrics.actions.credits import settle
from alignment.metrics.actions.lead_facts import settle_leads
from alignment.metrics.queries.registry import METRICS
from alignment.people.models import Program, User
from campaigns.opportunities.models import Opportunity
from tests import cast

from . import history
from .data import tidy
from .report import Report

ROUNDS, FEW, PERIOD_DAYS, PAGES = 40, 5, 90, 40
TILE_MS, DASHBOARD_MS, RECORD_MS = 200, 1_000, 100


def measure(report: Report, program: Program, by: User, *, leads: int, accounts: int) -> None:
    started = time.perf_counter()
    history.spread(program, leads=leads, accounts=accounts)
    report.note(f"two years of history in {time.perf_counter() - started:.0f} s")
    started = time.perf_counter()
    while settle(program=program):
        pass
    report.note(f"credits of all deals worked out in {time.perf_counter() - started:.0f} s")
    started = time.perf_counter()
    while settle_leads(program=program):
        pass
    report.note(f"what became of all leads worked out in {time.perf_counter() - started:.0f} s")
    tidy()
    today = timezone.localdate()
    days = f"={today - timedelta(days=PERIOD_DAYS - 1)}&{{}}={today}"
    _tiles(report, program, by, days)
    _pages(report, program, by, days)


def _tiles(report: Report, program: Program, by: User, days: str) -> None:
    client = Client(SERVER_NAME="127.0.0.1", headers=cast.bearer(cast.api_key(program, by)))
    for key in METRICS:
        took = _took_ms(client, [f"/api/v1/metrics/{key}/?from{days.format('to')}"] * ROUNDS)
        report.at_most(f"{key} of {PERIOD_DAYS} days, p95", _p95(took), TILE_MS, " ms")
    for of in ("opened", "won"):
        for model in ("first", "last", "even"):
            path = f"/api/v1/attribution/?from{days.format('to')}&of={of}&model={model}"
            took = _took_ms(client, [path] * ROUNDS)
            what = f"credit of deals {of}, {model}, {PERIOD_DAYS} days, p95"
            report.at_most(what, _p95(took), TILE_MS, " ms")


def _pages(report: Report, program: Program, by: User, days: str) -> None:
    client, home = Client(SERVER_NAME="127.0.0.1"), f"/p/{program.slug}/"
    client.force_login(by)
    took = _took_ms(client, [f"{home}dashboard/"] * ROUNDS)
    report.at_most("the dashboard, whole page, p95", _p95(took), DASHBOARD_MS, " ms")
    took = _took_ms(client, [f"{home}results/"] * ROUNDS)
    report.at_most("results and attribution, whole page, p95", _p95(took), DASHBOARD_MS, " ms")
    pages = {key: f"{home}dashboard/{key}/?from{days.format('to')}" for key in METRICS}
    each = {key: _p95(_took_ms(client, [page] * FEW)) for key, page in pages.items()}
    slowest = max(each, key=lambda key: each[key])
    what = f"a number with the rows behind it, the slowest ({slowest}), p95"
    report.at_most(what, each[slowest], DASHBOARD_MS, " ms")
    for what, rows, path in (
        ("deal", Opportunity.objects.in_program(program), "opportunities"),
        ("account", Account.objects.in_program(program), "accounts"),
    ):
        # Spread over all rows.
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        chosen = keys[:: max(len(keys) // PAGES, 1)][:PAGES]
        took = _took_ms(client, [f"{home}{path}/{pk}/" for pk in chosen])
        report.at_most(f"page of one {what}, median", statistics.median(took), RECORD_MS, " ms")


def _took_ms(client: Client, paths: Sequence[str]) -> list[float]:
    """The first path is requested twice, so that what the process loads once is not measured."""
    times = []
    for path in [paths[0], *paths]:
        began = time.perf_counter()
        reply = client.get(path)
        times.append(1000 * (time.perf_counter() - began))
        if reply.status_code != 200:
            raise RuntimeError(f"{path}: {reply.status_code} {reply.content[:300]!r}")
    return times[1:]


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]
