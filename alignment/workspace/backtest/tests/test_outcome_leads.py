"""Which of a person's leads an outcome belongs to."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from alignment.workspace.backtest.outcome_file import LeadSpan, _lead_of
from alignment.workspace.backtest.outcome_rows import OutcomeRow

START = datetime(2024, 1, 1, tzinfo=UTC)


def leads(count: int) -> list[LeadSpan]:
    return [LeadSpan(n, START + timedelta(hours=n), None) for n in range(count)]


def found(at: datetime | None, count: int = 3) -> int | None:
    lead = _lead_of(OutcomeRow(2, "ada@b.com", "", True, at), leads(count))
    return lead.id if lead else None


def test_the_last_one_that_was_open_by_then() -> None:
    assert found(None) == 2
    assert found(None, 0) is None
    assert found(START - timedelta(minutes=1)) is None
    assert found(START) == 0
    assert found(START + timedelta(minutes=90)) == 1
    assert found(START + timedelta(days=9)) == 2


def test_many_rows_of_somebody_with_many_leads_are_matched_at_once() -> None:
    many = leads(20_000)
    row = OutcomeRow(2, "ada@b.com", "", True, START + timedelta(days=999))
    start = time.process_time()
    assert {_lead_of(row, many) for _ in range(100_000)} == {many[-1]}
    assert time.process_time() - start < 20
