"""`/assets/`: the content library over the API."""

import pytest

from alignment.people.permissions import Scope
from campaigns.library.models import Asset
from tests.api.conftest import Api, problem
from tests.cast import Cast, api_key

pytestmark = pytest.mark.django_db


def test_content_is_added_changed_and_listed(cast: Cast, api: Api) -> None:
    sent = {"title": "Banks", "kind": "case_study", "sector": "52", "external_id": "dam-7"}
    made = api.post("assets/", sent).json()
    assert (made["title"], made["language"], made["retired_at"]) == ("Banks", "en", None)
    again = api.post("assets/", sent | {"title": "Banks that save"}).json()
    assert (again["id"], again["title"]) == (made["id"], "Banks that save")
    changed = api.patch(f"assets/{made['id']}/", {"message": "A week", "is_retired": True}).json()
    assert (changed["message"], changed["sector"]) == ("A week", "52")
    assert changed["retired_at"]
    api.post("assets/", {"title": "Other", "kind": "video"})
    kept = api.get("assets/?is_retired=false").json()["items"]
    assert [row["title"] for row in kept] == ["Other"]
    assert [row["title"] for row in api.get("assets/?sector=52").json()["items"]] == [
        "Banks that save"
    ]
    assert api.get(f"assets/{made['id']}/").json()["persona"] == ""


def test_nonsense_is_refused_where_it_stands(cast: Cast, api: Api) -> None:
    told = problem(api.post("assets/", {"title": "T", "kind": "video", "sector": "5"}), 422)
    assert [error["pointer"] for error in told["errors"]] == ["/sector"]
    told = problem(api.post("assets/", {"kind": "song"}), 422)
    assert {error["pointer"] for error in told["errors"]} == {"/title", "/kind"}
    assert not Asset.objects.in_program(cast.program).exists()


def test_an_observer_writes_nothing(cast: Cast, client_with) -> None:  # type: ignore[no-untyped-def]
    watcher = client_with(api_key(cast.program, cast.observer, Scope.READ, Scope.CALENDAR_WRITE))
    problem(watcher.post("assets/", {"title": "T", "kind": "video"}), 403)
    assert watcher.get("assets/").status_code == 200


def test_of_two_who_change_one_message_the_second_gets_both(api: Api) -> None:
    made = api.post("assets/", {"title": "Banks", "kind": "video", "message": "A week"}).json()
    path, seen = f"assets/{made['id']}/", {"message": "A week", "title": "Banks"}
    assert api.patch(path, {"message": "Two days", "seen": seen}).status_code == 200
    told = problem(api.patch(path, {"message": "A day", "title": "Banks!", "seen": seen}), 409)
    assert (told["now"], told["yours"]) == ({"message": "Two days"}, {"message": "A day"})
    assert [error["pointer"] for error in told["errors"]] == ["/message"]
    assert api.get(path).json()["title"] == "Banks"
    again = {"message": "A day", "title": "Banks!", "seen": seen | told["now"]}
    assert api.patch(path, again).json()["message"] == "A day"
    # Another person's change of another field is no conflict, and `seen` is optional.
    assert api.patch(path, {"persona": "CFO", "seen": {"persona": ""}}).status_code == 200
    assert api.patch(path, {"message": "An hour"}).status_code == 200
