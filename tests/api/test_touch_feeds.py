"""Calendar feeds over the API: created, listed, revoked; the URL is shown once."""

import pytest
from django.test import Client

from alignment.people.permissions import Scope
from campaigns.calendar.models import TouchFeed
from tests.api.conftest import Api, problem
from tests.cast import Cast, api_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def reps(cast: Cast, client_with) -> Api:  # type: ignore[no-untyped-def]
    key = api_key(cast.program, cast.rep, Scope.READ, Scope.CALENDAR_WRITE)
    return client_with(key)  # type: ignore[no-any-return]


def test_made_read_and_revoked(cast: Cast, reps: Api) -> None:
    made = reps.post("touch-feeds/", {"scope": "team", "team_id": cast.sales.pk})
    assert made.status_code == 201
    told = made.json()
    assert (told["team_id"], told["owner_id"]) == (cast.sales.pk, cast.rep.pk)
    address = told.pop("address")
    path = address[address.index("/calendar/") :]
    assert Client().get(path)["Content-Type"].startswith("text/calendar")
    [listed] = reps.get("touch-feeds/").json()["items"]
    assert listed | {"read_at": None} == told
    here = f"touch-feeds/{told['id']}/"
    assert reps.send("DELETE", here, b"").status_code == 204
    assert Client().get(path).status_code == 404
    problem(reps.send("DELETE", here, b""), 404)
    assert reps.get("touch-feeds/").json()["items"] == []


def test_a_key_that_may_not_read_opens_no_reading(cast: Cast, client_with) -> None:  # type: ignore[no-untyped-def]
    """The address would also outlive the key."""
    for has, lacks in ((Scope.CALENDAR_WRITE, Scope.READ), (Scope.READ, Scope.CALENDAR_WRITE)):
        api = client_with(api_key(cast.program, cast.rep, has))
        refused = problem(api.post("touch-feeds/", {"scope": "person"}), 403)
        assert f"`{lacks}`" in refused["detail"]
    assert not TouchFeed.objects.in_program(cast.program).exists()


def test_only_whoever_manages_keys_sees_those_of_others(cast: Cast, api: Api, reps: Api) -> None:
    hers = api.post("touch-feeds/", {"scope": "program"}).json()["id"]
    mine = reps.post("touch-feeds/", {"scope": "person"}).json()["id"]
    assert [row["id"] for row in reps.get("touch-feeds/").json()["items"]] == [mine]
    assert {row["id"] for row in api.get("touch-feeds/").json()["items"]} == {hers, mine}
    problem(reps.send("DELETE", f"touch-feeds/{hers}/", b""), 404)
    assert api.send("DELETE", f"touch-feeds/{mine}/", b"").status_code == 204


def test_nonsense_is_refused_at_its_place(cast: Cast, reps: Api) -> None:
    for sent, place in (
        ({"scope": "team"}, "/team_id"),
        ({"scope": "person", "team_id": cast.sales.pk}, "/team_id"),
        ({"scope": "team", "team_id": cast.other_sales.pk}, "/team_id"),
        ({"scope": "world"}, "/scope"),
    ):
        told = problem(reps.post("touch-feeds/", sent), 422)
        assert [error["pointer"] for error in told["errors"]] == [place]
    for _feed in range(10):
        assert reps.post("touch-feeds/", {"scope": "person"}).status_code == 201
    problem(reps.post("touch-feeds/", {"scope": "person"}), 422)
    assert TouchFeed.objects.in_program(cast.program).count() == 10
