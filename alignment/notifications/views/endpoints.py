"""Slack and webhooks: a page of the program's settings."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alignment.core.addresses import number_in
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.people.requests import ProgramRequest

from .. import queries
from ..actions import endpoints as actions
from ..forms import ChangeEndpointForm, NewEndpointForm
from ..models import Endpoint

TAB = "endpoints"


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_PROGRAM)
def endpoints(request: ProgramRequest) -> HttpResponse:
    """The list of endpoints, and a form to add one."""
    form = NewEndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = form.run(
            lambda: actions.add_endpoint(
                program=request.program, by=request.user, **form.cleaned_data
            )
        )
        if made:
            messages.success(request, _("%(name)s was added.") % {"name": made.name})
            return redirect("endpoints:detail", request.program.slug, made.pk)
    words = {"form": form, "rows": queries.endpoints_of(request.program), "tab": TAB}
    if request.htmx and request.method == "GET":
        return render(request, "notifications/endpoints.html#rows", words)
    status = 422 if form.errors else 200
    return render(request, "notifications/endpoints.html", words, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_PROGRAM)
def endpoint(request: ProgramRequest, pk: int) -> HttpResponse:
    """One endpoint: its settings, its secret, and the log of its messages."""
    row = _mine(request, pk)
    form = ChangeEndpointForm.of(row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        form.run(
            lambda: actions.change_endpoint(endpoint=row, by=request.user, **form.cleaned_data)
        )
        if not form.errors:
            messages.success(request, _("Saved."))
            return redirect("endpoints:detail", request.program.slug, row.pk)
        # The form keeps the refused values; the rest of the page shows the stored ones.
        row = _mine(request, pk)
    state = request.GET.get("state", "")
    state = state if state in queries.STATES else ""
    page = queries.delivery_page(endpoint=row, state=state, before=number_in(request.GET, "before"))
    words = {"form": form, "endpoint": row, "page": page, "state": state, "tab": TAB}
    if request.htmx and request.method == "GET":
        return render(request, "notifications/endpoint.html#rows", words)
    status = 422 if form.errors else 200
    return render(request, "notifications/endpoint.html", words, status=status)


@require_POST
@requires(Permission.MANAGE_PROGRAM)
def test(request: ProgramRequest, pk: int) -> HttpResponse:
    row = _mine(request, pk)
    _run_with_message(
        request,
        lambda: actions.send_test(endpoint=row, by=request.user),
        _("The test is on its way; the log below shows whether it arrives."),
    )
    return redirect("endpoints:detail", request.program.slug, row.pk)


@require_POST
@requires(Permission.MANAGE_PROGRAM)
def change_secret(request: ProgramRequest, pk: int) -> HttpResponse:
    row = _mine(request, pk)
    _run_with_message(
        request,
        lambda: actions.change_secret(endpoint=row, by=request.user),
        _("There is a new secret. For 24 hours messages are signed with both."),
    )
    return redirect("endpoints:detail", request.program.slug, row.pk)


@require_POST
@requires(Permission.MANAGE_PROGRAM)
def remove(request: ProgramRequest, pk: int) -> HttpResponse:
    row = _mine(request, pk)
    name = row.name
    actions.remove_endpoint(endpoint=row, by=request.user)
    messages.success(request, _("%(name)s was removed.") % {"name": name})
    return redirect("endpoints:list", request.program.slug)


@require_POST
@requires(Permission.MANAGE_PROGRAM)
def again(request: ProgramRequest, pk: int, delivery: int) -> HttpResponse:
    """Send a message again that did not arrive."""
    row = _mine(request, pk)
    message = queries.delivery(program=request.program, pk=delivery)
    if message is None or message.endpoint_id != row.pk:
        raise Http404
    _run_with_message(
        request,
        lambda: actions.send_again(delivery=message, by=request.user),
        _("It is sent again now."),
    )
    return redirect("endpoints:detail", request.program.slug, row.pk)


def _run_with_message(request: ProgramRequest, action: Callable[[], object], done: str) -> None:
    """Run the action; a refusal becomes a message on the page."""
    try:
        action()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)


def _mine(request: ProgramRequest, pk: int) -> Endpoint:
    row = queries.endpoint(program=request.program, pk=pk)
    if row is None:
        raise Http404
    return row
