"""Starting and ending clocks in batches, in the transaction of the intake."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from alignment.core import audit
from alignment.core.arrays import id_array

from ..models import Clock
from ..queries.clock_calendars import BatchCalendars
from ..queries.contracts import VersionPeriod, contracts, version_at, version_periods
from ..queries.lead_events import lead_events
from ..queries.lead_facts import LeadFacts, ProgramFacts, lead_facts, program_facts
from ..rules.contract import SlaClause
from ..rules.events import LeadEvent
from ..rules.ladder import rung_due
from ..rules.schedule import schedule
from ..rules.verdicts import BROKEN, CONTACTS, KEPT, Promise, Verdict, verdict

_ENDED = """
    UPDATE sla_clock c SET state = v.state, met_at = v.met_at, ended_at = v.ended_at,
                           look_at = v.look_at, updated_at = now()
    FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])
        AS v(id, state, met_at, ended_at, look_at)
    WHERE c.id = v.id"""
_WITHDRAWN = """
    UPDATE sla_escalation SET acknowledged_at = %s
    WHERE clock_id = ANY(%s::bigint[]) AND acknowledged_at IS NULL"""


@dataclass(frozen=True, slots=True)
class Followed:
    """A journal event that the intake is processing."""

    event: LeadEvent
    lead_id: int
    starts_nothing: bool = False


@dataclass(frozen=True, slots=True)
class _Batch:
    """What all clocks that start together share."""

    program_id: int
    now: datetime
    program: ProgramFacts
    leads: Mapping[int, LeadFacts]
    calendars: BatchCalendars = field(default_factory=BatchCalendars)


def start_clocks(*, program_id: int, events: Sequence[Followed], now: datetime) -> None:
    """Start a clock for each event and each clause that the event starts; safe to repeat.

    Each clock keeps the contract version that was in force when its event was written.
    """
    starting = [each for each in events if each.event.names and not each.starts_nothing]
    wanted = _wanted(program_id, starting)
    if not wanted:
        return
    leads = lead_facts(program_id, {followed.lead_id for followed, _version, _clause in wanted})
    batch = _Batch(program_id, now, program_facts(program_id), leads)
    rows = [_clock(batch, *row) for row in wanted if _may_begin(row[2], leads.get(row[0].lead_id))]
    Clock.objects.bulk_create(rows, ignore_conflicts=True)


def _may_begin(clause: SlaClause, lead: LeadFacts | None) -> bool:
    """No clock starts for a deleted lead; no contact clock starts for a person who must not be
    contacted."""
    return lead is not None and not (lead.do_not_contact and clause.ends in CONTACTS)


def _wanted(program_id: int, events: Sequence[Followed]) -> list[tuple[Followed, int, SlaClause]]:
    if not events:
        return []
    moments = [followed.event.recorded_at for followed in events]
    periods: list[VersionPeriod] = version_periods(program_id, min(moments), max(moments))
    known = contracts(period.version_id for period in periods)
    found = []
    for followed in events:
        version = version_at(periods, followed.event.recorded_at)
        if version is not None:
            found += [
                (followed, version, clause)
                for clause in known[version].clauses
                if clause.starts in followed.event.names
            ]
    return found


def _clock(batch: _Batch, followed: Followed, version: int, clause: SlaClause) -> Clock:
    lead, began = batch.leads[followed.lead_id], followed.event.recorded_at
    owner, team = _who_acts(batch, clause, lead)
    clock = Clock(
        program_id=batch.program_id,
        version_id=version,
        clause=clause.key,
        side=clause.owes,
        lead_id=followed.lead_id,
        event_id=followed.event.id,
        owner_id=owner,
        team_id=team,
        started_at=began,
        lag_s=max(0.0, (batch.now - began).total_seconds()),
    )
    if not clause.is_timed:
        _decide(clock, clause, holds=bool(getattr(lead, clause.condition)))
    elif clause.ends == "crm_updated" and not batch.program.outside_crm:
        _decide(clock, clause, holds=True)
    else:
        working = batch.calendars.of(
            clause,
            program_id=batch.program_id,
            team_id=team,
            user_id=owner,
            state=lead.state,
        )
        planned = schedule(clause, began, working)
        clock.due_at, clock.due_sum = planned.due_at, planned.due_sum
        clock.look_at = planned.next_look(0)
    return clock


def _who_acts(batch: _Batch, clause: SlaClause, lead: LeadFacts) -> tuple[int | None, int | None]:
    """Return the user id and team id: for sales the lead's owner, for marketing only a team."""
    first = batch.program.first_team.get(clause.owes)
    if clause.owes != "sales":
        return None, first
    return lead.owner_id, lead.owner_team_id or first


