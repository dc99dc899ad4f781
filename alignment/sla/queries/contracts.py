"""The contracts of a program, as values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from alignment.agreements.models import Kind, Version

from ..rules.contract import Contract, parse_contract

_MOST_KNOWN = 1_000
_KNOWN: dict[int, Contract] = {}


@dataclass(frozen=True, slots=True)
class VersionPeriod:
    """When a version was in force; `until` is None while it still is."""

    version_id: int
    since: datetime
    until: datetime | None


def version_periods(program_id: int, first: datetime, last: datetime) -> list[VersionPeriod]:
    """The versions in force at any moment from `first` to `last`, newest first; one query."""
    rows = Version.objects.in_program(program_id).filter(kind=Kind.SLA, in_force_at__lte=last)
    rows = rows.filter(Q(retired_at__isnull=True) | Q(retired_at__gt=first))
    found = rows.order_by("-in_force_at").values_list("pk", "in_force_at", "retired_at")
    return [VersionPeriod(pk, since, until) for pk, since, until in found if since]


def version_at(among: Sequence[VersionPeriod], at: datetime) -> int | None:
    """The version in force at that moment; None before the first."""
    for period in among:
        if period.since <= at and (period.until is None or period.until > at):
            return period.version_id
    return None


def contracts(version_ids: Iterable[int]) -> dict[int, Contract]:
    """Contracts by version id. Content never changes, so each process parses a version once."""
    wanted = set(version_ids)
    found = {pk: _KNOWN[pk] for pk in wanted if pk in _KNOWN}
    missing = wanted - found.keys()
    if missing:
        rows = Version.objects.across_programs().filter(pk__in=missing)
        read = {pk: parse_contract(content) for pk, content in rows.values_list("pk", "content")}
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN.update(read)
        found |= read
    return found
