"""Who is in the program."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alignment.people import queries
from alignment.people.access import requires
from alignment.people.actions.members import adjust_member
from alignment.people.forms import InvitationForm, MemberForm
from alignment.people.models import Membership, Role, Side
from alignment.people.permissions import Permission, Seat, may, may_fill, works_leads
from alignment.people.requests import ProgramRequest

# Without a mail server, the session keeps an invitation's link until the page has shown it, because
# the database only has its hash.
HANDED = "handed_link"


def members_page(
    request: ProgramRequest, form: InvitationForm | None = None, status: int = 200
) -> HttpResponse:
    """Members and open invitations, with the invitation form for those who may invite."""
    actor = request.membership
    seat = Seat.of(actor)
    rows = [
        {"membership": row, "may_change": may_fill(seat, Seat.of(row)), "is_me": row.pk == actor.pk}
        for row in queries.members_of(request.program)
    ]
    words: dict[str, Any] = {"rows": rows, "tab": "members", "handed": _handed(request)}
    if may(actor.role, Permission.MANAGE_PEOPLE):
        words["form"] = form or InvitationForm(membership=actor)
        invitations = queries.invitations_of(request.program)
        closed = queries.without_sender(request.program, invitations)
        words["invitations"] = [
            {
                "invitation": row,
                "may_change": may_fill(seat, Seat.at(row.role, row.team)),
                "expired": row.expires_at <= timezone.now(),
                "closed": row.pk in closed,
            }
            for row in invitations
        ]
    return render(request, "people/settings/members.html", words, status=status)


def hand_over(request: ProgramRequest, *, email: str, link: str) -> None:
    """Let the next view of the page show the link of an invitation that is not mailed."""
    request.session[HANDED] = [request.program.pk, email, link]


def _handed(request: ProgramRequest) -> dict[str, str] | None:
    """Address and link of an invitation just made to this program; returned once."""
    program, email, link = request.session.get(HANDED, (None, "", ""))
    if program != request.program.pk:
        return None
    del request.session[HANDED]
    return {"email": email, "link": link}


@never_cache
@require_safe
@requires(Permission.READ)
def members(request: ProgramRequest) -> HttpResponse:
    return members_page(request)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def member(request: ProgramRequest, member: int) -> HttpResponse:
    row = _changeable(request, member)
    alone, worked = queries.side_left_alone(row), works_leads(Seat.of(row))
    form = MemberForm(
        request.POST or None,
        membership=request.membership,
        initial={"role": row.role, "team": row.team_id, "leads_a_week": row.leads_a_week},
    )
    if request.method == "POST" and form.is_valid():
        form.run(lambda: adjust_member(membership=row, by=request.user, **form.changes()))
        if not form.errors:
            messages.success(request, _("%(name)s was changed.") % {"name": row.user})
            return _after_change(request, row.pk, alone, worked)
    words = {"form": form, "row": row, "tab": "members"}
    status = 422 if form.errors else 200
    return render(request, "people/settings/member.html", words, status=status)


def _after_change(
    request: ProgramRequest, pk: int, alone: Side | None, worked: bool
) -> HttpResponse:
    """Warn of a side that nobody signs for any more, and ask who gets the work of somebody who no
    longer works leads."""
    row = queries.member(program=request.program, pk=pk)
    if row:
        warn_of_side_left_alone(request, alone, row)
    if worked and row and not works_leads(Seat.of(row)) and _may_still_change(request, row):
        return redirect("workspace:member_work", request.program.slug, row.pk)
    return redirect("program:members", request.program.slug)


def warn_of_side_left_alone(request: HttpRequest, alone: Side | None, row: Membership) -> None:
    """`alone` is the side that had nobody but this member to sign for it before the change."""
    if alone and (row.role, row.side) != (Role.MANAGER, alone):
        text = _("%(side)s has no manager any more: nobody can sign an agreement for it.")
        messages.warning(request, text % {"side": alone.label})


def _may_still_change(request: ProgramRequest, row: Membership) -> bool:
    """Whoever takes a role from themselves may not."""
    seat = queries.seat_of(user=request.user, program=request.program)
    return seat is not None and may_fill(seat, Seat.of(row))


def _changeable(request: ProgramRequest, pk: int) -> Membership:
    row = queries.member(program=request.program, pk=pk)
    if row is None or not may_fill(Seat.of(request.membership), Seat.of(row)):
        raise Http404
    return row
