# ruff: noqa: DTZ001 - naive times are what the files hold

import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from alignment.imports.parsing.opening import open_table
from alignment.imports.parsing.tables import Limits, UnreadableTable

FRENCH = "Société;Effectif;Chiffre d'affaires\nMüller & Fils;1 450,5;3,4 M€\nÉtés du Sud;12;—\n"


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def rows_of(path: Path, **options: object) -> list[list[str]]:
    with open_table(path, **options) as table:  # type: ignore[arg-type]
        return [row.cells for row in table.rows()]


def key_of(path: Path, **options: object) -> str:
    with pytest.raises(UnreadableTable) as error, open_table(path, **options) as table:  # type: ignore[arg-type]
        list(table.rows())
    assert error.value.message
    return error.value.key


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"],
)
def test_encodings_are_detected(tmp_path: Path, encoding: str) -> None:
    text = FRENCH.replace("€", "") if encoding == "latin-1" else FRENCH
    text = text.replace("—", "-") if encoding == "latin-1" else text
    with open_table(write(tmp_path / "a.csv", text, encoding)) as table:
        assert table.headers == ["Société", "Effectif", "Chiffre d'affaires"]
        assert [row.cells[0] for row in table.rows()] == ["Müller & Fils", "Étés du Sud"]
        assert table.separator == ";"


def test_accents_late_in_a_large_file(tmp_path: Path) -> None:
    text = "name,city\n" + "Acme,Billings\n" * 200_000 + "Café Noël,Nîmes\n"
    assert rows_of(write(tmp_path / "a.csv", text, "cp1252"))[-1] == ["Café Noël", "Nîmes"]


def test_a_few_broken_bytes_do_not_change_the_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"name,city\n" + "Café,Nîmes\n".encode() * 20 + b"Caf\xe9,x\n")
    assert rows_of(path)[0] == ["Café", "Nîmes"]
    assert rows_of(path)[-1] == ["Caf\ufffd", "x"]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_separators_are_detected(tmp_path: Path, mark: str) -> None:
    line = mark.join(('"Acme, Inc; US|x"', "1 450,5", '"a\nb"'))
    path = write(tmp_path / "a.csv", mark.join("abc") + "\n" + (line + "\n") * 3)
    first = "Acme, Inc; US|x"
    if mark == ",":
        path = write(path, path.read_text().replace("1 450,5", '"1 450,5"'))
    assert rows_of(path)[0] == [first, "1 450,5", "a\nb"]


def test_one_column_with_commas_is_one_column(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "company\nAcme, Inc.\nBeta\nGamma\n")
    assert rows_of(path) == [["Acme, Inc."], ["Beta"], ["Gamma"]]


def test_a_declared_separator_is_not_a_row(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "sep=;\nname;city\nAcme;Nîmes\n")
    with open_table(path) as table:
        assert table.headers == ["name", "city"]
        assert [(r.number, r.cells) for r in table.rows()] == [(3, ["Acme", "Nîmes"])]


def test_row_numbers_are_those_of_the_spreadsheet(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'Export of today\n\na,b,c\n1,"x\ny",3\n\n,,\n4,5,6\n')
    with open_table(path) as table:
        assert table.headers == ["a", "b", "c"]
        assert [row.number for row in table.rows()] == [4, 7]
        assert [row.number for row in table.rows()] == [4, 7]


def test_ragged_rows(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a,b,c\n1\n1,2,3,,\n1,2,3,4\n1,2,3\n")
    with open_table(path) as table:
        found = [(row.cells, row.fault) for row in table.rows()]
    assert found[0] == (["1", "", ""], "")
    assert found[1] == (["1", "2", "3"], "")
    assert found[2] == (["1", "2", "3", "4"], "extra_cells")
    assert found[3] == (["1", "2", "3"], "")


def test_headers_are_unique_and_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "name,,name,x,\n1,2,3,4,5\n")
    with open_table(path) as table:
        assert table.headers == ["name", "Column 2", "name (2)", "x"]


