"""Plays over the API."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alignment.people.permissions import Scope
from campaigns.calendar.models import Touch
from campaigns.models import Campaign
from campaigns.plays.models import PlayRun
from campaigns.plays.tests.test_starting import target
from tests import cast as play
from tests.cast import Cast

pytestmark = pytest.mark.django_db
JSON: dict[str, Any] = {"content_type": "application/json"}
PLAY: dict[str, Any] = {
    "name": "Case study, then call",
    "steps": [
        {"side": "marketing", "channel": "email", "after_days": 0, "message": "The insurer"},
        {"side": "sales", "channel": "call", "after_days": 2, "follows": 1},
    ],
}


@pytest.fixture
def api(cast: Cast) -> Client:
    key = play.api_key(cast.program, cast.rep, Scope.READ, Scope.CALENDAR_WRITE)
    return Client(headers=play.bearer(key))


def test_written_read_and_written_anew(cast: Cast, api: Client) -> None:
    made = api.post("/api/v1/plays/", PLAY, **JSON)
    assert made.status_code == 201
    pk = made.json()["id"]
    assert [step["follows"] for step in made.json()["steps"]] == [None, 1]
    assert api.get("/api/v1/plays/").json()["items"][0]["name"] == PLAY["name"]
    anew = api.put(f"/api/v1/plays/{pk}/", PLAY | {"steps": PLAY["steps"][:1]}, **JSON)
    assert len(anew.json()["steps"]) == 1
    again = api.post("/api/v1/plays/", PLAY, **JSON)
    assert again.status_code == 422
    assert again.json()["errors"][0]["pointer"] == "/name"


def test_who_read_an_older_one_does_not_write_over_it(cast: Cast, api: Client) -> None:
    made = api.post("/api/v1/plays/", PLAY, **JSON).json()
    path = f"/api/v1/plays/{made['id']}/"
    mine = PLAY | {"goal": "Mine", "seen": made["updated_at"]}
    assert api.put(path, PLAY | {"goal": "Theirs", "seen": made["updated_at"]}, **JSON).json()
    assert api.put(path, mine, **JSON).status_code == 409
    now = api.get(path).json()
    assert now["goal"] == "Theirs"
    assert api.put(path, mine | {"seen": now["updated_at"]}, **JSON).json()["goal"] == "Mine"


def test_steps_come_back_in_the_order_of_their_days(api: Client) -> None:
    mail, call = PLAY["steps"]
    mixed = PLAY | {"steps": [{**call, "follows": 2}, mail]}
    steps = api.post("/api/v1/plays/", mixed, **JSON).json()["steps"]
    assert [(s["position"], s["channel"], s["follows"]) for s in steps] == [
        (1, "email", None),
        (2, "call", 1),
    ]


def test_steps_are_sent_back_as_they_were_read(api: Client) -> None:
    made = api.post("/api/v1/plays/", PLAY, **JSON).json()
    first, second = made["steps"]
    said = {"name": made["name"], "steps": [second | {"after_days": 0, "follows": None}, first]}
    anew = api.put(f"/api/v1/plays/{made['id']}/", said, **JSON)
    assert anew.status_code == 200, anew.content
    assert [step["position"] for step in anew.json()["steps"]] == [1, 2]


def test_a_wrong_step_is_pointed_at(api: Client) -> None:
    wrong = {"side": "sales", "channel": "call", "after_days": 0, "follows": 3, "asset_id": 7}
    answer = api.post("/api/v1/plays/", PLAY | {"steps": [*PLAY["steps"], wrong]}, **JSON)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/steps/2/follows"]


def test_started_after_a_dry_run(cast: Cast, api: Client) -> None:
    pk = api.post("/api/v1/plays/", PLAY, **JSON).json()["id"]
    free, empty = target(cast, "Acme"), target(cast, "Borel", people=0)
    day = timezone.localdate() + timedelta(days=7)
    body = {"account_ids": [free.pk, empty.pk], "first_day": str(day), "sales_id": cast.rep.pk}
    dry = api.post(f"/api/v1/plays/{pk}/start/", body | {"dry_run": True}, **JSON)
    assert dry.status_code == 200
    assert [row["is_refused"] for row in dry.json()["preview"]] == [False, True]
    assert [row["refused_because"] for row in dry.json()["preview"]] == [[], ["nobody_to_contact"]]
    assert Touch.objects.in_program(cast.program).count() == 0
    today = timezone.localdate()
    campaign = Campaign.objects.create(
        program=cast.program, name="Costs", starts_on=today, ends_on=today
    )
    body["campaign_id"] = campaign.pk
    begun = api.post(f"/api/v1/plays/{pk}/start/", body, **JSON)
    assert {touch.campaign for touch in Touch.objects.in_program(cast.program)} == {campaign}
    assert begun.status_code == 201
    assert [run["account_id"] for run in begun.json()["runs"]] == [free.pk]
    assert [row["account_id"] for row in begun.json()["left_out"]] == [empty.pk]
    runs = api.get(f"/api/v1/play-runs/?play_id={pk}").json()["items"]
    assert [run["id"] for run in runs] == list(
        PlayRun.objects.in_program(cast.program).values_list("pk", flat=True)
    )


def test_the_first_in_the_list_gets_the_time_that_both_want(cast: Cast, api: Client) -> None:
    pk = api.post("/api/v1/plays/", PLAY, **JSON).json()["id"]
    older, newer = target(cast, "Acme"), target(cast, "Borel")
    day = timezone.localdate() + timedelta(days=7)
    body = {"first_day": str(day), "sales_id": cast.rep.pk, "dry_run": True}
    for asked in ([newer.pk, older.pk], [older.pk, newer.pk, older.pk]):
        dry = api.post(f"/api/v1/plays/{pk}/start/", body | {"account_ids": asked}, **JSON).json()
        assert [row["account_id"] for row in dry["preview"]] == asked[:2]
        calls = [row["touches"][1] for row in dry["preview"]]
        assert [call["starts_at"] == call["wished_at"] for call in calls] == [True, False]


def test_nobody_elses_accounts_or_people(cast: Cast, api: Client) -> None:
    pk = api.post("/api/v1/plays/", PLAY, **JSON).json()["id"]
    hers = play.account(cast.other_program)
    day = str(timezone.localdate() + timedelta(days=7))
    for body in (
        {"account_ids": [hers.pk], "first_day": day},
        {"account_ids": [target(cast, "C").pk], "first_day": day, "campaign_id": 999_999},
        {"account_ids": [target(cast, "A").pk], "first_day": day, "sales_id": cast.stranger.pk},
    ):
        assert api.post(f"/api/v1/plays/{pk}/start/", body, **JSON).status_code == 422
    past = {"account_ids": [target(cast, "B").pk], "first_day": "2020-01-01"}
    assert api.post(f"/api/v1/plays/{pk}/start/", past, **JSON).status_code == 409
