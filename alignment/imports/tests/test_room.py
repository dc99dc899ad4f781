"""How much the files of a program may take on the disk, and how room is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from alignment.core.models import AuditEntry
from alignment.imports import actions
from alignment.imports.models import Import
from alignment.imports.parsing.tables import UnreadableTable
from alignment.imports.queries import kept_bytes
from alignment.people.actions.programs import lock_program
from tests import cast as play
from tests.cast import Cast
from tests.threads import beside, until_somebody_waits

from .lists import companies, posted_file, run, uploaded

LIST = companies(40)


@pytest.fixture(autouse=True)
def room_for_two(settings: Any) -> None:
    settings.IMPORT_KEPT_BYTES = 2 * len(LIST) + 1


def files_in(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def page(upload: Import, name: str) -> str:
    return reverse(f"imports:{name}", args=[upload.program.slug, upload.pk])


def post(client: Client, cast: Cast) -> Any:
    form = {"target": "accounts", "file": posted_file(LIST), "source": ""}
    return client.post(reverse("imports:new", args=[cast.program.slug]), form)


def test_what_is_too_much_is_refused_at_the_field(cast: Cast, uploads: Path) -> None:
    client = cast.client("marketer")
    for _ in range(2):
        assert post(client, cast).status_code == 302
    refused = post(client, cast)
    assert refused.status_code == 422
    (said,) = refused.context["form"].errors["file"]
    for words in ("The files of this program take", "of the", "Delete files", "discard lists"):
        assert words in said
    assert files_in(uploads) == 2
    assert kept_bytes(cast.program) == 2 * len(LIST)


def test_another_program_has_room_of_its_own(cast: Cast) -> None:
    for _ in range(2):
        uploaded(cast.program, LIST)
    uploaded(cast.other_program, LIST)
    with pytest.raises(UnreadableTable, match="no_room"):
        uploaded(cast.program, LIST)


def test_a_list_that_is_discarded_makes_room(cast: Cast) -> None:
    first, _second = (uploaded(cast.program, LIST) for _ in range(2))
    actions.discard(upload=first, by=cast.marketer)
    third = uploaded(cast.program, LIST)
    assert kept_bytes(cast.program) == 2 * third.size


@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_once_do_not_share_the_last_room(uploads: Path) -> None:
    program = play.program()
    uploaded(program, LIST)
    with transaction.atomic():
        lock_program(program)
        works = [beside(lambda: uploaded(program, LIST)) for _ in range(2)]
        until_somebody_waits(2)
    (refused,) = [error for work in works for error in work.end()]
    assert isinstance(refused, UnreadableTable)
    assert refused.key == "no_room"
    assert Import.objects.in_program(program).count() == files_in(uploads) == 2


@pytest.mark.django_db(transaction=True)
def test_the_file_of_a_list_that_was_taken_in_is_deleted(uploads: Path) -> None:
    cast = play.make_cast()
    client, upload = cast.client("marketer"), uploaded(cast.program, LIST, by=cast.marketer)
    delete, detail = page(upload, "delete-file"), page(upload, "detail")
    assert delete not in client.get(detail).text
    assert "never taken in" in client.post(delete, follow=True).text
    run(upload)
    assert delete in client.get(detail).text
    assert cast.client("observer").post(delete).status_code == 403
    assert f"The file of {upload} was deleted." in client.post(delete, follow=True).text
    assert (files_in(uploads), kept_bytes(cast.program)) == (0, 0)
    assert AuditEntry.objects.filter(action="import.file.delete").count() == 1
    shown = client.get(detail).text
    assert "The file was deleted" in shown
    assert "The list is in" in shown
    assert delete not in shown
    client.post(delete)
    assert AuditEntry.objects.filter(action="import.file.delete").count() == 1
    again = client.post(detail, {"do": "run"}, follow=True).text
    assert "The file is no longer there. Upload it again." in again


def test_a_file_that_a_job_reads_stays(cast: Cast, uploads: Path) -> None:
    upload = uploaded(cast.program, LIST)
    run(upload)
    actions.start_import(upload=upload, by=None)
    with pytest.raises(actions.Busy):
        actions.delete_file(upload=upload, by=cast.marketer)
    assert files_in(uploads) == 1
