"""Hand-offs of the demo: six months of them with attempts and feedback, and a few from this hour.

Everything runs through the real actions and is then backdated. Past events are marked as processed,
so that they start no clocks and send no notices. Hand-offs of the last hours are left for the
intake, which starts their clocks once the demo is committed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone

from accounts.models import JournalEvent, JournalKind, Lead, Stage
from alignment.notifications.models import Delivery, Notice
from alignment.people.models import Membership, Program, Team, User
from alignment.scoring.actions.leads import LeadMoved
from alignment.scoring.ingest import EngagementIn, ingest
from alignment.scoring.models import LeadScore
from alignment.sla.actions import handoff_config, hours, work
from alignment.sla.actions.handoffs import compose
from alignment.sla.models import HandOff, ReasonCode

from . import words

if TYPE_CHECKING:
    from .story import Story

TERRITORIES = {
    "East": ("NY", "MA", "IL"),
    "West": ("CA", "WA"),
}
# Time zone, holidays and working day of a team, in minutes after midnight.
HOURS: dict[str, tuple[str, str, list[list[int]]]] = {
    "Demand generation": ("Europe/Paris", "none", [[540, 750], [810, 1110]]),
    "Content": ("Europe/Paris", "none", [[540, 750], [810, 1110]]),
    "East": ("America/New_York", "federal", [[510, 1080]]),
    "West": ("America/Los_Angeles", "federal", [[480, 1020]]),
}
WEIGHTS = {"marcus": 2, "ines": 2, "dan": 1}
FRESH = 4
# Minutes from the hand-off to the first attempt, and how often it is on time.
QUICK, SLOW = (4, 55), (70, 2_400)
ON_TIME = 0.78
# Share of leads that nobody ever calls.
FORGOTTEN = 0.05
# Feedback within a day of the hand-off: how often, after how many minutes, and how often it is a
# yes.
TOLD_SOON, TOLD_WITHIN, FITS = 0.85, (30, 1_300), 0.75

# Move a hand-off to some minutes after its MQL, together with its journal rows.
_HANDED = """
WITH told AS (
    UPDATE sla_handoff h SET became_mql_at = j.at, made_at = j.at + gap.least,
           handed_at = CASE WHEN h.handed_at IS NULL THEN NULL ELSE j.at + gap.least END
    FROM accounts_journalevent j,
         LATERAL (SELECT make_interval(secs => 2 + j.id %% 240) AS least) gap
    WHERE j.id = h.event_id AND h.program_id = %(program)s AND h.id > %(after)s
    RETURNING h.event_id, h.handed_at, h.made_at
)
UPDATE accounts_journalevent e SET at = COALESCE(told.handed_at, told.made_at)
FROM told WHERE e.program_id = %(program)s AND e.id > %(mark)s
  AND e.cause->>'became_mql' = told.event_id::text"""
_ATTEMPTED = """
UPDATE accounts_journalevent SET at = %(at)s
WHERE program_id = %(program)s AND lead_id = %(lead)s AND detail->>'attempt' = %(attempt)s"""
_FEEDBACK_AT = """
UPDATE accounts_journalevent SET at = %(at)s WHERE id = (
    SELECT max(id) FROM accounts_journalevent
    WHERE program_id = %(program)s AND lead_id = %(lead)s AND kind = 'feedback_given')"""
_JUDGED = """
UPDATE sla_feedback f SET given_at = j.at FROM accounts_journalevent j
WHERE j.program_id = %(program)s AND f.program_id = %(program)s AND j.kind = 'feedback_given'
  AND j.detail->>'feedback' = f.id::text"""
_RECORDED = """
UPDATE sla_attempt SET recorded_at = at WHERE program_id = %(program)s AND recorded_at > at;
UPDATE sla_handoff SET seen_at = handed_at + make_interval(mins => 2 + (id %% 30)::int)
    WHERE program_id = %(program)s AND handed_at < now() - interval '12 hours';
