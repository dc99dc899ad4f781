"""Writing the weekly briefing, exactly once a week, however many workers run this."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.core.live import bus
from alignment.core.moments import database_now
from alignment.core.sweeps import in_each
from alignment.people.models import Program, User

from ..models import Briefing, BriefingRead, BriefingRhythm
from ..queries.briefing_content import Period, content_of, is_empty
from ..queries.briefings import due_moment, usual_rhythm, written_for
from ..rules.rhythm import begins_at, last_moment, week_of
from .briefing_words import notify_briefing

LIVE = "briefings"
# At most this many programs with a due briefing are processed in one round.
AT_ONCE = 100


def write_due(*, now: datetime | None = None) -> int:
    """Write the briefings that are due, each in its own transaction; returns their number. `now`
    defaults to the database's clock.

    After a pause of several weeks one briefing covers the whole pause, five weeks at most.
    """
    moment = now or database_now()
    keep_rhythms(now=moment)
    rows = BriefingRhythm.objects.across_programs().filter(is_on=True, next_at__lte=moment)
    due = rows.select_related("program").order_by("next_at", "pk")[:AT_ONCE]
    return sum(in_each(due, lambda rhythm: write_one(rhythm=rhythm, now=moment)))


def keep_rhythms(*, now: datetime) -> None:
    """Create the usual rhythm for programs that have none, and adapt rhythms to a program's new
    time zone. One statement if there is nothing to do.
    """
    is_behind = Q(briefingrhythm=None) | ~Q(briefingrhythm__zone=F("time_zone"))
    for program in Program.objects.filter(is_behind).order_by("pk")[:AT_ONCE]:
        with transaction.atomic():
            usual = usual_rhythm(program, now)
            BriefingRhythm.objects.bulk_create([usual], ignore_conflicts=True)
            row = _locked(program)
            if row.zone != program.time_zone:
                row.zone = program.time_zone
                row.next_at = _next_unwritten(row, now)
                row.save(update_fields=["zone", "next_at"])


@transaction.atomic
def write_one(*, rhythm: BriefingRhythm, now: datetime) -> int:
    """Only the worker that advances `next_at` writes; a failed worker's transaction is undone."""
    mine = BriefingRhythm.objects.in_program(rhythm.program_id).filter(
        pk=rhythm.pk, is_on=True, next_at=rhythm.next_at
    )
    if not mine.update(next_at=rhythm.after(now)):
        return 0
    zone = ZoneInfo(rhythm.zone)
    end = last_moment(now, weekday=rhythm.weekday, hour=rhythm.hour, zone=zone)
    if written_for(rhythm.program, rhythm, end):
        # The briefing was brought forward before it was due.
        return 0
    _write(rhythm, due=end, end=end, by=None)
    return 1


@transaction.atomic
def write_now(*, program: Program, by: User | None, now: datetime | None = None) -> Briefing:
    """Bring the next briefing forward: it covers the time until now, and the one after it starts
    there. Raises `ValidationError` if it was brought forward already.
    """
    moment = now or database_now()
    keep_rhythms(now=moment)
    rhythm = _locked(program)
    if rhythm.is_on and rhythm.next_at <= moment and write_one(rhythm=rhythm, now=moment):
        # It was due, but the periodic task had not run yet.
        return Briefing.objects.in_program(program).latest("ends_at")
    due = due_moment(rhythm, moment)
    known = written_for(program, rhythm, due)
    if known is not None:
        text = _("The briefing of this week is written already; the next one can be next week.")
        raise ValidationError({"week": text})
    row = _write(rhythm, due=due, end=moment, by=by)
    rhythm.next_at = _next_unwritten(rhythm, moment)
    rhythm.save(update_fields=["next_at"])
    return row


@transaction.atomic
def set_rhythm(
    *,
    program: Program,
    by: User | None,
    weekday: int | None = None,
    hour: int | None = None,
    is_on: bool | None = None,
    now: datetime | None = None,
) -> BriefingRhythm:
    """Change the given settings; the next briefing is due at the first moment that fits them.
    Raises `ValidationError` by field. Safe to repeat.
    """
    moment = now or database_now()
    keep_rhythms(now=moment)
    row = _locked(program)
    said = {"weekday": weekday, "hour": hour, "is_on": is_on}
    changed = {
        name: [getattr(row, name), value]
        for name, value in said.items()
        if value is not None and getattr(row, name) != value
    }
    if not changed:
        return row
    for name, (_before, value) in changed.items():
        setattr(row, name, value)
    _demand_sense(row)
    row.next_at = _next_unwritten(row, moment)
    row.save()
    audit.record(
        by=by, action="briefing.rhythm", target=row, program_id=program.pk, changed=changed
    )
    bus.publish(program.pk, LIVE)
    return row


@transaction.atomic
def mark_read(*, briefing: Briefing, by: User) -> None:
    """Record that `by` has read it. Safe to repeat; the first time counts."""
    row = BriefingRead(program_id=briefing.program_id, briefing=briefing, user=by)
    if BriefingRead.objects.in_program(briefing.program_id).filter(briefing=briefing, user=by):
        return
    BriefingRead.objects.bulk_create([row], ignore_conflicts=True)
    bus.publish(briefing.program_id, f"briefing-{briefing.pk}")


def _write(rhythm: BriefingRhythm, *, due: datetime, end: datetime, by: User | None) -> Briefing:
    program, zone = rhythm.program, ZoneInfo(rhythm.zone)
    ends = Briefing.objects.in_program(program).filter(ends_at__lt=end).order_by("-ends_at")
    start = begins_at(end, ends.values_list("ends_at", flat=True).first(), zone)
    content = content_of(program, Period(start, end, rhythm.after(max(due, end)), zone))
    row = Briefing.objects.create(
        program=program,
        week=week_of(due, zone),
        starts_at=start,
        ends_at=end,
        content=content,
        is_empty=is_empty(content),
        written_by=by,
    )
    if not row.is_empty:
        notify_briefing(row)
    audit.record(by=by, action="briefing.write", target=row, program_id=program.pk)
    bus.publish(program.pk, LIVE)
    return row


def _next_unwritten(rhythm: BriefingRhythm, moment: datetime) -> datetime:
    """The first moment of the rhythm after `moment` for which no briefing is written yet."""
    at = rhythm.after(moment)
    return rhythm.after(at) if written_for(rhythm.program, rhythm, at) else at


def _locked(program: Program) -> BriefingRhythm:
    rows = BriefingRhythm.objects.in_program(program).select_for_update()
    return rows.get()


def _demand_sense(row: BriefingRhythm) -> None:
    errors = {}
    if not 0 <= row.weekday <= 6:
        errors["weekday"] = _("Choose a day of the week.")
    if not 0 <= row.hour <= 23:
        errors["hour"] = _("Give a full hour from 0 to 23.")
    if errors:
        raise ValidationError(errors)
