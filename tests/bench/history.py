"""Two years of a program: hand-offs, promises, campaigns and deals, made by the database itself.

In proportion to its leads: one in four was handed over, one in ten belongs to a deal.
"""

from typing import Any

from django.db import connection

from alignment.agreements.models import Kind
from alignment.agreements.queries import in_force
from alignment.people.models import Membership, Program, Role, Side, Team, User
from alignment.sla.actions import setup
from campaigns.opportunities.actions.setup import install_defaults
from campaigns.opportunities.models import PipelineStage

from .data import tidy

DAYS, LEADS_A_HANDOFF, LEADS_A_DEAL = 730, 4, 10
TEAMS, REPS_A_TEAM, CAMPAIGNS, SESSIONS = 4, 5, 24, 12
# Moments spread over the two years without a pattern that an index could profit from.
_SPREAD = (
    "now() - make_interval(mins => ((hashint8extended({seed}, {salt}) & 1073741823)"
    f" %% ({DAYS} * 1440))::int)"
)
_CHANCE = "((hashint8extended({seed}, {salt}) & 1073741823) %% {of})"


def _at(seed: str, salt: int) -> str:
    return _SPREAD.format(seed=seed, salt=salt)


def _dice(seed: str, salt: int, of: int) -> str:
    return _CHANCE.format(seed=seed, salt=salt, of=of)


_REP = "(%(reps)s::bigint[])[1 + {seed} %% cardinality(%(reps)s::bigint[])]"
# The way of a lead: engaged, MQL, in half of the cases SQL, in a third of those a deal.
_JOURNAL = f"""
INSERT INTO accounts_journalevent (program_id, kind, at, lead_id, cause, detail, is_followed)
SELECT %(program)s, step.kind, l.at + step.after * interval '1 hour', l.id, '{{}}', step.detail, true
FROM (SELECT id, {_at("id", 1)} AS at, {_dice("id", 2, 6)} AS far FROM accounts_lead
      WHERE program_id = %(program)s AND id %% {LEADS_A_HANDOFF} = 0) l
JOIN (VALUES ('became_engaged', -70, '{{}}'::jsonb, 6), ('became_mql', 0, '{{}}', 6),
      ('became_sql', 30, '{{}}', 3), ('stage_changed', 300, '{{"to": "opportunity"}}', 1))
     AS step (kind, after, detail, until) ON l.far < step.until"""
_HANDOFFS = f"""
INSERT INTO sla_handoff (program_id, lead_id, event_id, owner_id, route, why, brief, next_action,
    is_complete, missing, became_mql_at, handed_at)
SELECT program_id, lead_id, id, {_REP.format(seed="id")}, 'rotation', '{{}}',
    jsonb_build_object('points', jsonb_build_object('total', 40 + {_dice("id", 3, 60)})), '{{}}', true,
    '{{}}', at, at + interval '20 seconds'
FROM accounts_journalevent WHERE program_id = %(program)s AND kind = 'became_mql'
  AND lead_id %% {LEADS_A_HANDOFF} = 0 ON CONFLICT (event_id) DO NOTHING"""
