"""Pages where marketing builds calculators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alignment.agreements.actions.drafts import NotADraft
from alignment.agreements.models import Kind
from alignment.agreements.rules import InvalidContent as InvalidDraft
from alignment.core.addresses import number_in
from alignment.people.access import requires
from alignment.people.permissions import Permission

from ..actions.proposing import propose_rules
from ..actions.writing import publish_calculator, retire_calculator, save_calculator
from ..defaults import EXAMPLES
from ..forms import ROWS, Editor, with_another_row, without_row
from ..page import page_of
from ..queries.pages import calculator_in, calculator_rows, newest_of, share_rows, versions_of
from ..queries.scoring import scores
from ..rules.content import InvalidContent, check
from ..share_lines import share_lines

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest

    from ..models import Calculator

plans = requires(Permission.PLAN_TOUCHES)


@require_safe
@requires(Permission.READ)
def calculator_list(request: ProgramRequest) -> HttpResponse:
    is_retired = request.GET.get("show") == "retired"
    rows = calculator_rows(request.program, is_retired=is_retired)
    context = {"rows": rows, "is_retired": is_retired, "examples": _examples()}
    context["scores"] = scores(request.program)
    return render(request, "roi/list.html", context)


@require_safe
@requires(Permission.READ)
def calculator_page(request: ProgramRequest, calculator: int) -> HttpResponse:
    """Its inputs and formulas, and the pages that were sent, with their visits."""
    row = _find(request, calculator)
    versions = versions_of(row)
    rows, older = share_rows(row, before=number_in(request.GET, "before"))
    context = {
        "calculator": row,
        "versions": versions,
        "draft": next((each for each in versions if each.published_at is None), None),
        "published": next((each for each in versions if each.published_at), None),
        "page": page_of(versions[0].said, _language(), {}, shows_hidden=True),
        "rows": share_lines(rows),
        "older": older,
    }
    return render(request, "roi/calculator.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@plans
def new(request: ProgramRequest) -> HttpResponse:
    """`?from=late-leads` starts from the shipped calculator of that name."""
    return _editor(request, None, EXAMPLES.get(request.GET.get("from", "")))


@require_http_methods(["GET", "HEAD", "POST"])
@plans
def edit(request: ProgramRequest, calculator: int) -> HttpResponse:
    row = _find(request, calculator)
    newest = newest_of(row)
    return _editor(request, row, newest.said if newest else None)


@require_POST
@plans
def preview(request: ProgramRequest) -> HttpResponse:
    """The page as the form currently describes it; nothing is written."""
    editor = Editor(request.POST)
    context: dict[str, Any] = {"is_sound": False}
    if editor.is_valid():
        content = editor.content()
        try:
            check(content)
        except InvalidContent as invalid:
            context["errors"] = _error_lines(invalid.errors)
        else:
            context = {"page": page_of(content, _language(), {}, shows_hidden=True)}
    return render(request, "roi/preview.html", context)


@require_POST
@plans
def publish(request: ProgramRequest, calculator: int) -> HttpResponse:
    row = _find(request, calculator)
    try:
        publish_calculator(calculator=row, by=request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("Published. Pages sent from now on show this version."))
    return redirect("roi:calculator", request.program.slug, calculator)


@require_POST
@plans
def retire(request: ProgramRequest, calculator: int) -> HttpResponse:
    is_retired = request.POST.get("retired") != "no"
    retire_calculator(calculator=_find(request, calculator), is_retired=is_retired, by=request.user)
    text = (
        _("No longer offered; pages that were sent go on.") if is_retired else _("Offered again.")
    )
    messages.success(request, text)
    return redirect("roi:calculator", request.program.slug, calculator)


@require_POST
@requires(Permission.EDIT_AGREEMENTS)
def propose(request: ProgramRequest) -> HttpResponse:
    """Propose the next scoring model, with points for opening and using a page."""
    try:
        propose_rules(program=request.program, by=request.user)
    except NotADraft:
        messages.warning(request, _("Another version is open: settle that one first."))
    except InvalidDraft as refused:
        messages.error(request, " ".join(refused.errors.values()))
        return redirect("roi:list", request.program.slug)
    return redirect("agreements:open", request.program.slug, Kind.SCORING.value)


def _editor(request: ProgramRequest, row: Calculator | None, content: Any) -> HttpResponse:
    name = row.name if row else (content.title.said(_language()) if content else "")
    if request.method != "POST":
        editor = Editor(name=name, content=content)
        return _show_editor(request, row, editor, 200)
    if (more := request.POST.get("add", "")) in ROWS:
        return _show_editor(request, row, Editor(with_another_row(request.POST, more)), 200)
    less, _colon, number = request.POST.get("remove", "").partition(":")
    if less in ROWS and number.isdecimal():
        data = without_row(request.POST, less, int(number[:3]))
        return _show_editor(request, row, Editor(data), 200)
    editor = Editor(request.POST)
    if editor.is_valid() and (saved := _save(request, row, editor)):
        messages.success(request, _("Saved as a draft. Publish it to share it."))
        return redirect("roi:calculator", request.program.slug, saved.pk)
    return _show_editor(request, row, editor, 422)


def _save(request: ProgramRequest, row: Calculator | None, editor: Editor) -> Calculator | None:
    try:
        return save_calculator(
            program=request.program,
            by=request.user,
            name=editor.form.cleaned_data["name"],
            content=editor.content(),
            calculator=row,
        )
    except InvalidContent as invalid:
        editor.take_errors(invalid.errors)
    except ValidationError as refused:
        editor.form.add_error(None, refused)
    return None


def _show_editor(
    request: ProgramRequest, row: Calculator | None, editor: Editor, status: int
) -> HttpResponse:
    context = {"calculator": row, "editor": editor, "examples": _examples()}
    return render(request, "roi/edit.html", context, status=status)


def _error_lines(errors: dict[str, str]) -> list[str]:
    """Errors with their place: “Result 2: The formula is not complete here.”"""
    names = {"inputs": _("Input %(number)s"), "formulas": _("Result %(number)s")}
    told = []
    for place, text in errors.items():
        kind, _dot, rest = place.partition(".")
        number = rest.partition(".")[0]
        where = names[kind] % {"number": number} if number.isdecimal() else ""
        told.append(f"{where}: {text}" if where else text)
    return told


def _examples() -> list[tuple[str, str]]:
    return [(key, content.title.said(_language())) for key, content in EXAMPLES.items()]


def _language() -> str:
    return get_language() or "en"


def _find(request: ProgramRequest, pk: int) -> Calculator:
    row = calculator_in(request.program, pk)
    if row is None:
        raise Http404
    return row
