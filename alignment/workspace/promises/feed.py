"""A person's open promises as an iCalendar file (RFC 5545)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from icalendar import Calendar, Event

from alignment.core.addresses import full_url
from alignment.sla.models import CalendarFeed, Clock
from alignment.sla.rules.sums import sum_in_words

from .lines import lines_of
from .queries import shown_clocks

if TYPE_CHECKING:
    from .lines import Line

# Short, so that a day with many promises stays readable in any calendar app.
LENGTH = timedelta(minutes=15)
MOST = 500


def calendar_of(feed: CalendarFeed) -> bytes:
    """The person's running promises, each as an event that ends when it is due."""
    clocks = Clock.objects.in_program(feed.program_id).filter(
        owner=feed.user_id, state=Clock.State.RUNNING
    )
    rows = list(shown_clocks(clocks).order_by("due_at", "id")[:MOST])
    calendar = Calendar()
    calendar.add("prodid", "-//Entente//Promises//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Promises: %(program)s") % {"program": feed.program})
    for line in lines_of(rows):
        calendar.add_component(_event(feed, line))
    return bytes(calendar.to_ical())


def _event(feed: CalendarFeed, line: Line) -> Event:
    clock = line.clock
    path = reverse("workspace:lead", args=[feed.program.slug, clock.lead_id])
    changed = clock.recomputed_at or clock.started_at
    event = Event()
    event.add("uid", f"promise-{clock.pk}@entente")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    # Increases when a changed calendar moves the due time, as iCalendar requires for the same UID.
    event.add("sequence", int(changed.timestamp()) if clock.recomputed_at else 0)
    event.add("dtstart", clock.due_at - LENGTH)
    event.add("dtend", clock.due_at)
    colon = pgettext("after a label", ":")
    event.add("summary", f"{line.title}{colon} {clock.lead.stakeholder}")
    event.add("description", sum_in_words(clock.due_sum, feed.user.time_zone))
    event.add("url", full_url(path))
    event.add("transp", "TRANSPARENT")
    return event
