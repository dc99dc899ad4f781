"""The standing of open deals: contacts involved, last contact, and risks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alignment.core.arrays import id_array
from campaigns.calendar.models import Touch
from campaigns.calendar.rules.matching import WORDLESS
from campaigns.insights.models import THEIR_WORDS
from campaigns.insights.queries.support import late_requests
from campaigns.insights.queries.topics import open_objections
from campaigns.opportunities.models import Opportunity, OpportunityStep, Outcome
from campaigns.opportunities.rules import Flag, Risk, Standing, put_off, risks

from .causes import DECIDING, Because, Causes, Facts, LastHeard
from .days import today_in

if TYPE_CHECKING:
    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import Program

# At most this many open deals of a program are judged at once.
MOST_JUDGED = 5_000
# A contact who was silent for half a year no longer counts as involved.
INVOLVED_FOR = timedelta(days=180)

# Results of a touch in which the contact said something. Opening it is no result, but may be
# reported as an engagement.
ANSWERED = (Touch.Result.REPLIED, Touch.Result.MEETING, Touch.Result.NOT_INTERESTED)

# Contacts who were met, and when one of them spoke: see "heard" in docs/opportunities.md. The last
# engagement of a lead is its last behaviour; where a program counts what we send as behaviour too,
# the last one of theirs is looked up. OFFSET 0 looks up the people of each row: joined, those of
# the whole program would be read.
MET = """
WITH wordless AS MATERIALIZED (
    SELECT id FROM accounts_signal WHERE program_id = %(program)s AND code = ANY(%(wordless)s)
), met AS (
    SELECT lead.account_id, lead.stakeholder_id, acted.at, true AS spoke
    FROM accounts_lead AS lead JOIN scoring_leadscore AS score ON score.lead_id = lead.id,
    LATERAL (
        SELECT score.last_engaged_at AS at WHERE NOT EXISTS (SELECT FROM wordless)
        UNION ALL
        (SELECT engagement.occurred_at FROM accounts_engagement AS engagement
         JOIN accounts_signal AS signal ON signal.id = engagement.signal_id
         WHERE EXISTS (SELECT FROM wordless) AND engagement.lead_id = lead.id
           AND engagement.occurred_at >= %(since)s AND signal.kind = 'behaviour'
           AND signal.id NOT IN (SELECT id FROM wordless)
         ORDER BY engagement.occurred_at DESC LIMIT 1)
    ) AS acted
    WHERE lead.program_id = %(program)s AND lead.account_id = ANY(%(accounts)s::bigint[])
      AND score.last_engaged_at >= %(since)s
    UNION ALL
    SELECT touch.account_id, person.stakeholder_id, COALESCE(touch.done_at, touch.starts_at),
           touch.result = ANY(%(answered)s)
    FROM calendar_touch AS touch
    LEFT JOIN LATERAL (SELECT stakeholder_id FROM calendar_touchperson
                       WHERE touch_id = touch.id OFFSET 0) AS person ON true
    WHERE touch.program_id = %(program)s AND touch.account_id = ANY(%(accounts)s::bigint[])
      AND touch.state = 'done' AND COALESCE(touch.done_at, touch.starts_at) >= %(since)s
    UNION ALL
    SELECT note.account_id, person.stakeholder_id, note.at, true
    FROM insights_note AS note
    LEFT JOIN LATERAL (SELECT stakeholder_id FROM insights_noteperson
                       WHERE note_id = note.id OFFSET 0) AS person ON true
    WHERE note.program_id = %(program)s AND note.account_id = ANY(%(accounts)s::bigint[])
      AND note.kind = ANY(%(theirs)s) AND note.at >= %(since)s
    UNION ALL
    SELECT share.account_id, share.stakeholder_id, visit.last_at, true
    FROM roi_roishare AS share JOIN roi_roivisit AS visit ON visit.share_id = share.id
    WHERE share.program_id = %(program)s AND share.account_id = ANY(%(accounts)s::bigint[])
      AND visit.kind = 'used' AND visit.last_at >= %(since)s
)"""
_SPOKE = f"""{MET}
SELECT met.account_id, count(DISTINCT met.stakeholder_id), max(met.at) FILTER (WHERE met.spoke),
       bool_or(decides.role IS NOT NULL), min(met.stakeholder_id)
FROM met LEFT JOIN LATERAL (
    SELECT role FROM accounts_stakeholder
    WHERE id = met.stakeholder_id AND role = ANY(%(deciding)s)
    UNION ALL
    SELECT role FROM committee_committeemember
    WHERE stakeholder_id = met.stakeholder_id AND role = ANY(%(deciding)s)
    LIMIT 1) AS decides ON true
