"""Each number of deals over the API, among 100,000 opportunities of two years."""

import time
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.utils import timezone

from alignment.metrics.queries.deals import DEAL_METRICS
from alignment.metrics.queries.influence import INFLUENCE_METRICS
from alignment.people.models import Program, Role, User
from campaigns.opportunities.models import PipelineStage
from tests import cast

from .data import tidy
from .report import Report

DEALS, ACCOUNTS, PEOPLE_EACH, TOUCHES = 100_000, 20_000, 3, 300_000
DAYS, ROUNDS, PERIOD_DAYS = 730, 40, 90
PROMISED_MS = 200

_ACCOUNTS = """
    INSERT INTO accounts_account (program_id, name, name_key, city_key, website, description, city,
        zip, country, industry, state, domain, source, created_at, updated_at)
    SELECT %(program)s, 'Company ' || n, 'company ' || n, '', '', '', '', '', 'US', '', 'IL',
        'metrics' || n || '.example', 'bench', now(), now()
    FROM generate_series(1, %(accounts)s) n"""
_PEOPLE = """
    INSERT INTO accounts_stakeholder (program_id, account_id, first_name, last_name, title, role,
        linkedin_url, do_not_contact, do_not_contact_reason, source, created_at, updated_at)
    SELECT %(program)s, a.id, 'Pat', 'Person ' || n, '', 'influencer', '', false, '', 'bench',
        now(), now()
    FROM accounts_account a, generate_series(1, %(people_each)s) n
    WHERE a.program_id = %(program)s"""
_NUMBERED = """(SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM accounts_account
    WHERE program_id = %(program)s)"""
# A third of the accounts was never touched, so that everything else is looked for there too.
_TOUCHES = f"""
    INSERT INTO calendar_touch (program_id, account_id, is_whole_committee, channel, side,
        starts_at, ends_at, message, say, thread, overridden, override_reason, state, result,
        result_note, done_at, skipped_because, source, created_at, updated_at)
    SELECT %(program)s, a.id, false, (ARRAY['email', 'call', 'event'])[1 + n %% 3],
        (ARRAY['marketing', 'sales'])[1 + n %% 2], at, at + interval '15 minutes', '', '', n, '{{}}',
        '', 'done', '', '', at, '', '', now(), now()
    FROM generate_series(1, %(touches)s) n
    JOIN {_NUMBERED} a ON a.number = n::bigint * 7919 %% (%(accounts)s * 2 / 3),
        LATERAL (SELECT now() - make_interval(mins => (n::bigint * 104729 %% (%(days)s * 1440))::int)
            AS at) when_"""
_DEALS = f"""
    INSERT INTO opportunities_opportunity (program_id, account_id, name, stage_id, outcome,
        stage_since, amount, currency, amount_usd, source, next_step, lost_reason, lost_note,
        lost_to, opened_at, closed_at, updated_at)
    SELECT %(program)s, a.id, 'Deal ' || n, CASE outcome WHEN 'won' THEN %(won)s
        WHEN 'lost' THEN %(lost)s ELSE %(open)s END, outcome, at, n %% 90000, 'USD', n %% 90000,
        'bench', '', CASE outcome WHEN 'lost' THEN 'price' ELSE '' END, '', '', at,
        CASE WHEN outcome <> 'open' THEN least(at + make_interval(days => n %% 120), now()) END, now()
    FROM generate_series(1, %(deals)s) n JOIN {_NUMBERED} a ON a.number = n %% %(accounts)s,
        LATERAL (SELECT now() - make_interval(mins => (n::bigint * 7907 %% (%(days)s * 1440))::int)
            AS at, (ARRAY['won', 'lost', 'lost', 'open'])[1 + n %% 4] AS outcome) it"""


def measure(report: Report) -> None:
    started = time.perf_counter()
    program, by = _deals()
    report.note(f"{DEALS:,} opportunities in {time.perf_counter() - started:.0f} s")
    headers = cast.bearer(cast.api_key(program, by))
    client = Client(SERVER_NAME="127.0.0.1")
    today = timezone.localdate()
    first = (today - timedelta(days=PERIOD_DAYS - 1)).isoformat()
    for metric in (*INFLUENCE_METRICS, *DEAL_METRICS):
        key = metric.definition.key
        took = _p95_ms(client, f"/api/v1/metrics/{key}/?from={first}&to={today}", headers)
        report.at_most(f"{key} of {PERIOD_DAYS} days, p95", took, PROMISED_MS, " ms")
    for of in ("opened", "won"):
        path = f"/api/v1/attribution/?first={first}&last={today}&of={of}"
        took = _p95_ms(client, path, headers)
        report.note(f"credit of deals {of} in {PERIOD_DAYS} days, p95: {took:.0f} ms")


def _deals() -> tuple[Program, User]:
    by = cast.user("metrics@example.com")
    program = cast.program("bench-metrics", defaults=True)
    cast.member(program, by, Role.OWNER)
    stages = {s.outcome: s.pk for s in PipelineStage.objects.in_program(program)}
    params = {
        "program": program.pk,
        "accounts": ACCOUNTS,
        "people_each": PEOPLE_EACH,
        "touches": TOUCHES,
        "deals": DEALS,
        "days": DAYS,
        **stages,
    }
    with connection.cursor() as cursor:
        for statement in (_ACCOUNTS, _PEOPLE, _TOUCHES, _DEALS):
            cursor.execute(statement, params)
    tidy()
    return program, by


def _p95_ms(client: Client, path: str, headers: dict[str, str]) -> float:
    times = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        reply = client.get(path, headers=headers)
        times.append(1000 * (time.perf_counter() - began))
        if reply.status_code != 200:
            raise RuntimeError(reply.content[:300])
    return sorted(times)[int(len(times) * 0.95)]
