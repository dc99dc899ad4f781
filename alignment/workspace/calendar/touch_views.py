"""One touch: reading it, moving it, and recording its outcome."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from alignment.core.addresses import number_in
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.workspace.leads.replies import gone_to
from alignment.workspace.pages import form_page
from campaigns.calendar.actions.changing import change_touch
from campaigns.calendar.actions.judging import check_touch
from campaigns.calendar.actions.outcome import finish_touch, reopen_touch, skip_touch
from campaigns.calendar.actions.refusals import Collides, NotPlanned
from campaigns.calendar.actions.slips import Slip
from campaigns.calendar.models import Touch
from campaigns.calendar.queries.callees import callees
from campaigns.calendar.queries.conflict_context import slot_of, zone_of
from campaigns.calendar.queries.conflict_words import KIND_NAMES, describe
from campaigns.calendar.queries.open_conflicts import open_conflicts
from campaigns.calendar.queries.overriding import overriding
from campaigns.calendar.queries.pages import following, taking_up, thread_of, touch_in
from campaigns.library.models import TouchChannel

from .collisions import Refused, chose_slot, refused_by, with_slot
from .forms import DoneForm, MoveForm, SkipForm
from .periods import read_day
from .slip_words import with_slips

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest

TEMPLATE = "workspace/calendar/touch.html"
MOVE = "workspace/calendar/move.html"


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def touch(request: ProgramRequest, touch_id: int) -> HttpResponse:
    """A page, or for htmx a dialog over the calendar."""
    return _show(request, _found(request, touch_id))


@require_POST
@requires(Permission.PLAN_TOUCHES)
def done(request: ProgramRequest, touch_id: int) -> HttpResponse:
    row = _found(request, touch_id)
    form, along = DoneForm(request.POST), list[Slip]()
    if form.is_valid():
        try:
            finish_touch(touch=row, by=request.user, along=along, **form.cleaned_data)
        except NotPlanned:
            return _late(request, row)
        except ValidationError as wrong:
            form.add_error("done_at", wrong.messages[0])
        except Collides as collides:
            return _show(
                request, row, 409, refused=refused_by(request.program, row.account, collides)
            )
        else:
            said = with_slips(_("Done. What follows it can go on."), along)
            return gone_to(request, _at(request, row), said)
    return _show(request, row, 422, done_form=form)


@require_POST
@requires(Permission.PLAN_TOUCHES)
def skip(request: ProgramRequest, touch_id: int) -> HttpResponse:
    row = _found(request, touch_id)
    form = SkipForm(request.POST)
    if form.is_valid():
        try:
            skip_touch(touch=row, by=request.user, **form.cleaned_data)
        except NotPlanned:
            return _late(request, row)
        return gone_to(request, _at(request, row), _("Skipped. Its place is free again."))
    return _show(request, row, 422, skip_form=form)


@require_POST
@requires(Permission.PLAN_TOUCHES)
def reopen(request: ProgramRequest, touch_id: int) -> HttpResponse:
    row = _found(request, touch_id)
    try:
        reopen_touch(touch=row, by=request.user)
    except Collides as collides:
        return _show(request, row, 409, refused=refused_by(request.program, row.account, collides))
    return gone_to(request, _at(request, row), _("It is planned again."))


@require_http_methods(["GET", "POST"])
@requires(Permission.PLAN_TOUCHES)
@vary_on_headers("HX-Request")
def move(request: ProgramRequest, touch_id: int) -> HttpResponse:
    """Move it to another time; conflicts there are shown with the nearest free slots."""
    row = _found(request, touch_id)
    data = with_slot(request.POST) if request.method == "POST" else None
    form = MoveForm(data, touch=row)
    refused, along = None, list[Slip]()
    if chose_slot(request.POST):
        return _move_page(request, form, row, _met_there(request, form, row), asks=True)
    if form.is_valid():
        try:
            change_touch(touch=row, by=request.user, along=along, **form.cleaned_data)
        except NotPlanned:
            return _late(request, row)
        except Collides as collides:
            refused = refused_by(request.program, row.account, collides)
        except ValidationError as wrong:
            form.refuse(wrong)
        else:
            said = with_slips(_("Moved. Both teams see it."), along)
            return gone_to(request, _at(request, row), said)
    return _move_page(request, form, row, refused)


def _met_there(request: ProgramRequest, form: MoveForm, row: Touch) -> Refused | None:
    """The conflicts at the time in the form; None if the time is invalid."""
    if not form.is_valid():
        return None
    starts, ends = form.cleaned_data["starts_at"], form.cleaned_data["ends_at"]
    wish = replace(slot_of(row), starts=starts, ends=ends)
    found, free = check_touch(program=request.program, account=row.account, touch=wish)
    return Refused(describe(request.program, found), free, zone_of(row.account))


@require_POST
@requires(Permission.PLAN_TOUCHES)
def drag(request: ProgramRequest) -> HttpResponse:
    """A chip was dropped on a day or an hour: the server decides whether it may stay there.

    If not, the response is the form to move it, and the chip returns to its place.
    """
    row = _found(request, number_in(request.POST, "touch") or 0)
    starts = _dropped_at(request, row)
    if starts is None:
        raise Http404
    ends, along = starts + (row.ends_at - row.starts_at), list[Slip]()
    try:
        change_touch(touch=row, by=request.user, along=along, starts_at=starts, ends_at=ends)
    except NotPlanned:
        return _toast(messages.WARNING, _("It is no longer planned."))
    except ValidationError as wrong:
        return _toast(messages.WARNING, wrong.messages[0])
    except Collides as collides:
        sent = {"starts_at": _typed(starts), "ends_at": _typed(ends)}
        form = MoveForm(sent, touch=row)
        return _move_page(request, form, row, refused_by(request.program, row.account, collides))
    said = date_format(timezone.localtime(starts), "SHORT_DATETIME_FORMAT")
    return _toast(messages.SUCCESS, with_slips(_("Moved to %(when)s.") % {"when": said}, along))


def _dropped_at(request: ProgramRequest, row: Touch) -> datetime | None:
    """The day it was dropped on, with the hour of that cell or the touch's own."""
    day = read_day(request.POST.get("day", ""))
    if day is None:
        return None
    at = timezone.localtime(row.starts_at).replace(tzinfo=None, fold=0)
    hour = request.POST.get("hour", "")
    if hour.isascii() and hour.isdecimal() and len(hour) <= 2 and int(hour) < 24:
        at = at.replace(hour=int(hour))
    elif hour:
        return None
    moved = datetime.combine(day, at.time())
    return timezone.make_aware(moved)


