"""Reading the model in force."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection

from accounts.models import Signal
from alignment.agreements.models import Version
from alignment.core import prepared
from alignment.people.models import Program

from .compiler import CompiledModel
from .rules import ScoringModel, parse_model

BUDGET_CONFIRMED = "budget_confirmed"
# One small query per batch: the version in force and the program's signals.
_RULING = """
    SELECT (SELECT ARRAY[id, number] FROM agreements_version
            WHERE program_id = %(program)s AND kind = 'scoring' AND state = 'in_force'),
           (SELECT array_agg(ROW(id, slot, kind, code)::text ORDER BY slot) FROM accounts_signal
            WHERE program_id = %(program)s)"""


def signal_codes(program_id: int) -> set[str]:
    """The signals that a rule may use."""
    return set(Signal.objects.in_program(program_id).values_list("code", flat=True))


@dataclass(frozen=True)
class SignalSlot:
    id: int
    slot: int
    is_fact: bool
    code: str


@dataclass(frozen=True, eq=False)
class Ruling:
    """The compiled model in force in a program, and the signals it counts."""

    compiled: CompiledModel
    number: int | None
    signals: tuple[SignalSlot, ...]
    raw_signals: tuple[str, ...]

    @property
    def behaviours(self) -> tuple[SignalSlot, ...]:
        return tuple(s for s in self.signals if not s.is_fact)

    @property
    def facts(self) -> tuple[SignalSlot, ...]:
        return tuple(s for s in self.signals if s.is_fact)

    @property
    def budget_words(self) -> tuple[SignalSlot, ...]:
        """The signal by which people say whether a budget is confirmed; the profile may use it."""
        return tuple(s for s in self.signals if s.code == BUDGET_CONFIRMED)

    def signal_id(self, code: str) -> int:
        return next(s.id for s in self.signals if s.code == code)


def ruling(program: Program | int) -> Ruling:
    """The model in force, compiled; before the first one, every score is 0."""
    program_id = program if isinstance(program, int) else program.pk
    ((version, signals),) = prepared.fetch(_RULING, {"program": program_id})
    return _compiled(tuple(version) if version else (0, None), tuple(signals or ()))


def ruling_of_version(program_id: int, version_id: int) -> Ruling | None:
    """An earlier version of the program's model, compiled for the same signals."""
    version = Version.objects.in_program(program_id).filter(pk=version_id).first()
    if version is None:
        return None
    return _compiled((version.pk, version.number), ruling(program_id).raw_signals)


def ruling_of_content(program_id: int, content: Mapping[str, Any]) -> Ruling:
    """A draft's content, compiled for the program's signals. Raises `InvalidModel`."""
    now = ruling(program_id)
    slots = {s.code: s.slot for s in now.signals}
    compiled = CompiledModel(0, parse_model(content, slots.keys()), slots)
    return Ruling(compiled, None, now.signals, now.raw_signals)


@lru_cache(maxsize=256)
def _compiled(version: tuple[int, int | None], signals: tuple[str, ...]) -> Ruling:
    rows = [row.strip("()").split(",") for row in signals]
    slots = tuple(
        SignalSlot(int(i), int(slot), kind == "fact", code) for i, slot, kind, code in rows
    )
    version_id, number = version
    model = _model(version_id) if version_id else ScoringModel()
    compiled = CompiledModel(version_id, model, {s.code: s.slot for s in slots})
    return Ruling(compiled, number, slots, signals)


def _model(version_id: int) -> ScoringModel:
    # By id alone: the caller has the id from a row of its own program, and content never changes.
    with connection.cursor() as cursor:
        cursor.execute("SELECT content::text FROM agreements_version WHERE id = %s", [version_id])
        (content,) = cursor.fetchone()
    return parse_model(json.loads(content))
