"""How accounts would answer criteria that are not saved yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from alignment.agreements.models import Kind
from alignment.agreements.queries import in_force, open_version
from alignment.people.models import Program

from .compiler import compile_icp
from .queries_pages import FORECAST_UP_TO, Answers
from .rules import Criterion, Icp, parse_icp

# Accounts, and whether one of their leads was won or lost.
_SPLIT = """
    SELECT {columns}, closed.won, closed.lost FROM accounts_account a
    LEFT JOIN (SELECT account_id, bool_or(stage = 'won') AS won, bool_or(stage = 'lost') AS lost
               FROM accounts_lead WHERE program_id = %(program)s AND stage IN ('won', 'lost')
               GROUP BY account_id) closed ON closed.account_id = a.id
    WHERE a.program_id = %(program)s ORDER BY a.id LIMIT %(most)s"""


@dataclass(frozen=True, slots=True)
class Counted:
    """Accounts that pass the criterion as typed, and the whole profile without and with it."""

    criterion: Answers
    now: Answers
    then: Answers


@dataclass(frozen=True, slots=True)
class Split:
    """Accounts that pass, fail and are unknown: all of them, those once won, those once lost."""

    all: Answers
    won: Answers
    lost: Answers

    def as_numbers(self) -> dict[str, list[int]]:
        """Yes, no and unknown of each, for storage."""
        return {
            name: [each.yes, each.no, each.unknown]
            for name, each in (("all", self.all), ("won", self.won), ("lost", self.lost))
        }

    @classmethod
    def of_numbers(cls, kept: Mapping[str, Sequence[int]]) -> Split:
        return cls(*(Answers(*kept[name]) for name in ("all", "won", "lost")))


def profile_so_far(program: Program) -> Icp:
    """The profile being written, or else the one in force."""
    version = open_version(program, Kind.ICP) or in_force(program, Kind.ICP)
    return parse_icp(version.content) if version else Icp()


def counted(*, program: Program, profile: Icp, criterion: Criterion) -> Counted:
    """One pass over at most `FORECAST_UP_TO` accounts; replaces a criterion with the same key."""
    every = (*profile.criteria, criterion)
    compiled = compile_icp(Icp(every))
    last = len(profile.criteria)
    others = [i for i, c in enumerate(profile.criteria) if c.key != criterion.key]
    statement = f"""
        SELECT {compiled.verdict_over(range(last))} AS was,
            {compiled.verdict_over([*others, last])} AS becomes, c{last} AS mine, count(*)
        FROM (SELECT {compiled.columns} FROM accounts_account a
              WHERE a.program_id = %(program)s ORDER BY a.id LIMIT %(most)s) facts
        GROUP BY 1, 2, 3"""
    parameters = {"program": program.pk, "most": FORECAST_UP_TO, **compiled.parameters}
    now, then, mine = Counter[str](), Counter[str](), Counter[bool | None]()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        for was, becomes, answer, number in cursor.fetchall():
            now[was] += number
            then[becomes] += number
            mine[answer] += number
    passing = _passing(Answers(mine[True], mine[False], mine[None]), criterion)
    return Counted(passing, _answers(now), _answers(then))


def _passing(answers: Answers, criterion: Criterion) -> Answers:
    """An account passes an exclusion that does not apply to it."""
    if criterion.weight != "exclude":
        return answers
    return Answers(answers.no, answers.yes, answers.unknown)


def _answers(counter: Counter[str]) -> Answers:
    return Answers(counter["yes"], counter["no"], counter["unknown"])


def splits(*, program: Program, criteria: Sequence[Criterion]) -> list[Split]:
    """One pass over the accounts for all criteria."""
    if not criteria:
        return []
    compiled = compile_icp(Icp(tuple(criteria)))
    groups = ("true", "won", "lost")
    tests = ("IS TRUE", "IS FALSE", "IS NULL")
    counts = [
        f"count(*) FILTER (WHERE {group} AND c{i} {test})"
        for i in range(len(criteria))
        for group in groups
        for test in tests
    ]
    statement = f"SELECT {', '.join(counts)} FROM ({_SPLIT.format(columns=compiled.columns)}) facts"
    parameters = {"program": program.pk, "most": FORECAST_UP_TO, **compiled.parameters}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        numbers: tuple[int, ...] = cursor.fetchone()
    triples = [Answers(*numbers[at : at + 3]) for at in range(0, len(numbers), 3)]
    return [
        Split(*(_passing(each, criterion) for each in triples[3 * i : 3 * i + 3]))
        for i, criterion in enumerate(criteria)
    ]
