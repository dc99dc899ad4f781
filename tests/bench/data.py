"""A program of any size, made by the database itself, the same each time."""

from typing import Any

from django.db import connection, transaction

from alignment.people.models import Membership, Program, Role, User
from alignment.scoring.actions.setup import install_defaults
from alignment.scoring.queries import ruling

LEADS_PER_ACCOUNT = 5
OWNER = "bench@entente.example"

_ACCOUNTS = """
INSERT INTO accounts_account (program_id, name, name_key, city_key, domain, website, description,
    city, state, zip, cbsa, country, naics, industry, employees_low, employees_high, revenue_low,
    revenue_high, technology_maturity, budget_usd, source, created_at, updated_at)
SELECT %(program)s, 'Company ' || i, 'company ' || i, '', 'company' || i || '.example', '', '',
    (ARRAY['Boston', 'Austin', 'Denver', 'Chicago'])[1 + i %% 4],
    (ARRAY['MA', 'TX', 'CO', 'IL'])[1 + i %% 4], '', (ARRAY['14460', '12420', NULL, '16980'])[1 + i %% 4],
    'US', (ARRAY['513210', '541512', '332710', '921190', NULL])[1 + i %% 5], '',
    50 + (i * 37) %% 6000, 50 + (i * 37) %% 6000,
    10000000 + (i::bigint * 7919000) %% 400000000, 10000000 + (i::bigint * 7919000) %% 400000000,
    1 + i %% 5, CASE WHEN i %% 3 = 0 THEN 20000 + i %% 100000 END, 'bench',
    now() - make_interval(mins => i %% 500000), now() - make_interval(mins => i %% 500000)
FROM generate_series(1, %(accounts)s) i"""

_PEOPLE = """
INSERT INTO accounts_stakeholder (program_id, account_id, first_name, last_name, title, role,
    linkedin_url, do_not_contact, do_not_contact_reason, source, created_at, updated_at)
SELECT %(program)s, a.id, 'First' || n, 'Last' || a.id, 'Head of things', '', '', false, '', 'bench',
    now(), now()
FROM accounts_account a, generate_series(1, %(per)s) n WHERE a.program_id = %(program)s"""

_EMAILS = """
INSERT INTO accounts_emailaddress (program_id, stakeholder_id, address, is_primary)
SELECT program_id, id, 'p' || id || '@company.example', true FROM accounts_stakeholder
WHERE program_id = %(program)s"""

_LEADS = """
INSERT INTO accounts_lead (program_id, stakeholder_id, account_id, stage, stage_since, opened_at,
    source)
SELECT program_id, id, account_id, 'new', now() - make_interval(mins => (id %% 300000)::int),
    now() - interval '200 days', 'bench'
FROM accounts_stakeholder WHERE program_id = %(program)s"""

_SCORES = """
INSERT INTO scoring_leadscore (lead_id, program_id)
SELECT id, program_id FROM accounts_lead WHERE program_id = %(program)s ORDER BY id"""

_EVENTS = """
INSERT INTO accounts_engagement (program_id, lead_id, stakeholder_id, signal_id, occurred_at, source,
    external_id)
SELECT program_id, id, stakeholder_id,
    (%(signals)s::bigint[])[1 + (id * 7 + n * n * 13 + (id >> 3)) %% %(kinds)s],
    now() - make_interval(hours => ((id * 31 + n * 577) %% 4300)::int), 'bench', id || '-' || n
FROM accounts_lead, generate_series(1, %(events)s) n WHERE program_id = %(program)s"""

# Most events are website visits and opened mails, as in life, so that few leads cross a threshold:
# of ten events of a lead, about one in sixteen leads has a given rare one.
MIX = [
    *["website_visit"] * 70,
    *["email_opened"] * 40,
    *["email_clicked"] * 38,
    *["pricing_page_view"] * 4,
    *["case_study_download"] * 2,
    "webinar_attended",
    *["budget_confirmed"] * 2,
]


# One open lead in forty was handed over, one of five of these is an SQL; who is on the target list,
# and what accounts read about.
_HANDED = """
UPDATE accounts_lead SET stage = CASE WHEN id %% 5 = 0 THEN 'sql' ELSE 'mql' END,
    stage_since = now() - make_interval(mins => (id * 7 %% 40000)::int)
WHERE program_id = %(program)s AND closed_at IS NULL AND (hashint8extended(id, 7) & 1023) %% 40 = 0"""
_TARGETS = """
INSERT INTO selection_target (program_id, account_id, tier, entered_at, left_because, known_as)
SELECT program_id, id, 1 + row_number() OVER (ORDER BY hashint8extended(id, 8)) %% 3,
    now() - interval '9 days', '', ''
FROM accounts_account WHERE program_id = %(program)s
ORDER BY hashint8extended(id, 8) LIMIT 150"""
_INTENT = """
INSERT INTO intent_accountintent (program_id, account_id, strength, change, topics, top_topic, as_of)
SELECT program_id, id, 1 + (hashint8extended(id, 9) & 1023) %% 100,
    (hashint8extended(id, 10) & 1023) %% 61 - 30, 1 + id %% 4, 'Planning suites', now()::date
FROM accounts_account
WHERE program_id = %(program)s AND (hashint8extended(id, 11) & 1023) %% 12 = 0"""


def make_program(*, leads: int, events: int, slug: str = "bench") -> Program:
    """A program with that many leads and engagements, unscored; five leads to an account."""
    user, _ = User.objects.get_or_create(email=OWNER, name="Bench")
    program = Program.objects.create(slug=slug, name="Benchmark")
    Membership.objects.create(program=program, user=user, role=Role.OWNER)
    make_rows(program=program, by=user, leads=leads, events=events)
    tidy()
    return program


def make_rows(*, program: Program, by: User, leads: int, events: int) -> None:
    """The defaults, and all rows of a program that has none yet."""
    with transaction.atomic():
        install_defaults(program=program, by=by)
    rule = ruling(program)
    per_lead = max(1, events // leads)
    parameters: dict[str, Any] = {
        "program": program.pk,
        "accounts": leads // LEADS_PER_ACCOUNT,
        "per": LEADS_PER_ACCOUNT,
        "signals": [rule.signal_id(code) for code in MIX],
        "kinds": len(MIX),
        "events": per_lead,
    }
    for statement in (_ACCOUNTS, _PEOPLE, _EMAILS, _LEADS, _SCORES, _EVENTS):
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)


def enliven(program: Program) -> None:
    """Leads that were handed over, targets in all tiers, intent: once scores are settled."""
    with connection.cursor() as cursor:
        for statement in (_HANDED, _TARGETS, _INTENT):
            cursor.execute(statement, {"program": program.pk})
    tidy()


def tidy() -> None:
    """What autovacuum would do in time."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
