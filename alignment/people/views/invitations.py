"""Inviting people into the program."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from alignment.core.hints import hint
from alignment.people import queries
from alignment.people.access import requires
from alignment.people.actions.invitations import Invited, invite, resend, revoke
from alignment.people.forms import InvitationForm
from alignment.people.mail import invitation_link, reaches_people
from alignment.people.models import Invitation
from alignment.people.permissions import Permission
from alignment.people.requests import ProgramRequest
from alignment.people.tasks import send_sign_in_mail

from .members import hand_over, members_page


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def create(request: ProgramRequest) -> HttpResponse:
    form = InvitationForm(request.POST, membership=request.membership)
    if form.is_valid():
        invited = form.run(
            lambda: invite(
                program=request.program,
                by=request.user,
                by_mail=reaches_people(),
                **form.cleaned_data,
            )
        )
        if invited:
            _deliver(request, invited)
            return redirect("program:members", request.program.slug)
    return members_page(request, form, status=422)


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def send_again(request: ProgramRequest, invitation: int) -> HttpResponse:
    try:
        waiting = _open(request, invitation)
        invited = resend(invitation=waiting, by=request.user, by_mail=reaches_people())
        _deliver(request, invited)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("program:members", request.program.slug)


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def take_back(request: ProgramRequest, invitation: int) -> HttpResponse:
    try:
        revoke(invitation=_open(request, invitation), by=request.user)
        messages.success(request, _("The invitation was taken back."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("program:members", request.program.slug)


def _open(request: ProgramRequest, pk: int) -> Invitation:
    found = queries.invitation(program=request.program, pk=pk)
    if found is None:
        raise Http404
    return found


def _deliver(request: ProgramRequest, invited: Invited) -> None:
    words = {"email": invited.invitation.email}
    if not reaches_people():
        # Only without a mail server: otherwise the mailed link proves that the address is theirs.
        hand_over(request, **words, link=invitation_link(invited))
        return
    hint(send_sign_in_mail)
    messages.success(request, _("An invitation is on its way to %(email)s.") % words)
