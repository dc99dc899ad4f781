"""The daily decay of intent."""

from celery import shared_task

from alignment.core.sweeps import in_each

from .actions.standing import fade, programs_fading


@shared_task(expires=60)
def fade_intent() -> None:
    """Recompute figures of earlier days; without any, it only reads an empty index range."""
    in_each(programs_fading(), _fade)


def _fade(program_id: int) -> None:
    while fade(program_id=program_id):
        pass
