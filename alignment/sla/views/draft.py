"""Writing the next contract."""

from __future__ import annotations

from collections import defaultdict
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alignment.agreements.actions import drafts
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import draft_of, in_force
from alignment.agreements.rules import diff
from alignment.people.access import requires
from alignment.people.permissions import Permission

from ..actions import contract as actions
from ..agreement import clauses, remarks
from ..forms.draft import ContractForm
from ..queries.contract import changes
from ..rules.contract import InvalidContract, parse_contract

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alignment.agreements.rules import Change, Remark
    from alignment.people.requests import ProgramRequest

edits = requires(Permission.EDIT_AGREEMENTS)
form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_POST
@edits
def start(request: ProgramRequest) -> HttpResponse:
    """A draft from what is in force; while a proposal waits, that is shown instead."""
    try:
        drafts.start_draft(program=request.program, kind=Kind.SLA, by=request.user)
    except drafts.NotADraft:
        messages.warning(request, _("Another version is open: settle that one first."))
        return redirect("agreements:open", request.program.slug, Kind.SLA)
    return redirect("sla:draft", request.program.slug)


@require_POST
@edits
def discard(request: ProgramRequest) -> HttpResponse:
    version = draft_of(request.program, Kind.SLA)
    if version is None:
        raise Http404
    try:
        drafts.discard_draft(version=version, by=request.user)
    except drafts.NotADraft as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, _("The draft is gone. What is in force stays as it is."))
    return redirect("sla:page", request.program.slug)


@form_page
@edits
def draft(request: ProgramRequest) -> HttpResponse:
    """The whole contract in one form. A button named `do` changes rows; only `save` keeps them."""
    version = draft_of(request.program, Kind.SLA)
    if request.method != "POST":
        if version is None:
            return redirect("sla:page", request.program.slug)
        form = ContractForm.of(parse_contract(version.content), version.note)
        return _editor(request, version, form)
    form = ContractForm.sent(request.POST)
    if version is None:
        return _editor(request, None, form, status=HTTPStatus.CONFLICT, unsaved=True)
    wish = request.POST.get("do", "save")
    if wish != "save":
        form = form.loosened()
        form.rearrange(wish)
        return _editor(request, version, form, unsaved=True)
    return _save(request, version, form)


def _save(request: ProgramRequest, version: Version, form: ContractForm) -> HttpResponse:
    theirs: list[Change] = []
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        content = form.content()
        try:
            actions.save_draft(
                version=version,
                content=content,
                note=form.note,
                by=request.user,
                seen=parse_datetime(request.POST.get("seen", "")[:40]),
            )
        except InvalidContract as invalid:
            form.take_errors(invalid.errors)
        except drafts.NotADraft:
            return _editor(request, None, form, status=HTTPStatus.CONFLICT, unsaved=True)
        except drafts.DraftChanged as changed:
            version, status = changed.draft, HTTPStatus.CONFLICT
            mine, stored = clauses(request.program, [content, version.content])
            theirs = diff(mine, stored)
        else:
            messages.success(request, _("Draft saved."))
            return redirect("sla:draft", request.program.slug)
    return _editor(request, version, form, status=status, unsaved=True, theirs=theirs)


def _editor(
    request: ProgramRequest,
    version: Version | None,
    form: ContractForm,
    *,
    status: int = 200,
    unsaved: bool = False,
    theirs: Sequence[Change] = (),
) -> HttpResponse:
    """`version` is None when the draft is gone, `theirs` what another person's save says otherwise."""
    current = in_force(request.program, Kind.SLA)
    content, row_of = form.sketch()
    said, whole = _placed(remarks(request.program, content), row_of)
    context = {
        "sides": [
            (side, [(row, said.get(row.number, [])) for row in rows]) for side, rows in form.sides
        ],
        "remarks": whole,
        "version": version,
        "current": current,
        "form": form,
        "unsaved": unsaved,
        "changes": changes(version=version, current=current) if version else [],
        "seen": _moment(request, version, refreshed=status == HTTPStatus.CONFLICT),
        "conflict": status == HTTPStatus.CONFLICT,
        "theirs": theirs,
    }
    part = "#editor" if request.htmx else ""
    return render(request, f"sla/draft.html{part}", context, status=status)


def _placed(
    found: Sequence[Remark], row_of: dict[str, str]
) -> tuple[dict[str, list[Remark]], list[Remark]]:
    """Remarks by the row they are about, and those about the whole."""
    by_row: dict[str, list[Remark]] = defaultdict(list)
    whole = []
    for remark in found:
        row = row_of.get(remark.place.removeprefix("clause:"))
        if row is None:
            whole.append(remark)
        else:
            by_row[row].append(remark)
    return dict(by_row), whole


def _moment(request: ProgramRequest, version: Version | None, *, refreshed: bool) -> str:
    """Which save the form starts from: the one that was read, or after a conflict the newest."""
    if request.method == "POST" and not refreshed:
        return request.POST.get("seen", "")[:40]
    return version.updated_at.isoformat() if version else ""
