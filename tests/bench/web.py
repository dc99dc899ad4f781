"""Over HTTP: ingest rates, the delay from an event to an open page, and page times."""

import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import Account, EmailAddress, Lead, Stage
from alignment.config.local.folder import free_port
from alignment.people.actions.keys import create_key
from alignment.people.models import Program, User
from alignment.people.permissions import Scope

from .report import Report

SIGNALS = ("website_visit", "email_opened", "email_clicked")
ENDPOINT = "/api/v1/engagements/"
# Systems that post batches at the same time.
SENDERS = 2


@contextmanager
def server(application: str = "alignment.config.asgi:application") -> Iterator[int]:
    """One web process on a free port."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "asginl", "--port", str(port)]
    command += ["--workers", "1", "--no-ws", "--workers-kill-timeout", "2", application]
    process = subprocess.Popen(
        command, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the web process did not start")


class Poster:
    """A connected system that posts events with a key over one connection."""

    def __init__(self, port: int, key: str, addresses: list[str], tag: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self.addresses = addresses
        self.tag = f"{tag}-{time.time():.3f}"
        self.sent = 0

    def event(self, address: str | None = None, signal: str | None = None) -> dict[str, Any]:
        self.sent += 1
        number = self.sent * 7_919
        return {
            "stakeholder": {"email": address or self.addresses[number % len(self.addresses)]},
            "signal": signal or SIGNALS[self.sent % 3],
            "occurred_at": (timezone.now() - timedelta(minutes=self.sent % 5_000)).isoformat(),
            "source": "bench",
            "external_id": f"{self.tag}-{self.sent}",
            "properties": {"page": "/pricing"},
        }

    def post(self, events: list[dict[str, Any]]) -> None:
        body = json.dumps({"events": events})
        self.connection.request("POST", ENDPOINT, body, self.headers)
        reply = self.connection.getresponse()
        text = reply.read()
        if reply.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{reply.status}: {text[:300]!r}")


def measure(report: Report, program: Program, by: User) -> None:
    scopes = [scope.value for scope in Scope]
    secret = create_key(
        program=program, name="bench", scopes=scopes, owner=by, expires_at=None, by=by
    ).secret
    rows = EmailAddress.objects.in_program(program).order_by("id")
    addresses = list(rows.values_list("address", flat=True)[:100_000])
    with server() as port, server("tests.bench.insert_only:application") as floor_port:
        _batches(report, [Poster(port, secret, addresses, f"batch-{n}") for n in range(SENDERS)])
        _singles(
            report,
            Poster(port, secret, addresses, "real"),
            Poster(floor_port, secret, addresses, "floor"),
        )
        _latency(report, program, by, port, secret, addresses)
    _pages(report, program, by)


def _batches(report: Report, posters: Sequence[Poster]) -> None:
    """What a process takes from several systems at once, and from one that waits for each reply."""
    for number, poster in enumerate(posters):
        # Each its own people, as far apart as their number allows.
        poster.sent = number * len(poster.addresses) // len(posters)
    alone = [_rate(posters[:1]) for _turn in range(7)][2:]
    report.note(
        f"one sender, batch after batch: {statistics.median(alone):,.0f} engagements a second"
    )
    together = [_rate(posters) for _turn in range(7)][2:]
    report.at_least(
        f"HTTP, batches of 500 from {len(posters)} senders, one web process",
        statistics.median(together),
        5_000,
        "/s",
    )


def _rate(posters: Sequence[Poster]) -> float:
    """Engagements per second while each of them sends some batches."""
    batches = [[[poster.event() for _ in range(500)] for _ in range(5)] for poster in posters]
    with ThreadPoolExecutor(len(posters)) as senders:
        start = time.perf_counter()
        list(senders.map(_post_all, posters, batches))
        return 500 * 5 * len(posters) / (time.perf_counter() - start)


def _post_all(poster: Poster, batches: list[list[dict[str, Any]]]) -> None:
    for events in batches:
        poster.post(events)


def _singles(report: Report, real: Poster, floor: Poster) -> None:
    ratios: list[float] = []
    for turn in range(12):
        spent = []
        for poster in (floor, real):
            events = [[poster.event()] for _ in range(50)]
            start = time.perf_counter()
            for event in events:
                poster.post(event)
            spent.append(time.perf_counter() - start)
        if turn >= 2:
            ratios.append(spent[0] / spent[1])
    report.at_least(
        "HTTP, one event, against the view that only inserts", statistics.median(ratios), 0.6
    )


def _latency(
    report: Report, program: Program, by: User, port: int, secret: str, addresses: list[str]
) -> None:
    """From the POST to the fragment that shows the new MQL, under 200 events per second."""
    hot = nearly_mql(program, 40)
    stop = threading.Event()
    load = threading.Thread(
        target=_steady_load, args=(Poster(port, secret, addresses[50_000:], "load"), stop)
    )
    load.start()
    page = OpenPage(port, program, by)
    poster = Poster(port, secret, addresses, "hot")
    waits = []
    try:
        for address, lead_id in hot:
            start = time.perf_counter()
            poster.post([poster.event(address, "pricing_page_view")])
            page.wait_for(lead_id)
            waits.append(time.perf_counter() - start)
            time.sleep(0.2)
    finally:
        stop.set()
        load.join()
        page.close()
    p95 = sorted(waits)[int(len(waits) * 0.95)] if waits else 99.0
    report.note(f"event to open page: median {statistics.median(waits):.2f} s, {len(waits)} MQLs")
    report.at_most("event posted -> MQL in the open page, p95", p95, 1.0, " s")


def _steady_load(poster: Poster, stop: threading.Event) -> None:
    """200 events per second, in posts of ten."""
    due = time.perf_counter()
    while not stop.is_set():
        poster.post([poster.event() for _ in range(10)])
        due += 0.05
        time.sleep(max(0.0, due - time.perf_counter()))


def nearly_mql(program: Program, most: int) -> list[tuple[str, int]]:
    """People who become MQL with one more visit of the pricing page."""
    from alignment.scoring.queries import ruling

    rule = ruling(program)
    slot = next(s.slot for s in rule.signals if s.code == "pricing_page_view")
    points = next(r.points for r in rule.compiled.model.rules if r.signal == "pricing_page_view")
    leads = Lead.objects.in_program(program).filter(
        stage__in=[Stage.NEW, Stage.ENGAGED],
        score__total__gte=rule.compiled.model.mql_at - points,
        score__total__lt=rule.compiled.model.mql_at,
        **{f"score__s{slot}": 0},
    )
    rows = leads.values_list("stakeholder__emails__address", "id")
    return [(address, lead_id) for address, lead_id in rows[:most] if address]


class OpenPage:
    """A rep's tab on the live queue: listens to the stream and fetches the rows when notified."""

    def __init__(self, port: int, program: Program, user: User) -> None:
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(user)
        self.cookie = "; ".join(f"{n}={m.value}" for n, m in client.cookies.items())
        self.port, self.slug = port, program.slug
        self.stream = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.stream.request("GET", f"/p/{self.slug}/live/", headers={"Cookie": self.cookie})
        self.reply = self.stream.getresponse()
        if self.reply.status != http.HTTPStatus.OK:
            raise RuntimeError(f"no live stream: {self.reply.status}")
        self.fetcher = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def wait_for(self, lead_id: int) -> None:
        deadline = time.perf_counter() + 20
        while time.perf_counter() < deadline:
            line = self.reply.readline().decode().strip()
            if line in ("event: mql", "event: leads") and f"lead-{lead_id}" in self._rows():
                return
        raise RuntimeError(f"lead {lead_id} did not appear")

    def _rows(self) -> str:
        headers = {"Cookie": self.cookie, "HX-Request": "true"}
        self.fetcher.request("GET", f"/p/{self.slug}/queue/?sort=newest", headers=headers)
        return self.fetcher.getresponse().read().decode()

    def close(self) -> None:
        self.stream.close()
        self.fetcher.close()


