"""`/intent/surges/`, `/intent/visits/` and the score on accounts."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.intent.actions.standing import today_utc
from accounts.intent.models import Surge
from alignment.scoring import tasks
from tests import cast as play
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_batch_may_be_sent_twice(cast: Cast, api: Api) -> None:
    account = play.account(cast.program, domain="acme.example")
    week = today_utc().isoformat()
    row = {"source": "bombora", "topic": "Cloud  ERP", "week": week, "strength": 70}
    items = [
        {**row, "domain": "https://www.acme.example/about"},
        {**row, "account_id": account.pk, "topic": "HR"},
        {**row, "domain": "nobody.example"},
        {**row, "domain": "acme.example", "strength": 101},
        {"domain": "acme.example"},
        7,
    ]
    said = api.post("intent/surges/", {"items": items}).json()
    outcomes = [result["outcome"] for result in said["results"]]
    assert outcomes == ["created", "created", *["rejected"] * 4]
    assert (said["created"], said["rejected"]) == (2, 4)
    assert said["results"][2]["errors"] == [
        {"pointer": "/items/2/domain", "detail": "There is no account “nobody.example”."}
    ]
    assert said["results"][3]["errors"][0]["pointer"] == "/items/3/strength"
    again = api.post("intent/surges/", {"items": items[:2]}).json()
    assert again["unchanged"] == 2
    listed = api.get("intent/surges/", account_id=account.pk, topic="Cloud ERP").json()["items"]
    assert [(r["strength"], r["source"]) for r in listed] == [(70, "bombora")]


@pytest.mark.parametrize("body", [{}, {"items": []}, [], {"items": [{}], "more": 1}])
def test_what_is_no_batch_is_refused(api: Api, body: object) -> None:
    problem(api.post("intent/surges/", body), 422)


def test_a_batch_without_a_good_row_is_refused(api: Api) -> None:
    row = {"domain": "nobody.example", "week": "2026-11-16", "visits": 1, "pages": 1}
    refused = problem(api.post("intent/visits/", {"items": [row]}), 422)
    assert pointers(refused) == ["/items/0/domain"]
    known = problem(api.post("intent/visits/", {"items": [{**row, "views": 3}]}), 422)
    assert pointers(known) == ["/items/0/views"]


def test_visits_by_domain(cast: Cast, api: Api) -> None:
    account = play.account(cast.program, domain="acme.example")
    week = (today_utc() - timedelta(days=7)).isoformat()
    row = {"domain": "acme.example", "week": week, "visits": 4, "pages": 9}
    assert api.post("intent/visits/", {"items": [row]}).json()["created"] == 1
    (listed,) = api.get("intent/visits/", account_id=account.pk).json()["items"]
    assert (listed["visits"], listed["pages"], listed["account_id"]) == (4, 9, account.pk)


def test_a_list_costs_the_same_for_one_row_and_for_three(cast: Cast, api: Api) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert api.get("intent/surges/").status_code == 200
        return len(queries)

    asked()  # looks the key up
    account = play.account(cast.program)
    row = {"program": cast.program, "account": account, "source": "s", "strength": 1}
    week = today_utc() - timedelta(days=today_utc().weekday())
    Surge.objects.create(**row, topic="a", week=week)
    one = asked()
    for topic in "bc":
        Surge.objects.create(**row, topic=topic, week=week)
    assert asked() == one


def test_an_account_shows_its_score_with_its_parts(cast: Cast, api: Api) -> None:
    lead = play.lead(cast.program)
    account = lead.account
    assert account
    assert api.get(f"accounts/{account.pk}/").json()["score"]["score"] is None
    tasks.score_left_over()
    found = api.get(f"accounts/{account.pk}/").json()["score"]
    assert [part["part"] for part in found["parts"]] == [
        "fit",
        "engagement",
        "intent",
        "relationships",
    ]
    assert found["score"] == sum(part["points"] for part in found["parts"])
    (listed,) = api.get("accounts/").json()["items"]
    assert listed["score"]["score"] == found["score"]
