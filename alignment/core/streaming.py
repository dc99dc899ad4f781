"""Answers that are sent while they are made, piece by piece."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.conf import settings
from django.utils.translation import get_language, override


def in_the_background(pieces: Iterator[str]) -> AsyncIterator[str]:
    """The pieces, each made in a thread, in the language of the request that asks.

    They are made when the request and its language are long over.
    """
    return _made(pieces, get_language() or settings.LANGUAGE_CODE)


async def _made(pieces: Iterator[str], language: str) -> AsyncIterator[str]:
    def following() -> str:
        with override(language):
            return next(pieces, "")

    while piece := await sync_to_async(following)():
        yield piece
