"""Matching what really happened to planned touches, or adding it as unplanned ones.

Engagements and logged attempts leave an `Occurrence` in the transaction that stores them (by
database triggers); tools report through `report_touch`. Whatever triggers the matcher, it finds
these rows.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Account, Engagement, Stakeholder
from alignment.core import locks
from alignment.core.audit import record
from alignment.core.locks import Turn
from alignment.people.models import Program, User
from alignment.sla.actions.transaction_limits import limit_transaction
from alignment.sla.models import Attempt

from ..models import Occurrence, Touch, TouchPerson
from ..queries.candidates import candidates, touched_at
from ..rules.matching import (
    OUTCOMES,
    SIGNALS,
    Event,
    Meaning,
    better,
    done_by_answer,
    match,
)
from .answers import correct, credit, wake_answers
from .checks import check_person
from .locks import lock_calendars
from .outcome import finish_touch, reopen_touch, set_result
from .planning import publish_touch, side_of
from .refusals import NotPlanned, TouchRefused

log = logging.getLogger(__name__)

BATCH = 100
# The assumed length of an unplanned contact, which no source reports.
LASTED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Report:
    """A source's report of something that happened. `at` is aware; `side` is used if `who` has no
    team."""

    source: str
    external_id: str
    account: Account
    meaning: Meaning
    at: datetime
    person: Stakeholder | None = None
    who: User | None = None
    side: str = ""
    message: str = ""
    note: str = ""


def match_occurrences() -> int:
    """Match all waiting occurrences, program by program; returns how many.

    One that cannot be matched is logged and left for the next call; it does not hold up the others.
    """
    taken, left = 0, set[int]()
    waiting = Occurrence.objects.across_programs().filter(waits=True)
    for program in Program.objects.filter(pk__in=waiting.values("program_id").distinct()):
        while found := _take(program, left):
            taken += found
    return taken


@transaction.atomic
def _take(program: Program, left: set[int]) -> int:
    limit_transaction()
    # Two concurrent matchers would both find the same touch still planned.
    locks.hold(Turn.MATCHING, program.pk)
    rows = Occurrence.objects.in_program(program).filter(waits=True).exclude(pk__in=left)
    waiting = list(rows.order_by("pk")[:BATCH])
    reports = {**_engagements(program, waiting), **_attempts(program, waiting)}
    _lock_calendars(program, reports.values())
    rest = _without_touch(program, reports)
    Occurrence.objects.in_program(program).filter(pk__in=rest).update(
        touch=None, waits=False, is_answer=True
    )
    # In order of time, because an opening answers the mail that was sent before it.
    waiting.sort(key=lambda row: reports[row.pk].at if row.pk in reports else row.created_at)
    for row in waiting:
        if row.pk in rest:
            continue
        try:
            with transaction.atomic():
                _settle(program, row, reports.get(row.pk))
        except (OperationalError, InterfaceError):
            # The database failed, not the occurrence.
            raise
        except Exception:
            log.exception("occurrence %s could not be matched", row.pk)
            left.add(row.pk)
    return len(waiting)


def _without_touch(program: Program, reports: Mapping[int, Report]) -> set[int]:
    """Answers of people whom no touch reached, settled together: most engagements are such."""
    answers = {pk: r for pk, r in reports.items() if r.person and not r.meaning.is_contact}
    people = {r.person.pk for r in answers.values() if r.person}
    met = TouchPerson.objects.in_program(program).filter(stakeholder__in=people)
    reached = set(met.values_list("stakeholder", flat=True))
    told = set(_reported(program, answers.values()).values_list("source", "external_id"))
    return {
        pk
        for pk, report in answers.items()
        if report.person and report.person.pk not in reached
        if (report.source, report.external_id) not in told
    }


@transaction.atomic
def report_touch(*, program: Program, report: Report, by: User | None) -> tuple[Touch, str]:
    """Record a tool's report of a message sent or a call made.

    Returns the touch, and `matched` (it was planned), `created` (it was not) or `duplicate` (the
    same source and id was reported before, whatever the report says now). Raises `ValidationError`.
    """
    # Two concurrent reports would both find the same touch still planned.
    locks.hold(Turn.MATCHING, program.pk)
    _lock_calendars(program, [report])
    row, is_new = Occurrence.objects.in_program(program).get_or_create(
        program=program,
        source=report.source,
        external_id=report.external_id,
        defaults={"waits": True},
    )
    if not is_new and row.touch is not None:
        return row.touch, "duplicate"
    check_person(program, report.who)
    touch, was_planned = _settle(program, row, report, by=by)
    assert touch is not None
    return touch, "matched" if was_planned else "created"


def _lock_calendars(program: Program, reports: Collection[Report]) -> None:
    """Lock the calendars concerned, all at once: whoever plans on several waits in the same order.

    A touch may be at the former account of a person, or at the one that its source had named.
    """
    named = {report.person.pk for report in reports if report.person}
    known = _reported(program, reports)
    lock_calendars(
        {report.account.pk for report in reports}
        | touched_at(program, named)
        | set(known.values_list("account_id", flat=True))
    )


def _reported(program: Program, reports: Collection[Report]) -> QuerySet[Touch]:
    """Touches that came from these sources with one of these ids."""
    return Touch.objects.in_program(program).filter(
        source__in={report.source for report in reports},
        external_id__in={report.external_id for report in reports},
    )


def _settle(
    program: Program, row: Occurrence, report: Report | None, *, by: User | None = None
) -> tuple[Touch | None, bool]:
    """The touch, and whether it was on the calendar; the occurrence waits no longer.

    An answer to a touch that nobody reported creates none. It waits again once that is reported.
    """
    touch, was_known = None, False
    if report is not None:
        report = replace(report, at=min(report.at, timezone.now()))
        touch = _planned(program, report, by)
        was_known = touch is not None
        if touch is None and report.meaning.is_contact:
            touch = _unplanned(program, report, by)
        row.is_answer = report.meaning.is_answer
    row.touch, row.waits = touch, False
    row.save(update_fields=["touch", "waits", "is_answer"])
    return touch, was_known


def _planned(program: Program, report: Report, by: User | None) -> Touch | None:
    """The planned touch, now marked as done; None if there is none.

    If somebody skips it meanwhile, that comes first, and the search is repeated.
    """
    rows = Touch.objects.in_program(program).select_for_update(of=("self",))
    own = rows.filter(source=report.source, external_id=report.external_id).first()
    if own is not None:
        return _known(own, report, by)
    while True:
        pk = _matched(program, report)
        if pk is None:
            return None
        touch = rows.get(pk=pk)
        if touch.state != Touch.State.SKIPPED:
            return _known(touch, report, by)


def _matched(program: Program, report: Report) -> int | None:
    known = candidates(
        program,
        person=report.person.pk if report.person else None,
        account=report.account.pk,
        channel=report.meaning.channel,
        at=report.at,
    )
    event = Event(report.meaning, report.at, report.who.pk if report.who else None)
    return match(event, known)


def _known(touch: Touch, report: Report, by: User | None) -> Touch:
    if touch.state == Touch.State.SKIPPED:
        # Its own source reports that it happened after all.
        touch = reopen_touch(touch=touch, by=by)
    if touch.state == Touch.State.PLANNED:
        touch = _finish(touch, report, by)
    elif not report.meaning.is_answer:
        correct(touch, at=report.at, by=by)
    credit(touch, report.who)
    return _with_result(touch, report, by)


def _finish(touch: Touch, report: Report, by: User | None) -> Touch:
    """Mark it as done; if it was late, the rest of its thread moves too, if there is room."""
    done_at = report.at
    if not report.meaning.is_contact:
        done_at = done_by_answer(planned=touch.starts_at, answered=report.at)
    for rest_moves in (True, False):
        try:
            return finish_touch(
                touch=touch,
                by=by,
                result=report.meaning.result,
                note=report.note,
                done_at=done_at,
                rest_moves=rest_moves,
            )
        except TouchRefused:
            log.info("touch %s was done late; what follows it has no room to move", touch.pk)
    raise NotPlanned


def _with_result(touch: Touch, report: Report, by: User | None) -> Touch:
    result = better(touch.result, report.meaning.result)
    if result == touch.result:
        return touch
    return set_result(touch=touch, by=by, result=result, note=report.note or None)


def _unplanned(program: Program, report: Report, by: User | None) -> Touch:
    """Add an unplanned touch. It is a fact, so collisions do not matter."""
    touch = Touch(
        program=program,
        account=report.account,
        channel=report.meaning.channel,
        side=side_of(program, report.who, given=report.side, by=by),
        who=report.who,
        starts_at=report.at,
        ends_at=report.at + LASTED,
        message=report.message,
        thread=0,
        state=Touch.State.DONE,
        done_at=report.at,
        result=report.meaning.result,
        result_note=report.note,
        source=report.source,
        external_id=report.external_id,
        created_by=by,
    )
    touch.save()
    touch.thread = touch.pk
    touch.save(update_fields=["thread"])
    if report.person is not None:
        TouchPerson.objects.create(program=program, touch=touch, stakeholder=report.person)
    record(
        by=by,
        action="touch.reported",
        target=touch,
        program_id=program.pk,
        source=report.source,
        external_id=report.external_id,
    )
    wake_answers(touch)
    publish_touch(touch)
    return touch


def _engagements(program: Program, waiting: Iterable[Occurrence]) -> dict[int, Report]:
    """Reports from the waiting engagements; none for people without an account."""
    of = {row.row_id or 0: row for row in waiting if row.source == Occurrence.ENGAGEMENT}
    found = Engagement.objects.in_program(program).filter(pk__in=of)
    found = found.exclude(stakeholder__account=None)
    return {
        of[event.pk].pk: Report(
            source=Occurrence.ENGAGEMENT,
            external_id=str(event.pk),
            account=event.stakeholder.account,  # type: ignore[arg-type]
            person=event.stakeholder,
            meaning=SIGNALS[event.signal.code],
            at=event.occurred_at,
            side=event.signal.side,
        )
        for event in found.select_related("signal", "stakeholder__account")
    }


def _attempts(program: Program, waiting: Iterable[Occurrence]) -> dict[int, Report]:
    of = {row.row_id or 0: row for row in waiting if row.source == Occurrence.ATTEMPT}
    found = Attempt.objects.in_program(program).filter(pk__in=of)
    found = found.exclude(lead__stakeholder__account=None)
    return {
        of[attempt.pk].pk: Report(
            source=Occurrence.ATTEMPT,
            external_id=str(attempt.pk),
            account=attempt.lead.stakeholder.account,  # type: ignore[arg-type]
            person=attempt.lead.stakeholder,
            meaning=Meaning(attempt.channel, OUTCOMES[attempt.outcome]),
            at=attempt.at,
            who=attempt.by,
            note=attempt.note,
        )
        for attempt in found.select_related("by", "lead__stakeholder__account")
    }
