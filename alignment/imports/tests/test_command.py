"""`manage.py import_file`, as the README uses it."""

from __future__ import annotations

import csv
import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Account
from tests.cast import Cast

from .lists import COMPANIES, SAMPLES, companies, workbook


def command(cast: Cast, path: Path, **options: object) -> str:
    out = StringIO()
    given = {"program": cast.program.slug, "target": "accounts", **options}
    call_command("import_file", str(path), stdout=out, stderr=StringIO(), **given)
    return out.getvalue()


def test_it_sums_up_what_it_did(cast: Cast) -> None:
    said = command(cast, SAMPLES / "sp500_constituents.csv", source="S&P 500")
    assert "Security" in said
    assert "503 rows, 500 created, 0 updated, 3 unchanged" in said
    assert Account.objects.in_program(cast.program).filter(source="S&P 500").count() == 500


def test_what_numbers_count_is_said_where_the_file_does_not(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"Company,Domain,Revenue,Employees\nAcme,acme.com,36.9,120\n")
    with pytest.raises(CommandError, match=r"“Revenue” counts .* \(--numbers-in\)"):
        command(cast, path)
    command(cast, path, numbers_in="millions")
    acme = Account.objects.in_program(cast.program).get()
    assert (acme.revenue_low, acme.employees_low) == (36_900_000, 120)


def test_a_dry_run_changes_nothing_and_names_bad_rows(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(companies(2) + b",,Paris,,\n")
    said = command(cast, path, dry_run=True)
    assert "3 rows, 2 created" in said
    assert "row 4: A company needs a name or a domain." in said
    assert not Account.objects.in_program(cast.program).exists()


def test_the_sheet_is_detected_or_named(cast: Cast, tmp_path: Path) -> None:
    notes = [("Our notes about companies",)]
    companies = [("Company", "Website"), ("Acme", "acme.com"), ("Beta", "beta.com")]
    old = [("Company", "Website"), ("Gone", "gone.com")]
    path = tmp_path / "list.xlsx"
    path.write_bytes(workbook(*notes, People=[("E-mail",)], Companies=companies, Old=old))
    assert "2 rows, 2 created" in command(cast, path)
    assert "1 rows, 1 created" in command(cast, path, sheet="Old")
    with pytest.raises(CommandError, match="no sheet named None"):
        command(cast, path, sheet="None")


def test_many_bad_rows_are_counted_and_written_where_asked(cast: Cast, tmp_path: Path) -> None:
    path, repair = tmp_path / "list.csv", tmp_path / "repair.csv"
    path.write_bytes(companies(1) + b",,Paris,,\n" * 8)
    said = command(cast, path)
    assert said.count("  row ") == 5
    assert "... and 3 more" in said
    assert "--problems FILE" in said
    assert sorted(tmp_path.glob("*.csv")) == [path]
    said = command(cast, path, problems=repair)
    assert str(repair) in said
    written = list(csv.reader(StringIO(repair.read_text(encoding="utf-8-sig"))))
    assert len(written) == 9
    assert written[1][2:] == ["Paris", "", "", "A company needs a name or a domain."]
    with pytest.raises(CommandError, match="No such file"):
        command(cast, path, problems=tmp_path / "none" / "repair.csv")


def test_what_cannot_run_is_said_in_a_sentence(cast: Cast, tmp_path: Path) -> None:
    empty, bomb, bare = tmp_path / "empty.csv", tmp_path / "bomb.xlsx", tmp_path / "bare.csv"
    empty.write_text("")
    bare.write_text(COMPANIES.replace("Company,Website", "A,B") + "1,2,3,4,5\n")
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    for path, words in (
        (empty, "no rows"),
        (bomb, "unreasonable size"),
        (bare, "Choose a column"),
        (tmp_path / "none.csv", "No such file"),
    ):
        with pytest.raises(CommandError, match=words):
            command(cast, path)
    with pytest.raises(CommandError, match="no program"):
        command(cast, empty, program="nowhere")
