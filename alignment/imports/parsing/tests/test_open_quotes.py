"""Unclosed quotation marks: the rows after them must not disappear unnoticed."""

from pathlib import Path

import pytest

from alignment.imports.parsing.mapping import ColumnMapping
from alignment.imports.parsing.opening import open_table
from alignment.imports.parsing.rows import ParsedRow, RowParser
from alignment.imports.parsing.tables import Limits
from alignment.imports.parsing.targets import TARGETS


def parsed(path: Path, text: str, limits: Limits | None = None) -> list[ParsedRow]:
    path = path / "list.csv"
    path.write_text(text, newline="")
    with open_table(path, limits=limits or Limits()) as table:
        fields = TARGETS["accounts"].fields
        columns = [ColumnMapping(i, name) for i, name in enumerate(table.headers) if name in fields]
        return list(map(RowParser("accounts", columns, table.headers).parse, table.rows()))


def said(row: ParsedRow) -> list[tuple[str, str, dict[str, str]]]:
    return [(error.column, error.code, dict(error.params)) for error in row.errors]


HEADER = "name,domain,city,notes\n"
SWALLOWED = (
    # The quote extends to the end of the file, or to the next one that opens a cell.
    ('"Acme,acme.com,Boston,\nBeta,beta.com,,\nGamma,gamma.com,,\n', 5),
    ('Acme,acme.com,"Boston,\nBeta,beta.com,,\n"Gamma",gamma.com,,\nDelta,delta.com,,\n', 5),
    ('Acme,acme.com,Boston,"left out\nBeta,beta.com,,\nGamma,gamma.com,"x, y",\n', 5),
    ('Acme,acme.com,"Boston,\r\nBeta,beta.com,,\r\n', 4),
)


@pytest.mark.parametrize(("lines", "last"), SWALLOWED)
def test_an_open_mark_refuses_its_row_and_names_the_lines(
    tmp_path: Path, lines: str, last: int
) -> None:
    rows = parsed(tmp_path, f"{HEADER}First,first.com,,\n{lines}")
    assert rows[0].usable
    assert (rows[1].number, rows[1].usable) == (3, False)
    assert said(rows[1]) == [("", "open_quote", {"first": "3", "last": str(last)})]
    assert f"lines 3 to {last} " in rows[1].errors[0].message
    assert "beta.com" in "".join(rows[1].cells)
    assert [row.values["domain"] for row in rows[2:]] == (["delta.com"] if "delta" in lines else [])


def test_two_open_marks_pair_off_and_yet_are_seen(tmp_path: Path) -> None:
    rows = parsed(tmp_path, HEADER + '"Acme,acme.com,,\nBeta,beta.com,,\n"Gamma,gamma.com,,\n')
    assert said(rows[0]) == [("name", "several_lines", {"first": "2", "last": "4"})]
    assert not rows[0].usable


def test_a_very_long_span_is_told_and_ends_somewhere(tmp_path: Path) -> None:
    lines = "".join(f"C{n},c{n}.com,,\n" for n in range(1000))
    rows = parsed(tmp_path, f'{HEADER}Acme,acme.com,"Boston,\n{lines}', Limits(cell=2000))
    ((_column, code, span),) = said(rows[0])
    assert (code, span["first"]) == ("open_quote", "2")
    assert rows[0].cells[0].startswith('Acme,acme.com,"Boston')
    # Every line is either in the span or a row of its own.
    assert len(rows) - 1 == 1002 - int(span["last"])
    assert all(row.usable for row in rows[1:])


def test_line_ends_are_welcome_where_the_field_has_them(tmp_path: Path) -> None:
    text = 'name,description,technologies,notes\nAcme,"One\nTwo, three","AWS\nSAP","any\nthing"\n'
    (row,) = parsed(tmp_path, text)
    assert row.usable
    assert row.errors == []
    assert row.values["description"] == "One\nTwo, three"
    assert row.values["technologies"] == ["AWS", "SAP"]
