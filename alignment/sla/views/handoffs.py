"""Hand-offs: their outcomes, and assigning one that waits for an owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from alignment.core.addresses import number_in
from alignment.people.access import requires
from alignment.people.permissions import Permission

from ..access import may_decide
from ..actions.handoffs import HandOffMoved, decide_owner
from ..forms.handoffs import DecideForm
from ..handoff_words import action_words, missing_words, read_brief, reason_words
from ..queries.handoff_config import sales_members
from ..queries.handoff_pages import (
    SHOWS,
    handoff_in,
    handoff_page,
    waiting_for_owner,
)
from ..queries.handoffs import waits_for_owner

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def handoffs(request: ProgramRequest) -> HttpResponse:
    show = request.GET.get("show", "all")
    show = show if show in SHOWS else "all"
    page = handoff_page(program=request.program, show=show, before=number_in(request.GET, "before"))
    waiting = waiting_for_owner(request.program)
    context = {
        "page": page,
        "show": show,
        "tab": "handoffs",
        "tabs": _tabs(show, waiting),
        "may_decide": may_decide(request.membership),
    }
    part = "#list" if request.htmx else ""
    return render(request, f"sla/handoffs.html{part}", context)


def _tabs(show: str, waiting: int) -> list[tuple[str, str, bool, int]]:
    labels = {
        "all": _("All"),
        "waiting": _("Without owner"),
        "unseen": _("Not opened yet"),
        "fits": _("Fits"),
        "no": _("Does not fit"),
    }
    return [
        (name, labels[name], name == show, waiting if name == "waiting" else 0) for name in SHOWS
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.READ)
def handoff(request: ProgramRequest, handoff_id: int) -> HttpResponse:
    """The brief at the time of the hand-off; a POST assigns the lead to somebody."""
    row = handoff_in(program=request.program, pk=handoff_id)
    if row is None:
        raise Http404
    decides = may_decide(request.membership)
    if request.method == "POST" and not decides:
        raise PermissionDenied
    form = DecideForm(request.POST or None, members=sales_members(request.program))
    if request.method == "POST" and form.is_valid():
        try:
            decide_owner(handoff=row, owner=form.cleaned_data["owner"], by=request.user)
        except HandOffMoved as moved:
            messages.warning(request, str(moved))
        else:
            names = {"lead": row.lead.stakeholder, "owner": form.cleaned_data["owner"]}
            messages.success(request, _("%(lead)s now belongs to %(owner)s.") % names)
        return redirect("sla:handoff", request.program.slug, row.pk)
    context = {
        "row": row,
        "lead": row.lead,
        "brief": read_brief(row.brief),
        "action": action_words(row.next_action),
        "reason": reason_words(row.route, row.why),
        "missing": missing_words(row.missing),
        "form": form if decides and waits_for_owner(row) else None,
        "tab": "handoffs",
    }
    return render(request, "sla/handoff.html", context, status=422 if form.errors else 200)
