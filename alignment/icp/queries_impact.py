"""The accounts, as they are today, that two versions of the profile judge differently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from accounts.models import Account
from alignment.agreements.models import Version

from .compiler import compile_icp
from .models import Answer
from .queries_pages import FORECAST_UP_TO
from .rules import Icp, parse_icp

PAGE = 50


@dataclass(frozen=True, slots=True)
class Crossing:
    """Accounts that one version judges `was` and the other `becomes`."""

    was: Answer
    becomes: Answer
    number: int


@dataclass(frozen=True, slots=True)
class VersionImpact:
    """All crossings, most frequent first; `looked_at` accounts were judged by both versions."""

    crossings: list[Crossing]
    looked_at: int

    @property
    def moved(self) -> int:
        return sum(crossing.number for crossing in self.crossings)


@dataclass(frozen=True, slots=True)
class CrossingPage:
    accounts: list[Account]
    after: int | None


def version_impact(*, older: Version, newer: Version) -> VersionImpact:
    """One pass over at most `FORECAST_UP_TO` accounts; nothing is written."""
    verdicts, parameters = _both(older, newer)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT was, becomes, count(*) FROM ({verdicts}) j GROUP BY 1, 2", parameters
        )
        rows = cursor.fetchall()
    crossings = [Crossing(Answer(was), Answer(then), n) for was, then, n in rows if was != then]
    crossings.sort(key=lambda crossing: (-crossing.number, crossing.was, crossing.becomes))
    return VersionImpact(crossings, sum(number for _was, _then, number in rows))


def crossing_accounts(
    *, older: Version, newer: Version, was: Answer, becomes: Answer, after: int = 0
) -> CrossingPage:
    """A page of the accounts of one crossing, ordered by id."""
    verdicts, parameters = _both(older, newer)
    parameters |= {"was": was, "becomes": becomes, "after": after}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM ({verdicts}) j WHERE was = %(was)s AND becomes = %(becomes)s"
            f" AND id > %(after)s ORDER BY id LIMIT {PAGE + 1}",
            parameters,
        )
        ids = [pk for (pk,) in cursor.fetchall()]
    return CrossingPage(
        _accounts(older.program_id, ids[:PAGE]), ids[PAGE - 1] if ids[PAGE:] else None
    )


def _accounts(program_id: int, ids: Sequence[int]) -> list[Account]:
    found = Account.objects.in_program(program_id).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def _both(older: Version, newer: Version) -> tuple[str, dict[str, Any]]:
    """A SELECT of id and both verdicts: both versions' criteria are compiled as one profile, with a
    verdict over each part.
    """
    before, after = (parse_icp(version.content).criteria for version in (older, newer))
    compiled = compile_icp(Icp((*before, *after)))
    first, second = range(len(before)), range(len(before), len(before) + len(after))
    statement = f"""
        SELECT id, {compiled.verdict_over(first)} AS was, {compiled.verdict_over(second)} AS becomes
        FROM (SELECT a.id, {compiled.columns} FROM accounts_account a
              WHERE a.program_id = %(program)s ORDER BY a.id LIMIT %(most)s) facts"""
    return statement, {
        "program": older.program_id,
        "most": FORECAST_UP_TO,
        **compiled.parameters,
    }
