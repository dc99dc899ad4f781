"""Feeds of touches: the page to create and revoke addresses, and the file for calendar apps."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alignment.core.addresses import full_url
from alignment.people.access import requires
from alignment.people.permissions import Permission, may
from alignment.people.queries import teams_of
from campaigns.calendar.actions.feeds import open_touch_feed, record_access, revoke_touch_feed
from campaigns.calendar.models import TouchFeed
from campaigns.calendar.queries.feeds import feed_in, feed_of, feed_scopes, feeds_of

from ..feed_limits import too_often
from .feed import calendar_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from alignment.people.models import Team
    from alignment.people.requests import ProgramRequest


class FeedForm(forms.Form):
    scope = forms.ChoiceField(label=gettext_lazy("What it shows"))

    def __init__(self, *args: Any, scopes: Sequence[str], teams: list[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shared = teams if TouchFeed.Scope.TEAM in scopes else []
        self.teams = {f"{TouchFeed.Scope.TEAM}:{team.pk}": team for team in shared}
        scope: Any = self.fields["scope"]
        named = {
            TouchFeed.Scope.PERSON.value: _("My touches"),
            TouchFeed.Scope.PROGRAM.value: _("All touches of the program"),
        }
        scope.choices = [
            *((value, words) for value, words in named.items() if value in scopes),
            *((key, _("Touches of team %(team)s") % {"team": t}) for key, t in self.teams.items()),
        ]

    def given(self) -> dict[str, Any]:
        team = self.teams.get(self.cleaned_data["scope"])
        return {"scope": "team" if team else self.cleaned_data["scope"], "team": team}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.READ)
def feeds(request: ProgramRequest) -> HttpResponse:
    """The address is shown only in the response that creates it."""
    scopes = feed_scopes(program=request.program, by=request.user)
    form = FeedForm(request.POST or None, scopes=scopes, teams=teams_of(request.program))
    address = ""
    if form.is_valid():
        try:
            secret = open_touch_feed(program=request.program, by=request.user, **form.given())
        except ValidationError as refused:
            form.add_error(None, [t for texts in refused.message_dict.values() for t in texts])
        else:
            address = full_url(reverse("touch_feed", args=[secret]))
    everybodys = may(request.membership.role, Permission.MANAGE_KEYS)
    context = {
        "form": form,
        "address": address,
        "feeds": feeds_of(request.program, request.user, everybodys=everybodys),
        "everybodys": everybodys,
    }
    status = 422 if form.errors else 200
    return render(request, "workspace/calendar/feeds.html", context, status=status)


@require_POST
@requires(Permission.READ)
def revoke(request: ProgramRequest, feed_id: int) -> HttpResponse:
    feed = feed_in(program=request.program, feed_id=feed_id)
    if feed is None:
        raise Http404
    revoke_touch_feed(feed=feed, by=request.user)
    messages.success(request, _("The address no longer works."))
    return redirect("workspace:calendar_feeds", request.program.slug)


@require_safe
def touch_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """For calendar apps, which do not sign in: the secret address is the key.

    Wrong and revoked addresses, and those of people who left, get the same answer.
    """
    found = feed_of(secret)
    if busy := too_often(request, found):
        return busy
    if found is None:
        raise Http404
    record_access(feed=found)
    with translation.override(found.owner.language):
        body = calendar_of(found, timezone.now())
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    reply = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    reply["ETag"] = etag
    reply["Cache-Control"] = "private, max-age=300"
    reply["Content-Disposition"] = 'inline; filename="touches.ics"'
    return get_conditional_response(request, etag=etag, response=reply) or reply
