"""Repaired rows are read with the options of the list they came from."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import StringIO

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import Account
from alignment.core.formulas import FORMULA_STARTS
from alignment.imports import actions
from alignment.imports.models import Import
from alignment.imports.parsing.marked import marked, unmarked
from alignment.imports.preview import preview_of
from alignment.imports.reading import columns_of
from alignment.imports.repair import problem_file
from alignment.people.models import Program
from tests.cast import Cast

from .lists import run, taken, uploaded

MILLIONS = 1_000_000
LIST = (
    "Company,Website,Sales,Mark,State\n"
    "Conoco,conoco.com,36.9,x,TX\n"
    "Concho,nowhere at all,4.592,x,TX\n"
    'Nix,nix.com,"5,5 k€",x,Mars\n'
)


def in_millions(program: Program, text: str = LIST, target: str = "accounts") -> Import:
    """A list with revenue in millions, as chosen by a person, and its "mark" column as industry."""
    upload = uploaded(program, text.encode(), target=target, source="Fair", name="fortune.csv")
    columns = [c for c in columns_of(upload) if c.field not in ("revenue", "industry")]
    more = [replace(columns[0], index=2, field="revenue", scale=MILLIONS)]
    more.append(replace(columns[0], index=3, field="industry"))
    actions.set_mapping(
        upload=upload, columns=[*columns, *more], by=None, options={"rates": {"EUR": "1.1"}}
    )
    return upload


def to_repair(upload: Import) -> str:
    return "".join(problem_file(upload=upload, job=run(upload)))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_units_columns_rates_and_source_come_back(cast: Cast, language: str) -> None:
    upload = in_millions(cast.program)
    with translation.override(language):
        text = to_repair(upload)
    again = uploaded(cast.program, text.replace("nowhere at all", "concho.com").encode())
    assert columns_of(again) == sorted(columns_of(upload), key=lambda column: column.index)
    assert (again.source, again.options["rates"]) == ("Fair", {"EUR": "1.1"})
    assert taken(run(again))["created"] == 1
    assert (
        Account.objects.in_program(cast.program).get(domain="concho.com").revenue_low == 4_592_000
    )


def test_columns_may_be_moved_added_and_taken_out(cast: Cast) -> None:
    upload = in_millions(cast.program)
    rows = list(csv.reader(StringIO(to_repair(upload).removeprefix("\ufeff"))))
    moved = StringIO()
    places = zip(rows, ("City", "Austin", "Reno"), strict=True)
    csv.writer(moved, delimiter=";").writerows(
        [[row[5], row[2], row[0], row[1], city] for row, city in places]
    )
    again = uploaded(cast.program, moved.getvalue().encode(), name="mine.csv")
    fed = {column.field: (column.index, column.scale) for column in columns_of(again)}
    assert fed == {"revenue": (1, MILLIONS), "name": (2, 1), "website": (3, 1), "city": (4, 1)}


def test_the_page_says_as_what_they_are_read(cast: Cast) -> None:
    upload = in_millions(cast.program)
    again = uploaded(cast.program, to_repair(upload).encode())
    client = cast.client("marketer")

    def shown(one: Import) -> str:
        address = reverse("imports:detail", args=[cast.program.slug, one.pk])
        return client.get(address).content.decode()

    assert "Read as “fortune.csv” of" in shown(again)
    assert "Read as “" not in shown(upload)


def test_what_an_earlier_file_said_is_not_carried_on(cast: Cast) -> None:
    first = in_millions(cast.program)
    second = uploaded(cast.program, to_repair(first).encode())
    head, *rows = csv.reader(StringIO(to_repair(second).removeprefix("\ufeff")))
    assert head == ["Company", "Website", "Sales", "Mark", "State", f"What was wrong #{second.pk}"]
    assert all(len(row) == len(head) for row in rows)
    third = uploaded(cast.program, to_repair(second).encode())
    assert columns_of(third) == columns_of(second)


def test_numbers_of_other_programs_kinds_and_nobody_mean_nothing(cast: Cast) -> None:
    hers = in_millions(cast.other_program)
    people = uploaded(cast.program, b"Email\nada@b.com\n", target="stakeholders")
    for number in (hers.pk, people.pk, 10**17, "9" * 40, "x"):
        text = LIST.replace("State\n", f"What was wrong #{number}\n")
        upload = uploaded(cast.program, text.encode())
        assert "repairs" not in upload.options, number
        assert upload.source == ""
        assert MILLIONS not in {column.scale for column in columns_of(upload)}


def test_what_somebody_changes_afterwards_stays_when_it_is_read_again(cast: Cast) -> None:
    again = uploaded(cast.program, to_repair(in_millions(cast.program)).encode())
    columns = [replace(column, scale=1) for column in columns_of(again)]
    actions.set_mapping(upload=again, columns=columns, by=None, options={"rates": {"EUR": "1.2"}})
    actions.choose_reading(upload=again, encoding="utf-8", by=None)
    assert columns_of(again) == columns
    assert again.options["rates"] == {"EUR": "1.2"}


FORMULAS = [
    '=HYPERLINK("http://evil")',
    "@SUM(1+1)",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|x",
    "＝1+1",
    "'=1+1",
    "''@x",
]
PLAIN = ["+1 (555) 010-0199", "-12,500.50", "'s-Hertogenbosch", "Acme"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_spreadsheet_runs_what_is_to_be_repaired(cell: str) -> None:
    assert marked(cell) == f"'{cell}"
    assert unmarked(marked(cell)) == cell


@pytest.mark.parametrize("cell", PLAIN)
def test_figures_and_names_are_repaired_as_they_stand(cell: str) -> None:
    assert unmarked(cell) == marked(cell) == cell


def test_formulas_in_headers_and_cells_come_back_as_they_were(cast: Cast) -> None:
    """This includes headers, cells, extra cells and explanations."""
    head = ["Company", "Website", "State", "=1+1", "@Industry"]
    rows = [[cell, f"c{at}.com", "Mars", cell, cell] for at, cell in enumerate([*FORMULAS, *PLAIN])]
    rows[-1] += ["", "-1+cmd|x"]
    text = StringIO()
    csv.writer(text).writerows([head, *rows])
    upload = uploaded(cast.program, text.getvalue().encode())
    columns = [c for c in columns_of(upload) if c.field not in ("state", "industry")]
    columns.append(replace(columns[0], index=3, field="state"))
    columns.append(replace(columns[0], index=4, field="industry"))
    actions.set_mapping(upload=upload, columns=columns, by=None)
    repair = to_repair(upload)
    cells = [cell for row in csv.reader(StringIO(repair.removeprefix("\ufeff"))) for cell in row]
    assert not [c for c in cells if c.startswith(FORMULA_STARTS) and c not in PLAIN]
    again = uploaded(cast.program, repair.encode())
    assert again.options["headers"][:5] == head
    assert columns_of(again) == sorted(columns, key=lambda column: column.index)
    shown = preview_of(again, columns_of(again), again.options).columns[0].samples
    assert all(sample.raw in FORMULAS for sample in shown)
    assert to_repair(again) == repair.replace(f"#{upload.pk}", f"#{again.pk}")
