"""Storing reports of providers and of our own site. A repeated week replaces the earlier report."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.db import connection, transaction

from accounts.actions.writing import lock_facts
from accounts.intent.queries.finding import Companies, Company
from accounts.intent.rules import monday_of
from accounts.rules.facts import FieldError, Upserted
from alignment.core import audit
from alignment.core.arrays import id_array, text_array
from alignment.people.models import Program, User

from .standing import today_utc, write_standing

# No provider has older history; an earlier date is a typo.
FIRST_WEEK = date(2015, 1, 5)


@dataclass(frozen=True, slots=True)
class SurgeIn:
    """One topic of one week. `week` is any day of it; `strength` is 0-100."""

    company: Company
    source: str
    topic: str
    week: date
    strength: int


@dataclass(frozen=True, slots=True)
class VisitsIn:
    """Visits to our own site in one week. `week` is any day of it; each visit has at least one
    page."""

    company: Company
    week: date
    visits: int
    pages: int


Row = TypeVar("Row", SurgeIn, VisitsIn)

_SURGES = """
WITH incoming AS (
    SELECT * FROM unnest(%(accounts)s::bigint[], %(weeks)s::date[], %(topics)s::text[],
        %(sources)s::text[], %(strengths)s::int[]) AS r(account_id, week, topic, source, strength)
), written AS (
    INSERT INTO intent_surge (program_id, account_id, week, topic, source, strength, updated_at)
    SELECT %(program)s, account_id, week, topic, source, strength, now() FROM incoming
    ORDER BY account_id, week, topic, source
    ON CONFLICT (program_id, account_id, week, topic, source)
    DO UPDATE SET strength = excluded.strength, updated_at = excluded.updated_at
    WHERE intent_surge.strength <> excluded.strength
    RETURNING id, account_id, week, topic, source, old.id IS NULL AS is_new
)
SELECT account_id, week, topic, source, id, is_new FROM written"""
_VISITS = """
WITH incoming AS (
    SELECT * FROM unnest(%(accounts)s::bigint[], %(weeks)s::date[], %(visits)s::int[],
        %(pages)s::int[]) AS r(account_id, week, visits, pages)
), written AS (
    INSERT INTO intent_sitevisits (program_id, account_id, week, visits, pages, updated_at)
    SELECT %(program)s, account_id, week, visits, pages, now() FROM incoming
    ORDER BY account_id, week
    ON CONFLICT (program_id, account_id, week)
    DO UPDATE SET visits = excluded.visits, pages = excluded.pages,
        updated_at = excluded.updated_at
    WHERE (intent_sitevisits.visits, intent_sitevisits.pages)
        IS DISTINCT FROM (excluded.visits, excluded.pages)
    RETURNING id, account_id, week, old.id IS NULL AS is_new
)
SELECT account_id, week, id, is_new FROM written"""


@dataclass(frozen=True, slots=True)
class _Kind(Generic[Row]):
    """How one kind of report is identified, checked and stored."""

    key: Callable[[Row], tuple[Hashable, ...]]
    problem: Callable[[Row], FieldError | None]
    statement: str
    columns: Callable[[Sequence[Row]], dict[str, str]]
    audited_as: str


def report_surges(
    *, program: Program, rows: Sequence[SurgeIn], by: User | None, dry_run: bool = False
) -> list[Upserted]:
    """One result per row. A company that the program does not know gets an error; nothing is
    stored."""
    return _report(_KIND_SURGES, program, rows, by, dry_run=dry_run)


def report_visits(*, program: Program, rows: Sequence[VisitsIn], by: User | None) -> list[Upserted]:
    """One result per row, as for surges."""
    return _report(_KIND_VISITS, program, rows, by, dry_run=False)


@transaction.atomic
def _report(
    kind: _Kind[Row], program: Program, rows: Sequence[Row], by: User | None, *, dry_run: bool
) -> list[Upserted]:
    """Among rows of a batch with the same key, the last one counts; the first one creates the
    row."""
    lock_facts(program.pk)
    companies = Companies(program, [given.company for given in rows])
    latest: dict[tuple[Hashable, ...], tuple[int, Row]] = {}
    keys: list[tuple[Hashable, ...] | FieldError] = []
    # For each row: whether an earlier row has the same key.
    again: list[bool] = []
    row: Row
    for row in rows:
        account_id = companies.find(row.company)
        if isinstance(account_id, str):
            company = row.company
            keys.append(FieldError(company.field, account_id, {"value": company.shown[:100]}))
            again.append(False)
        elif wrong := kind.problem(row):
            keys.append(wrong)
            again.append(False)
        else:
            key = (account_id, monday_of(row.week), *kind.key(row))
            again.append(key in latest)
            latest[key] = (account_id, row)
            keys.append(key)
    with transaction.atomic():
        written = _store(kind, program.pk, latest)
        if dry_run:
            transaction.set_rollback(True)
    if written and not dry_run:
        touched = sorted({account_id for account_id, _row in latest.values()})
        write_standing(program_id=program.pk, account_ids=touched, today=today_utc())
        audit.record(
            by=by,
            action=kind.audited_as,
            target=program,
            program_id=program.pk,
            written=len(written),
            accounts=len(touched),
        )
    return [_result(key, written, is_again) for key, is_again in zip(keys, again, strict=True)]


def _store(
    kind: _Kind[Row], program_id: int, latest: dict[tuple[Hashable, ...], tuple[int, Row]]
) -> dict[tuple[Hashable, ...], tuple[int, bool]]:
    """Key -> (id, whether it is new), of the rows that changed anything."""
    if not latest:
        return {}
    accounts = [account_id for account_id, _row in latest.values()]
    rows = [row for _account, row in latest.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            kind.statement,
            {
                "program": program_id,
                "accounts": id_array(accounts),
                "weeks": text_array(monday_of(row.week).isoformat() for row in rows),
                **kind.columns(rows),
            },
        )
        return {tuple(key): (pk, is_new) for *key, pk, is_new in cursor.fetchall()}


def _result(
    key: tuple[Hashable, ...] | FieldError,
    written: dict[tuple[Hashable, ...], tuple[int, bool]],
    is_again: bool,
) -> Upserted:
    if isinstance(key, FieldError):
        return Upserted(None, "rejected", [key])
    if key not in written:
        return Upserted(None, "unchanged", [])
    pk, is_new = written[key]
    return Upserted(pk, "created" if is_new and not is_again else "updated", [])


def _wrong_week(week: date) -> FieldError | None:
    if week < FIRST_WEEK or monday_of(week) > today_utc():
        return FieldError("week", "week_range", {"value": week.isoformat()})
    return None


def _wrong_surge(row: SurgeIn) -> FieldError | None:
    if not 0 <= row.strength <= 100:
        return FieldError("strength", "out_of_range", {"low": "0", "high": "100"})
    return _wrong_week(row.week)


def _wrong_visits(row: VisitsIn) -> FieldError | None:
    if not 0 <= row.visits <= 1_000_000:
        return FieldError("visits", "out_of_range", {"low": "0", "high": "1,000,000"})
    if not row.visits <= row.pages <= 10_000_000:
        return FieldError("pages", "out_of_range", {"low": str(row.visits), "high": "10,000,000"})
    return _wrong_week(row.week)


def _columns_of_surges(rows: Sequence[SurgeIn]) -> dict[str, Any]:
    return {
        "topics": text_array(row.topic for row in rows),
        "sources": text_array(row.source for row in rows),
        "strengths": id_array(row.strength for row in rows),
    }


def _columns_of_visits(rows: Sequence[VisitsIn]) -> dict[str, Any]:
    return {
        "visits": id_array(row.visits for row in rows),
        "pages": id_array(row.pages for row in rows),
    }


_KIND_SURGES: _Kind[SurgeIn] = _Kind(
    lambda row: (row.topic, row.source), _wrong_surge, _SURGES, _columns_of_surges, "surges.report"
)
_KIND_VISITS: _Kind[VisitsIn] = _Kind(
    lambda _row: (), _wrong_visits, _VISITS, _columns_of_visits, "visits.report"
)
