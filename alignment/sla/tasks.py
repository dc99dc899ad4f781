"""Hints and ticks of the promises. All of them may be lost, run twice or come late."""

import logging

import psycopg
from celery import shared_task
from django.db import Error

from alignment.core.connections import start_over

from .actions.intake import take_events as carry_on
from .actions.sweep import sweep

log = logging.getLogger(__name__)

# What says that the database is away or gave up; the rows wait for the next round.
AWAY = (Error, psycopg.Error)


@shared_task(expires=30)
def take_events() -> None:
    """The journal has something to carry on."""
    try:
        carry_on()
    except AWAY as error:
        log.warning("events of the journal wait for the database: %s", error)
        start_over()


@shared_task(expires=2)
def look_at_clocks() -> None:
    """The tick: what a lost hint left, then every clock whose moment has come."""
    try:
        run_once()
    except AWAY as error:
        log.warning("the clocks wait for the database: %s", error)
        start_over()


def run_once(*, as_guard: bool = False) -> int:
    """One round; how many clocks were looked at. Raises what `AWAY` names.

    First the journal, so that no promise breaks that was kept a moment ago. If that fails the
    clocks are looked at all the same.
    """
    try:
        carry_on()
    except AWAY as error:
        log.warning("events of the journal wait for the database: %s", error)
        start_over()
    return sweep(as_guard=as_guard)
