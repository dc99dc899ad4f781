"""Removing a person, or moving them away from sales, without leaving their work behind."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from alignment.jobs.models import Job
from alignment.people import queries
from alignment.people.access import requires
from alignment.people.permissions import Permission, Seat, may_fill

from .forms import HeirsForm
from .handover import HandedOver, hand_over, remove_and_hand_over
from .owned_work import owned_by

if TYPE_CHECKING:
    from alignment.people.models import Membership
    from alignment.people.requests import ProgramRequest

    from .owned_work import OwnedWork

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@requires(Permission.READ)
def remove(request: ProgramRequest, member: int) -> HttpResponse:
    """Remove somebody, or leave, after seeing what is left behind."""
    row = _member(request, member)
    is_me = row.user_id == request.user.pk
    if not is_me and not may_fill(Seat.of(request.membership), Seat.of(row)):
        raise PermissionDenied
    owned = owned_by(row)
    form = _form(request, row, owned)
    if form.is_bound and form.is_valid():
        end = partial(remove_and_hand_over, member=row, by=request.user)
        given = form.run(partial(end, heirs=form.heirs()))
        if given is not None:
            _message_given(request, given)
            return _gone(request, row, is_me)
    words = {"row": row, "owned": owned, "form": form, "is_me": is_me, "tab": "members"}
    words["side_alone"] = queries.side_left_alone(row)
    return _page(request, "workspace/members/remove.html", words)


@form_page
@requires(Permission.MANAGE_PEOPLE)
def work(request: ProgramRequest, member: int) -> HttpResponse:
    """What somebody still holds who no longer works leads."""
    row = _member(request, member)
    if not may_fill(Seat.of(request.membership), Seat.of(row)):
        raise Http404
    owned = owned_by(row)
    form = _form(request, row, owned)
    if form.is_bound and form.is_valid():
        give_on = partial(hand_over, program=request.program, person=row.user_id, by=request.user)
        given = form.run(partial(give_on, heirs=form.heirs()))
        if given is not None:
            _message_given(request, given)
            return redirect("program:members", request.program.slug)
    if not owned.held and not owned.promises:
        return redirect("program:members", request.program.slug)
    words = {"row": row, "owned": owned, "form": form, "tab": "members"}
    return _page(request, "workspace/members/work.html", words)


def _member(request: ProgramRequest, pk: int) -> Membership:
    row = queries.member(program=request.program, pk=pk)
    if row is None:
        raise Http404
    return row


def _form(request: ProgramRequest, row: Membership, owned: OwnedWork) -> HeirsForm:
    sent = request.POST if request.method == "POST" else None
    return HeirsForm(sent, member=row, owned=owned, giver=request.membership)


def _page(request: ProgramRequest, template: str, words: dict[str, Any]) -> HttpResponse:
    return render(request, template, words, status=422 if words["form"].errors else 200)


def _gone(request: ProgramRequest, row: Membership, is_me: bool) -> HttpResponse:
    if is_me:
        messages.success(request, _("You left %(program)s.") % {"program": request.program})
        return redirect("people:programs")
    messages.success(request, _("%(name)s was removed.") % {"name": row.user})
    return redirect("program:members", request.program.slug)


def _message_given(request: ProgramRequest, given: HandedOver | Job) -> None:
    if isinstance(given, Job):
        messages.info(request, _("Their work changes hands in a job, see Jobs."))
        return
    if given.given:
        text = ngettext("%(n)d item changed hands.", "%(n)d items changed hands.", given.given)
        messages.success(request, text % {"n": given.given})
    if given.kept:
        text = ngettext(
            "%(n)d item stays under the old name: it would collide in the calendar, or break another rule.",
            "%(n)d items stay under the old name: they would collide in the calendar, or break another rule.",
            given.kept,
        )
        messages.warning(request, text % {"n": given.kept})
