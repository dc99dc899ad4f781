"""The list of people and its export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Account, Stakeholder
from alignment.core import figures
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.scoring.queries import ruling
from alignment.workspace.exports import csv_response
from alignment.workspace.set_filters import chips_of

from . import queries
from .filters import PersonFilter

if TYPE_CHECKING:
    from django.http import HttpResponse, StreamingHttpResponse

    from alignment.people.requests import ProgramRequest

    from .queries import PersonRow


@require_safe
@requires(Permission.READ)
def people(request: ProgramRequest) -> HttpResponse:
    """A page of the list."""
    asked, sort = _filter(request), _sort(request)
    page = queries.person_page(
        program=request.program, rows=asked.qs, sort=sort, asked=request.GET.dict()
    )
    count = queries.count_of(asked.qs)
    chips = chips_of(asked, request.GET)
    context = {
        "page": page,
        "sort": sort,
        "filter": asked,
        "chips": chips,
        "model": ruling(request.program).compiled.model,
        "count": count,
        "count_words": figures.capped(count, queries.COUNT_UP_TO),
        "is_new_program": not count and not chips,
        "of_account": _account(request, asked),
    }
    return render(request, "workspace/people/list.html", context)


@require_safe
@requires(Permission.READ)
def people_export(request: ProgramRequest) -> StreamingHttpResponse:
    """The complete filtered list in its order."""
    batches = queries.export_batches(
        program=request.program, rows=_filter(request).qs, sort=_sort(request)
    )
    head = [_("First name"), _("Last name"), _("Job title"), _("Role"), _("E-mail")]
    head += [_("Account"), _("Domain"), _("Do not contact"), _("Lead"), _("Score"), _("Source")]
    return csv_response(
        name=f"{slugify(request.program.slug)}-people",
        head=[*head, _("External id")],
        batches=([_line(row) for row in batch] for batch in batches),
    )


def _line(row: PersonRow) -> list[Any]:
    person, lead = row.person, row.lead
    account = person.account
    score = getattr(lead, "score", None)
    return [
        person.first_name,
        person.last_name,
        person.title,
        str(person.get_role_display()),
        row.email,
        account.name if account else "",
        account.domain if account else "",
        _("yes") if person.do_not_contact else _("no"),
        str(lead.get_stage_display()) if lead else "",
        score.total if score else 0,
        person.source,
        person.external_id,
    ]


def _filter(request: ProgramRequest) -> PersonFilter:
    people = Stakeholder.objects.in_program(request.program)
    return PersonFilter(request.GET, queryset=people, program=request.program)


def _sort(request: ProgramRequest) -> str:
    sort = request.GET.get("sort", "")
    return sort if sort in queries.ORDERINGS else "name"


def _account(request: ProgramRequest, asked: PersonFilter) -> Account | None:
    account_id = asked.form.cleaned_data.get("account") if asked.form.is_valid() else None
    if account_id is None:
        return None
    return Account.objects.in_program(request.program).filter(pk=int(account_id)).first()
