"""Small workbooks that would take minutes or gigabytes to open without limits."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from alignment.imports.parsing import tables, xlsx_formulas
from alignment.imports.parsing.mapping import turn_to_best_sheet
from alignment.imports.parsing.opening import open_table
from alignment.imports.parsing.tables import UnreadableTable
from alignment.imports.parsing.tests.hostile import SHEET, changed, with_rows

# Without the limits these take minutes, with them milliseconds.
SECONDS = 20
ROWS = [["Acme", "acme.com"]]


@contextmanager
def soon() -> Iterator[None]:
    start = time.process_time()
    yield
    assert time.process_time() - start < SECONDS


def rows_of(path: Path) -> list[list[str]]:
    with open_table(path) as table:
        turn_to_best_sheet(table, "accounts")
        table.sample()
        return [row.cells for row in table.rows()]


def key_of(path: Path) -> str:
    with pytest.raises(UnreadableTable) as refused:
        rows_of(path)
    return refused.value.key


def test_text_that_looks_like_cells_without_end(tmp_path: Path) -> None:
    text = b"<![CDATA[" + b'<c r="A1" ' * 10_000 + b"]]>"
    cell = b'<row r="20"><c r="C20" t="inlineStr"><is><t>' + text + b"</t></is></c></row>"
    with soon():
        assert rows_of(with_rows(tmp_path / "a.xlsx", cell))[0] == ROWS[0]


@pytest.mark.parametrize(
    "hostile",
    [
        b'<c r="A1" ' * 100_000,
        b"<c " + b'r="A1" ' * 150_000,
        b'<c r="A1"><f>x</f>' + b" " * 10**6,
        b'<c r="A1"><f ' * 70_000,
        b"<c><f" + b"/" * 10**6,
    ],
)
def test_formulas_are_looked_for_in_linear_time(tmp_path: Path, hostile: bytes) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("sheet", hostile)
    with soon():
        assert not xlsx_formulas.unsolved(path, "sheet")


def test_formulas_on_the_border_of_two_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = b"".join(b'<c s="1" r="B%d"><f>A%d&gt;1</f><v/></c>\n' % (n, n) for n in range(1, 3000))
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("sheet", cells)
    monkeypatch.setattr(xlsx_formulas, "PIECE", 20_011)
    found = xlsx_formulas.unsolved(path, "sheet")
    assert found == {n: {1: f"=A{n}>1"} for n in range(1, 3000)}


def test_formulas_behind_the_last_value_are_kept_in_their_row(tmp_path: Path) -> None:
    row = (
        b'<row r="3"><c r="A3" t="inlineStr"><is><t>Nix</t></is></c><c r="C3"><v>1</v></c>'
        b'<c r="E3"><f>1+1</f></c></row>'
    )
    assert rows_of(with_rows(tmp_path / "a.xlsx", row))[1] == ["Nix", "", "1", "", "=1+1"]


def test_formulas_are_counted_by_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A single row could otherwise fill the server's memory."""
    cells = b"".join(b'<c r="A%d"><f>1</f></c><c r="B%d"><f>1</f></c>' % (n, n) for n in (1, 2, 3))
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("sheet", b" " * 100 + cells + b" " * 200 + b'<c r="C3"><f>1</f></c>')
    monkeypatch.setattr(xlsx_formulas, "PIECE", 300)
    monkeypatch.setattr(xlsx_formulas, "MOST_UNSOLVED", 4)
    assert 2 not in xlsx_formulas.unsolved(path, "sheet").get(3, {})


def test_rows_that_no_spreadsheet_has(tmp_path: Path) -> None:
    for number in (b"1048577", b"99999999999", b"9" * 5000, b"x"):
        row = b'<row r="%s"><c t="inlineStr"><is><t>x</t></is></c></row>' % number
        with soon():
            assert key_of(with_rows(tmp_path / "a.xlsx", row)) == "workbook"
    cell = b'<row r="3"><c r="XFE3" t="inlineStr"><is><t>x</t></is></c></row>'
    assert key_of(with_rows(tmp_path / "a.xlsx", cell)) == "workbook"


def test_rows_that_are_missing_cost_nothing(tmp_path: Path) -> None:
    last = b'<row r="1048576"><c t="inlineStr"><is><t>Zeta</t></is></c></row>'
    path = with_rows(tmp_path / "a.xlsx", last)
    with open_table(path) as table, soon():
        for _ in range(50):
            assert table.sample() == [*ROWS, ["Zeta", ""]]
        assert [row.number for row in table.rows()] == [2, 1_048_576]