def _found(request: ProgramRequest, touch_id: int) -> Touch:
    row = touch_in(program=request.program, touch_id=touch_id)
    if row is None:
        raise Http404
    return row


def _show(request: ProgramRequest, row: Touch, status: int = 200, **more: Any) -> HttpResponse:
    """The touch; `more` carries a refused form with its input."""
    now, zone = timezone.now(), zone_of(row.account)
    met = open_conflicts(request.program, [row] if row.ends_at > now else [], now)
    starts, ends = timezone.localtime(row.starts_at), timezone.localtime(row.ends_at)
    context = {
        "touch": row,
        "starts": starts,
        "ends": ends,
        "theirs": starts.astimezone(zone) if zone else None,
        "callees": callees(row) if row.channel == TouchChannel.CALL else [],
        "there": now.astimezone(zone) if zone else None,
        "told": describe(request.program, met.get(row.pk, [])),
        "nevertheless": overriding(row, now),
        "overridden": [KIND_NAMES.get(kind, kind) for kind in row.overridden],
        "thread": thread_of(row),
        "taking_up": taking_up(row) if row.state == Touch.State.PLANNED else [],
        "is_late": row.state == Touch.State.PLANNED and row.ends_at <= now,
        "done_form": DoneForm(),
        "skip_form": SkipForm(),
        **more,
    }
    part = "#touch" if request.htmx else ""
    return render(request, f"{TEMPLATE}{part}", context, status=status)


def _move_page(
    request: ProgramRequest,
    form: MoveForm,
    row: Touch,
    refused: Refused | None,
    *,
    asks: bool = False,
) -> HttpResponse:
    zone = zone_of(row.account)
    there = timezone.localtime(form.cleaned_data["starts_at"]) if asks and refused else None
    return form_page(
        request,
        MOVE,
        form,
        conflict=refused is not None,
        asks=asks,
        touch=row,
        following=following(row),
        refused=refused,
        theirs=timezone.localtime(row.starts_at).astimezone(zone) if zone else None,
        ours=there,
        theirs_there=there.astimezone(zone) if there and zone else None,
        action=reverse("workspace:touch_move", args=[request.program.slug, row.pk]),
        back=_at(request, row),
        title=_("Move the touch"),
    )


def _late(request: ProgramRequest, row: Touch) -> HttpResponse:
    """Somebody else was faster: show what they did."""
    return gone_to(request, _at(request, row), _("It is no longer planned."), messages.WARNING)


def _toast(level: int, text: str) -> HttpResponse:
    """For htmx: show the message and fetch the board again."""
    reply = HttpResponse(status=204)
    toast = {"level": messages.DEFAULT_TAGS[level], "text": text}
    reply["HX-Trigger"] = json.dumps({"toast": toast, "sse:calendar": {}})
    return reply


def _typed(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def _at(request: ProgramRequest, row: Touch) -> str:
    return reverse("workspace:touch", args=[request.program.slug, row.pk])
