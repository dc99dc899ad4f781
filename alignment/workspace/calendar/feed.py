"""Touches as an iCalendar file (RFC 5545)."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from icalendar import Calendar, Event

from alignment.core.addresses import full_url
from campaigns.calendar.models import Touch, TouchFeed
from campaigns.calendar.queries.feeds import touches_of
from campaigns.calendar.rules.times import takes_place

if TYPE_CHECKING:
    from datetime import datetime


def calendar_of(feed: TouchFeed, now: datetime) -> bytes:
    """The same bytes as long as nothing changes, so that clients can cache the file."""
    calendar = Calendar()
    calendar.add("prodid", "-//Entente//Touches//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _name(feed))
    for touch in touches_of(feed, now):
        calendar.add_component(_event(feed, touch))
    return bytes(calendar.to_ical())


def _name(feed: TouchFeed) -> str:
    names = {
        TouchFeed.Scope.PERSON: str(feed.owner),
        TouchFeed.Scope.TEAM: str(feed.team or ""),
        TouchFeed.Scope.PROGRAM: str(feed.program),
    }
    return _("Touches: %(name)s") % {"name": names[TouchFeed.Scope(feed.scope)]}


def _event(feed: TouchFeed, touch: Touch) -> Event:
    path = reverse("workspace:touch", args=[feed.program.slug, touch.pk])
    people = ", ".join(str(row.stakeholder) for row in touch.people.all())
    about = [people, touch.message, str(touch.who or ""), str(touch.get_side_display())]
    event = Event()
    event.add("uid", f"touch-{touch.pk}@entente")
    event.add("dtstamp", touch.updated_at.astimezone(UTC))
    event.add("last-modified", touch.updated_at.astimezone(UTC))
    # Increases with each change, as iCalendar requires for the same UID.
    event.add("sequence", int((touch.updated_at - touch.created_at).total_seconds()))
    starts, ends = takes_place(touch.starts_at, touch.ends_at, touch.done_at)
    event.add("dtstart", starts.astimezone(UTC))
    # A touch done at another time than planned has no duration.
    if ends > starts:
        event.add("dtend", ends.astimezone(UTC))
    done = touch.state == Touch.State.DONE
    channel = f"{touch.get_channel_display()}{pgettext('after a label', ':')}"
    event.add("summary", f"{'✓ ' if done else ''}{channel} {touch.account}")
    event.add("description", "\n".join(line for line in about if line))
    event.add("url", full_url(path))
    event.add("status", "CONFIRMED")
    return event