def _pages(report: Report, program: Program, by: User) -> None:
    """The view with its template, in this process, at full size."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(by)
    lead = Lead.objects.in_program(program).filter(stage=Stage.MQL).first()
    account = Account.objects.in_program(program).order_by("-id").first()
    assert lead is not None
    assert account is not None
    base = f"/p/{program.slug}"
    pages = {
        "accounts": f"{base}/accounts/",
        "accounts that match, by grade": f"{base}/accounts/?verdict=yes&sort=-grade",
        "accounts of a state": f"{base}/accounts/?state=TX",
        "account": f"{base}/accounts/{account.pk}/",
        "leads": f"{base}/leads/",
        "leads that are MQL": f"{base}/leads/?stage=mql",
        "leads by score": f"{base}/leads/?sort=score",
        "lead": f"{base}/leads/{lead.pk}/",
        "queue": f"{base}/queue/",
        "people": f"{base}/people/",
        "today": f"{base}/",
        "search": f"{base}/search/?q=company+4711",
    }
    for name, address in pages.items():
        times = [seconds(client, address) for _ in range(7)][1:]
        report.at_most(f"page: {name}, median", 1_000 * statistics.median(times), 100, " ms")


def seconds(client: Client, address: str) -> float:
    start = time.perf_counter()
    reply = client.get(address, follow=False)
    took = time.perf_counter() - start
    if reply.status_code != http.HTTPStatus.OK:
        raise RuntimeError(f"{address}: {reply.status_code}")
    return took
