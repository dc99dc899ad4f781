"""Celery tasks of the SLA. Any of them may be lost, run twice or run late."""

import logging

import psycopg
from celery import shared_task
from django.db import Error

from alignment.core.connections import start_over

from .actions.intake import take_events as carry_on
from .actions.sweep import sweep

log = logging.getLogger(__name__)

# The database is unavailable or gave up; the rows wait for the next round.
AWAY = (Error, psycopg.Error)


@shared_task(expires=30)
def take_events() -> None:
    """The journal has new events."""
    try:
        carry_on()
    except AWAY as error:
        log.warning("events of the journal wait for the database: %s", error)
        start_over()


@shared_task(expires=2)
def look_at_clocks() -> None:
    """The periodic tick: process events whose hint was lost, then every clock that is due."""
    try:
        run_once()
    except AWAY as error:
        log.warning("the clocks wait for the database: %s", error)
        start_over()


def run_once(*, as_guard: bool = False) -> int:
    """Run one round; returns how many clocks were looked at. Raises the errors in `AWAY`.

    The journal comes first, so that no promise breaks that was kept a moment ago. If that fails,
    the clocks are looked at anyway.
    """
    try:
        carry_on()
    except AWAY as error:
        log.warning("events of the journal wait for the database: %s", error)
        start_over()
    return sweep(as_guard=as_guard)
