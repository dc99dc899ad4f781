"""The calendar feed: its page for the person, and the file for calendar apps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alignment.core.addresses import full_url
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.sla.actions.feeds import close_feed, open_feed, record_access
from alignment.sla.models import CalendarFeed
from alignment.sla.queries.feeds import feed_of

from ..feed_limits import too_often
from .feed import calendar_of

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.READ, write=Permission.WORK_LEADS)
def feed_page(request: ProgramRequest) -> HttpResponse:
    """A new address is shown only once, because only its hash is stored."""
    address = ""
    if request.method == "POST":
        secret = open_feed(program=request.program, by=request.user)
        address = full_url(reverse("promise_feed", args=[secret]))
    feed = CalendarFeed.objects.in_program(request.program).filter(user=request.user).first()
    context = {"feed": feed, "address": address}
    return render(request, "workspace/promises/feed.html", context)


@require_POST
@requires(Permission.WORK_LEADS)
def feed_close(request: ProgramRequest) -> HttpResponse:
    if close_feed(program=request.program, by=request.user):
        messages.success(request, _("The address no longer works."))
    return redirect("workspace:promise_feed_page", request.program.slug)


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """For calendar apps, which do not sign in: the secret address is the key."""
    found = feed_of(secret)
    if busy := too_often(request, found):
        return busy
    if found is None:
        raise Http404
    record_access(feed=found)
    with translation.override(found.user.language):
        body = calendar_of(found)
    reply = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    reply["Cache-Control"] = "private, max-age=300"
    return reply
