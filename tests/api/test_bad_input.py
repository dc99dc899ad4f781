"""Any bad input gives a clear 4xx that names the field, never a 500, and changes nothing."""

import json
from itertools import product
from typing import Any

import pytest
from django.test import Client
from rest_framework.response import Response

from accounts.models import Account, Engagement, Signal, Stakeholder
from alignment.core.rest import JSONRenderer
from tests import cast as make
from tests.api.conftest import Api, pointers, problem
from tests.api.test_engagements import event
from tests.cast import Cast, bearer

pytestmark = pytest.mark.django_db

WRITERS = ("engagements/", "accounts/", "stakeholders/", "leads/")


MALFORMED = (
    b"{",
    b'{"events": [',
    b"\xff\xfe",
    b'{"name": "\xe9"}',
    b'{"name": NaN}',
    b'{"employees_low": Infinity}',
    b"[" * 100_000,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b'{"employees_low": ' + b"9" * 5_000 + b"}",
)


def test_malformed_json_is_a_400(api: Api) -> None:
    for path, body in product(WRITERS, MALFORMED):
        problem(api.post(path, body), 400)


def test_errors_speak_of_json_and_not_of_the_program(api: Api) -> None:
    for body, words in (
        (b'{"name": ', "Expecting value, line 1, column 10."),
        (b'{"name": NaN}', "NaN is not a number."),
        (b'{"employees_low": ' + b"9" * 5_000 + b"}", "A number has too many digits."),
    ):
        detail = problem(api.post("accounts/", body), 400)["detail"]
        assert detail.endswith(words)
        assert "sys." not in detail
    large = problem(api.post("accounts/", {"name": "Acme", "employees_low": 10**16}), 422)
    assert large["errors"][0]["detail"] == "Not between 0 and 10\u202f000\u202f000."


def test_a_body_of_ten_megabytes_is_a_413(api: Api) -> None:
    for path in WRITERS:
        problem(api.post(path, b" " * 10_000_000), 413)
        problem(api.post(path, b" " * 10_000_000, **{"Idempotency-Key": "large"}), 413)


def test_a_list_of_more_than_anybody_sends_is_a_413(api: Api) -> None:
    """Each entry would be checked and complained of, which takes seconds."""
    for path, body in (
        ("webhooks/", {"events": ["x"] * 10_001}),
        ("engagements/", {"events": [{"properties": {"seen": [1] * 10_001}}]}),
        ("accounts/", [{}] * 10_001),
    ):
        assert "10,000" in problem(api.post(path, body), 413)["detail"]
    problem(api.post("webhooks/", {"events": ["x"] * 10_000}), 422)


def test_anything_but_json_is_a_415(api: Api) -> None:
    kinds = ("text/plain", "application/xml", "multipart/form-data", "")
    for path, kind in product(WRITERS, kinds):
        problem(api.post(path, b"<a/>", content_type=kind), 415)


def test_an_upload_that_is_no_form_is_a_415(api: Api) -> None:
    problem(api.post("imports/", {"file": "x"}), 415)


def test_a_body_that_is_no_object_is_refused(api: Api) -> None:
    bodies: tuple[Any, ...] = ([], "x", 1, None, True, [{}])
    for path, body in product(WRITERS, bodies):
        problem(api.post(path, body), 422)


ODD_VALUES = (True, 1.5, {"a": [1]}, [1], "x\x00y", "\ud800", 10**40, "x" * 90_000)
FIELDS = (
    "name",
    "domain",
    "employees_low",
    "technologies",
    "owner_email",
    "owner_id",
    "emails",
    "consents",
    "role",
    "account_id",
    "do_not_contact",
    "external_id",
    "\ud800",
    "no such",
)


@pytest.mark.parametrize("path", ["accounts/", "stakeholders/"])
def test_a_wrong_type_is_refused_and_its_neighbour_kept(api: Api, path: str) -> None:
    odd = [
        {"external_id": f"bad-{i}", name: value}
        for i, (name, value) in enumerate(product(FIELDS, ODD_VALUES))
        if (name, value) != ("do_not_contact", True)
    ]
    good = (
        {"external_id": "good", "name": "Good"} if path == "accounts/" else {"external_id": "good"}
    )
    for rows in (odd, odd[::-1]):
        reply = api.post(path, {"items": [*rows, good]})
        assert reply.status_code == 200, reply.content[:300]
        *refused, kept = reply.json()["results"]
        assert kept["outcome"] in ("created", "unchanged")
        for i, row in enumerate(refused):
            assert row["outcome"] == "rejected", rows[i]
            assert pointers(row)
            assert all(at.startswith(f"/items/{i}") for at in pointers(row))


