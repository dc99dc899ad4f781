"""Who may remove a note."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.insights.models import Note
from tests.api.conftest import Api, problem
from tests.cast import Cast, api_key

from . import scenes

pytestmark = pytest.mark.django_db


def test_a_note_is_removed_by_its_author_or_a_manager(cast: Cast) -> None:
    row = scenes.note(cast)
    page = reverse("workspace:note", args=[cast.program.slug, row.pk])
    url = reverse("workspace:note_remove", args=[cast.program.slug, row.pk])
    marketer = cast.client("marketer")
    assert url not in marketer.get(page).content.decode()
    assert marketer.post(url).status_code == 403
    key = Api(api_key(cast.program, cast.marketer), Client(raise_request_exception=False))
    problem(key.send("delete", f"notes/{row.pk}/", b""), 403)
    assert Note.objects.in_program(cast.program).filter(pk=row.pk).exists()
    for who in ("rep", "sales_manager", "owner"):
        assert url in cast.client(who).get(page).content.decode()
    assert cast.client("rep").post(url).status_code == 302
    assert not Note.objects.in_program(cast.program).exists()


def test_who_belongs_to_a_note_of_nobody_is_a_manager(cast: Cast) -> None:
    row = scenes.note(cast, who=None)
    key = Api(api_key(cast.program, cast.rep), Client(raise_request_exception=False))
    problem(key.send("delete", f"notes/{row.pk}/", b""), 403)
    key = Api(api_key(cast.program, cast.marketing_manager), Client())
    assert key.send("delete", f"notes/{row.pk}/", b"").status_code == 204