def _decide(clock: Clock, clause: SlaClause, *, holds: bool) -> None:
    """Decide at once a promise that is kept or broken at the moment it starts."""
    clock.due_at = clock.ended_at = clock.started_at
    if holds:
        clock.state, clock.met_at = KEPT, clock.started_at
    else:
        clock.state, clock.look_at = BROKEN, rung_due(clause, 0, clock.due_at, None)


def settle_clocks(*, program_id: int, lead_ids: Collection[int], now: datetime) -> None:
    """Give every open clock of these leads the verdict that follows from the journal.

    Clocks are open while they run, and while they are broken but not done. The verdict is computed
    from all events of the lead, so the order in which they were found does not matter.
    """
    clocks = _open_clocks(program_id, lead_ids)
    if not clocks:
        return
    events = lead_events(program_id, {clock.lead_id for clock in clocks})
    known = contracts(clock.version_id for clock in clocks)
    ended: list[tuple[Clock, Verdict, datetime | None]] = []
    for clock in clocks:
        clause = known[clock.version_id].clause(clock.clause)
        if clause is None or not clause.is_timed:
            continue
        promise = Promise(clock.event_id, clock.started_at, clock.due_at)
        found = verdict(promise, clause, events[clock.lead_id])
        if found and (found.state, found.met_at) != (clock.state, clock.met_at):
            ended.append((clock, found, _next_look(clock, clause, found)))
    if ended:
        _write(ended)
        _withdraw([clock for clock, found, _look in ended if _is_corrected(clock, found)], now)


def _open_clocks(program_id: int, lead_ids: Collection[int]) -> list[Clock]:
    """Lock the clocks in id order, like all other code that locks clocks without SKIP LOCKED."""
    rows = Clock.objects.in_program(program_id).filter(lead_id__in=list(lead_ids))
    rows = rows.filter(Q(state=Clock.State.RUNNING) | Q(state=Clock.State.BROKEN, met_at=None))
    return list(rows.select_for_update(no_key=True).order_by("pk"))


def _next_look(clock: Clock, clause: SlaClause, found: Verdict) -> datetime | None:
    if found.state != BROKEN:
        return None
    if clock.state == BROKEN:
        return clock.look_at
    return rung_due(clause, 0, clock.due_at, None)


def _is_corrected(clock: Clock, found: Verdict) -> bool:
    return clock.state == BROKEN and found.state != BROKEN


def _write(ended: Iterable[tuple[Clock, Verdict, datetime | None]]) -> None:
    rows = list(ended)
    parameters: list[Any] = [
        id_array(clock.pk for clock, _found, _look in rows),
        [found.state for _clock, found, _look in rows],
        [found.met_at for _clock, found, _look in rows],
        [found.ended_at for _clock, found, _look in rows],
        [look_at for _clock, _found, look_at in rows],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ENDED, parameters)


def _withdraw(clocks: Sequence[Clock], now: datetime) -> None:
    """Close the escalations of a breach that was declared before the timely deed was committed, so
    that nobody has to answer them. What was sent stays sent."""
    if not clocks:
        return
    with connection.cursor() as cursor:
        cursor.execute(_WITHDRAWN, [now, id_array(clock.pk for clock in clocks)])
    for clock in clocks:
        audit.record(by=None, action="clock.corrected", target=clock, program_id=clock.program_id)
