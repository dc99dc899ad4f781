"""A list of people imported as companies: there is a warning before the run."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from accounts.models import Account, Stakeholder
from alignment.imports.models import Import
from alignment.imports.parsing.kinds import likelier_kind
from tests.cast import Cast

from .test_pages import page, upload_through, work

PEOPLE = "First name,Last name,E-mail\nAda,Byron,ada@example.com\nAlan,Turing,alan@example.com\n"


@pytest.mark.parametrize(
    ("kind", "headers", "rather"),
    [
        ("accounts", "First name,Last name,E-mail", "stakeholders"),
        ("accounts", "Nom,Prénom,E-mail", "stakeholders"),
        ("accounts", "Name,Job title,Work email,Company", "stakeholders"),
        ("accounts", "First name,Last name,Company", "stakeholders"),
        ("accounts", "Name,E-mail", "stakeholders"),
        ("accounts", "Nom,E-mail,Téléphone", "stakeholders"),
        ("accounts", "Full name,E-mail,Company", "stakeholders"),
        ("accounts", "Name,Website,E-mail", None),
        ("accounts", "Name,City,E-mail", None),
        ("accounts", "Company,Website,Employees", None),
        ("accounts", "Company,Email,Phone", None),
        ("accounts", "Company,First name,Email,Employees,Revenue", None),
        ("stakeholders", "Company,Website,Industry,Employees", "accounts"),
        ("stakeholders", "Raison sociale,Site web,Effectif", "accounts"),
        ("stakeholders", "First name,Last name,E-mail,Company,Employees", None),
        ("stakeholders", "E-mail,Company", None),
        ("engagements", "Company,Website,Industry,Employees", None),
        ("accounts", "E-mail,Event,Date,Source,Id", "engagements"),
        ("accounts", "Adresse e-mail,Évènement,Date,Canal,Identifiant", "engagements"),
        ("stakeholders", "E-mail,Event,Date,Source,Id", "engagements"),
        ("stakeholders", "First name,E-mail,Event,Date", None),
    ],
)
def test_columns_say_what_a_list_holds(kind: Any, headers: str, rather: str | None) -> None:
    assert likelier_kind(kind, headers.split(","), []) == rather


def test_one_click_reads_it_as_people(cast: Cast) -> None:
    client = cast.client("marketer")
    upload = upload_through(client, cast, PEOPLE.encode())
    address = page(cast, "detail", upload.pk)
    shown = client.get(address).content.decode()
    assert "This looks like a list of people, not of companies." in shown
    assert 'value="as:stakeholders"' in shown
    shown = client.post(address, {"do": "as:stakeholders"}, follow=True).content.decode()
    assert "This looks like a list" not in shown
    upload = Import.objects.in_program(cast.program).get(pk=upload.pk)
    assert upload.target == "stakeholders"
    before = Account.objects.in_program(cast.program).count()
    client.post(address, {"do": "run"})
    work(cast)
    people = Stakeholder.objects.in_program(cast.program).filter(last_name__in=["Byron", "Turing"])
    assert people.count() == 2
    assert Account.objects.in_program(cast.program).count() == before
    again = client.post(address, {"do": "as:accounts"}, follow=True).content.decode()
    assert "This list was taken in already." in again


def test_rows_to_repair_come_as_the_list_did_and_in_the_language_of_the_page(cast: Cast) -> None:
    cast.marketer.language = "fr"
    cast.marketer.save()
    client = cast.client("marketer")
    rows = "Société;Site web;Effectif\nBonne;bonne.fr;5\nAutre;autre.fr;beaucoup\n"
    upload = upload_through(client, cast, rows.encode())
    client.post(page(cast, "detail", upload.pk), {"do": "run"})
    work(cast)
    reply = client.get(page(cast, "problems", upload.pk))
    assert "a-corriger.csv" in reply["Content-Disposition"]
    text = async_to_sync(_whole)(reply).decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(text), delimiter=";")
    assert head[:3] == ["Société", "Site web", "Effectif"]
    assert row[:3] == ["Autre", "autre.fr", "beaucoup"]


async def _whole(reply: Any) -> bytes:
    return b"".join([piece async for piece in reply.streaming_content])


def test_one_click_reads_it_as_engagements(cast: Cast) -> None:
    client = cast.client("marketer")
    upload = upload_through(
        client, cast, b"E-mail,Event,Date\nada@example.com,email_opened,2026-11-20\n"
    )
    address = page(cast, "detail", upload.pk)
    shown = client.get(address).content.decode()
    assert "This looks like a list of engagements" in shown
    assert "Import it as engagements" in shown
    client.post(address, {"do": "as:engagements"}, follow=True)
    upload = Import.objects.in_program(cast.program).get(pk=upload.pk)
    assert upload.target == "engagements"


def test_a_text_that_is_no_table_is_doubted(cast: Cast) -> None:
    client = cast.client("marketer")
    upload = upload_through(client, cast, b"# Entente\n\nOne revenue team.\n\n## Start\n")
    shown = client.get(page(cast, "detail", upload.pk)).content.decode()
    assert "Only one column was found (# Entente)." in shown
    named = upload_through(client, cast, b"Company\nAcme\nByron Works\n")
    shown = client.get(page(cast, "detail", named.pk)).content.decode()
    assert "Only one column was found" not in shown
