"""Engagements over HTTP: what is stored, what is refused, and the effect on scores."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account, Engagement, JournalEvent, Lead, Stage, Stakeholder
from tests import cast as make
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def event(person: Stakeholder | str | dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A valid event; `person` is a stakeholder, an e-mail address or a reference."""
    if isinstance(person, Stakeholder):
        person = {"id": person.pk}
    elif isinstance(person, str):
        person = {"email": person}
    return {
        "stakeholder": person,
        "signal": "pricing_page_view",
        "occurred_at": "2026-11-20T15:04:05-05:00",
        "source": "website",
        "external_id": f"visit-{next(make._numbers)}",
        **changes,
    }


def send(api: Api, *events: Any, **headers: str) -> Any:
    return api.post("engagements/", {"events": list(events)}, **headers)


def test_a_2xx_reply_means_stored_counted_and_scored(api: Api, cast: Cast) -> None:
    lead = make.lead(cast.program)
    reply = send(api, event(lead.stakeholder, properties={"url": "https://x.example/prix"}))
    assert reply.status_code == 200
    body = reply.json()
    assert (body["created"], body["duplicates"], body["rejected"]) == (1, 0, 0)
    stored = Engagement.objects.in_program(cast.program).get(pk=body["results"][0]["id"])
    assert stored.properties == {"url": "https://x.example/prix"}
    assert stored.occurred_at.isoformat() == "2026-11-20T20:04:05+00:00"
    lead.refresh_from_db()
    assert lead.score.total == 15
    assert lead.stage == Stage.ENGAGED


def test_points_make_an_mql_and_the_score_explains_itself(api: Api, cast: Cast) -> None:
    lead = make.lead(cast.program)
    codes = ["pricing_page_view", "case_study_download", "webinar_attended", "budget_confirmed"]
    reply = send(api, *(event(lead.stakeholder, signal=code) for code in codes))
    assert reply.json()["created"] == 4
    lead.refresh_from_db()
    assert lead.stage == Stage.MQL
    why = api.get(f"leads/{lead.pk}/score/").json()
    assert why["total"] == 50 == sum(line["points"] for line in why["lines"]) + why["capped"]
    earned = {line["rule"] for line in why["lines"] if line["earned"]}
    assert earned == {"pricing", "case-study", "webinar", "budget"}


def test_people_are_known_by_address_external_id_and_id(api: Api, cast: Cast) -> None:
    company = make.account(cast.program)
    person = make.stakeholder(
        cast.program, company, emails=["ann@corp.example", "ann@home.example"], external_id="crm-1"
    )
    reply = send(
        api,
        event("ANN@home.example"),
        event({"external_id": "crm-1"}),
        event({"id": person.pk}),
    )
    assert reply.json()["created"] == 3
    assert person.engagements.count() == 3


def test_offsets_that_only_python_knows_are_taken(api: Api, cast: Cast) -> None:
    person = make.lead(cast.program).stakeholder
    send(api, event(person, occurred_at="2026-11-20T23:00:00+23:59"))
    assert person.engagements.get().occurred_at.isoformat() == "2026-11-19T23:01:00+00:00"


def test_the_same_event_counts_once_whatever_time_it_bears(api: Api, cast: Cast) -> None:
    lead = make.lead(cast.program)
    first = event(lead.stakeholder, external_id="same")
    again = event(lead.stakeholder, external_id="same", occurred_at="2026-11-21T00:00:00Z")
    reply = send(api, first, again).json()
    assert [row["outcome"] for row in reply["results"]] == ["created", "duplicate"]
    known = Engagement.objects.in_program(cast.program).get().pk
    assert [row["id"] for row in reply["results"]] == [known, known]
    new = event(lead.stakeholder, signal="email_opened")
    later = send(api, first, new, again).json()
    assert (later["created"], later["duplicates"]) == (1, 2)
    assert [row["id"] == known for row in later["results"]] == [True, False, True]
    lead.refresh_from_db()
    assert lead.score.total == 15
    assert Engagement.objects.in_program(cast.program).count() == 2