def test_a_huge_cell_costs_its_row_only(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", f"a,b\n1,{'x' * 5000}\n2,y\n")
    with open_table(path, limits=Limits(cell=1000)) as table:
        assert [row.fault for row in table.rows()] == ["huge_cell", ""]


def test_a_quotation_mark_that_never_closes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'a,b\n1,"x\n' + "2,y\n" * 1000)
    with open_table(path, limits=Limits(cell=1000)) as table:
        faults = [row.fault for row in table.rows()]
    assert faults[0] == "open_quote"
    assert set(faults[1:]) == {""}


def test_progress_and_estimate(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a,b\n" + "1234567,abcdefg\n" * 20_000)
    with open_table(path) as table:
        rows = table.rows()
        for _ in range(5_000):
            next(rows)
        assert 0.1 < table.progress() < 0.5
        assert 15_000 < table.estimated_rows() < 25_000
        list(rows)
        assert table.progress() == 1.0
        assert table.estimated_rows() == 20_000


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "empty"),
        (b"\n\n \n", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "encrypted"),
        (b"%PDF-1.7 ...", "not_a_table"),
        (bytes(range(256)) * 20, "not_a_table"),
        (b"PK\x03\x04 not a zip", "workbook"),
        (b"a,b\n" + b"x" * 5_000_000, "line_too_long"),
    ],
)
def test_what_is_no_table_says_so(tmp_path: Path, content: bytes, key: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert key_of(path) == key


def test_limits(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a,b\n" + "1,2\n" * 100)
    assert key_of(path, limits=Limits(cells=50)) == "too_many_cells"
    assert key_of(path, limits=Limits(columns=1)) == "too_many_columns"
    assert key_of(path, limits=Limits(file=10)) == "too_large"


def book(path: Path, rows: list[list[object]], title: str = "Data") -> Path:
    workbook = Workbook()
    workbook.active.title = "Cover"
    sheet = workbook.create_sheet(title)
    for row in rows:
        sheet.append(row)
    workbook.save(path)
    return path


def test_workbooks(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Name", "Employees", "Since", "Active", "Share", None],
        ["Acme", 1450, datetime(2024, 1, 5), True, 0.5, None],
        [None],
        ["Bêta", 12.0, datetime(2024, 1, 5, 10, 30), False, None, None],
    ]
    path = book(tmp_path / "a.xlsx", rows)
    with open_table(path) as table:
        assert (table.kind, table.sheet, table.sheets) == ("xlsx", "Data", ("Cover", "Data"))
        assert table.headers == ["Name", "Employees", "Since", "Active", "Share"]
        assert [(r.number, r.cells) for r in table.rows()] == [
            (2, ["Acme", "1450", "2024-01-05", "true", "0.5"]),
            (4, ["Bêta", "12", "2024-01-05 10:30:00", "false", ""]),
        ]
        assert table.progress() == 1.0
    assert key_of(path, sheet="Nope") == "no_sheet"
    assert key_of(path, sheet="Cover") == "empty"
    assert key_of(path, limits=Limits(cells=7)) == "too_many_cells"


def repacked(path: Path, part: str, change: bytes) -> Path:
    """The workbook with one part replaced."""
    target = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        new.writestr(part, change)
    return target


def test_zip_bombs_are_not_unpacked(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [["a", "b"], [1, 2]])
    bomb = repacked(path, "xl/worksheets/sheet2.xml", b" " * 40_000_000)
    assert key_of(bomb) == "zip_bomb"
    assert key_of(path, limits=Limits(unpacked=100)) == "zip_bomb"


def test_document_types_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [["a", "b"], [1, 2]])
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]><worksheet>&a;</worksheet>'
    assert key_of(repacked(path, "xl/worksheets/sheet2.xml", laughs)) == "workbook"
    assert key_of(repacked(path, "xl/worksheets/sheet2.xml", b"<worksheet><sheetD")) == "workbook"
    with zipfile.ZipFile(tmp_path / "other.xlsx", "w") as other:
        other.writestr("readme.txt", "hello")
    assert key_of(tmp_path / "other.xlsx") == "not_a_table"