UPDATE accounts_journalevent SET recorded_at = at WHERE program_id = %(program)s;
UPDATE accounts_journalevent SET is_followed = true
    WHERE program_id = %(program)s AND NOT is_followed"""


def set_up(program: Program, people: dict[str, User]) -> None:
    """The routing of leads: territories by team, and rotation by weight."""
    teams = {team.name: team for team in Team.objects.in_program(program)}
    holders: dict[str, handoff_config.Holder | None] = {
        state: teams[name] for name, states in TERRITORIES.items() for state in states
    }
    holders["TX"] = people["ines"]
    claire = people["claire"]
    handoff_config.set_territories(program=program, holders=holders, by=claire)
    members = Membership.objects.in_program(program).select_related("user")
    turns = {members.get(user=people[key]): {"weight": weight} for key, weight in WEIGHTS.items()}
    handoff_config.set_turns(program=program, turns=turns, covers_hours=False, by=claire)


def set_hours(program: Program, people: dict[str, User]) -> None:
    """Marketing works in Paris, sales in New York and Los Angeles; one week closed, one holiday."""
    for team in Team.objects.in_program(program).select_related("program"):
        zone, holidays, day = HOURS[team.name]
        week = [day] * 5 + [[], []]
        hours.set_hours(
            team=team, time_zone=zone, week=week, holidays=holidays, state="", by=people["claire"]
        )
    today = timezone.localdate()
    new_year = today.replace(month=12, day=24)
    hours.add_closure(
        program=program,
        team=None,
        first_day=new_year,
        last_day=new_year.replace(day=31),
        name="Year-end closing",
        by=people["claire"],
    )
    hours.add_leave(
        program=program,
        user=people["dan"],
        first_day=today + timedelta(days=10),
        last_day=today + timedelta(days=14),
        note="",
        by=people["sarah"],
    )


def hand_over(story: Story, mark: int) -> None:
    """Hand over the leads that became MQL since the journal event `mark`, each at its time."""
    events = JournalEvent.objects.in_program(story.program).filter(
        id__gt=mark, kind=JournalKind.BECAME_MQL
    )
    became = list(events.order_by("id").values_list("id", "at"))
    if not became:
        return
    last = HandOff.objects.in_program(story.program).order_by("-id").first()
    after = last.pk if last else 0
    compose(
        program_id=story.program.pk,
        event_ids=[pk for pk, _at in became],
        at=max(at for _pk, at in became),
    )
    _run(_HANDED, program=story.program.pk, after=after, mark=mark)
    rows = HandOff.objects.in_program(story.program).filter(id__gt=after, owner__isnull=False)
    for row in rows.select_related("lead", "owner").order_by("id"):
        _try_to_reach(story, row)
        if story.dice.random() < TOLD_SOON:
            _first_word(story, row)


def _first_word(story: Story, row: HandOff) -> None:
    """Feedback within a day; the call may change it later."""
    assert row.owner is not None
    assert row.handed_at is not None
    at = row.handed_at + timedelta(minutes=story.dice.randint(*TOLD_WITHIN))
    lead = Lead.objects.in_program(story.program).get(pk=row.lead_id)
    if at > timezone.now() or lead.closed_at:
        return
    judge(story, lead, row.owner, fits=story.dice.random() < FITS)
    _run(_FEEDBACK_AT, program=story.program.pk, lead=row.lead_id, at=at)


def _try_to_reach(story: Story, row: HandOff) -> None:
    """One to three attempts by the owner; for realism, some promises are broken."""
    dice = story.dice
    assert row.owner is not None
    assert row.handed_at is not None
    if dice.random() < FORGOTTEN:
        return
    least, most = QUICK if dice.random() < ON_TIME else SLOW
    at = row.handed_at + timedelta(minutes=dice.randint(least, most))
    for _ in range(dice.choice((1, 1, 2, 3))):
        if at > timezone.now() - timedelta(minutes=3):
            return
        channel, outcome, note = dice.choice(words.ATTEMPTS)
        try:
            attempt = work.log_attempt(
                lead=row.lead, by=row.owner, channel=channel, outcome=outcome, note=note, at=at
            )
        except LeadMoved:
            return
        _run(
            _ATTEMPTED,
            program=story.program.pk,
            lead=row.lead_id,
            attempt=str(attempt.pk),
            at=at,
        )
        if outcome == "reached":
            return
        at += timedelta(hours=dice.randint(3, 50))


def judge(story: Story, lead: Lead, owner: User, fits: bool) -> None:
    """Feedback after the call. A no has one or two reasons."""
    dice = story.dice
    reasons: list[ReasonCode] = []
    if not fits:
        offered = ReasonCode.objects.in_program(story.program).filter(use="feedback")
        reasons = dice.sample(list(offered), dice.choice((1, 1, 1, 2)))
    note = dice.choice(words.FITS if fits else words.FITS_NOT)
    work.give_feedback(lead=lead, by=owner, fits=fits, reasons=reasons, note=note)


def finish(program: Program) -> None:
    """End of the history: give every event its own time and mark it as processed."""
    _run(_JUDGED, program=program.pk)
    _run(_RECORDED, program=program.pk)


def forget_notices(program: Program) -> None:
    """Delete the notices, since nobody reads two months of them at once."""
    Delivery.objects.in_program(program).delete()
    Notice.objects.in_program(program).delete()


def fresh(story: Story) -> None:
    """A few people pass the threshold in the last hour. Their events are left for the intake."""
    dice, now = story.dice, timezone.now()
    model = story.rule.compiled.model
    near = LeadScore.objects.in_program(story.program).filter(
        lead__stage=Stage.ENGAGED,
        lead__account__verdict__answer="yes",
        lead__stakeholder__do_not_contact=False,
        total__gte=model.mql_at - 15,
        total__lt=model.mql_at,
    )
    leads = [score.lead for score in near.select_related("lead").order_by("-total", "lead")]
    mark = JournalEvent.objects.in_program(story.program).order_by("-id").first()
    for lead in leads:
        if _new(story.program, mark).count() >= FRESH:
            break
        title, promise = dice.choice(words.PROMISES)
        story.sent += 1
        event = EngagementIn(
            lead.stakeholder_id,
            story.rule.signal_id("pricing_page_view"),
            now - timedelta(minutes=dice.randint(3, 40)),
            "website",
            f"demo-{story.sent}",
            True,
            {"title": title, "campaign": dice.choice(words.CAMPAIGNS), "promise": promise},
        )
        ingest(program=story.program, events=[event])
    became = list(_new(story.program, mark).values_list("id", flat=True))
    compose(program_id=story.program.pk, event_ids=became)


def _new(program: Program, mark: JournalEvent | None) -> Any:
    rows = JournalEvent.objects.in_program(program).filter(kind=JournalKind.BECAME_MQL)
    return rows.filter(id__gt=mark.pk if mark else 0).order_by("id")


def _run(statement: str, **parameters: int | str | datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
