"""Hand-offs, work on leads, and the settings that decide about both, over HTTP."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Lead, Stage
from alignment.people.permissions import Scope
from alignment.sla.models import Attempt, HandOff, Leave, NextActionRule, ReasonCode, Territory
from alignment.sla.tests.handing import PROMISE, handed, mql
from tests import cast as make
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast, api_key

pytestmark = pytest.mark.django_db


def test_a_hand_off_tells_everything(api: Api, cast: Cast) -> None:
    lead = mql(cast.program)
    row = handed(lead)
    found = api.get("handoffs/", lead_id=lead.pk).json()["items"]
    assert [item["id"] for item in found] == [row.pk]
    body = api.get(f"handoffs/{row.pk}/").json()
    assert body["brief"]["promise"]["text"] == PROMISE
    assert body["next_action"]["action"] == "Call today and ask what they compare us with"
    assert body["owner_email"] == cast.rep.email
    assert "It was their turn" in body["reason"]
    assert (body["is_complete"], body["missing"]) == (True, [])
    assert api.get("handoffs/", waiting="true").json()["items"] == []
    assert (
        len(api.get("handoffs/", route="rotation", owner_email=cast.rep.email).json()["items"]) == 1
    )


def test_an_owner_is_decided_once(api: Api, cast: Cast, client_with: object) -> None:
    today = timezone.now().date()
    day = timedelta(days=1)
    Leave.objects.create(
        program=cast.program, user=cast.rep, first_day=today - day, last_day=today + day
    )
    row = handed(mql(cast.program))
    path = f"handoffs/{row.pk}/owner/"
    for bad in ({}, {"owner_email": cast.stranger.email}, {"owner_email": cast.observer.email}):
        problem(api.post(path, bad), 422)
    sales = client_with(api_key(cast.program, cast.sales_manager))  # type: ignore[operator]
    problem(sales.post(path, {"owner_email": cast.rep.email}), 403)
    decided = api.post(path, {"owner_email": cast.sales_manager.email}).json()
    assert (decided["owner_email"], decided["route"]) == (cast.sales_manager.email, "decided")
    late = problem(api.post(path, {"owner_email": cast.rep.email}), 409)
    assert "Sarah Sales already has this lead" in late["detail"]


def test_nobody_is_handed_a_lead_that_has_left(api: Api, cast: Cast) -> None:
    make.nobody_takes_turns(cast)
    lead = mql(cast.program)
    path = f"handoffs/{handed(lead).pk}/owner/"
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    api.post(f"leads/{lead.pk}/recycle/", {"code": "not-now", "until": until})
    resting = problem(api.post(path, {"owner_email": cast.rep.email}), 409)
    assert "Back to nurture" in resting["detail"]
    api.post(f"leads/{lead.pk}/disqualify/", {"code": "no-need"})
    problem(api.post(path, {"owner_email": cast.rep.email}), 409)
    given = api.patch(f"leads/{lead.pk}/", {"owner_email": cast.rep.email}).json()
    assert given["owner_email"] == cast.rep.email
    assert api.get("handoffs/", lead_id=lead.pk).json()["items"][0]["handed_at"] is None


def test_who_claims_second_is_told_who_was_first(cast: Cast, client_with: object) -> None:
    lead = mql(cast.program)
    first, second, marketer = (
        client_with(api_key(cast.program, who))  # type: ignore[operator]
        for who in (cast.rep, cast.sales_manager, cast.marketer)
    )
    problem(marketer.post(f"leads/{lead.pk}/claim/", {}), 403)
    assert first.post(f"leads/{lead.pk}/claim/", {}).json()["owner_email"] == cast.rep.email
    late = problem(second.post(f"leads/{lead.pk}/claim/", {}), 409)
    assert "Ravi Rep already has this lead" in late["detail"]


def test_attempts_are_logged_and_listed(api: Api, cast: Cast) -> None:
    lead = mql(cast.program)
    path = f"leads/{lead.pk}/attempts/"
    good = {"channel": "call", "outcome": "no_answer"}
    for bad in (
        {},
        {**good, "outcome": "sent it"},
        {**good, "at": "2026-11-20T10:00:00"},
        {**good, "at": (timezone.now() + timedelta(days=2)).isoformat()},
        {**good, "by": 3},
        {**good, "note": 5},
    ):
        problem(api.post(path, bad), 422)
    for days in (9_125, 367):
        old = {**good, "at": (timezone.now() - timedelta(days=days)).isoformat()}
        (error,) = problem(api.post(path, old), 422)["errors"]
        assert error == {"pointer": "/at", "detail": "This is more than a year ago."}
    assert not Attempt.objects.in_program(cast.program).exists()
    assert api.post(path, good).status_code == 201
    kept = api.post(path, {**good, "outcome": "reached"}, **{"Idempotency-Key": "a1"})
    again = api.post(path, {**good, "outcome": "reached"}, **{"Idempotency-Key": "a1"})
    assert kept.json() == again.json()
    assert [row["outcome"] for row in api.get(path).json()["items"]] == ["reached", "no_answer"]
    kinds = list(lead.journal.order_by("id").values_list("kind", flat=True))[-3:]
    assert kinds == ["contacted", "contacted", "reached"]


def test_feedback_needs_a_reason_for_a_no(api: Api, cast: Cast) -> None:
    lead = mql(cast.program)
    path = f"leads/{lead.pk}/feedback/"
    for bad in (
        {},
        {"fits": "maybe"},
        {"fits": False},
        {"fits": False, "reasons": ["nothing-like-it"]},
        {"fits": False, "reasons": "no-budget"},
    ):
        problem(api.post(path, bad), 422)
    assert pointers(problem(api.post(path, {"fits": False}), 422)) == ["/reasons"]
    said = api.post(path, {"fits": False, "reasons": ["no-budget"], "note": "Next year"})
    assert (said.status_code, said.json()["reasons"]) == (201, ["no-budget"])
    api.post(path, {"fits": True})
    assert [row["fits"] for row in api.get(path).json()["items"]] == [True, False]
    fresh = make.lead(cast.program)
    problem(api.post(f"leads/{fresh.pk}/feedback/", {"fits": True}), 409)


def test_reasons_are_added_and_retired(api: Api, cast: Cast) -> None:
    made = api.post("reason-codes/", {"use": "disqualify", "name": "Merged away"})
    assert (made.status_code, made.json()["code"]) == (201, "merged-away")
    path = f"reason-codes/{made.json()['id']}/"
    again = api.post("reason-codes/", {"use": "disqualify", "name": "merged away"})
    assert pointers(problem(again, 422)) == ["/name"]
    assert api.patch(path, {"is_retired": True}).json()["is_retired"] is True
    assert api.patch(path, {"name": "Acquired"}).json()["name"] == "Acquired"
    offered = api.get("reason-codes/", use="disqualify", is_retired="false").json()["items"]
    assert "merged-away" not in {row["code"] for row in offered}
    lead = make.lead(cast.program)
    problem(api.post(f"leads/{lead.pk}/disqualify/", {"code": "merged-away"}), 422)
    assert Lead.objects.in_program(cast.program).get(pk=lead.pk).stage == Stage.NEW


def test_rules_are_added_changed_and_deleted(api: Api, cast: Cast) -> None:
    problem(api.post("next-actions/", {"action": "Call", "signals": ["unheard-of"]}), 422)
    made = api.post("next-actions/", {"action": "Call", "signals": ["email_replied"]}).json()
    path = f"next-actions/{made['id']}/"
    assert api.patch(path, {"talking_point": "Hello"}).json()["action"] == "Call"
    assert api.send("DELETE", path, b"").status_code == 204
    assert not NextActionRule.objects.in_program(cast.program).filter(pk=made["id"]).exists()


def test_territories_are_given(api: Api, cast: Cast) -> None:
    path = "territories/"
    for bad in (
        {"state": "ZZ"},
        {"state": "TX", "owner_email": cast.marketer.email},
        {"state": "TX", "team": "Nowhere"},
        {"state": "TX", "team": "East", "owner_email": cast.rep.email},
    ):
        problem(api.put(path, bad), 422)
    assert api.put(path, {"state": "tx", "owner_email": cast.rep.email}).status_code == 204
    assert api.put(path, {"state": "CA", "team": "East"}).status_code == 204
    rows = [(r["state"], r["owner_email"], r["team"]) for r in api.get(path).json()["items"]]
    assert sorted(rows) == [("CA", None, "East"), ("TX", cast.rep.email, None)]
    api.put(path, {"state": "TX"})
    assert [row.state for row in Territory.objects.in_program(cast.program)] == ["CA"]


def test_members_read_and_managers_change(cast: Cast, client_with: object) -> None:
    rep = client_with(api_key(cast.program, cast.rep))  # type: ignore[operator]
    assert rep.get("reason-codes/").status_code == 200
    problem(rep.post("reason-codes/", {"use": "feedback", "name": "X"}), 403)
    problem(rep.post("next-actions/", {"action": "X"}), 403)
    problem(rep.put("territories/", {"state": "TX"}), 403)
    marketing = client_with(api_key(cast.program, cast.marketing_manager))  # type: ignore[operator]
    problem(marketing.put("territories/", {"state": "TX"}), 403)
    reading = client_with(api_key(cast.program, cast.owner, Scope.READ))  # type: ignore[operator]
    problem(reading.post(f"handoffs/{1}/owner/", {"owner_email": "x@y.example"}), 403)


def test_hers_do_not_exist(api: Api, cast: Cast) -> None:
    hers = mql(cast.other_program)
    row = handed(hers)
    code = ReasonCode.objects.in_program(cast.other_program)[0]
    problem(api.get(f"handoffs/{row.pk}/"), 404)
    problem(api.post(f"handoffs/{row.pk}/owner/", {"owner_email": cast.rep.email}), 404)
    problem(api.post(f"leads/{hers.pk}/attempts/", {"channel": "call", "outcome": "sent"}), 404)
    problem(api.patch(f"reason-codes/{code.pk}/", {"name": "Mine"}), 404)
    assert HandOff.objects.across_programs().get(pk=row.pk).owner != cast.rep


def test_fields_that_do_not_exist_are_refused(api: Api, cast: Cast) -> None:
    body = {"use": "feedback", "name": "Too small", "code": "too-small"}
    assert pointers(problem(api.post("reason-codes/", body), 422)) == ["/code"]
    assert not ReasonCode.objects.in_program(cast.program).filter(name="Too small").exists()
    del body["code"]
    made = api.post("reason-codes/", body).json()
    assert pointers(problem(api.patch(f"reason-codes/{made['id']}/", {"use": "x"}), 422)) == [
        "/use"
    ]


def test_all_errors_of_a_rule_come_at_once(api: Api, cast: Cast) -> None:
    body = {"signals": ["no-such"], "action": "", "reason": "r" * 201, "colour": "red"}
    found = pointers(problem(api.post("next-actions/", body), 422))
    assert sorted(found) == ["/action", "/colour", "/reason", "/signals"]
