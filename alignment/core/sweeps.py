"""Sweeps over programs."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from .connections import AWAY

log = logging.getLogger(__name__)
P = TypeVar("P")
R = TypeVar("R")


def in_each(programs: Iterable[P], work: Callable[[P], R]) -> list[R]:
    """Do the work for each program; returns what it returned. A failure in one program is logged
    and must not block the others; a database that is away ends the round.
    """
    done = []
    for program in programs:
        try:
            done.append(work(program))
        except AWAY:
            raise
        except Exception:
            log.exception("a sweep failed in program %s", program)
    return done