def test_blank_cells_far_to_the_right_cost_nothing(tmp_path: Path) -> None:
    rows = b"".join(b'<row r="%d"><c r="XFD%d"/></row>' % (n, n) for n in range(3, 30_000))
    with soon():
        assert rows_of(with_rows(tmp_path / "a.xlsx", rows)) == ROWS


def test_blank_rows_are_not_all_looked_at_for_a_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = b"<row><c t='inlineStr'><is><t>Late</t></is></c></row>"
    path = with_rows(tmp_path / "a.xlsx", b"<row><c/></row>" * 50 + late)
    text = tmp_path / "a.csv"
    text.write_bytes(b"Name,Domain\nAcme,acme.com\n" + b"\n" * 50 + b"Late,\n")
    for file in (path, text):
        with open_table(file) as table:
            assert table.sample() == [*ROWS, ["Late", ""]]
            monkeypatch.setattr(tables, "SAMPLED_CELLS", 40)
            assert table.sample() == ROWS
            assert len(list(table.rows(tables.SAMPLED_CELLS))) == 1
            assert len(list(table.rows())) == 2
            monkeypatch.undo()


@pytest.mark.parametrize("rows", [b"<row>" + b"<c/>" * 200_000 + b"</row>", b"<x/>" * 200_000])
def test_what_lies_between_two_rows_is_bounded(tmp_path: Path, rows: bytes) -> None:
    assert key_of(with_rows(tmp_path / "a.xlsx", rows)) == "workbook"


def test_what_is_read_as_a_whole_is_bounded(tmp_path: Path) -> None:
    def styles(xml: bytes) -> bytes:
        return xml.replace(b"</cellXfs>", b"<xf/>" * 1_600_000 + b"</cellXfs>")

    with soon():
        assert key_of(changed(tmp_path / "a.xlsx", "xl/styles.xml", styles)) == "zip_bomb"
    path = changed(tmp_path / "b.xlsx", "xl/styles.xml", lambda xml: xml + b"\n" * 17 * 2**20)
    assert key_of(path) == "zip_bomb"


def test_shared_strings_are_bounded_whatever_their_part_is_called(tmp_path: Path) -> None:
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = b'<Override PartName="/xl/any.xml" ContentType="%s"/></Types>' % kind
    path = changed(
        tmp_path / "a.xlsx",
        "[Content_Types].xml",
        lambda xml: xml.replace(b"</Types>", override),
        {"xl/any.xml": b"<si><t>x</t></si>\n" * 4_000_000},
    )
    assert key_of(path) == "zip_bomb"


def test_sheets_that_share_a_part_and_sizes_that_are_not_declared(tmp_path: Path) -> None:
    def shared(xml: bytes) -> bytes:
        at = xml.index(b"<sheet ")
        end = xml.index(b"/>", at) + 2
        return xml[:end] + xml[at:end].replace(b'"Sheet"', b'"Other"') + xml[end:]

    assert key_of(changed(tmp_path / "a.xlsx", "xl/workbook.xml", shared)) == "workbook"
    without = changed(
        tmp_path / "b.xlsx", SHEET, lambda xml: xml.replace(b'<dimension ref="A1:B2"/>', b"")
    )
    assert rows_of(without) == ROWS


@pytest.mark.parametrize("number", [b'r="x"', b'r=""', b'r="-1"', b'r="1e400"'])
def test_damage_of_the_first_rows_is_told(tmp_path: Path, number: bytes) -> None:
    path = changed(tmp_path / "a.xlsx", SHEET, lambda xml: xml.replace(b'r="1"', number, 1))
    if number != b'r="-1"':
        assert key_of(path) == "workbook"
    cut = changed(tmp_path / "b.xlsx", SHEET, lambda xml: xml[: xml.index(b"<sheetData>") + 30])
    assert key_of(cut) == "workbook"


def test_damage_of_the_archive_is_told(tmp_path: Path) -> None:
    """Damage to any byte gives a readable message, never another exception."""
    content = with_rows(tmp_path / "a.xlsx", b"").read_bytes()
    path = tmp_path / "b.xlsx"
    for at in range(30, len(content), 37):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :])
        try:
            rows_of(path)
        except UnreadableTable:
            continue
