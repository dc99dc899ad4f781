"""Responses that are sent piece by piece while they are produced."""

from collections.abc import AsyncIterator, Iterator
from datetime import tzinfo

from asgiref.sync import sync_to_async
from django.conf import settings
from django.utils import timezone, translation


def in_the_background(pieces: Iterator[str]) -> AsyncIterator[str]:
    """The pieces, each produced in a thread, in the language and time zone of the current request.

    Both must be captured now: the pieces are produced after the request has ended.
    """
    language = translation.get_language() or settings.LANGUAGE_CODE
    return _made(pieces, language, timezone.get_current_timezone())


async def _made(pieces: Iterator[str], language: str, zone: tzinfo) -> AsyncIterator[str]:
    def following() -> str:
        with translation.override(language), timezone.override(zone):
            return next(pieces, "")

    while piece := await sync_to_async(following)():
        yield piece
