"""A person's own notices."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alignment.core.addresses import number_in
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.people.requests import ProgramRequest

from .. import queries
from ..actions.reading import choose_mail, mark_read
from ..forms import ChoicesForm
from ..models import Mailing, Notice, NoticeKind


@require_safe
@requires(Permission.READ)
def notice_list(request: ProgramRequest) -> HttpResponse:
    """Unread notices first; htmx fetches the rows when a notice is written or read."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in NoticeKind else ""
    unread = request.GET.get("show") == "unread"
    page = queries.notice_page(
        program=request.program,
        user=request.user,
        kind=kind,
        unread=unread,
        cursor=request.GET.get("after", ""),
    )
    context = {"page": page, "kind": kind, "unread": unread, "kinds": NoticeKind.choices}
    template = "notifications/list.html#rows" if request.htmx else "notifications/list.html"
    return render(request, template, context)


@require_safe
@requires(Permission.READ)
def bell(request: ProgramRequest) -> HttpResponse:
    """The bell of the page, rendered again because its count changed."""
    return render(request, "shell/bell.html")


@require_safe
@requires(Permission.READ)
def latest(request: ProgramRequest) -> HttpResponse:
    """The panel that opens under the bell."""
    rows = queries.latest(program=request.program, user=request.user)
    newest = max((row.pk for row in rows), default=0)
    return render(request, "notifications/latest.html", {"notices": rows, "newest": newest})


@require_POST
@requires(Permission.READ)
def open_notice(request: ProgramRequest, pk: int) -> HttpResponse:
    """Mark as read and go to the notice's page. A form, not a link: a GET must change nothing."""
    row = _mine(request, pk)
    mark_read(program=request.program, user=request.user, pk=row.pk)
    inside = row.path.startswith("/") and url_has_allowed_host_and_scheme(row.path, None)
    return redirect(row.path if inside else reverse("notices:list", args=[request.program.slug]))


@require_POST
@requires(Permission.READ)
def read(request: ProgramRequest) -> HttpResponse:
    """Mark as read what the page showed: one (`notice`), or all up to the newest shown."""
    kind = request.POST.get("kind", "")
    mark_read(
        program=request.program,
        user=request.user,
        pk=number_in(request.POST, "notice"),
        up_to=number_in(request.POST, "up_to"),
        kind=kind if kind in NoticeKind else "",
    )
    if request.htmx:
        return HttpResponse(status=204)
    return redirect("notices:list", request.program.slug)


@require_http_methods(["GET", "POST"])
@requires(Permission.READ)
def choices(request: ProgramRequest) -> HttpResponse:
    """Which e-mails the person gets for each kind of notice."""
    chosen = queries.mail_choices(program=request.program, user=request.user)
    form = ChoicesForm(request.POST or None, chosen=chosen)
    if request.method == "POST" and form.is_valid():
        form.run(
            lambda: choose_mail(
                program=request.program, user=request.user, choices=form.cleaned_data
            )
        )
        if not form.errors:
            messages.success(request, _("Saved."))
            return redirect("notices:choices", request.program.slug)
    words = {"form": form, "mailings": Mailing.choices}
    status = 422 if form.errors else 200
    return render(request, "notifications/choices.html", words, status=status)


def _mine(request: ProgramRequest, pk: int) -> Notice:
    row = queries.notice(program=request.program, user=request.user, pk=pk)
    if row is None:
        raise Http404
    return row
