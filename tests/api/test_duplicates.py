"""`/duplicates/` and `/merges/`."""

import pytest
from django.utils import timezone

from accounts.duplicates.models import DuplicatePair
from accounts.models import Account
from tests import cast as make
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_pairs_are_listed_and_kept_apart(cast: Cast, api: Api) -> None:
    first, second = make.account(cast.program), make.account(cast.program)
    pair = DuplicatePair.objects.create(
        program=cast.program,
        first=first,
        second=second,
        similarity=70,
        ground="name",
        found_at=timezone.now(),
    )
    (row,) = api.get("duplicates/", state="open").json()["items"]
    assert (row["first_id"], row["second_id"]) == (first.pk, second.pk)
    assert api.post(f"duplicates/{pair.pk}/apart/").json()["state"] == "different"
    problem(api.post(f"duplicates/{pair.pk}/apart/"), 404)
    assert api.get("duplicates/", state="open").json()["items"] == []
    job = api.post("duplicates/search/")
    assert job.status_code == 202
    assert api.get(f"jobs/{job.json()['job_id']}/").json()["kind"] == "duplicates"


def test_two_accounts_are_merged(cast: Cast, api: Api) -> None:
    stays = make.account(cast.program, "Acme")
    goes = make.account(cast.program, "Acme Inc", state="TX")
    theirs = make.account(cast.other_program)
    body = {"survivor_id": stays.pk, "gone_id": goes.pk, "take": ["place"]}
    problem(api.post("merges/", body | {"gone_id": theirs.pk}), 422)
    itself = problem(api.post("merges/", body | {"gone_id": stays.pk}), 422)
    assert pointers(itself) == ["/gone_id"]
    problem(api.post("merges/", body | {"take": ["colour"]}), 422)
    made = api.post("merges/", body)
    assert made.status_code == 201
    assert made.json()["survivor_id"] == stays.pk
    assert Account.objects.in_program(cast.program).get().state == "TX"
    assert len(api.get("merges/").json()["items"]) == 1
    problem(api.post("merges/", body), 422)