GROUP BY met.account_id"""


@dataclass(frozen=True, slots=True)
class FlagShown:
    """`because` names the causes: which, who, and since when."""

    flag: Flag
    text: str
    because: list[Because]


def last_heard_of(program: Program, account_ids: Sequence[int]) -> dict[int, LastHeard]:
    """By account: one statement."""
    if not account_ids:
        return {}
    values = met_values(program, account_ids)
    values["deciding"] = [str(role) for role in DECIDING]
    with connection.cursor() as cursor:
        cursor.execute(_SPOKE, values)
        return {
            account: LastHeard(people, at, decides, one)
            for account, people, at, decides, one in cursor.fetchall()
        }


def met_values(program: Program, account_ids: Sequence[int]) -> dict[str, Any]:
    """The parameters of `MET`."""
    return {
        "program": program.pk,
        "accounts": id_array(set(account_ids)),
        "since": timezone.now() - INVOLVED_FOR,
        "answered": [str(result) for result in ANSWERED],
        "theirs": [str(kind) for kind in THEIR_WORDS],
        "wordless": sorted(WORDLESS),
    }


def flags_of(program: Program, deals: Sequence[Opportunity]) -> dict[int, list[FlagShown]]:
    """Why open deals may be lost, by id; six statements. `deals` must come with their stage."""
    open_ones = [deal for deal in deals if deal.outcome == Outcome.OPEN]
    if not open_ones:
        return {}
    facts = _facts_of(program, open_ones)
    now, today = timezone.now(), today_in(program)
    flags = {
        deal.pk: risks(_standing(deal, facts[deal.pk]), now=now, today=today) for deal in open_ones
    }
    say = Causes(program, open_ones, facts, flags)
    return {
        deal.pk: [FlagShown(flag, in_words(flag), say.of(deal, flag)) for flag in flags[deal.pk]]
        for deal in open_ones
    }


def at_risk(program: Program) -> list[int]:
    """Ids of open deals with a risk, among the newest `MOST_JUDGED`; five statements."""
    return [deal.pk for deal in _risky(program, _open_deals(program))]


def owned_at_risk(program: Program, owner_id: int) -> list[Opportunity]:
    """The person's open deals with a risk, with their account, the newest first; five statements."""
    rows = _open_deals(program).filter(owner=owner_id).select_related("account")
    return _risky(program, rows)


def _open_deals(program: Program) -> ScopedQuerySet[Opportunity]:
    rows = Opportunity.objects.in_program(program).filter(outcome=Outcome.OPEN)
    return rows.select_related("stage").order_by("-opened_at", "-id")


def _risky(program: Program, rows: ScopedQuerySet[Opportunity]) -> list[Opportunity]:
    deals = list(rows[:MOST_JUDGED])
    if not deals:
        return []
    facts, now, today = _facts_of(program, deals), timezone.now(), today_in(program)
    return [deal for deal in deals if risks(_standing(deal, facts[deal.pk]), now=now, today=today)]


def _facts_of(program: Program, deals: Sequence[Opportunity]) -> dict[int, Facts]:
    heard = last_heard_of(program, [deal.account_id for deal in deals])
    ids = [deal.pk for deal in deals]
    dates, objections, late = _close_dates(program, ids), open_objections(ids), late_requests(ids)
    return {
        deal.pk: Facts(
            heard.get(deal.account_id, LastHeard()),
            put_off(dates.get(deal.pk, ())),
            objections.get(deal.pk, []),
            late.get(deal.pk, []),
        )
        for deal in deals
    }


def _standing(deal: Opportunity, facts: Facts) -> Standing:
    return Standing(
        involved=facts.heard.people,
        has_decision_maker=facts.heard.decides,
        heard_at=facts.heard.at,
        opened_at=deal.opened_at,
        quiet_after_days=deal.stage.quiet_after_days,
        close_on=deal.close_on,
        close_moves=facts.put_off.times,
        next_step=deal.next_step,
        open_objections=len(facts.objections),
        late_requests=len(facts.late),
        has_amount=deal.amount is not None,
    )


def _close_dates(program: Program, deal_ids: Sequence[int]) -> dict[int, list[date | None]]:
    """All values of each deal's close date, in order."""
    rows = OpportunityStep.objects.in_program(program).filter(
        opportunity__in=deal_ids, kind=OpportunityStep.Kind.CLOSE
    )
    found: dict[int, list[date | None]] = {}
    for deal, before, after in rows.order_by("opportunity", "at", "id").values_list(
        "opportunity", "close_before", "close_after"
    ):
        found.setdefault(deal, [before]).append(after)
    return found


def in_words(flag: Flag) -> str:
    n = flag.number
    texts = {
        Risk.OVERDUE: lambda: ngettext(
            "Its close date passed %(n)d day ago", "Its close date passed %(n)d days ago", n
        ),
        Risk.SILENT: lambda: ngettext(
            "Nothing heard for %(n)d day", "Nothing heard for %(n)d days", n
        ),
        Risk.NO_DECISION_MAKER: lambda: _("No decision-maker is involved"),
        Risk.RESTLESS_DATE: lambda: ngettext(
            "The close date was put off %(n)d time", "The close date was put off %(n)d times", n
        ),
        Risk.SINGLE_THREADED: lambda: (
            _("Hangs on one person") if n else _("Nobody there is involved")
        ),
        Risk.OPEN_OBJECTION: lambda: ngettext(
            "%(n)d objection without an answer", "%(n)d objections without an answer", n
        ),
        Risk.LATE_SUPPORT: lambda: ngettext(
            "Marketing is late with %(n)d request", "Marketing is late with %(n)d requests", n
        ),
        Risk.NO_DATE: lambda: _("No expected close date"),
        Risk.NO_AMOUNT: lambda: _("No amount"),
        Risk.NO_NEXT_STEP: lambda: _("No next step"),
    }
    return texts[flag.risk]() % {"n": n}
