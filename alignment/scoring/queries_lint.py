"""The few counts that remarks on a model need: two passes over score rows, then look-ups."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db import connection

from alignment.core.arrays import id_array
from alignment.people.models import Program

from .lint import ICP_KEY, QUIET_DAYS, Seen, Sightings
from .queries import SignalSlot, ruling

# Seconds; reading a million score rows takes most of a second.
KEPT_FOR = 600
# How many leads per signal are checked for their last engagement; they lie all over the table.
SAMPLE = 1_000


def signal_counts(*, program: Program) -> Sightings:
    """How many of the program's leads have each signal; at most ten minutes old."""
    signals = ruling(program).signals
    # Signals are only ever added, so their number identifies the set.
    key = f"scoring-sightings-{program.pk}-{len(signals)}"
    found: Sightings | None = cache.get(key)
    if found is None:
        found = _count_signals(program, signals)
        cache.set(key, found, KEPT_FOR)
    return found


def _count_signals(program: Program, signals: tuple[SignalSlot, ...]) -> Sightings:
    leads, matching, counts = _counts(program, signals)
    asked = [(signal, having) for signal, (having, _most) in zip(signals, counts, strict=True)]
    samples = _samples(program, [pair for pair in asked if pair[1]])
    lately = _recent_signals(samples)
    by_signal = {
        signal.code: Seen(
            leads=having,
            most=most,
            # Without a sample it is unknown, so no remark is made.
            lately=signal.id in lately or not samples.get(signal.id),
            looked_at=len(samples.get(signal.id, ())),
            is_fact=signal.is_fact,
        )
        for signal, (having, most) in zip(signals, counts, strict=True)
    }
    return Sightings(leads, {ICP_KEY: Seen(matching, 1 if matching else 0), **by_signal})


def _counts(
    program: Program, signals: tuple[SignalSlot, ...]
) -> tuple[int, int, list[tuple[int, int]]]:
    """All leads, those with the ICP match, and per signal (leads that have it, most per lead)."""
    columns = "".join(
        f", count(*) FILTER (WHERE s{s.slot} > 0), COALESCE(max(s{s.slot}), 0)" for s in signals
    )
    row = _one_row(
        f"SELECT count(*), count(*) FILTER (WHERE icp = 1){columns}"
        " FROM scoring_leadscore WHERE program_id = %(program)s",
        {"program": program.pk},
    )
    numbers = list(row[2:])
    return row[0], row[1], list(zip(numbers[::2], numbers[1::2], strict=True))


def _samples(program: Program, having: list[tuple[SignalSlot, int]]) -> dict[int, list[int]]:
    """Signal -> leads that have it: all of them, or a sample from across the table."""
    if not having:
        return {}
    columns = ", ".join(
        f"array_agg(lead_id) FILTER (WHERE s{s.slot} > 0 AND lead_id %% {1 + n // SAMPLE} = 0)"
        for s, n in having
    )
    row = _one_row(
        f"SELECT {columns} FROM scoring_leadscore WHERE program_id = %(program)s",
        {"program": program.pk},
    )
    return {signal.id: ids or [] for (signal, _n), ids in zip(having, row, strict=True)}


def _recent_signals(samples: dict[int, list[int]]) -> set[int]:
    """The signals that a lead in their sample had within the last 90 days."""
    pairs = [(signal_id, lead_id) for signal_id, ids in samples.items() for lead_id in ids]
    if not pairs:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT DISTINCT s.signal_id
                FROM unnest(%(signals)s::bigint[], %(leads)s::bigint[]) s(signal_id, lead_id)
                WHERE EXISTS (SELECT FROM accounts_engagement e
                    WHERE e.lead_id = s.lead_id AND e.signal_id = s.signal_id
                      AND e.occurred_at > now() - interval '{QUIET_DAYS} days')""",
            {
                "signals": id_array(signal_id for signal_id, _lead in pairs),
                "leads": id_array(lead_id for _signal, lead_id in pairs),
            },
        )
        return {signal_id for (signal_id,) in cursor.fetchall()}


def _one_row(statement: str, parameters: dict[str, Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row: tuple[Any, ...] = cursor.fetchone()
        return row
