"""Responses to an action: a redirect with a message, or for htmx the message in place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from alignment.people.requests import ProgramRequest


def next_page(request: ProgramRequest, otherwise: str) -> str:
    """The page the person came from, if it belongs to this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else otherwise


def gone_to(
    request: ProgramRequest, url: str, text: str, level: int = messages.SUCCESS
) -> HttpResponse:
    """Redirect to `url`, which shows the message."""
    messages.add_message(request, level, text)
    if request.htmx:
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)


def in_place(
    request: ProgramRequest, url: str, text: str, *, refresh: str, level: int = messages.SUCCESS
) -> HttpResponse:
    """For htmx: stay on the page, show the message, and refetch whatever listens to `refresh`."""
    if not request.htmx:
        return gone_to(request, url, text, level)
    reply = HttpResponse(status=204)
    reply["HX-Trigger"] = toast(text, level, **{f"sse:{refresh}": {}})
    return reply


def undoable(text: str, url: str, **fields: object) -> SafeString:
    """A message with an undo button, since a slip is noticed at once or not at all. It posts
    `fields` to `url`; a list once per value."""
    pairs = [
        (name, value)
        for name, values in fields.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    hidden = format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)
    return format_html(
        '{} <form method="post" hx-post="{}" hx-swap="none">{}'
        '<button class="button button--s" aria-keyshortcuts="Control+Z Meta+Z">{} '
        '<kbd class="kbd" data-mod>⌘Z</kbd></button></form>',
        text,
        url,
        hidden,
        _("Undo"),
    )


def toast(text: str, level: int = messages.SUCCESS, **events: object) -> str:
    """The value of the `HX-Trigger` header that shows a message and triggers other events."""
    return json.dumps({"toast": {"level": messages.DEFAULT_TAGS[level], "text": text}, **events})
