"""Celery tasks of the calendar. Any of them may be lost, run twice or run late."""

import logging

import psycopg
from celery import shared_task
from django.db import Error

from alignment.core.connections import start_over

from .actions.matching import match_occurrences as match_all

log = logging.getLogger(__name__)


@shared_task(expires=30)
def match_occurrences() -> None:
    """Something happened that may be a planned touch."""
    try:
        match_all()
    except (Error, psycopg.Error) as error:
        log.warning("occurrences wait for the database: %s", error)
        start_over()