@pytest.mark.parametrize("hole", [None, "", " "])
def test_a_hole_in_a_list_is_refused(api: Api, cast: Cast, hole: str | None) -> None:
    company = {"name": "Acme", "technologies": ["AWS", hole]}
    assert pointers(problem(api.post("accounts/", company), 422)) == ["/technologies/1"]
    for name in ("emails", "phones"):
        person = {"external_id": "crm-1", name: [hole]}
        assert pointers(problem(api.post("stakeholders/", person), 422)) == [f"/{name}/0"]
    assert not Account.objects.in_program(cast.program).exists()
    assert not Stakeholder.objects.in_program(cast.program).exists()


def test_half_a_surrogate_pair_is_never_said_again(api: Api) -> None:
    body = problem(api.post("findings/", {"outcome": "a\ud800"}), 400)
    assert pointers(body) == ["/outcome"]


def test_a_problem_of_any_text_can_be_sent() -> None:
    problem_of = {"detail": "“a\ud800”", "errors": [{"pointer": "/a", "detail": "\udfff"}]}
    sent = JSONRenderer().render(problem_of, renderer_context={"response": Response(status=422)})
    assert json.loads(sent)["detail"] == "“a?”"


def test_an_id_that_cannot_be_is_a_404(api: Api) -> None:
    paths = ("accounts/", "stakeholders/", "leads/", "imports/", "jobs/", "icp/", "scoring-models/")
    keys = ("0", "99999999999999999999999999", "-1", "abc", "%00", "1%2F2")
    for path, key in product(paths, keys):
        problem(api.get(f"{path}{key}/"), 404)


BAD_PARAMETERS: list[tuple[str, dict[str, str]]] = [
    ("accounts/", {"limit": "0"}),
    ("accounts/", {"limit": "201"}),
    ("accounts/", {"limit": "many"}),
    ("accounts/", {"cursor": "nonsense"}),
    ("accounts/", {"cursor": "W10"}),
    ("accounts/", {"cursor": "WyJhIl0"}),
    ("accounts/", {"cursor": "\x00"}),
    ("accounts/", {"order": "name"}),
    ("accounts/", {"verdict": "maybe"}),
    ("accounts/", {"updated_since": "yesterday"}),
    ("accounts/", {"q": "\x00"}),
    ("accounts/", {"q": "x" * 101}),
    ("accounts/", {"domain": "no domain"}),
    ("accounts/", {"domain": "gmail.com"}),
    ("accounts/", {"state": "Bavaria"}),
    ("accounts/", {"country": "zz"}),
    ("accounts/", {"cbsa": "Boston"}),
    ("accounts/", {"cbsa": "99999"}),
    ("accounts/", {"metro": "99999"}),
    ("accounts/", {"metro": "Nowhere at all"}),
    ("accounts/", {"naics": "software"}),
    ("accounts/", {"naics": "999999"}),
    ("accounts/", {"state": "100% Texas"}),
    ("accounts/", {"domain": "50%s"}),
    ("accounts/", {"owner_email": "%(said)s"}),
    ("accounts/", {"verdict": "%d"}),
    ("accounts/", {"answer": "%d:yes"}),
    ("accounts/", {"updated_since": "%s"}),
    ("accounts/", {"owner_email": "nobody"}),
    ("stakeholders/", {"account_id": "x"}),
    ("stakeholders/", {"account_id": str(10**30)}),
    ("stakeholders/", {"account_id": "1.5"}),
    ("stakeholders/", {"account_id": "1e5"}),
    ("stakeholders/", {"account_id": "0"}),
    ("accounts/", {"score_min": "1e1"}),
    ("leads/", {"stage": "hot"}),
    ("engagements/", {"since": "9999-99-99"}),
    ("engagements/", {"since": "2026-01-01T00:00:00"}),
    ("engagements/", {"until": "9999-12-31T23:59:59-23:59"}),
    ("accounts/", {"bogus": "1"}),
    ("leads/", {"stages": "mql"}),
    ("jobs/", {"page": "2"}),
    ("imports/", {"bogus": "1"}),
    ("signals/", {"bogus": ""}),
    ("icp/", {"bogus": "1"}),
    ("scoring-models/", {"bogus": "1"}),
    ("events/", {"bogus": "1"}),
    ("stakeholders/", {"do_not_contact": "maybe"}),
    ("leads/", {"open": "2"}),
    ("engagements/", {"signal": "zzz"}),
    ("events/", {"kind": "party"}),
    ("events/", {"lead_id": "-1"}),
    ("events/", {"cursor": "WzEsMl0x"}),
    ("events/", {"limit": "1e3"}),
]


def test_a_bad_parameter_is_a_400_that_names_it(api: Api) -> None:
    for path, query in BAD_PARAMETERS:
        body = problem(api.get(path, **query), 400)
        assert [error["parameter"] for error in body["errors"]] == list(query)


