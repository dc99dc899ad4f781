"""Planning and editing a touch: the form and its conflicts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.models import Account
from alignment.core.addresses import number_in
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.people.queries import members_of
from alignment.workspace.accounts.account_picker import Offer, choose, offer
from alignment.workspace.accounts.record import account_in
from alignment.workspace.leads.replies import gone_to
from alignment.workspace.pages import form_page
from campaigns.calendar.actions.changing import change_touch
from campaigns.calendar.actions.judging import check_touch
from campaigns.calendar.actions.noting import note_touch
from campaigns.calendar.actions.planning import (
    committee,
    plan_touch,
    side_of,
    try_touch,
)
from campaigns.calendar.actions.refusals import Collides, NotPlanned, TouchChanged
from campaigns.calendar.actions.slips import Slip
from campaigns.calendar.models import Touch
from campaigns.calendar.queries.conflict_context import slot_of, zone_of
from campaigns.calendar.queries.conflict_words import describe
from campaigns.calendar.queries.pages import following, touch_in

from .collisions import Refused, chose_slot, refused_by, with_slot
from .forms import DoneForm, TouchForm
from .initial import proposed, stored
from .slip_words import with_slips

if TYPE_CHECKING:
    from django.http import HttpResponse

    from alignment.people.models import User
    from alignment.people.requests import ProgramRequest
    from campaigns.calendar.rules.conflicts import Conflict
    from campaigns.calendar.rules.slots import Slot

TEMPLATE = "workspace/calendar/form.html"
ONE_MINUTE = timedelta(minutes=1)


@require_http_methods(["GET", "POST"])
@requires(Permission.PLAN_TOUCHES)
@vary_on_headers("HX-Request")
def plan(request: ProgramRequest) -> HttpResponse:
    """Choose the account first, then everything else; refused input is kept."""
    company = _company(request)
    if company is None:
        offered = offer(program=request.program, user=request.user, text=request.GET.get("q", ""))
        if request.htmx or offered.meant is None:
            return _which_account(request, offered)
        company = offered.meant
    form, users = _form(request, company, initial=proposed(request, company))
    words: dict[str, Any] = {"title": _("Plan a touch"), "back": _board(request)}
    refused: Refused | None = None
    if request.POST.get("do") == "note":
        return _noted(request, form, company, users, words)
    if chose_slot(request.POST):
        return _show(request, form, company, **words, **_verdict(request, form, company, users))
    if form.is_valid():
        given = form.given(users)
        try:
            touch = plan_touch(program=request.program, account=company, by=request.user, **given)
        except Collides as collides:
            refused = refused_by(request.program, company, collides)
        except ValidationError as wrong:
            form.refuse(wrong)
            words["done_form"] = DoneForm() if form.has_error("starts_at", "over") else None
        else:
            return gone_to(request, _at(touch), _("Planned. Both teams see it."))
    return _show(request, form, company, refused=refused, **words)


def _noted(
    request: ProgramRequest,
    form: TouchForm,
    company: Account,
    users: dict[int, User],
    words: dict[str, Any],
) -> HttpResponse:
    """Record a touch that took place without having been planned."""
    came = DoneForm(request.POST)
    if form.is_valid() and came.is_valid():
        given = {name: value for name, value in form.given(users).items() if name != "reason"}
        given |= {name: came.cleaned_data[name] for name in ("result", "note")}
        try:
            touch = note_touch(program=request.program, account=company, by=request.user, **given)
        except ValidationError as wrong:
            form.refuse(wrong)
        else:
            return gone_to(request, _at(touch), _("Written down as done. Both teams see it."))
    return _show(request, form, company, done_form=came, **words)


@require_http_methods(["GET", "POST"])
@requires(Permission.PLAN_TOUCHES)
@vary_on_headers("HX-Request")
def edit(request: ProgramRequest, touch_id: int) -> HttpResponse:
    touch = touch_in(program=request.program, touch_id=touch_id)
    if touch is None:
        raise Http404
    form, users = _form(request, touch.account, touch=touch, initial=stored(touch))
    refused: Refused | None = None
    is_changed, along = False, list[Slip]()
    verdict: dict[str, Any] = {}
    if chose_slot(request.POST):
        verdict = _verdict(request, form, touch.account, users)
    elif form.is_valid():
        try:
            seen = parse_datetime(request.POST.get("seen", "")[:40])
            given = form.given(users)
            change_touch(touch=touch, by=request.user, seen=seen, along=along, **given)
        except TouchChanged:
            # Read again with its people, to show the stored values beside the typed ones.
            touch = touch_in(program=request.program, touch_id=touch_id) or touch
            form.show_changes(stored(touch))
            is_changed = True
        except Collides as collides:
            refused = refused_by(request.program, touch.account, collides)
        except NotPlanned:
            form.add_error(None, _("It is no longer planned, so its plan cannot change."))
        except ValidationError as wrong:
            form.refuse(wrong)
        else:
            return gone_to(request, _at(touch), with_slips(_("Saved. Both teams see it."), along))
    sent = request.POST.get("seen", "")[:40]
    return _show(
        request,
        form,
        touch.account,
        is_changed=is_changed,
        following=following(touch),
        seen=sent if sent and not is_changed else touch.updated_at.isoformat(),
        title=_("Edit the touch"),
        back=_at(touch),
        **{"refused": refused, **verdict},
    )


@require_POST
@requires(Permission.PLAN_TOUCHES)
def check(request: ProgramRequest) -> HttpResponse:
    """The conflicts of the touch in the form, while it is being filled in."""
    company = _company(request)
    if company is None:
        raise Http404
    touch_id = number_in(request.GET, "touch")
    touch = touch_in(program=request.program, touch_id=touch_id) if touch_id else None
    form, users = _form(request, company, touch=touch)
    context = {"form": form, **_verdict(request, form, company, users)}
    return render(request, f"{TEMPLATE}#verdict", context)


def _verdict(
    request: ProgramRequest, form: TouchForm, company: Account, users: dict[int, User]
) -> dict[str, Any]:
    """The conflicts and free slots for the template; invalid fields show errors in the form."""
    asks = {"asks": True}
    if not form.is_valid():
        return asks
    given = form.given(users)
    try:
        found, free = _tried(request, company, form.touch, given)
    except ValidationError as wrong:
        form.refuse(wrong)
        return asks
    return {
        **asks,
        "checked": True,
        "refused": Refused(describe(request.program, found), free, zone_of(company)),
        "theirs": _theirs(company, given["starts_at"]),
        "ours": timezone.localtime(given["starts_at"]),
    }


def _company(request: ProgramRequest) -> Account | None:
    """The account whose id is in the address."""
    if not request.GET.get("account"):
        return None
    pk = number_in(request.GET, "account") or 0
    found = account_in(program=request.program, account_id=pk)
    if found is None:
        raise Http404
    return found


def _which_account(request: ProgramRequest, offered: Offer) -> HttpResponse:
    board = _board(request)
    campaign = number_in(request.GET, "campaign")
    kept = {"campaign": str(campaign)} if campaign else {}
    words = {"title": _("Plan a touch"), "home": board, "home_title": _("Calendar")}
    return choose(request, offered, kept=kept, **words)


def _form(
    request: ProgramRequest,
    company: Account,
    *,
    touch: Touch | None = None,
    initial: dict[str, Any] | None = None,
) -> tuple[TouchForm, dict[int, User]]:
    members = members_of(request.program)
    data = with_slot(request.POST) if request.method == "POST" else None
    form = TouchForm(
        data,
        program=request.program,
        members=members,
        company=company,
        touch=touch,
        initial=initial,
    )
    return form, {member.user_id: member.user for member in members}


def _show(
    request: ProgramRequest,
    form: TouchForm,
    company: Account,
    *,
    refused: Refused | None = None,
    is_changed: bool = False,
    asks: bool = False,
    **words: Any,
) -> HttpResponse:
    address = f"{request.path}?account={company.pk}"
    touch = form.touch.pk if form.touch else ""
    check_address = reverse("workspace:touch_check", args=[request.program.slug])
    if form.is_bound:
        at = getattr(form, "cleaned_data", {}).get("starts_at") or timezone.now()
    else:
        at = form["starts_at"].value()
    return form_page(
        request,
        TEMPLATE,
        form,
        **{
            "conflict": not asks and (refused is not None or is_changed),
            "asks": asks,
            "checked": refused is not None,
            "company": company,
            "refused": refused,
            "theirs": _theirs(company, at),
            "check_url": f"{check_address}?account={company.pk}&touch={touch}",
            "action": address,
            **words,
        },
    )


def _theirs(company: Account, at: datetime) -> datetime | None:
    zone = zone_of(company)
    return at.astimezone(zone) if zone else None


def _tried(
    request: ProgramRequest, company: Account, touch: Touch | None, given: dict[str, Any]
) -> tuple[list[Conflict], list[Slot]]:
    """The conflicts of the touch as filled in, and slots without any."""
    fields = {name: value for name, value in given.items() if name != "reason"}
    if touch is None:
        return try_touch(program=request.program, account=company, by=request.user, **fields)
    everybody, follows = given["is_whole_committee"], given["follows"]
    wish = replace(
        slot_of(touch),
        people=frozenset(committee(company) if everybody else given["people"]),
        who=given["who"].pk if given["who"] else None,
        side=side_of(request.program, given["who"], given=touch.side, by=request.user),
        channel=given["channel"],
        starts=given["starts_at"],
        # A touch that ends before it starts is refused on saving, so any end will do here.
        ends=max(given["ends_at"], given["starts_at"] + ONE_MINUTE),
        thread=follows.thread if follows else touch.pk,
        follows=follows.pk if follows else None,
        message=given["message"],
        asset=given["asset"].pk if given["asset"] else None,
    )
    return check_touch(program=request.program, account=company, touch=wish)


def _at(touch: Touch) -> str:
    return reverse("workspace:touch", args=[touch.program.slug, touch.pk])


def _board(request: ProgramRequest) -> str:
    return reverse("workspace:calendar", args=[request.program.slug])
