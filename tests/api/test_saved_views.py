"""`/saved-views/`."""

import pytest

from alignment.workspace.models import SavedView
from tests.api.conftest import Api, problem
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_view_by_the_api(cast: Cast, api: Api) -> None:
    made = api.post("saved-views/", {"name": "Texas", "query": "state=TX&verdict=yes"})
    assert made.status_code == 201
    view = made.json()
    assert view["query"] == "state=TX&verdict=yes"
    assert (view["owner_id"], view["team_id"]) == (cast.owner.pk, None)
    listed = api.get("saved-views/").json()["items"]
    assert [row["name"] for row in listed] == ["Texas"]
    where = f"saved-views/{view['id']}/"
    changed = api.patch(where, {"team_id": cast.sales.pk, "is_default": True}).json()
    assert (changed["team_id"], changed["is_default"]) == (cast.sales.pk, True)
    assert api.patch(where, {"name": "The South"}).json()["team_id"] == cast.sales.pk
    assert api.send("DELETE", where, b"").status_code == 204
    problem(api.get(where), 404)


def test_what_the_api_refuses(cast: Cast, api: Api) -> None:
    bad = [
        {"name": "x", "query": "colour=red"},
        {"name": "", "query": ""},
        {"name": "x", "query": "", "team_id": cast.other_sales.pk},
        {"name": "x", "query": "", "page": "leads"},
    ]
    for body in bad:
        problem(api.post("saved-views/", body), 422)
    theirs = SavedView.objects.create(program=cast.program, owner=cast.rep, name="Mine")
    problem(api.get(f"saved-views/{theirs.pk}/"), 404)
    problem(api.send("DELETE", f"saved-views/{theirs.pk}/", b""), 404)
