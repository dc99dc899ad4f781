"""The sweep that brings signed versions in force on their start date."""

from celery import shared_task

from .actions.ruling import start_due


@shared_task(ignore_result=True)
def start_signed() -> None:
    """Bring versions in force whose start date has come."""
    start_due()
