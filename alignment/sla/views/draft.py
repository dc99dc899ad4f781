"""Editing the next contract."""

from __future__ import annotations

from collections import defaultdict
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from alignment.agreements import draft_views as drafting
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import draft_of, in_force
from alignment.people.access import requires
from alignment.people.permissions import Permission

from ..agreement import remarks
from ..forms.draft import ContractForm
from ..queries.contract import changes
from ..rules.contract import parse_contract

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alignment.agreements.rules import Change, Remark
    from alignment.people.requests import ProgramRequest

edits = requires(Permission.EDIT_AGREEMENTS)
form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@edits
def draft(request: ProgramRequest) -> HttpResponse:
    """The whole contract in one form. A button named `do` changes rows; only `save` stores them."""
    version = draft_of(request.program, Kind.SLA)
    if request.method != "POST":
        if version is None:
            return redirect("sla:page", request.program.slug)
        form = ContractForm.of(parse_contract(version.content), version.note)
        return _editor(request, version, form)
    form = ContractForm.sent(request.POST)
    if version is None:
        return _editor(request, None, form, status=HTTPStatus.CONFLICT)
    wish = request.POST.get("do", "save")
    if wish != "save":
        form = form.loosened()
        form.rearrange(wish)
        return _editor(request, version, form)
    unsaved = drafting.save(request, version, form)
    if unsaved is None:
        return redirect("sla:draft", request.program.slug)
    return _editor(request, unsaved.version, form, status=unsaved.status, theirs=unsaved.theirs)


def _editor(
    request: ProgramRequest,
    version: Version | None,
    form: ContractForm,
    *,
    status: int = HTTPStatus.OK,
    theirs: Sequence[Change] = (),
) -> HttpResponse:
    """`version` is None if the draft was deleted; `theirs` is how another person's save differs."""
    current = in_force(request.program, Kind.SLA)
    content, row_of = form.sketch()
    said, whole = _placed(remarks(request.program, content), row_of)
    context = {
        "sides": [
            (side, [(row, said.get(row.number, [])) for row in rows]) for side, rows in form.sides
        ],
        "remarks": whole,
        "current": current,
        "form": form,
        "changes": changes(version=version, current=current) if version else [],
        **drafting.editor_context(request, version, status=status, theirs=theirs),
    }
    part = "#editor" if request.htmx else ""
    return render(request, f"sla/draft.html{part}", context, status=status)


def _placed(
    found: Sequence[Remark], row_of: dict[str, str]
) -> tuple[dict[str, list[Remark]], list[Remark]]:
    """Remarks by row, and those about the whole contract."""
    by_row: dict[str, list[Remark]] = defaultdict(list)
    whole = []
    for remark in found:
        row = row_of.get(remark.place.removeprefix("clause:"))
        if row is None:
            whole.append(remark)
        else:
            by_row[row].append(remark)
    return dict(by_row), whole
