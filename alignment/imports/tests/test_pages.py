"""An import through the pages, and who may do it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override
from pytest_django import DjangoAssertNumQueries

from accounts.models import Account
from alignment.imports.models import Import
from alignment.jobs import runner
from alignment.jobs.models import Job
from alignment.people.models import User
from tests.cast import Cast
from tests.markup import tight

from .lists import COMPANIES, companies, posted_file, run, uploaded


def page(cast: Cast, name: str, *args: object) -> str:
    return reverse(f"imports:{name}", args=[cast.program.slug, *args])


def upload_through(client: Client, cast: Cast, content: bytes) -> Import:
    form = {"target": "accounts", "file": posted_file(content), "source": "Trade fair"}
    reply = client.post(page(cast, "new"), form)
    upload = Import.objects.in_program(cast.program).latest("id")
    assert reply.headers["Location"] == page(cast, "detail", upload.pk)
    return upload


async def _whole(reply: Any) -> bytes:
    return b"".join([piece async for piece in reply.streaming_content])


def work(cast: Cast) -> None:
    job = Job.objects.in_program(cast.program).latest("id")
    runner.run(job.pk)


def test_from_the_file_to_the_repaired_rows(cast: Cast) -> None:
    client = cast.client("marketer")
    rows = "Good,good.com,Boston,MA,5\n,,Paris,,7\n<b>Half</b>,half.com,,,many\n"
    upload = upload_through(client, cast, (COMPANIES + rows).encode())
    address = page(cast, "detail", upload.pk)
    shown = client.get(address).content.decode()
    assert "1 of 3 not understood" in shown
    assert "<b>Half</b>" not in shown

    client.post(address, {"do": "try"})
    work(cast)
    tried = client.get(address).content.decode()
    assert "This is what the import would do" in tried
    assert not Account.objects.in_program(cast.program).exists()

    client.post(address, {"do": "run"})
    work(cast)
    done = client.get(address).content.decode()
    assert "The list is in" in done
    assert "A company needs a name or a domain." in done
    assert "&lt;b&gt;Half" in done
    assert Account.objects.in_program(cast.program).get(domain="good.com").source == "Trade fair"

    reply = client.get(page(cast, "problems", upload.pk))
    text = async_to_sync(_whole)(reply).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert [line[:5] for line in lines[1:]] == [
        ["", "", "Paris", "", "7"],
        ["<b>Half</b>", "half.com", "", "", "many"],
    ]
    repaired = (
        text.replace(",many,", ",40,").replace('"",', "").replace("\n,,Paris", "\nP,p.com,Paris")
    )
    again = upload_through(client, cast, repaired.encode())
    client.post(page(cast, "detail", again.pk), {"do": "run"})
    work(cast)
    assert Account.objects.in_program(cast.program).get(domain="half.com").employees_low == 40
    assert Account.objects.in_program(cast.program).filter(domain="p.com").exists()


def test_the_file_to_repair_speaks_the_language_of_its_reader(cast: Cast) -> None:
    upload = uploaded(cast.program, (COMPANIES + ",,Paris,,\n").encode(), by=cast.marketer)
    run(upload, by=cast.marketer)
    User.objects.filter(pk=cast.marketer.pk).update(language="fr")
    reply = cast.client("marketer").get(page(cast, "problems", upload.pk))
    text = async_to_sync(_whole)(reply).decode("utf-8-sig")
    with override("fr"):
        assert gettext("What was wrong") in text
        assert gettext("A company needs a name or a domain.") in text
    assert "What was wrong" not in text


def test_the_preview_tells_of_rows_that_will_be_refused(cast: Cast) -> None:
    client = cast.client("marketer")
    wide = b"Wide,w.com,Boston,MA,5,,,more\n"
    upload = upload_through(client, cast, companies(2) + wide * 3)
    shown = client.get(page(cast, "detail", upload.pk)).content.decode()
    assert "3 of the first rows will be refused" in shown
    assert "more cells than the header" in shown
    good = upload_through(client, cast, companies(2))
    assert "will be refused" not in client.get(page(cast, "detail", good.pk)).content.decode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp1252"])
def test_rows_are_estimated_in_the_bytes_of_the_file(cast: Cast, encoding: str) -> None:
    upload = uploaded(cast.program, companies(1_000).decode().encode(encoding))
    assert 900 <= upload.options["rows"] <= 1_100


@pytest.mark.parametrize(
    ("target", "place"), [("surges", "intent=some"), ("touches", "/calendar/")]
)
def test_what_is_in_is_looked_at_where_it_shows(cast: Cast, target: str, place: str) -> None:
    sample = {"surges": "fictional_surges.csv", "touches": "fictional_touches_fr.csv"}[target]
    content = (settings.BASE_DIR / "samples" / sample).read_bytes()
    upload = uploaded(cast.program, content, target=target, by=cast.rep)
    job = run(upload, by=cast.rep)
    assert job.state == "done"
    # Pretends that the program knows the companies and people of the sample.
    job.result["rejected"] = 0
    job.save()
    shown = cast.client("rep").get(page(cast, "detail", upload.pk)).content.decode()
    button = shown.partition('id="run"')[2].partition('icon="upload"')[0]
    assert "See the leads" not in button
    assert place in button


def test_the_mapping_on_the_page_is_previewed_and_kept(cast: Cast) -> None:
    client = cast.client("marketer")
    upload = upload_through(client, cast, b"A,B,C\nAcme,acme.com,3.4\nBeta,beta.com,5\n")
    chosen = {"field-0": "name", "field-1": "domain", "field-2": "revenue", "scale-2": "1000000"}
    preview = client.post(page(cast, "preview", upload.pk), chosen).content.decode()
    assert "3,400,000" in preview
    twice = client.post(page(cast, "preview", upload.pk), {**chosen, "field-2": "name"})
    assert "This field has two columns." in twice.content.decode()
    upload.refresh_from_db()
    assert upload.mapping["columns"][0]["field"] != "revenue"
    client.post(page(cast, "detail", upload.pk), {**chosen, "do": "run", "source": "CRM"})
    work(cast)
    assert Account.objects.in_program(cast.program).get(domain="acme.com").revenue_low == 3_400_000


def test_what_sums_count_is_asked_where_the_file_does_not_say_it(cast: Cast) -> None:
    client = cast.client("marketer")
    upload = upload_through(client, cast, b"Company,Domain,Revenue\nAcme,acme.com,36.9\n")
    asked = client.get(page(cast, "detail", upload.pk)).content.decode()
    assert "Say what these numbers count" in asked
    assert 'name="do" value="run" disabled' in tight(asked)
    chosen = {"field-0": "name", "field-1": "domain", "field-2": "revenue", "do": "run"}
    for more in ({}, {"scale-2": ""}):
        # A form that omits the unit starts nothing either.
        client.post(page(cast, "detail", upload.pk), {**chosen, **more})
        work(cast)
        assert not Account.objects.in_program(cast.program).exists()
    client.post(page(cast, "detail", upload.pk), {**chosen, "scale-2": "1000000"})
    work(cast)
    assert Account.objects.in_program(cast.program).get().revenue_low == 36_900_000


def test_a_running_import_keeps_its_mapping(cast: Cast) -> None:
    client = cast.client("marketer")
    upload = upload_through(client, cast, companies(1))
    client.post(page(cast, "detail", upload.pk), {"do": "run"})
    before = Import.objects.in_program(cast.program).get(pk=upload.pk).mapping
    changed = client.post(
        page(cast, "detail", upload.pk), {"field-0": "description", "do": "save"}, follow=True
    )
    assert "This import is already running." in changed.content.decode()
    assert Import.objects.in_program(cast.program).get(pk=upload.pk).mapping == before


def test_what_cannot_be_read_is_said_on_the_form(cast: Cast) -> None:
    client = cast.client("marketer")
    for content in (b"PK\x03\x04" + b"0" * 99, b"", bytes(range(256)) * 40):
        form = {"target": "accounts", "file": posted_file(content)}
        reply = client.post(page(cast, "new"), form)
        assert reply.status_code == 422
        assert "field__error" in reply.content.decode()
    assert client.post(page(cast, "new"), {"target": "spies"}).status_code == 422


def test_a_list_without_rows_is_not_offered_for_import(cast: Cast) -> None:
    client = cast.client("marketer")
    form = {"target": "accounts", "file": posted_file(COMPANIES.encode())}
    reply = client.post(page(cast, "new"), form)
    assert reply.status_code == 422
    assert "There is no row below the names of the columns" in reply.content.decode()
    assert not Import.objects.in_program(cast.program).exists()


def test_nonsense_in_the_address_or_the_form_is_no_error(cast: Cast) -> None:
    client = cast.client("marketer")
    upload = uploaded(cast.program, companies(1))
    address = page(cast, "detail", upload.pk)
    assert client.get(address + "?after=x").status_code == 200
    assert client.get(address + f"?after={'9' * 40}").status_code == 200
    assert client.get(page(cast, "list") + "?before=-1").status_code == 200
    odd = {"field-0": "no such", "scale-0": "7", "rate-EUR": "NaN", "time_zone": "Mars", "do": "x"}
    assert client.post(address, odd).status_code == 302
    assert client.post(page(cast, "preview", upload.pk), odd).status_code == 200
    assert client.get(page(cast, "sample", "spies")).status_code == 404
    assert client.get(page(cast, "problems", upload.pk)).status_code == 404


def test_observers_look_and_members_import(cast: Cast) -> None:
    upload = uploaded(cast.program, companies(1))
    observer = cast.client("observer")
    assert observer.get(page(cast, "list")).status_code == 200
    assert observer.get(page(cast, "detail", upload.pk)).status_code == 200
    assert observer.get(page(cast, "new")).status_code == 403
    assert observer.post(page(cast, "detail", upload.pk), {"do": "run"}).status_code == 403
    stranger = cast.client("stranger")
    assert stranger.get(page(cast, "detail", upload.pk)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_ask_as_much_for_three_rows_as_for_one(
    cast: Cast, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = cast.client("marketer")
    upload = uploaded(cast.program, (COMPANIES + ",,Paris,,\n" * rows).encode(), by=cast.marketer)
    for _number in range(rows):
        run(uploaded(cast.program, companies(1), by=cast.rep), by=cast.rep)
    run(upload, by=cast.marketer)
    client.get(page(cast, "list"))
    with django_assert_max_num_queries(9):
        client.get(page(cast, "list"))
    with django_assert_max_num_queries(10):
        client.get(page(cast, "detail", upload.pk))


@pytest.mark.django_db(transaction=True)
def test_a_list_that_was_never_taken_in_is_discarded(cast: Cast) -> None:
    client = cast.client("marketer")
    upload = upload_through(client, cast, companies(2))
    address, discard = page(cast, "detail", upload.pk), page(cast, "discard", upload.pk)
    assert discard in client.get(address).content.decode()
    assert discard not in cast.client("observer").get(address).content.decode()
    assert cast.client("observer").post(discard).status_code == 403
    client.post(address, {"do": "try"})
    refused = client.post(discard, follow=True)
    assert "already running" in refused.content.decode()
    job = Job.objects.in_program(cast.program).latest("id")
    work(cast)
    done = client.post(discard, follow=True)
    assert f"{upload.file_name} was discarded." in done.content.decode()
    assert not Import.objects.in_program(cast.program).exists()
    assert not upload.file.storage.exists(str(upload.file.name))
    told = client.get(reverse("jobs:detail", args=[cast.program.slug, job.pk]))
    assert address not in told.content.decode()


def test_what_was_taken_in_stays(cast: Cast) -> None:
    client = cast.client("marketer")
    upload = upload_through(client, cast, companies(2))
    address, discard = page(cast, "detail", upload.pk), page(cast, "discard", upload.pk)
    client.post(address, {"do": "run"})
    work(cast)
    assert discard not in client.get(address).content.decode()
    refused = client.post(discard, follow=True)
    assert "it stays as a record of that" in refused.content.decode()
