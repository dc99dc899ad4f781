"""Daily numbers of the last weeks, so that the dashboard can draw lines."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from alignment.metrics.actions.snapshots import take
from alignment.people.models import Program

WEEKS = 4


def keep(program: Program) -> None:
    """A program stores numbers from its first night on; the demo's was four weeks ago."""
    now = timezone.now()
    take(program=program, now=now - timedelta(weeks=WEEKS))
    take(program=program, now=now)