def test_good_rows_are_kept_and_bad_ones_reported_with_their_field(api: Api, cast: Cast) -> None:
    lead = make.lead(cast.program)
    reply = send(
        api,
        event(lead.stakeholder),
        event(lead.stakeholder, signal="nobody_knows_this"),
        event(lead.stakeholder, occurred_at="9999-12-31T23:59:59Z"),
        event(lead.stakeholder, occurred_at="2026-11-20T15:04:05"),
        event({"id": 10**15}),
        event({"external_id": "nobody"}),
        "not an event",
        event(lead.stakeholder, surprise=1),
    )
    assert reply.status_code == 200
    body = reply.json()
    assert (body["created"], body["rejected"]) == (1, 7)
    found = [pointers(row) for row in body["results"]]
    assert found == [
        [],
        ["/events/1/signal"],
        ["/events/2/occurred_at"],
        ["/events/3/occurred_at"],
        ["/events/4/stakeholder/id"],
        ["/events/5/stakeholder/external_id"],
        ["/events/6"],
        ["/events/7/surprise"],
    ]
    assert "time zone" in body["results"][3]["errors"][0]["detail"]
    assert Engagement.objects.in_program(cast.program).count() == 1


def test_only_a_fact_can_be_false(api: Api, cast: Cast) -> None:
    lead = make.lead(cast.program)
    body = send(
        api,
        event(lead.stakeholder, value=True),
        event(lead.stakeholder, value=False),
        event("nobody@else.example", value=False),
        event(lead.stakeholder, signal="budget_confirmed", value=False),
    ).json()
    found = [pointers(row) for row in body["results"]]
    assert found == [[], ["/events/1/value"], ["/events/2/value"], []]
    assert Engagement.objects.in_program(cast.program).count() == 2
    assert Stakeholder.objects.in_program(cast.program).count() == 1


def test_a_request_without_a_good_row_is_refused(api: Api, cast: Cast) -> None:
    body = problem(send(api, event("a@b.example", signal="nope")), 422)
    assert pointers(body) == ["/events/0/signal"]
    assert not Stakeholder.objects.in_program(cast.program).exists()


def test_an_unknown_address_becomes_a_person_with_a_lead_at_the_company_of_its_domain(
    api: Api, cast: Cast
) -> None:
    company = make.account(cast.program, domain="arrival.example")
    reply = send(api, event("new@arrival.example"), event("new@gmail.com", source="form"))
    assert reply.json()["created"] == 2
    people = Stakeholder.objects.in_program(cast.program)
    colleague = people.get(emails__address="new@arrival.example")
    free = people.get(emails__address="new@gmail.com")
    assert (colleague.account, colleague.source) == (company, "website")
    assert (free.account, free.source) == (None, "form")
    assert Lead.objects.in_program(cast.program).filter(stakeholder=free).count() == 1
    assert Account.objects.in_program(cast.program).count() == 1


def test_people_and_signals_of_another_program_do_not_exist(api: Api, cast: Cast) -> None:
    hers = make.lead(cast.other_program)
    address = hers.stakeholder.emails.get().address
    problem(send(api, event(hers.stakeholder)), 422)
    assert send(api, event(address)).json()["created"] == 1
    assert hers.stakeholder.engagements.count() == 0
    ours = Stakeholder.objects.in_program(cast.program).get()
    assert ours.pk != hers.stakeholder_id


