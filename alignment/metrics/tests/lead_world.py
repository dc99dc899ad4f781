"""Leads and random changes to them that affect their metrics."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from accounts.duplicates.actions.merging import merge
from accounts.models import JournalEvent, Lead, ValidationCall
from alignment.metrics.actions.lead_facts import settle_leads
from alignment.sla.models import Attempt, HandOff
from tests import cast as facts
from tests.cast import Cast

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass
class World:
    """A lead that was won, and one that was never contacted; both were handed over."""

    cast: Cast
    lead: Lead
    other: Lead

    def __post_init__(self) -> None:
        assert self.lead.account is not None
        self.company = self.lead.account
        self.agency = facts.account(self.cast.program, naics="541810")
        reach(self.lead, "became_engaged", NOON - 2 * DAY)
        self.handoff = hand_over(self.lead, NOON, points=50)
        self.mql = self.handoff.event
        self.attempt = attempt(self.lead, NOON + 5 * MINUTE)
        self.call = call(self.lead, NOON + 6 * MINUTE)
        self.sql = reach(self.lead, "became_sql", NOON + DAY)
        self.won = reach(self.lead, "stage_changed", NOON + 2 * DAY, to="won")
        self.waiting = hand_over(self.other, NOON + DAY, points=90)


def reach(lead: Lead, kind: str, at: datetime, **detail: str) -> JournalEvent:
    told: dict[str, Any] = {"kind": kind, "at": at, "detail": detail, "is_followed": True}
    return JournalEvent.objects.create(program_id=lead.program_id, lead=lead, **told)


def hand_over(lead: Lead, at: datetime, *, points: int = 0) -> HandOff:
    return HandOff.objects.create(
        program_id=lead.program_id,
        lead=lead,
        event=reach(lead, "became_mql", at),
        owner=lead.owner,
        route="rotation",
        became_mql_at=at,
        handed_at=at,
        brief={"points": {"total": points}},
    )


def attempt(lead: Lead, at: datetime) -> Attempt:
    told = {"channel": "call", "outcome": "sent", "at": at}
    return Attempt.objects.create(program_id=lead.program_id, lead=lead, **told)


def call(lead: Lead, at: datetime) -> ValidationCall:
    told = {"called_at": at, "outcome": "not_now"}
    return ValidationCall.objects.create(program_id=lead.program_id, lead=lead, **told)


def only_change(row: Any, **said: Any) -> Any:
    for name, value in said.items():
        setattr(row, name, value)
    row.save()
    return row


CHANGES: dict[str, Callable[[World], object]] = {
    "a lead reaches a stage": lambda w: reach(w.other, "became_sql", NOON + 2 * DAY),
    "many leads reach a stage": lambda w: JournalEvent.objects.bulk_create(
        JournalEvent(program=w.cast.program, lead=lead, kind="became_mql", at=NOON + 3 * DAY)
        for lead in (w.lead, w.other)
    ),
    "it is told late": lambda w: reach(w.lead, "became_sql", NOON + MINUTE),
    "it is told of a moment before": lambda w: reach(w.lead, "became_mql", NOON - DAY),
    "it comes back": lambda w: reach(w.lead, "became_engaged", NOON + 30 * DAY),
    "it was at another time": lambda w: only_change(w.sql, at=NOON + 2 * DAY),
    "it was another lead": lambda w: only_change(w.sql, lead=w.other),
    "it was another stage": lambda w: only_change(w.sql, kind="became_mql"),
    "it was lost after all": lambda w: only_change(w.won, detail={"to": "lost"}),
    "what was told goes": lambda w: w.mql.delete(),
    "a lead goes": lambda w: w.lead.delete(),
    "a lead is another one's": lambda w: only_change(w.lead, owner=w.cast.sales_manager),
    "a lead came from elsewhere": lambda w: only_change(w.lead, source="fair"),
    "accounts are merged": lambda w: merge(
        survivor=w.agency, gone=w.company, take=(), by=w.cast.owner
    ),
    "a lead is handed over": lambda w: hand_over(w.other, NOON + 4 * DAY),
    "it is handed over again before the call": lambda w: hand_over(w.lead, NOON + MINUTE),
    "it was handed over later": lambda w: only_change(w.handoff, handed_at=NOON + 10 * DAY),
    "it was handed over to nobody": lambda w: only_change(w.handoff, handed_at=None),
    "it is somebody's at last": lambda w: (
        only_change(w.waiting, handed_at=None),
        settle_leads(program=w.cast.program),
        only_change(w.waiting, handed_at=NOON + DAY),
        attempt(w.other, NOON + 2 * DAY),
    ),
    "it is another one's": lambda w: only_change(w.handoff, owner=w.cast.sales_manager),
    "it had other points": lambda w: only_change(w.handoff, brief={"points": {"total": 95}}),
    "it had no points": lambda w: only_change(w.handoff, brief={}),
    "another lead was handed over": lambda w: only_change(w.handoff, lead=w.other),
    "a hand-off goes": lambda w: w.handoff.delete(),
    "somebody tries": lambda w: attempt(w.other, NOON + 2 * DAY),
    "somebody tried before": lambda w: only_change(w.attempt, at=NOON + MINUTE),
    "somebody tried before the hand-off": lambda w: only_change(w.attempt, at=NOON - MINUTE),
    "somebody tried another one": lambda w: only_change(w.attempt, lead=w.other),
    "nobody tried": lambda w: w.attempt.delete(),
    "somebody calls": lambda w: call(w.other, NOON + 2 * DAY),
    "somebody called before": lambda w: only_change(w.call, called_at=NOON + MINUTE),
    "somebody called another one": lambda w: (
        w.attempt.delete(),
        settle_leads(program=w.cast.program),
        only_change(w.call, lead=w.other),
    ),
    "nobody called": lambda w: (
        w.attempt.delete(),
        settle_leads(program=w.cast.program),
        w.call.delete(),
    ),
}


WRITES = st.tuples(
    st.sampled_from(
        [
            "engaged",
            "mql",
            "sql",
            "won",
            "lost",
            "handed",
            "tried",
            "called",
            "moved",
            "later",
            "gone",
            "untried",
            "settled",
        ]
    ),
    st.integers(0, 1),
    st.integers(-3, 3),
)


def write(leads: list[Lead], what: str, which: int, minutes: int) -> None:
    """Add a fact, or change the newest one."""
    lead, at = leads[which], NOON + minutes * MINUTE
    if what in ("engaged", "mql", "sql"):
        reach(lead, f"became_{what}", at)
    elif what in ("won", "lost"):
        reach(lead, "stage_changed", at, to=what)
    elif what == "handed":
        hand_over(lead, at, points=50 + minutes)
    elif what == "tried":
        attempt(lead, at)
    elif what == "called":
        call(lead, at)
    elif what == "untried":
        Attempt.objects.in_program(lead.program_id).filter(lead=lead).delete()
    else:
        _change_newest(lead, what, leads[1 - which], at)


def _change_newest(lead: Lead, what: str, other: Lead, at: datetime) -> None:
    event = JournalEvent.objects.in_program(lead.program_id).filter(lead=lead).last()
    handoff = HandOff.objects.in_program(lead.program_id).filter(lead=lead).first()
    for row, moment in ((event, "at"), (handoff, "handed_at")):
        if row is not None and what == "gone":
            row.delete()
        elif row is not None:
            only_change(row, **({"lead": other} if what == "moved" else {moment: at}))
