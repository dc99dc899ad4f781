"""Jobs in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alignment.jobs import queries
from alignment.jobs.models import Job

register = template.Library()

TONES = {
    Job.State.QUEUED: "outline",
    Job.State.RUNNING: "info",
    Job.State.DONE: "success",
    Job.State.FAILED: "danger",
    Job.State.CANCELLED: "warning",
}
ICONS = {
    Job.State.QUEUED: "clock",
    Job.State.RUNNING: "loader-2",
    Job.State.DONE: "check",
    Job.State.FAILED: "alert-triangle",
    Job.State.CANCELLED: "player-stop",
}
RESULTS = {
    "rows": gettext_lazy("Rows read"),
    "created": gettext_lazy("Created"),
    "updated": gettext_lazy("Updated"),
    "unchanged": gettext_lazy("Unchanged"),
    "rejected": gettext_lazy("Rejected"),
    "incomplete": gettext_lazy("Taken in without some cells"),
    "leads": gettext_lazy("Leads looked at"),
    "accounts": gettext_lazy("Accounts looked at"),
    "outcomes": gettext_lazy("Outcomes scored"),
    "changed": gettext_lazy("Changed"),
    "kept": gettext_lazy("Stay as they were"),
    "found": gettext_lazy("Pairs found"),
    "moved": gettext_lazy("Leads that moved up"),
}
MINUTE, HOUR = 60, 3600


@register.filter
def tone(job: Job) -> str:
    return TONES[Job.State(job.state)]


@register.filter
def job_icon(job: Job) -> str:
    return ICONS[Job.State(job.state)]


@register.filter
def percent_done(job: Job) -> int | None:
    return queries.percent(job)


@register.filter
def took(job: Job) -> str:
    """How long a job took or has been running."""
    return duration(queries.time_taken(job))


@register.filter
def duration(span: timedelta | None) -> str:
    """ "under 1 s", "48 s", "3 min 20 s", "2 h 5 min"."""
    if span is None:
        return ""
    seconds = max(int(span.total_seconds()), 0)
    if not seconds:
        return _("under 1 s")
    if seconds < MINUTE:
        return _("%(seconds)s s") % {"seconds": seconds}
    if seconds < HOUR:
        return _("%(minutes)s min %(seconds)s s") % {
            "minutes": seconds // MINUTE,
            "seconds": seconds % MINUTE,
        }
    return _("%(hours)s h %(minutes)s min") % {
        "hours": seconds // HOUR,
        "minutes": seconds % HOUR // MINUTE,
    }


@register.filter
def results(job: Job) -> list[tuple[str, Any]]:
    """The results of a job, in words."""
    order = list(RESULTS)
    names = sorted(job.result, key=lambda name: order.index(name) if name in order else len(order))
    return [(str(RESULTS.get(name, name)), job.result[name]) for name in names]


@register.filter
def in_rows(number: int | None) -> str:
    """ "1 row", "2,196 rows"."""
    count = number or 0
    shown = number_format(count, force_grouping=True)
    return ngettext("%(shown)s row", "%(shown)s rows", count) % {"shown": shown}


@register.filter
def grouped(value: Any) -> str:
    """A number with thousands separators; anything else unchanged."""
    if not isinstance(value, int):
        return str(value or 0)
    return number_format(value, force_grouping=True)
