"""How the accounts answer a criterion while it is being typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from alignment.people.access import requires
from alignment.people.permissions import Permission

from .forms import FORMS, CriterionForm
from .queries_counts import counted, profile_so_far
from .rules import Criterion, InvalidIcp, parse_icp
from .words import kind_title

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest

# Key of a criterion that has none yet.
NEW = "(new)"


@require_POST
@requires(Permission.COMMENT_AGREEMENTS)
def count(request: ProgramRequest, kind: str) -> HttpResponse:
    """Accounts that pass, fail and are unknown, before anything is saved; or else what is wrong."""
    if kind not in FORMS:
        raise Http404
    form = FORMS[kind](request.POST)
    criterion = typed(form, request.POST.get("key") or NEW)
    context: dict[str, Any] = {"form": form, "title": kind_title(kind)}
    if criterion is not None:
        profile = profile_so_far(request.program)
        context["criterion"] = criterion
        context["counted"] = counted(program=request.program, profile=profile, criterion=criterion)
        context["has_profile"] = bool(profile.criteria)
    else:
        context["problems"] = problems_of(form)
    return render(request, "icp/count.html", context)


def typed(form: CriterionForm, key: str) -> Criterion | None:
    """The criterion as typed in the form; a missing reason is ignored."""
    form.fields["reason"].required = False
    if not form.is_valid():
        return None
    try:
        (criterion,) = parse_icp({"criteria": [{**form.values(), "key": key}]}).criteria
    except InvalidIcp as invalid:
        form.take_errors(invalid.errors)
        return None
    return criterion


def problems_of(form: CriterionForm) -> list[str]:
    """Each field's messages, preceded by its label."""
    found = []
    colon = pgettext("after a label", ":")
    for name, texts in form.errors.items():
        label = str(form.fields[name].label) if name in form.fields else ""
        found += [f"{label}{colon} {text}" if label else str(text) for text in texts]
    return found
