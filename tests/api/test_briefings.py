"""Briefings and message changes over the API."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.insights.actions.merging import merge_topics
from campaigns.insights.models import Briefing, InsightTopic
from campaigns.insights.tests import scenes
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast, api_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def price(cast: Cast) -> InsightTopic:
    """An objection raised in a deal ten days ago."""
    topic = scenes.price(cast)
    deal = scenes.deal(cast)
    scenes.said_then(cast, topic, timezone.now() - timedelta(days=10), opportunity=deal)
    scenes.raised(cast, topic, opportunity=deal)
    return topic


def test_a_briefing_is_written_read_and_stays(api: Api, price: InsightTopic, cast: Cast) -> None:
    made = api.post("briefings/")
    assert made.status_code == 201
    (line,) = made.json()["content"]["objections"]["lines"]
    assert (line["name"], line["trend"], line["conversations"]) == ("Price", "again", 1)
    assert line["quotes"][0]["quote"] == "Your price is too high for us."
    again = problem(api.post("briefings/"), 422)
    assert pointers(again) == ["/week"]
    (row,) = api.get("briefings/", is_empty="false").json()["items"]
    assert "content" not in row
    assert api.get("briefings/", is_empty="true").json()["items"] == []
    marketer = Api(api_key(cast.program, cast.marketer), api.client)
    assert marketer.post(f"briefings/{row['id']}/read/").json()["read_by"] == 1
    assert api.get(f"briefings/{row['id']}/").json()["content"] == made.json()["content"]
    assert Briefing.objects.in_program(cast.program).get().written_by == cast.owner


def test_the_rhythm_is_for_managers(api: Api, cast: Cast) -> None:
    rhythm = api.get("briefing-rhythm/").json()
    assert (rhythm["weekday"], rhythm["hour"], rhythm["is_on"]) == (0, 8, True)
    changed = api.patch("briefing-rhythm/", {"weekday": 3, "hour": 15}).json()
    assert (changed["weekday"], changed["hour"], changed["zone"]) == (3, 15, "America/New_York")
    assert api.get("briefing-rhythm/").json() == changed
    assert pointers(problem(api.patch("briefing-rhythm/", {"hour": 24}), 422)) == ["/hour"]
    rep = Api(api_key(cast.program, cast.rep), api.client)
    problem(rep.patch("briefing-rhythm/", {"hour": 9}), 403)


def test_a_message_changes_and_its_effect_opens_its_deals(api: Api, price: InsightTopic) -> None:
    since = (timezone.now() - timedelta(days=12)).isoformat()
    body: dict[str, Any] = {"topic_id": price.pk, "says_now": "It pays back.", "why": "Calls."}
    made = api.post("message-changes/", body | {"since": since})
    assert made.status_code == 201
    path = f"message-changes/{made.json()['id']}/"
    assert api.get(path).json() == made.json()
    effect = api.get(f"{path}effect/").json()
    assert effect["after"] == {
        "deals": 1,
        "answered": 0,
        "won": 0,
        "lost": 0,
        "open": 1,
        "share": None,
    }
    assert (effect["difference"], effect["verdict"]) == (None, "unknown")
    (deal,) = api.get(f"{path}deals/", group="after", only="open").json()["items"]
    assert (deal["name"], deal["outcome"]) == ("Rollout", "open")
    assert api.get(f"{path}deals/", group="before").json() == {"items": []}
    problem(api.get(f"{path}deals/", group="other"), 400)
    assert len(api.get("message-changes/", is_in_use="true").json()["items"]) == 1
    assert api.post(f"{path}end/").json()["ended_at"]
    assert api.get("message-changes/", is_in_use="true", topic_id=price.pk).json()["items"] == []


def test_what_makes_no_sense_is_pointed_at(api: Api, price: InsightTopic) -> None:
    body: dict[str, Any] = {"topic_id": price.pk, "says_now": "It pays back.", "why": "Calls."}
    wrong: list[tuple[str, Any]] = [
        ("topic_id", 10**9),
        ("asset_id", 10**9),
        ("briefing_id", 10**9),
        ("since", "2999-01-01T00:00:00Z"),
        ("why", ""),
    ]
    for name, value in wrong:
        reply = api.post("message-changes/", body | {name: value})
        assert pointers(problem(reply, 422)) == [f"/{name}"]


def test_of_two_who_change_one_message_the_second_gets_both(api: Api, price: InsightTopic) -> None:
    body: dict[str, Any] = {"topic_id": price.pk, "says_now": "Theirs.", "why": "Calls."}
    first = api.post("message-changes/", body | {"seen_id": 0}).json()
    mine = body | {"says_now": "Mine.", "seen_id": 0}
    told = problem(api.post("message-changes/", mine), 409)
    assert told["now"] == {"says_now": "Theirs.", "seen_id": first["id"]}
    assert told["yours"] == {"says_now": "Mine.", "seen_id": 0}
    assert pointers(told) == ["/says_now", "/seen_id"]
    assert len(api.get("message-changes/", topic_id=price.pk).json()["items"]) == 1
    assert api.post("message-changes/", mine | {"seen_id": first["id"]}).status_code == 201


def test_of_two_who_answer_at_once_the_second_gets_both(api: Api, price: InsightTopic) -> None:
    path, seen = f"insight-topics/{price.pk}/answer/", {"answer": "", "asset_id": None}
    assert api.put(path, {"answer": "Theirs.", "seen": seen}).status_code == 200
    told = problem(api.put(path, {"answer": "Mine.", "seen": seen}), 409)
    assert (told["now"], told["yours"]) == ({"answer": "Theirs."}, {"answer": "Mine."})
    assert pointers(told) == ["/answer"]
    again = {"answer": "Mine.", "seen": {"answer": told["now"]["answer"]}}
    assert api.put(path, again).json()["answer"] == "Mine."


def test_a_topic_that_was_merged_is_none(api: Api, price: InsightTopic, cast: Cast) -> None:
    cost = scenes.price(cast, name="Cost", phrases=[])
    merge_topics(topic=cost, into=price, by=cast.marketer)
    body = {"topic_id": cost.pk, "says_now": "It pays back.", "why": "Calls."}
    assert pointers(problem(api.post("message-changes/", body), 422)) == ["/topic_id"]


def test_other_programs_find_nothing(api: Api, stranger_api: Api, price: InsightTopic) -> None:
    briefing = api.post("briefings/").json()["id"]
    body = {"topic_id": price.pk, "says_now": "It pays back.", "why": "Calls."}
    change = api.post("message-changes/", body).json()["id"]
    for path in (f"briefings/{briefing}/", f"message-changes/{change}/effect/"):
        problem(stranger_api.get(path), 404)
    for path in (f"briefings/{briefing}/read/", f"message-changes/{change}/end/"):
        problem(stranger_api.post(path), 404)
