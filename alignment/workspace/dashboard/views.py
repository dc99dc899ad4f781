"""The dashboard: the same numbers for both teams, each with the rows behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from alignment.metrics.actions.assumptions import FIELDS, set_assumptions
from alignment.metrics.queries.assumptions import assumptions_of
from alignment.metrics.queries.breakdown import BY, breakdown
from alignment.metrics.queries.population import Subject
from alignment.metrics.queries.registry import METRICS
from alignment.people.access import requires
from alignment.people.permissions import Permission, Seat, allows
from alignment.workspace.exports import csv_response
from alignment.workspace.leads.replies import gone_to
from alignment.workspace.pages import form_page
from alignment.workspace.results import words

from .asking import asked_of, filters_of
from .day_chart import day_chart
from .forms import AssumptionsForm
from .paper import dashboard_pdf
from .promises import FAMILIES, promise_names, with_weak_promises
from .rows import export_head, export_lines, groups_of, page_behind, shown_rows
from .tiles import Part, days_of, line_of, off_target, parts, tiles
from .words import UNITS

if TYPE_CHECKING:
    from django.http import StreamingHttpResponse

    from alignment.people.requests import ProgramRequest


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def dashboard(request: ProgramRequest) -> HttpResponse:
    """The page, or for htmx its tiles. `tv=1` shows only one section at a time, enlarged for a
    screen.
    """
    asked, form = asked_of(request)
    shown = with_weak_promises(request.program, asked, tiles(request.program, asked))
    context = filters_of(request, asked, form) | {
        "parts": parts(shown),
        "off_target": off_target(shown),
    }
    if context["is_tv"]:
        context |= _turned(request, context["parts"])
    part = "#tiles" if request.htmx else ""
    return render(request, f"workspace/dashboard/dashboard.html{part}", context)


def _turned(request: ProgramRequest, all_parts: list[Part]) -> dict[str, Any]:
    """The section on a wall screen, and the one that follows."""
    at = _whole(request.GET.get("page", "")) % len(all_parts)
    return {
        "parts": [all_parts[at]],
        "turn": {
            "at": at,
            "next": (at + 1) % len(all_parts),
            "titles": [part.title for part in all_parts],
            "is_held": request.GET.get("hold") == "1",
        },
    }


@require_safe
@requires(Permission.READ)
def metric(request: ProgramRequest, key: str) -> HttpResponse:
    """One number: its definition, its parts, and a page of its rows."""
    found = METRICS.get(key)
    if found is None:
        raise Http404
    program = request.program
    asked, form = asked_of(request)
    counted = {"in": True, "out": False}.get(request.GET.get("rows", ""))
    by = request.GET.get("by", "")
    by = by if by in BY else "kind" if found.definition.family.startswith("sla-") else "source"
    page = page_behind(program, found, asked, counted=counted, query=request.GET)
    days = days_of(program, found.definition)
    names = promise_names(program) if found.definition.family in FAMILIES else {}
    context = filters_of(request, asked, form) | {
        "chart": day_chart(found.definition, [day.row for day in days]),
        "days": days,
        "line": line_of(program, key, asked),
        "has_amounts": found.population.subject == Subject.OPPORTUNITY,
        "rows": shown_rows(program, found, page.rows, names),
        "after": page.after,
        "before": page.before,
        "groups": groups_of(
            found.definition,
            by,
            breakdown(program, found, asked.period, asked.part, by),
            names if by == "kind" else {},
        ),
        "by": by,
        "picked": request.GET.get("rows", ""),
    }
    return render(request, "workspace/dashboard/metric.html", context)


def _whole(text: str) -> int:
    is_whole = text.isascii() and text.isdecimal() and len(text) < 8
    return int(text) if is_whole else 0


@require_safe
@requires(Permission.READ)
def dashboard_export(request: ProgramRequest) -> StreamingHttpResponse:
    """All numbers of the period, one line each."""
    asked, _form = asked_of(request)
    shown = tiles(request.program, asked)
    lines = [
        [
            str(line.definition.name),
            line.now.value,
            str(UNITS[line.definition.unit]),
            line.definition.target,
            line.now.numerator,
            line.now.denominator,
            line.now.sample,
            line.now.low,
            line.now.high,
            *_held(line.result),
            line.before.value if line.before else None,
            asked.period.first,
            asked.period.last,
            str(line.definition.text),
        ]
        for tile in shown
        for line in tile.lines
    ]
    head = [
        _("Metric"),
        _("Value"),
        _("Unit"),
        pgettext("of a number", "Target"),
        _("Numerator"),
        _("Denominator"),
    ]
    head += [_("Sample"), _("Interval from"), _("Interval to"), _("The period before")]
    head[-1:-1] = [_("Baseline"), _("Change against the baseline"), _("Target of the change")]
    head += [_("First day"), _("Last day"), _("Definition")]
    return csv_response(
        name=f"{slugify(request.program.slug)}-dashboard", head=head, batches=[lines]
    )


def _held(line: words.Line | None) -> tuple[float | None, ...]:
    """Baseline, change and target; empty for a number without a target against the baseline."""
    if line is None:
        return (None, None, None)
    result = line.result
    return (
        result.baseline.value if result.baseline else None,
        result.change.share if result.change else None,
        result.target,
    )


@require_safe
@requires(Permission.READ)
def dashboard_paper(request: ProgramRequest) -> HttpResponse:
    """The same numbers as PDF."""
    asked, _form = asked_of(request)
    made = dashboard_pdf(request.program, asked.period, tiles(request.program, asked))
    name = f"{slugify(request.program.slug)}-dashboard-{asked.period.last.isoformat()}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


@require_safe
@requires(Permission.READ)
def metric_export(request: ProgramRequest, key: str) -> StreamingHttpResponse:
    """All rows behind a number."""
    found = METRICS.get(key)
    if found is None:
        raise Http404
    asked, _form = asked_of(request)
    return csv_response(
        name=f"{slugify(request.program.slug)}-{key}",
        head=export_head(),
        batches=export_lines(request.program, found, asked),
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.READ, write=Permission.MANAGE_PROGRAM)
@vary_on_headers("HX-Request")
def assumptions(request: ProgramRequest) -> HttpResponse:
    """The assumptions behind amounts in dollars: everybody may read, owners may change them."""
    row = assumptions_of(request.program)
    home = reverse("workspace:dashboard", args=[request.program.slug])
    if not allows(Seat.of(request.membership), Permission.MANAGE_PROGRAM):
        return render(request, "workspace/dashboard/assumptions.html", {"assumptions": row})
    data = request.POST if request.method == "POST" else None
    form = AssumptionsForm(data, initial={name: getattr(row, name) for name in FIELDS})
    if form.is_valid():
        try:
            set_assumptions(program=request.program, by=request.user, **form.changes())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return gone_to(request, home, _("Saved."))
    return form_page(
        request,
        "workspace/small_form.html",
        form,
        title=_("What dollars are reckoned with"),
        home_title=_("Dashboard"),
        home=home,
        back=home,
        about="",
    )
