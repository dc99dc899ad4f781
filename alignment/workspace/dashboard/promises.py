"""Promises of the contract on the dashboard: their names, and which of them miss their target."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from alignment.agreements.models import Kind
from alignment.agreements.queries import in_force
from alignment.metrics.queries.breakdown import breakdown
from alignment.metrics.queries.registry import METRICS
from alignment.sla.queries.contracts import contracts
from alignment.sla.words import title

from .rows import groups_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alignment.metrics.forms import Asked
    from alignment.people.models import Program

    from .rows import GroupShown
    from .tiles import Tile

FAMILIES = ("sla-marketing", "sla-sales")


def promise_names(program: Program) -> dict[str, str]:
    """Key of a clause -> its name, from the contract in force."""
    version = in_force(program, Kind.SLA)
    if version is None:
        return {}
    return {clause.key: title(clause) for clause in contracts([version.pk])[version.pk].clauses}


def with_weak_promises(program: Program, asked: Asked, tiles: Sequence[Tile]) -> list[Tile]:
    """A tile names promises that miss their target, since many others that are kept would hide
    them.
    """
    names = promise_names(program)
    return [
        replace(tile, weak=_weak(program, asked, tile, names))
        if tile.head.definition.family in FAMILIES
        else tile
        for tile in tiles
    ]


def _weak(program: Program, asked: Asked, tile: Tile, names: dict[str, str]) -> list[GroupShown]:
    definition = tile.head.definition
    groups = breakdown(program, METRICS[definition.key], asked.period, asked.part, "kind")
    off = [g for g in groups if g.measure.enough and definition.meets(g.measure.value) is False]
    return groups_of(definition, "kind", off, names)
