"""The sweep that brings in force what was signed for a day."""

from celery import shared_task

from .actions.ruling import start_due


@shared_task(ignore_result=True)
def start_signed() -> None:
    """Versions whose day has come rule from now on."""
    start_due()