# Nine in ten are called, most within the hour, some after days; half of them twice.
_ATTEMPTS = f"""
INSERT INTO sla_attempt (program_id, lead_id, by_id, channel, outcome, note, at)
SELECT h.program_id, h.lead_id, h.owner_id, 'call', 'reached', '', h.handed_at
    + make_interval(mins => (n * (2 + {_dice("h.id", 4, 45)} * {_dice("h.id", 5, 45)}))::int)
FROM sla_handoff h, generate_series(1, 2) n
WHERE h.program_id = %(program)s AND {_dice("h.id", 6, 10)} > 0 AND (n = 1 OR h.id %% 2 = 0)"""
_CLOCKS = f"""
INSERT INTO sla_clock (program_id, version_id, clause, side, lead_id, event_id, owner_id, state,
    started_at, due_at, ended_at, met_at)
SELECT h.program_id, %(version)s, 'first-contact', 'sales', h.lead_id, h.event_id, h.owner_id,
    CASE WHEN kept THEN 'kept' ELSE 'broken' END, h.handed_at, h.handed_at + interval '1 hour',
    h.handed_at + CASE WHEN kept THEN interval '40 minutes' ELSE interval '70 minutes' END,
    CASE WHEN kept THEN h.handed_at + interval '40 minutes' END
FROM (SELECT *, {_dice("id", 7, 20)} > 1 AS kept FROM sla_handoff WHERE program_id = %(program)s) h"""
# Each of 45 days, one after the other; each for a quarter of the accounts.
_CAMPAIGNS = f"""
WITH made AS (
    INSERT INTO campaigns_campaign (program_id, name, goal, starts_on, ends_on, created_at, updated_at)
    SELECT %(program)s, 'Campaign ' || n, '', current_date - {DAYS} + n * 30,
        current_date - {DAYS} + n * 30 + 44, now(), now()
    FROM generate_series(1, {CAMPAIGNS}) n RETURNING id, starts_on
), cost AS (
    INSERT INTO campaigns_campaigncost (program_id, campaign_id, spent_on, spent_until, amount_usd,
        what_for, created_at)
    SELECT %(program)s, id, starts_on + d, starts_on + d, 100 + d, 'Ads', now() FROM made, generate_series(0, 44) d
), track AS (
    INSERT INTO campaigns_track (program_id, campaign_id, name, tool, created_at)
    SELECT %(program)s, id, 'Nurture', '', now() FROM made
)
INSERT INTO campaigns_campaignaccount (program_id, campaign_id, account_id, added_at)
SELECT %(program)s, c.id, a.id, now() FROM made c JOIN accounts_account a
    ON a.program_id = %(program)s AND {_dice("a.id * 1000 + c.id", 8, 4)} = 0"""
_MEMBERS = f"""
INSERT INTO campaigns_trackmember (program_id, track_id, stakeholder_id, entered_at, left_because)
SELECT s.program_id, k.id, s.id, {_at("s.id", 9)}, '' FROM accounts_stakeholder s
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM campaigns_track
      WHERE program_id = %(program)s) k ON k.number = s.id %% {CAMPAIGNS}
WHERE s.program_id = %(program)s AND {_dice("s.id", 10, 20)} = 0"""
_TOUCHES = f"""
INSERT INTO calendar_touch (program_id, account_id, is_whole_committee, channel, side, starts_at,
    ends_at, message, say, thread, overridden, override_reason, state, result, result_note, done_at,
    skipped_because, source, created_at, updated_at)
SELECT a.program_id, a.id, false, (ARRAY['email', 'call', 'event'])[1 + n %% 3],
    (ARRAY['marketing', 'sales'])[1 + n %% 2], at, at + interval '15 minutes', '', '', n, '{{}}', '',
    'done', '', '', at, '', '', now(), now()
FROM accounts_account a CROSS JOIN generate_series(1, 2) n,
     LATERAL (SELECT {_at("a.id * 10 + n", 11)} AS at) when_
WHERE a.program_id = %(program)s AND {_dice("a.id", 12, 3)} > 0"""
_DEALS = f"""
INSERT INTO opportunities_opportunity (program_id, account_id, name, stage_id, outcome, stage_since,
    amount, currency, amount_usd, source, next_step, lost_reason, lost_note, lost_to, opened_at,
    closed_at, close_on, owner_id, updated_at)
SELECT %(program)s, a.id, 'Deal ' || n, CASE outcome WHEN 'won' THEN %(won)s WHEN 'lost' THEN %(lost)s
    ELSE %(open)s END, outcome, at, 1000 + {_dice("n", 13, 90000)}, 'USD',
    1000 + {_dice("n", 13, 90000)}, (ARRAY['inbound', 'outbound', 'partner'])[1 + n %% 3], '',
    CASE outcome WHEN 'lost' THEN 'price' ELSE '' END, '', '', at,
    CASE WHEN outcome <> 'open' THEN least(at + make_interval(days => (n %% 120)::int), now()) END,
    current_date + 30, {_REP.format(seed="n")}, now()
FROM generate_series(1, %(deals)s) n
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM accounts_account
      WHERE program_id = %(program)s) a ON a.number = n %% %(accounts)s,
LATERAL (SELECT {_at("n", 14)} AS at,
    (ARRAY['won', 'lost', 'lost', 'open'])[1 + {_dice("n", 15, 4)}] AS outcome) it"""