BAD_VALUES: list[tuple[dict[str, Any], str]] = [
    ({"occurred_at": "yesterday"}, "occurred_at"),
    ({"occurred_at": 1_700_000_000}, "occurred_at"),
    ({"occurred_at": None}, "occurred_at"),
    ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at"),
    ({"occurred_at": (timezone.now() + timedelta(days=2)).isoformat()}, "occurred_at"),
    ({"occurred_at": "9999-12-31T23:59:59-23:59"}, "occurred_at"),
    ({"source": ""}, "source"),
    ({"source": "x" * 61}, "source"),
    ({"source": 7}, "source"),
    ({"source": "nul\x00"}, "source"),
    ({"external_id": None}, "external_id"),
    ({"external_id": "half \ud800 pair"}, "external_id"),
    ({"signal": {"code": "x"}}, "signal"),
    ({"signal": "\x00"}, "signal"),
    ({"value": "yes"}, "value"),
    ({"value": 1}, "value"),
    ({"properties": []}, "properties"),
    ({"properties": "x"}, "properties"),
    ({"properties": {"x": "y" * 9_000}}, "properties"),
    ({"properties": {"deep": {"nul": "\x00"}}}, "properties/deep/nul"),
    ({"properties": {"\ud800": 1}}, "properties"),
    ({"stakeholder": "jane@acme.example"}, "stakeholder"),
    ({"stakeholder": {}}, "stakeholder"),
    ({"stakeholder": {"id": 1, "email": "a@b.example"}}, "stakeholder"),
    ({"stakeholder": {"id": "1"}}, "stakeholder/id"),
    ({"stakeholder": {"id": True}}, "stakeholder/id"),
    ({"stakeholder": {"id": 10**30}}, "stakeholder/id"),
    ({"stakeholder": {"id": -1}}, "stakeholder/id"),
    ({"stakeholder": {"email": "no address"}}, "stakeholder/email"),
    ({"stakeholder": {"email": "a\x00@b.example"}}, "stakeholder/email"),
    ({"stakeholder": {"email": "\ud800@b.example"}}, "stakeholder/email"),
    ({"stakeholder": {"external_id": 5}}, "stakeholder/external_id"),
    ({"stakeholder": {"phone": "5"}}, "stakeholder"),
    ({"\ud800": 1}, "?"),
]


def test_a_bad_value_is_named_and_does_no_harm_to_its_neighbours(api: Api, cast: Cast) -> None:
    person = make.lead(cast.program).stakeholder
    events = [event(person, **changes) for changes, _at in BAD_VALUES]
    body = send(api, *events, event(person)).json()
    assert (body["created"], body["rejected"]) == (1, len(events))
    found = [pointers(row) for row in body["results"][:-1]]
    assert found == [[f"/events/{i}/{at}"] for i, (_changes, at) in enumerate(BAD_VALUES)]


NO_BATCH: list[tuple[Any, str]] = [
    ([], ""),
    ({}, ""),
    ("events", ""),
    (None, ""),
    ({"events": []}, "/events"),
    ({"events": {}}, "/events"),
    ({"events": None}, "/events"),
    ({"events": [1] * 1_001}, "/events"),
    ({"events": [1], "create": True}, "/create"),
]


def test_a_body_that_is_no_batch_is_refused_whole(api: Api) -> None:
    for body, at in NO_BATCH:
        assert pointers(problem(api.post("engagements/", body), 422)) == [at]


def test_the_largest_batch_is_taken_in_few_queries(
    api: Api, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    people = [make.lead(cast.program).stakeholder for _ in range(3)]
    events = [event(people[i % 3]) for i in range(1_000)]
    with django_assert_max_num_queries(25):
        assert send(api, *events).json()["created"] == 1_000


def test_text_stays_text_whatever_it_looks_like(api: Api, cast: Cast) -> None:
    person = make.lead(cast.program).stakeholder
    names = ["<script>alert(1)</script>", "Zoë 🦊 \u202e", "'; DROP TABLE x; --"]
    reply = send(api, *(event(person, external_id=n, properties={"n": n}) for n in names))
    assert reply.json()["created"] == 3
    items = api.get("engagements/").json()["items"]
    assert {item["external_id"] for item in items} == set(names)
    assert {item["properties"]["n"] for item in items} == set(names)


def test_nothing_half_done_when_the_database_fails(
    api: Api, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.account(cast.program, domain="half.example")
    before = JournalEvent.objects.in_program(cast.program).count()

    def fails(**_arguments: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("alignment.workspace.api.engagements.ingest", fails)
    problem(send(api, event("half@half.example")), 500)
    assert not Stakeholder.objects.in_program(cast.program).exists()
    assert JournalEvent.objects.in_program(cast.program).count() == before
