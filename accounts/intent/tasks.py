"""The sweep of what fades by itself."""

from celery import shared_task

from .actions.standing import fade, programs_fading


@shared_task(expires=60)
def fade_intent() -> None:
    """Bring figures of earlier days up to today; with none it is one look at an empty index."""
    for program_id in programs_fading():
        while fade(program_id=program_id):
            pass
