"""The numbers of the last weeks as they stood each day, so that the dashboard has lines to draw."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from alignment.metrics.actions.snapshots import take
from alignment.people.models import Program

WEEKS = 4


def keep(program: Program) -> None:
    """A program keeps numbers from its first night on; here that was four weeks ago."""
    now = timezone.now()
    take(program=program, now=now - timedelta(weeks=WEEKS))
    take(program=program, now=now)
