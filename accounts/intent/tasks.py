"""The daily decay of intent."""

from celery import shared_task

from .actions.standing import fade, programs_fading


@shared_task(expires=60)
def fade_intent() -> None:
    """Recompute figures of earlier days; without any, it only reads an empty index range."""
    for program_id in programs_fading():
        while fade(program_id=program_id):
            pass