_STEPS = """
INSERT INTO opportunities_opportunitystep (program_id, opportunity_id, kind, at, to_stage_id, by_id)
SELECT program_id, id, 'opened', opened_at, stage_id, owner_id FROM opportunities_opportunity
WHERE program_id = %(program)s"""
_COMMITTEE = """
INSERT INTO committee_committeemember (program_id, opportunity_id, stakeholder_id, role, stance,
    influence, note, updated_at)
SELECT o.program_id, o.id, s.id, (ARRAY['champion', 'influencer', 'user'])[1 + s.id %% 3], 'neutral',
    2, '', now()
FROM opportunities_opportunity o JOIN accounts_stakeholder s ON s.account_id = o.account_id
WHERE o.program_id = %(program)s AND s.id %% 2 = 0"""
_NOTES = """
INSERT INTO insights_note (program_id, account_id, opportunity_id, kind, at, text, source, created_at,
    updated_at)
SELECT program_id, account_id, id, 'call', opened_at + interval '2 days',
    'They asked about the price, and who else uses it in insurance.', '', now(), now()
FROM opportunities_opportunity WHERE program_id = %(program)s AND id %% 2 = 0"""
# A session a month of a hundredth of the accounts, with the votes of both sides.
_VOTES = f"""
WITH session AS (
    INSERT INTO selection_session (program_id, number, capacity, opened_at, revealed_at, confirmed_at,
        list_hash, discarded_because)
    SELECT %(program)s, n, 30, now() - n * interval '30 days', now() - n * interval '29 days',
        now() - n * interval '29 days', repeat('0', 64), ''
    FROM generate_series(1, {SESSIONS}) n RETURNING id, revealed_at
), candidate AS (
    INSERT INTO selection_candidate (program_id, session_id, account_id, is_review, reasons, added_at,
        known_as)
    SELECT %(program)s, s.id, a.id, false, '[]', s.revealed_at, '' FROM session s
    JOIN accounts_account a ON a.program_id = %(program)s
        AND {_dice("a.id * 1000 + s.id", 16, 100)} = 0
    RETURNING id
)
INSERT INTO selection_vote (program_id, candidate_id, side, choice, at_reveal, reason, at)
SELECT %(program)s, id, side, choice, choice, 'bench', now() FROM candidate
CROSS JOIN (VALUES ('marketing', 17), ('sales', 18)) v (side, salt),
LATERAL (SELECT (ARRAY['yes', 'yes', 'no'])[1 + {_dice("id * 20 + v.salt", 19, 3)}] AS choice) it"""
_STATEMENTS = (
    _JOURNAL,
    _HANDOFFS,
    _ATTEMPTS,
    _CLOCKS,
    _CAMPAIGNS,
    _MEMBERS,
    _TOUCHES,
    _DEALS,
    _STEPS,
    _COMMITTEE,
    _NOTES,
    _VOTES,
)


def spread(program: Program, *, leads: int, accounts: int) -> None:
    """All of it, for a program whose leads are there."""
    setup.install_defaults(program=program, by=None)
    install_defaults(program=program)
    version = in_force(program, Kind.SLA)
    assert version
    stages = {s.outcome: s.pk for s in PipelineStage.objects.in_program(program)}
    params: dict[str, Any] = {
        "program": program.pk,
        "version": version.pk,
        "reps": _reps(program),
        "deals": leads // LEADS_A_DEAL,
        "accounts": accounts,
        **stages,
    }
    with connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(statement, params)
    tidy()


def _reps(program: Program) -> list[int]:
    reps = []
    for number in range(TEAMS):
        team = Team.objects.create(program=program, side=Side.SALES, name=f"History {number}")
        for seat in range(REPS_A_TEAM):
            email = f"history-{number}-{seat}@bench.example"
            user = User.objects.create_user(email, name=f"Rep {number}.{seat}")
            Membership.objects.create(program=program, user=user, role=Role.MEMBER, team=team)
            reps.append(user.pk)
    return reps
