"""Leads over HTTP: opening, assigning, moving, calling, explaining."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Stage
from tests import cast as make
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_leads_are_opened_once(api: Api, cast: Cast) -> None:
    person = make.stakeholder(cast.program, external_id="p-1")
    address = person.emails.get().address
    rows = [{"stakeholder": ref} for ref in ({"id": person.pk}, {"external_id": "p-1"})]
    body = api.post("leads/", {"items": [*rows, {"stakeholder": {"email": "x@y.example"}}]}).json()
    assert [row["outcome"] for row in body["results"]] == ["created", "unchanged", "rejected"]
    assert pointers(body["results"][2]) == ["/items/2/stakeholder/email"]
    again = api.post("leads/", {"stakeholder": {"email": address}}).json()
    assert again["results"][0]["id"] == body["results"][0]["id"]


@pytest.mark.parametrize(
    ("row", "at", "said"),
    [
        ({}, "", "Name the person by one of email, external_id or id."),
        ({"stakeholder": 5}, "", "Name the person by one of"),
        ({"stakeholder": {"email": "a@b.example", "id": 1}}, "", "Name the person by one of"),
        ({"stakeholder": {"name": "Jo"}}, "", "Name the person by one of"),
        ({"stakeholder": {"email": "jo"}}, "/email", "“jo” is not an e-mail address."),
        ({"stakeholder": {"email": "jo@b.example"}}, "/email", "Nobody in this program has"),
        ({"stakeholder": {"external_id": ""}}, "/external_id", "A value is needed here."),
        ({"stakeholder": {"external_id": 7}}, "/external_id", "A text is needed here."),
        ({"stakeholder": {"id": "7"}}, "/id", "A whole number is needed here."),
        ({"stakeholder": {"id": 10**9}}, "/id", "has the address or id “1000000000”."),
    ],
)
def test_whom_a_lead_is_for_is_told_in_words(api: Api, row: object, at: str, said: str) -> None:
    (error,) = problem(api.post("leads/", row), 422)["errors"]
    assert error["pointer"] == f"/stakeholder{at}"
    assert said in error["detail"]


def test_a_lead_shows_its_score_and_is_found_by_stage(api: Api, cast: Cast) -> None:
    lead = make.lead(cast.program, owner=cast.rep)
    make.engage(lead.stakeholder, "pricing_page_view")
    row = api.get("leads/", stage="engaged", owner_email=cast.rep.email).json()["items"][0]
    assert (row["id"], row["score"]["total"], row["stage"]) == (lead.pk, 15, "engaged")
    assert row["stakeholder"]["id"] == lead.stakeholder_id
    assert api.get("leads/", stage=["mql", "sql"]).json()["items"] == []
    assert len(api.get("leads/", open="true", order="-stage_since").json()["items"]) == 1


def test_the_score_is_told_in_words(api: Api, cast: Cast) -> None:
    lead = make.lead(cast.program)
    names = {
        line["rule"]: line["name"] for line in api.get(f"leads/{lead.pk}/score/").json()["lines"]
    }
    assert names["icp"] == "Account matches the ICP"
    assert not names.keys() & names.values()


def test_a_lead_is_given_to_a_member(api: Api, cast: Cast) -> None:
    lead = make.lead(cast.program)
    path = f"leads/{lead.pk}/"
    assert api.patch(path, {"owner_email": cast.rep.email}).json()["owner_email"] == cast.rep.email
    assert api.patch(path, {"owner_email": None}).json()["owner_email"] is None
    given, taken = lead.journal.filter(kind="owner_changed").order_by("pk")
    rep, nobody = ("Ravi Rep", cast.rep.pk), ("", None)
    for detail, before, after in ((given.detail, nobody, rep), (taken.detail, rep, nobody)):
        assert (detail["from"], detail["from_id"]) == before
        assert (detail["to"], detail["to_id"]) == after
    for bad in ({"owner_email": cast.stranger.email}, {"owner_email": 5}, {}, {"owner": "x"}):
        problem(api.patch(path, bad), 422)
    refused = problem(api.patch(path, {"owner_email": cast.observer.email}), 422)
    assert pointers(refused) == ["/owner_email"]
    assert api.get(path).json()["owner_email"] is None


def test_a_lead_is_recycled_and_disqualified_with_a_coded_reason(api: Api, cast: Cast) -> None:
    lead = make.lead(cast.program)
    path = f"leads/{lead.pk}/recycle/"
    later = (timezone.localdate() + timedelta(days=60)).isoformat()
    good = {"code": "not-now", "until": later, "note": "In spring"}
    for bad in (
        {},
        {"reason": "Not now"},
        {**good, "code": "no-such"},
        {**good, "until": timezone.localdate().isoformat()},
        {**good, "until": "soon"},
        {**good, "note": "x" * 501},
    ):
        problem(api.post(path, bad), 422)
    sent = api.post(path, good).json()
    assert (sent["stage"], sent["reason_code"], sent["nurture_until"]) == (
        "recycled",
        "not-now",
        later,
    )
    problem(api.post(path, good), 409)
    path = f"leads/{lead.pk}/disqualify/"
    for wrong in ("", 1, "not-now", "x" * 41):
        problem(api.post(path, {"code": wrong}), 422)
    problem(api.post(path, {"code": "no-need", "note": "\x00"}), 400)
    refused = problem(api.post(path, {"code": "never-heard-of"}), 422)
    assert pointers(refused) == ["/code"]
    closed = api.post(path, {"code": "student-vendor"}).json()
    assert closed["closed_at"]
    assert closed["reason_code"] == "student-vendor"
    call = {"called_at": timezone.now().isoformat(), "outcome": "validated"}
    problem(api.post(f"leads/{lead.pk}/validation-calls/", call), 409)
    problem(api.post(f"leads/{lead.pk}/attempts/", {"channel": "call", "outcome": "sent"}), 409)
    path = f"leads/{lead.pk}/bring-back/"
    back = api.post(path, {}).json()
    assert (back["stage"], back["closed_at"]) == ("recycled", None)
    assert (back["reason_code"], back["nurture_until"]) == ("not-now", later)
    problem(api.post(path, {}), 409)
    path = f"leads/{lead.pk}/take-back/"
    back = api.post(path, {}).json()
    assert (back["stage"], back["reason_code"], back["nurture_until"]) == ("new", "", None)
    problem(api.post(path, {}), 409)


def test_the_validation_call_makes_an_sql(api: Api, cast: Cast) -> None:
    lead = make.lead(cast.program)
    for code in (
        "pricing_page_view",
        "case_study_download",
        "webinar_attended",
        "budget_confirmed",
        "decision_authority",
    ):
        make.engage(lead.stakeholder, code)
    path = f"leads/{lead.pk}/validation-calls/"
    call = {"called_at": timezone.now().isoformat(), "outcome": "validated", "note": "<b>go</b>"}
    for bad in (
        {**call, "called_at": "2026-11-20T10:00:00"},
        {**call, "called_at": (timezone.now() + timedelta(days=3)).isoformat()},
        {**call, "called_at": "9999-01-01T00:00:00Z"},
        {**call, "outcome": "maybe"},
        {**call, "by": 3},
    ):
        problem(api.post(path, bad), 422)
    assert api.post(path, call).json()["stage"] == Stage.SQL
    stored = lead.validation_calls.get()
    assert (stored.by, stored.note) == (cast.owner, "<b>go</b>")
