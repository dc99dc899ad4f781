"""Rows of one list that contradict each other about a company: the first stands, others get
errors."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Account
from alignment.imports import actions, steps
from alignment.imports.messages import sentences
from alignment.imports.models import ImportProblem
from alignment.imports.parsing.chunks import Source, chunks
from alignment.imports.parsing.companies import Companies
from alignment.imports.parsing.contradictions import Contradictions
from alignment.imports.parsing.mapping import ColumnMapping
from alignment.imports.parsing.rows import ParsedRow, RowParser
from alignment.imports.parsing.tables import Limits, Row
from alignment.imports.reading import columns_of
from alignment.imports.repair import problem_file
from alignment.jobs import runner
from tests.cast import Cast

from .lists import companies, run, taken, uploaded

HEADER = "Company,Website,City,State,Employees,Revenue ($)\n"
ONE = "Num One,numone.com,Austin,TX,51-200,36.9 Million\n"
OTHER = "Num One,numone.com,Austin,TX,60,1\n"


def facts(cast: Cast, **found: str) -> tuple[Any, ...]:
    rows = Account.objects.in_program(cast.program).filter(**found)
    return rows.values_list("name", "city", "employees_low", "employees_high", "revenue_low").get()


def told(cast: Cast, job: Any) -> list[tuple[int, str]]:
    rows = ImportProblem.objects.in_program(cast.program).filter(job=job).order_by("row")
    return [(row.row, sentences(row.errors)) for row in rows]


def test_the_first_row_stands_and_the_other_is_told_with_both_values(cast: Cast) -> None:
    upload = uploaded(cast.program, (HEADER + ONE + "Two,two.com,,,5,\n" + OTHER).encode())
    columns = [replace(column, scale=column.scale or 1) for column in columns_of(upload)]
    actions.set_mapping(upload=upload, columns=columns, by=None)
    tried, job = run(upload, dry_run=True), run(upload)
    assert taken(job) == {"rows": 3, "created": 2, "unchanged": 1, "incomplete": 1}
    assert taken(tried) == taken(job)
    stands = ("Num One", "Austin", 51, 200, 36_900_000)
    assert facts(cast, domain="numone.com") == stands
    ((row, said),) = told(cast, job)
    assert row == 4
    assert "Employees: Row 2 says “51-200” of the same company. That stands, “60” was not" in said
    assert "Revenue ($): Row 2 says “36.9 Million”" in said
    # Importing the same list again changes nothing.
    again = run(upload)
    assert taken(again) == {"rows": 3, "unchanged": 3, "incomplete": 1}
    # Nor does the repair file, until somebody fills in the value from its explanation.
    text = "".join(problem_file(upload=upload, job=again))
    assert "Num One,numone.com,Austin,TX,,," in text
    assert taken(run(uploaded(cast.program, text.encode()))) == {"rows": 1, "unchanged": 1}
    assert facts(cast, domain="numone.com") == stands
    text = text.replace("Austin,TX,,,", "Austin,TX,60,,")
    assert taken(run(uploaded(cast.program, text.encode()))) == {"rows": 1, "updated": 1}
    assert facts(cast, domain="numone.com")[2:4] == (60, 60)


def test_what_is_new_is_taken_and_stands_from_there(cast: Cast) -> None:
    rows = (
        "Num One,numone.com,,,60,\n"
        "Num One,numone.com,Austin,TX,,5000000\n"
        "Num One,numone.com,Boston,MA,,\n"
        "NUM ONE Inc.,numone.com/us,AUSTIN,TX,60,5000000\n"
    )
    job = run(uploaded(cast.program, (HEADER + rows).encode()))
    assert taken(job) == {"rows": 4, "created": 1, "updated": 1, "unchanged": 2, "incomplete": 1}
    assert facts(cast) == ("Num One", "Austin", 60, 60, 5_000_000)
    ((row, said),) = told(cast, job)
    assert row == 4
    assert "City: Row 3 says “Austin”" in said
    assert "State: Row 3 says “TX”" in said


def test_a_place_is_one_fact(cast: Cast) -> None:
    """There is no Austin in France: city and country belong together."""
    text = "Company,Domain,City,Country,ZIP\nA,a.com,Austin,,\nA,a.com,Lyon,France,69001\n"
    job = run(uploaded(cast.program, text.encode()))
    stored = Account.objects.in_program(cast.program).get()
    assert (stored.city, stored.country, stored.zip) == ("Austin", "US", "")
    ((_row, said),) = told(cast, job)
    assert "City: Row 2 says “Austin” of the same company. That stands, “Lyon”" in said
    assert "Country: Row 2 says “Austin” of the same company. That stands, “France”" in said


@pytest.mark.parametrize(
    ("rows", "companies_made", "incomplete"),
    [
        ("Id1,A,a.com,,1\nId1,B,b.com,,1\n", 1, 1),
        ("Id1,A,,Reno,1\nId2,A,,Reno,2\n", 1, 0),
        (",A,a.com,Reno,1\n,A,b.com,Reno,2\n", 2, 0),
        (",A,,Reno,1\n,A,a.com,Reno,2\n", 1, 1),
        (",A,a.com,Reno,1\n,A,,Reno,2\n", 1, 1),
        (",A,,,1\n,a inc.,,,2\n", 1, 1),
        (",A,,Reno,1\n,A,,Austin,2\n", 2, 0),
        # Rejected values match no later row; accepted ones do.
        (",A,a.com,Reno,1\n,A,a.com,Austin,1\n,A,,Austin,2\n", 2, 1),
        (",A,a.com,,1\n,,a.com,Reno,1\n,A,,Reno,2\n", 1, 1),
    ],
)
def test_one_company_is_whom_the_program_takes_for_one(
    cast: Cast, rows: str, companies_made: int, incomplete: int
) -> None:
    text = f"External id,Company,Domain,City,Employees\n{rows}"
    upload = uploaded(cast.program, text.encode())
    assert run(upload).result["incomplete"] == incomplete
    assert Account.objects.in_program(cast.program).count() == companies_made
    again = run(upload).result
    assert (again["created"], again["updated"]) == (0, 0)


def test_they_are_seen_across_chunks_by_another_worker_too(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(steps.CHUNK, "accounts", 3)
    content = companies(7) + b"Company 0,c0.com,Boston,MA,99\n"
    job = actions.start_import(upload=uploaded(cast.program, content), by=None)

    def forget() -> None:
        for reader in steps._open.values():
            reader.close()
        steps._open.clear()

    runner.run(job.pk, after_step=forget)
    job.refresh_from_db()
    assert taken(job) == {"rows": 8, "created": 7, "unchanged": 1, "incomplete": 1}
    assert [row for row, _said in told(cast, job)] == [9]


def test_a_long_list_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(companies(30_000))
    columns = [ColumnMapping(0, "name"), ColumnMapping(1, "website"), ColumnMapping(2, "city")]
    columns.append(ColumnMapping(4, "employees"))
    now = datetime(2026, 11, 28, tzinfo=UTC)
    source = Source(path, "", "", "", Limits(), "accounts", columns, UTC, {}, now, 0, 1_000, None)
    tracemalloc.start()
    try:
        assert sum(len(chunk.rows) for chunk in chunks(source)) == 30_000
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Whole rows would take more than 30 MB in addition to the caches of cells.
    assert peak < 40 * 2**20


CELLS = st.tuples(
    st.sampled_from(["A", "a inc.", "B", ""]),
    st.sampled_from(["a.com", "b.com", ""]),
    st.sampled_from(["Reno", "RENO", "Austin", ""]),
    st.sampled_from(["5", "6-9", ""]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(CELLS, max_size=8))
def test_reading_a_list_twice_says_the_same_and_the_first_is_never_told(
    rows: list[tuple[str, ...]],
) -> None:
    """The first value always stands: a list read twice in a row gives the same result."""
    headers = ["Company", "Domain", "City", "Employees"]
    fields = ("name", "domain", "city", "employees")
    columns = [ColumnMapping(at, field) for at, field in enumerate(fields)]
    parser = RowParser("accounts", columns, headers)

    def read(seen: Contradictions, start: int) -> list[ParsedRow]:
        numbered = enumerate(rows, start=start)
        return [seen.judged(parser.parse(Row(at, list(cells)))) for at, cells in numbered]

    seen = Contradictions("accounts", columns, headers, Companies())
    first = read(seen, 0)
    told_of = [error.params["row"] for row in first for error in row.errors if error.params]
    assert all(int(row) < len(rows) for row in told_of)
    assert not [error for row in first[:1] for error in row.errors if error.code == "contradicts"]
    plain = [parser.parse(Row(at, list(cells))) for at, cells in enumerate(rows)]
    for row, read_alone in zip(first, plain, strict=True):
        # Every value comes from some row.
        for key, value in row.values.items():
            assert value in [other.values.get(key) for other in plain], read_alone
    again = [row.values for row in read(seen, 100)]
    once_more = [row.values for row in read(seen, 200)]
    assert again == once_more
