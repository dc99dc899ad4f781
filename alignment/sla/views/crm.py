"""Whether an outside CRM confirms updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from alignment.people.access import requires
from alignment.people.permissions import Permission

from ..actions.crm import set_outside_crm

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest


@require_POST
@requires(Permission.MANAGE_PROGRAM)
def outside_crm(request: ProgramRequest) -> HttpResponse:
    outside = request.POST.get("outside_crm") == "yes"
    set_outside_crm(program=request.program, outside_crm=outside, by=request.user)
    if outside:
        messages.success(request, _("From now on your CRM confirms each change of status."))
    else:
        messages.success(request, _("From now on Entente is the CRM."))
    return redirect("sla:page", request.program.slug)
