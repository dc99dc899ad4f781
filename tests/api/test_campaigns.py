"""Campaigns and nurture tracks over the API."""

import pytest

from campaigns.models import Campaign, Track
from tests import cast as make
from tests.api.conftest import Api, problem
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SENT = {"name": "Autumn", "starts_on": "2026-11-01", "ends_on": "2026-12-31"}


def test_a_campaign_with_its_audience_and_costs(cast: Cast, api: Api) -> None:
    made = api.post("campaigns/", SENT | {"external_id": "hs-1", "budget_usd": 5_000}).json()
    again = api.post("campaigns/", SENT | {"external_id": "hs-1", "goal": "Ten meetings"}).json()
    assert (again["id"], again["budget_usd"], again["goal"]) == (made["id"], 5_000, "Ten meetings")
    here = f"campaigns/{made['id']}/"
    assert api.patch(here, {"name": "Fall"}).json()["name"] == "Fall"
    one, two = make.account(cast.program), make.account(cast.program)
    sent = {"account_ids": [one.pk, two.pk]}
    assert [api.post(f"{here}accounts/", sent).json()["added"] for _ in range(2)] == [2, 0]
    assert api.send("DELETE", f"{here}accounts/{one.pk}/", b"").status_code == 204
    problem(api.send("DELETE", f"{here}accounts/{one.pk}/", b""), 404)
    left = api.get(f"{here}accounts/").json()["items"]
    assert [row["account_id"] for row in left] == [two.pk]
    cost = {"spent_on": "2026-11-02", "amount_usd": 1_200, "what_for": "Ads"}
    assert api.post(f"{here}costs/", cost).status_code == 201
    assert [row["amount_usd"] for row in api.get(f"{here}costs/").json()["items"]] == [1_200]


def test_a_tool_reports_who_entered_and_who_left(cast: Cast, api: Api) -> None:
    campaign = api.post("campaigns/", SENT).json()["id"]
    sent = {"campaign_id": campaign, "name": "Slow burn", "tool": "HubSpot", "external_id": "w1"}
    track = api.post("tracks/", sent).json()["id"]
    assert [row["id"] for row in api.get("tracks/?tool=HubSpot").json()["items"]] == [track]
    person = make.stakeholder(cast.program)
    here = f"tracks/{track}/members/"
    entered = {"stakeholder_ids": [person.pk], "entered_at": "2026-11-01T10:00:00Z"}
    assert api.post(here, entered).json() == {"added": 1}
    assert len(api.get(f"{here}?is_inside=true").json()["items"]) == 1
    gone = {"stakeholder_id": person.pk, "because": "Unsubscribed"}
    assert api.post(f"{here}leave/", gone).json()["left_because"] == "Unsubscribed"
    problem(api.post(f"{here}leave/", gone), 409)
    assert api.get(f"{here}?is_inside=true").json()["items"] == []


def test_what_makes_no_sense_is_refused_at_its_place(cast: Cast, api: Api) -> None:
    told = problem(api.post("campaigns/", SENT | {"ends_on": "2026-01-01"}), 422)
    assert [error["pointer"] for error in told["errors"]] == ["/ends_on"]
    theirs = make.account(cast.other_program)
    campaign = api.post("campaigns/", SENT).json()["id"]
    told = problem(api.post(f"campaigns/{campaign}/accounts/", {"account_ids": [theirs.pk]}), 422)
    assert [error["pointer"] for error in told["errors"]] == ["/account_ids/0"]
    problem(api.post("tracks/", {"campaign_id": 999_999, "name": "T"}), 422)
    track = api.post("tracks/", {"campaign_id": campaign, "name": "T"}).json()["id"]
    barred = make.stakeholder(cast.program)
    barred.do_not_contact = True
    barred.save(update_fields=["do_not_contact"])
    problem(api.post(f"tracks/{track}/members/", {"stakeholder_ids": [barred.pk]}), 422)
    # A moment that some time zones cannot show would break the page for whoever reads there.
    sent = {"stakeholder_ids": [make.stakeholder(cast.program).pk]}
    for moment in ("0001-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "2100-01-01T00:00:00Z"):
        entered = api.post(f"tracks/{track}/members/", sent | {"entered_at": moment})
        assert [each["pointer"] for each in problem(entered, 422)["errors"]] == ["/entered_at"]


def test_another_program_is_nowhere(cast: Cast, api: Api) -> None:
    theirs = Campaign.objects.create(
        program=cast.other_program, name="T", starts_on="2026-01-01", ends_on="2026-01-02"
    )
    track = Track.objects.create(program=cast.other_program, campaign=theirs, name="T")
    for path in (f"campaigns/{theirs.pk}/", f"campaigns/{theirs.pk}/costs/"):
        problem(api.get(path), 404)
    for path in (f"tracks/{track.pk}/", f"tracks/{track.pk}/members/"):
        problem(api.get(path), 404)