def test_what_every_list_understands_and_true_and_false(api: Api, cast: Cast) -> None:
    lead = make.lead(cast.program)
    for path in ("accounts/", "stakeholders/", "leads/", "jobs/", "signals/", "icp/", "imports/"):
        assert api.get(path, limit="2", format="json").status_code == 200
    for told, count in (("true", 1), ("True", 1), ("1", 1), ("false", 0), ("0", 0)):
        found = api.get("leads/", open=told).json()["items"]
        assert [row["id"] for row in found] == [lead.pk] * count, told
    make.engage(lead.stakeholder, "pricing_page_view")
    assert len(api.get("engagements/", signal="pricing_page_view").json()["items"]) == 1


def test_another_programs_rows_do_not_exist(api: Api, cast: Cast) -> None:
    hers = make.lead(cast.other_program)
    person, company = hers.stakeholder, hers.stakeholder.account
    assert company
    made = make.engage(person, "pricing_page_view")
    Signal.objects.in_program(cast.other_program).filter(pk=made.signal_id).update(
        code="hers_alone"
    )
    for path in (
        f"accounts/{company.pk}/",
        f"stakeholders/{person.pk}/",
        f"leads/{hers.pk}/",
        f"leads/{hers.pk}/score/",
        f"engagements/{made.pk}/",
        "signals/hers_alone/",
    ):
        problem(api.get(path), 404)
    problem(api.patch(f"accounts/{company.pk}/", {"name": "Mine"}), 404)
    problem(api.put(f"stakeholders/{person.pk}/", {"first_name": "Mine"}), 404)
    problem(api.patch(f"leads/{hers.pk}/", {"owner_email": None}), 404)
    for step in ("recycle", "disqualify", "bring-back", "take-back"):
        problem(api.post(f"leads/{hers.pk}/{step}/", {"code": "no-need"}), 404)
    problem(api.post("leads/", {"stakeholder": {"id": person.pk}}), 422)
    problem(api.post("stakeholders/", {"emails": ["a@b.example"], "account_id": company.pk}), 422)
    for path in ("accounts/", "stakeholders/", "leads/", "engagements/", "events/"):
        assert api.get(path).json()["items"] == []
    company.refresh_from_db()
    assert company.name != "Mine"


def test_html_is_text(api: Api, cast: Cast) -> None:
    name = "<img src=x onerror=alert(1)> & Söhne 🦊"
    made = api.post("accounts/", {"name": name, "domain": "html.example"}).json()
    reply = api.get(f"accounts/{made['id']}/")
    assert reply["Content-Type"] == "application/json"
    assert reply["X-Content-Type-Options"] == "nosniff"
    assert reply.json()["name"] == name


def test_duplicates_within_a_batch_become_one(api: Api, cast: Cast) -> None:
    twice = [{"name": "A", "domain": "twice.example"}, {"name": "B", "domain": "twice.example"}]
    results = api.post("accounts/", {"items": twice}).json()["results"]
    assert results[0]["id"] == results[1]["id"]
    assert Account.objects.in_program(cast.program).get().name == "B"


def test_unknown_addresses_and_methods_are_problems_too(api: Api) -> None:
    problem(api.get("nothing/here/"), 404)
    problem(api.post("engagements", {"events": []}), 404)
    problem(api.send("DELETE", "accounts/", b""), 405)
    problem(
        api.client.get("/api/v1/accounts/", headers={**bearer(api.secret), "Accept": "image/png"}),
        406,
    )


def test_without_a_good_key_nothing_opens(cast: Cast) -> None:
    client = Client()
    for headers in ({}, bearer("ent_wrong"), bearer(""), {"Authorization": "Basic eDp5"}):
        reply = client.get("/api/v1/accounts/", headers=headers)
        problem(reply, 401)
        assert reply["WWW-Authenticate"] == "Bearer"


def test_large_and_deep_properties_do_no_harm(api: Api, cast: Cast) -> None:
    person = make.lead(cast.program).stakeholder
    deep: Any = "end"
    for _ in range(200):
        deep = [deep]
    reply = api.post("engagements/", {"events": [
        event(person, properties={"big": 10**400, "float": 1e308}),
        event(person, properties={"deep": deep}),
    ]})  # fmt: skip
    assert [row["outcome"] for row in reply.json()["results"]] == ["created", "rejected"]
    raw = json.dumps({"events": [event(person)]}).replace('"website"', "1e999").encode()
    problem(api.post("engagements/", raw), 422)
    assert Engagement.objects.in_program(cast.program).count() == 1
    assert Stakeholder.objects.in_program(cast.program).count() == 1
