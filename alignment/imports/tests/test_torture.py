"""Broken files from real machines: each is read, or rejected row by row with a message."""

import csv
import re
import tracemalloc
import zipfile
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Account
from alignment.imports.messages import sentences
from alignment.imports.models import Import, ImportProblem
from alignment.imports.parsing.tables import UnreadableTable
from alignment.imports.repair import problem_file
from tests.cast import Cast

from .lists import COMPANIES, companies, run, taken, uploaded, workbook

pytestmark = pytest.mark.django_db
FRENCH = (
    "Société;Site;Ville;Effectif\n"
    "Müller & Fils;muller.fr;Besançon;120\n"
    "Forêts du Sud-Être;forets.fr;Nîmes;45\n"
    "Château Île-Œuvre;chateau.fr;Orléans;9\n"
    "Crédit Sévère;credit.fr;Évry;900\n"
)


def names(cast: Cast) -> set[str]:
    return set(Account.objects.in_program(cast.program).values_list("name", flat=True))


def told(cast: Cast) -> list[tuple[int, str]]:
    rows = ImportProblem.objects.in_program(cast.program).order_by("row")
    return [(row.row, sentences(row.errors)) for row in rows]


def read(cast: Cast, content: bytes, name: str = "list.csv") -> dict[str, int]:
    return taken(run(uploaded(cast.program, content, name=name)))


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize(
    "encoding", ["mac_roman", "cp1252", "utf-8", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encodings_with_every_kind_of_line_end(cast: Cast, encoding: str, line_end: str) -> None:
    content = FRENCH.replace("\n", line_end).encode(encoding)
    assert read(cast, content) == {"rows": 4, "created": 4}
    assert names(cast) == {line.split(";")[0] for line in FRENCH.splitlines()[1:]}


def test_numbers_as_people_write_them(cast: Cast) -> None:
    rows = (
        "Company;Website;Annual revenue\n"
        "One;one.com;36.9 Million\n"
        "Two;two.com;$0.8m\n"
        "Three;three.com;$1.2B\n"
        "Four;four.com;a fortune\n"
    )
    assert read(cast, rows.encode()) == {"rows": 4, "created": 4, "incomplete": 1}
    stored = Account.objects.in_program(cast.program).values_list("name", "revenue_high")
    assert dict(stored) == {
        "One": 36_900_000,
        "Two": 800_000,
        "Three": 1_200_000_000,
        "Four": None,
    }
    ((row, text),) = told(cast)
    assert row == 5
    assert "a fortune" in text


def whole(rows: list[list[str]]) -> bytes:
    """Lines of a file in which each row was quoted as a whole, including its quotation marks."""
    text = StringIO()
    inner = csv.writer(text, lineterminator="\n")
    lines = []
    for row in rows:
        text.seek(0)
        text.truncate()
        inner.writerow(row)
        lines.append('"' + text.getvalue().rstrip("\n").replace('"', '""') + '"\n')
    return "".join(lines).encode()


def test_338_rows_wholly_quoted_into_one_field_are_read_as_what_they_say(cast: Cast) -> None:
    rows = [[f"Acme {n}, Inc.", f"acme{n}.com", "Boston", "MA", str(n + 1)] for n in range(338)]
    assert read(cast, COMPANIES.encode() + whole(rows)) == {"rows": 338, "created": 338}
    first = Account.objects.in_program(cast.program).get(domain="acme0.com")
    assert (first.name, first.city, first.employees_low) == ("Acme 0, Inc.", "Boston", 1)


def in_one_field(lines: bytes) -> bytes:
    return b'"' + lines.replace(b'"', b'""') + b'"\n'


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_338_rows_in_one_single_quoted_field_are_338_rows(cast: Cast, line_end: str) -> None:
    end = line_end.encode()
    rows = companies(338).removeprefix(COMPANIES.encode())
    content = COMPANIES.encode() + in_one_field(rows) + b"After,after.com,Boston,MA,5\n"
    assert read(cast, content.replace(b"\n", end)) == {"rows": 339, "created": 339}


def test_a_file_that_is_one_single_quoted_field(cast: Cast) -> None:
    assert read(cast, in_one_field(companies(338))) == {"rows": 338, "created": 338}


def test_an_odd_row_within_a_quoted_field_is_told_with_its_own_row(cast: Cast) -> None:
    lines = companies(338).splitlines(keepends=True)
    lines[100] = b"Odd,odd.com,Boston,MA,many,and,more\n"
    upload = uploaded(cast.program, lines[0] + in_one_field(b"".join(lines[1:])))
    job = run(upload)
    assert taken(job) == {"rows": 338, "created": 337, "rejected": 1}
    assert [row for row, _text in told(cast)] == [101]
    _head, kept = csv.reader(StringIO("".join(problem_file(upload=upload, job=job))))
    assert kept[:5] == ["Odd", "odd.com", "Boston", "MA", "many"]


def test_a_quoted_field_of_lines_that_fit_nothing_is_told_with_its_lines(cast: Cast) -> None:
    odd = in_one_field(b"what,is,this\n" * 30)
    upload = uploaded(cast.program, companies(2) + odd)
    job = run(upload)
    assert taken(job) == {"rows": 3, "created": 2, "rejected": 1}
    ((row, text),) = told(cast)
    assert row == 4
    assert "Lines 4 to 34" in text
    assert "what,is,this" in "".join(problem_file(upload=upload, job=job))


def test_a_note_of_several_lines_with_commas_is_no_table(cast: Cast) -> None:
    rows = 'Company\n"Acme, Inc.\nBoston, MA"\nPlain\n'
    run(uploaded(cast.program, rows.encode()))
    assert [row for row, _text in told(cast)] == [2]
    assert names(cast) == {"Plain"}


def test_a_formula_left_in_the_file_to_repair_is_told_again(cast: Cast) -> None:
    rows = b"Company,Website,Employees\nSum,sum.com,'=2+3\n=A1,a.com,4\nFour,four.com,4\n"
    assert read(cast, rows) == {"rows": 3, "created": 3, "incomplete": 2}
    assert all("is a formula" in text for _row, text in told(cast))


def test_a_file_all_of_whose_rows_are_quoted_whole_its_header_too(cast: Cast) -> None:
    head = COMPANIES.strip().split(",")
    rows = [[f"Acme {n}, Inc.", f"acme{n}.com", "Boston", "MA", "5"] for n in range(5)]
    assert read(cast, whole([head, *rows])) == {"rows": 5, "created": 5}
    assert "Acme 4, Inc." in names(cast)


def test_a_quoted_row_that_does_not_fit_is_told_and_kept(cast: Cast) -> None:
    odd = whole([["Acme", "acme.com", "Boston", "MA", "5", "what", "is this"]])
    upload = uploaded(cast.program, companies(2) + odd)
    job = run(upload)
    assert taken(job) == {"rows": 3, "created": 2, "rejected": 1}
    ((row, text),) = told(cast)
    assert row == 4
    assert "quoted as a whole" in text
    assert "Acme,acme.com,Boston,MA,5,what,is this" in "".join(problem_file(upload=upload, job=job))


def test_338_rows_swallowed_by_an_open_mark_are_told_with_their_lines(cast: Cast) -> None:
    lines = companies(340).decode().splitlines(keepends=True)
    lines[2] = '"' + lines[2]
    job = run(upload := uploaded(cast.program, "".join(lines).encode()))
    assert job.state == "done"
    assert taken(job)["created"] >= 1
    assert any("lines 3 to" in text for _row, text in told(cast))
    # All swallowed rows, to the last line, are in the repair file.
    repaired = "".join(problem_file(upload=upload, job=job))
    assert "Company 339" in repaired or job.result["created"] == 340


def test_cells_too_many_stay_in_the_file_to_repair(cast: Cast) -> None:
    upload = uploaded(cast.program, companies(1) + b"Wide,w.com,Boston,MA,5,,,more\n")
    job = run(upload)
    assert taken(job) == {"rows": 2, "created": 1, "rejected": 1}
    head, row = csv.reader(StringIO("".join(problem_file(upload=upload, job=job))))
    assert row[:5] == ["Wide", "w.com", "Boston", "MA", "5"]
    assert row[len(head) :] == ["", "", "more"]


def test_formulas_count_with_their_result_or_are_told(cast: Cast) -> None:
    content = workbook(
        ("Company", "Website", "Employees"),
        ("Plain", "plain.com", 5),
        ("Sum", "sum.com", "=2+3"),
        ("=CONCATENATE(1,2)", "text.com", 7),
    )
    upload = uploaded(cast.program, content, name="list.xlsx")
    job = run(upload)
    assert taken(job) == {"rows": 3, "created": 1, "rejected": 2}
    kept = list(csv.reader(StringIO("".join(problem_file(upload=upload, job=job)))))[1:]
    # They are kept as written, and no spreadsheet runs them.
    assert [row[:3] for row in kept] == [
        ["Sum", "sum.com", "'=2+3"],
        ["'=CONCATENATE(1,2)", "text.com", "7"],
    ]
    assert [row for row, _text in told(cast)] == [3, 4]
    assert all("no stored result" in text for _row, text in told(cast))
    assert names(cast) == {"Plain"}
    assert read(cast, solved(content), "solved.xlsx") == {
        "rows": 3,
        "created": 2,
        "unchanged": 1,
    }
    summed = Account.objects.in_program(cast.program).get(domain="sum.com")
    assert summed.employees_low == 5


def solved(content: bytes) -> bytes:
    """The workbook as a spreadsheet program saves it: each formula with its result."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text = re.sub(rb"(2\+3</f>)<v ?/>", rb"\1<v>5</v>", text)
                text = re.sub(rb"(CONCATENATE\(1,2\)</f>)<v ?/>", rb"\1<v>12</v>", text)
            new.writestr(name, text)
    return target.getvalue()


def bomb(path: Path) -> bytes:
    """A workbook of 1 GB in 1 MB: a sheet full of zeros."""
    with zipfile.ZipFile(BytesIO(workbook(("Company",), ("Acme",)))) as small:
        parts = {name: small.read(name) for name in small.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in parts.items():
            if name != "xl/worksheets/sheet1.xml":
                archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(1_024):
                sheet.write(b"0" * 2**20)
    return path.read_bytes()


def test_a_bomb_of_1_gb_is_refused_without_unpacking_it(cast: Cast, tmp_path: Path) -> None:
    content = bomb(tmp_path / "bomb.xlsx")
    assert len(content) < 10 * 2**20
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableTable) as refused:
            uploaded(cast.program, content, name="bomb.xlsx")
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert refused.value.key == "zip_bomb"
    assert peak < 60 * 2**20
    assert not Import.objects.in_program(cast.program).exists()


def test_a_line_without_end_is_refused_in_bounded_memory(cast: Cast, settings: Any) -> None:
    content = b"Company,Website\n" + b"x" * (40 * 2**20)
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableTable) as refused:
            run_or_refuse(cast, content)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert refused.value.key == "line_too_long"
    # In this test the file itself is in memory.
    assert peak < 3 * len(content)


def run_or_refuse(cast: Cast, content: bytes) -> None:
    job = run(uploaded(cast.program, content))
    raise AssertionError(job.state)


@pytest.mark.parametrize("broken_at", [2, 5])
def test_nothing_is_half_imported(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, broken_at: int
) -> None:
    """A failing chunk leaves none of its rows, and the one before keeps all of its."""
    from alignment.imports import steps

    monkeypatch.setitem(steps.CHUNK, "accounts", 3)
    take = steps.TAKERS["accounts"]
    seen: list[int] = []

    def taking(batch: Any) -> Any:
        done = take(batch)
        seen.extend([1] * len(batch.rows))
        if len(seen) > broken_at:
            raise RuntimeError("the machine fails")
        return done

    monkeypatch.setitem(steps.TAKERS, "accounts", taking)
    job = run(uploaded(cast.program, companies(9)))
    assert job.state == "failed"
    assert len(names(cast)) == (broken_at // 3) * 3
