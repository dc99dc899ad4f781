"""A text file detected with the wrong encoding or separator, corrected by a person."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Account
from alignment.imports import actions
from alignment.imports.models import Import
from alignment.imports.parsing import glimpses
from alignment.imports.parsing.encodings import unreadable_line
from alignment.imports.parsing.tables import UnreadableTable
from alignment.imports.preview import preview_of
from alignment.imports.reading import columns_of
from tests.cast import Cast

from .lists import COMPANIES, companies, run, uploaded, workbook

HTMX = {"HX-Request": "true"}
# Mac Roman that can't be distinguished from Windows: it shows punctuation instead of letters.
PLACES = "Nom,Site,Ville\nUno,uno.co,Bogotá\nDos,dos.br,São Paulo\n".encode("mac_roman")


def address(cast: Cast, upload: Import) -> str:
    return reverse("imports:detail", args=[cast.program.slug, upload.pk])


def misread(cast: Cast) -> Import:
    """Read as Windows, even if the detection improves."""
    upload = uploaded(cast.program, PLACES)
    actions.choose_reading(upload=upload, encoding="cp1252", by=None)
    return upload


def test_another_encoding_is_chosen_on_the_page_and_what_columns_feed_stays(cast: Cast) -> None:
    client, upload = cast.client("marketer"), misread(cast)
    shown = client.get(address(cast, upload)).content.decode()
    assert "Bogot‡" in shown
    chosen = {"field-0": "name", "field-1": "", "field-2": "city", "source": "Salon"}
    form = {**chosen, "encoding": "mac_roman", "separator": ""}
    reply = client.post(address(cast, upload), form, headers=HTMX)
    assert reply.status_code == 200
    assert "Bogotá" in reply.content.decode()
    assert reply.content.decode().lstrip().startswith('<form id="mapping-form"')
    upload.refresh_from_db()
    assert upload.source == "Salon"
    assert [(c.index, c.field) for c in columns_of(upload)] == [(0, "name"), (2, "city")]
    run(upload)
    assert set(Account.objects.in_program(cast.program).values_list("city", flat=True)) == {
        "Bogotá",
        "São Paulo",
    }


def test_headers_are_read_again_and_guessed_where_they_say_more(cast: Cast) -> None:
    upload = uploaded(cast.program, "Société;Téléphone;Ville\nA;1;Nîmes\n".encode("mac_roman"))
    columns = [column for column in columns_of(upload) if column.field == "city"]
    actions.set_mapping(upload=upload, columns=columns, by=None)
    actions.choose_reading(upload=upload, encoding="cp850", by=None)
    assert upload.options["headers"][0] != "Société"
    assert columns_of(upload) == columns
    actions.choose_reading(upload=upload, encoding="mac_roman", by=None)
    assert upload.options["headers"] == ["Société", "Téléphone", "Ville"]
    assert {column.field for column in columns_of(upload)} == {"name", "city"}


def test_another_separator_makes_other_columns(cast: Cast) -> None:
    client = cast.client("marketer")
    upload = uploaded(cast.program, b"Company;Website\nAcme;acme.com\n")
    reply = client.post(address(cast, upload), {"encoding": "", "separator": "|"}, follow=True)
    assert "The file was read again" in reply.content.decode()
    upload.refresh_from_db()
    assert upload.options["headers"] == ["Company;Website"]
    client.post(address(cast, upload), {"encoding": "", "separator": ""})
    upload.refresh_from_db()
    assert upload.options["headers"] == ["Company", "Website"]
    assert [column.field for column in columns_of(upload)] == ["name", "website"]


@pytest.mark.parametrize("htmx", [True, False])
def test_an_encoding_that_the_file_is_not_in_is_told_at_the_field(cast: Cast, htmx: bool) -> None:
    client, upload = cast.client("marketer"), misread(cast)
    before = Import.objects.in_program(cast.program).get(pk=upload.pk)
    form = {"field-0": "name", "field-2": "city", "encoding": "utf-8", "separator": ""}
    reply = client.post(
        address(cast, upload), {**form, "do": "run"}, headers=HTMX if htmx else None
    )
    assert reply.status_code == 422
    shown = reply.content.decode()
    assert 'id="import-encoding-error"' in shown
    assert "not in UTF-8: line 2 cannot be read" in shown
    assert '<option value="utf-8" selected>' in shown
    upload.refresh_from_db()
    for name in ("encoding", "separator", "headers", "chosen"):
        assert upload.options[name] == before.options[name]
    assert {c.field for c in columns_of(upload)} == {"name", "city"}
    assert upload.job is None


def test_a_workbook_has_no_encoding_to_choose(cast: Cast) -> None:
    content = workbook(("Company", "Website"), ("Acme", "acme.com"))
    upload = uploaded(cast.program, content, name="list.xlsx")
    shown = cast.client("marketer").get(address(cast, upload)).content.decode()
    assert 'name="encoding"' not in shown
    with pytest.raises(UnreadableTable) as refused:
        actions.choose_reading(upload=upload, encoding="cp1252", by=None)
    assert refused.value.key == "not_text"


def test_while_it_runs_it_is_read_as_it_was(cast: Cast) -> None:
    client, upload = cast.client("marketer"), misread(cast)
    actions.start_import(upload=upload, by=None)
    reply = client.post(address(cast, upload), {"encoding": "mac_roman"}, headers=HTMX)
    assert reply["HX-Refresh"] == "true"
    upload.refresh_from_db()
    assert upload.options["encoding"] == "cp1252"


def test_observers_do_not_choose(cast: Cast) -> None:
    upload, observer = misread(cast), cast.client("observer")
    assert observer.post(address(cast, upload), {"encoding": "mac_roman"}).status_code == 403
    shown = observer.get(address(cast, upload)).content.decode()
    assert 'name="encoding" disabled' in shown


@pytest.mark.parametrize(
    ("written", "claimed", "line"),
    [
        ("utf-8", "utf-8", 0),
        ("cp1252", "utf-8", 2),
        ("mac_roman", "utf-8", 2),
        ("cp1252", "mac_roman", 0),
        ("utf-16", "utf-16-le", 0),
        ("utf-16-le", "utf-16-be", 1),
        ("cp1252", "utf-16-le", 1),
        ("utf-8", "utf-16-le", 1),
        ("utf-16", "cp1252", 1),
        ("utf-16", "utf-8", 1),
        ("cp1252", "shift_jis", 2),
    ],
)
def test_what_a_file_cannot_be_is_known_by_its_line(
    tmp_path: Any, written: str, claimed: str, line: int
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("Nom;Ville\nÉric;Nîmes é\nB;C\n".encode(written))
    assert unreadable_line(path, claimed) == line


def test_letters_beyond_ascii_are_shown_from_further_down(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """28 of 2,134 rows of a list have such letters, none of them among the first."""
    content = companies(500) + "Forêts,forets.fr,Nîmes,,5\n".encode()
    upload = uploaded(cast.program, content)

    def shown() -> list[list[str]]:
        columns = preview_of(upload, columns_of(upload), upload.options).columns
        return [[sample.raw for sample in column.samples] for column in columns]

    names, _sites, cities, *_more = shown()
    assert names[0] == "Forêts"
    assert cities == ["Nîmes", "Boston"]
    # The search ends after `TELLING_WITHIN` rows.
    monkeypatch.setattr(glimpses, "TELLING_WITHIN", 100)
    assert "Forêts" not in shown()[0]


def test_a_few_are_enough_and_none_hides_what_is_wrong(cast: Cast) -> None:
    rows = "".join(f"Café {n},é{n}.com,Nîmes,,{'many' if n == 8 else n}\n" for n in range(9))
    upload = uploaded(cast.program, (COMPANIES + "Plain,plain.com,Paris,,5\n" + rows).encode())
    columns = preview_of(upload, columns_of(upload), upload.options).columns
    assert [sample.raw for sample in columns[0].samples] == ["Café 0", "Café 1", "Plain"]
    assert columns[4].samples[0].problem


def test_a_sheet_without_rows_is_not_chosen(cast: Cast) -> None:
    book = workbook(("Company",), ("Acme",), Template=[("Company", "Website")])
    upload = uploaded(cast.program, book, name="list.xlsx")
    with pytest.raises(UnreadableTable, match="no_rows"):
        actions.choose_sheet(upload=upload, sheet="Template", by=None)
    upload.refresh_from_db()
    assert upload.options["sheet"] != "Template"
