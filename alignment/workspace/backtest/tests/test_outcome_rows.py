"""Lists of outcomes in the formats of CRM exports, in English and French."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.imports.parsing.tables import Row
from alignment.workspace.backtest.outcome_rows import (
    COMPLAINTS,
    LOST,
    WON,
    Columns,
    Complaint,
    NoColumn,
    OutcomeRow,
    find_columns,
    read_row,
    said,
)

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
COLUMNS = Columns(outcome=1, email=0, external_id=None, date=2)


def read(*cells: str, columns: Columns = COLUMNS) -> OutcomeRow | Complaint:
    return read_row(Row(2, list(cells)), columns, zone=PARIS, now=NOW)


@pytest.mark.parametrize(
    ("headers", "places"),
    [
        (["Email", "Outcome", "Date"], (1, 0, None, 2)),
        (["E-mail", "Résultat", "Date de clôture"], (1, 0, None, 2)),
        (["identifiant", "issue"], (1, None, 0, None)),
        (["Stage", "Contact ID", "Close Date"], (0, None, 1, 2)),
        (["Name", "status", "ClosedAt", "courriel"], (1, 3, None, 2)),
    ],
)
def test_columns_are_found(headers: list[str], places: tuple[int | None, ...]) -> None:
    found = find_columns(headers, [])
    assert (found.outcome, found.email, found.external_id, found.date) == places


def test_a_list_without_outcome_or_person_is_refused() -> None:
    with pytest.raises(NoColumn, match="outcome"):
        find_columns(["email", "amount"], [])
    with pytest.raises(NoColumn, match="who"):
        find_columns(["outcome", "date"], [])


@pytest.mark.parametrize(
    ("word", "won"),
    [("Won", True), ("closed-won", True), ("GAGNÉ", True), ("Clôturé gagné", True), ("signée", True),
     ("lost", False), ("Closed Lost", False), ("Perdue", False), ("non", False), ("maybe", None)],
)  # fmt: skip
def test_words_of_an_outcome(word: str, won: bool | None) -> None:
    found = read("a@b.example", word, "2026-05-01")
    if won is None:
        assert isinstance(found, Complaint)
        assert (
            said({"code": found.code, "value": found.value}) == "“maybe” is neither won nor lost."
        )
    else:
        assert isinstance(found, OutcomeRow)
        assert found.won is won


def test_a_day_begins_in_the_zone_of_the_program() -> None:
    found = read("A@B.example", "won", "01/05/2026", columns=Columns(1, 0, None, 2, True))
    assert isinstance(found, OutcomeRow)
    assert found.email == "a@b.example"
    assert found.decided_at == datetime(2026, 4, 30, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (("", "won", ""), "nobody"),
        (("nobody at all", "won", ""), "email"),
        (("a@b.example", "", ""), "no_outcome"),
        (("a@b.example", "won", "soon"), "date"),
        (("a@b.example", "won", "2026-06-02"), "future"),
        (("a@b.example", "won", "99/99/2026"), "date"),
    ],
)
def test_what_is_wrong_is_said(cells: tuple[str, ...], code: str) -> None:
    found = read(*cells)
    assert isinstance(found, Complaint)
    assert found.code == code
    assert found.code in COMPLAINTS


@given(days=st.integers(-400, 400))
def test_no_outcome_lies_ahead(days: int) -> None:
    found = read("a@b.example", "won", (NOW + timedelta(days=days)).isoformat())
    assert isinstance(found, OutcomeRow) == (days <= 0)


@given(cells=st.lists(st.text(max_size=30), min_size=3, max_size=3))
def test_any_text_is_an_outcome_or_a_complaint(cells: list[str]) -> None:
    found = read(*cells)
    assert isinstance(found, OutcomeRow | Complaint)


def test_no_word_means_both() -> None:
    assert not WON & LOST
