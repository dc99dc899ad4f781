"""What holds for every resource alike, so that a client learns it once."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import JournalEvent
from alignment.core.models import AuditEntry
from tests import cast as make
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast, bearer

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    reply = Client().get("/api/v1/schema/", headers={"Accept": "application/json"})
    found: dict[str, Any] = reply.json()
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Method, path below `/api/v1/` with each id as 1, and the operation."""
    return [
        (method.upper(), re.sub(r"\{[^}]+\}", "1", path.removeprefix("/api/v1/")), operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


def test_an_id_is_asked_for_by_the_name_of_its_field(document: dict[str, Any]) -> None:
    """`account_id=`, as in the rows; the other whole numbers are amounts, and versions."""
    amounts = r"limit|score_min|(employees|revenue)_(min|max)|version|team|weeks"
    for method, path, operation in operations(document):
        asked = [each for each in operation.get("parameters", ()) if each["in"] == "query"]
        numbers = [each["name"] for each in asked if each["schema"].get("type") == "integer"]
        odd = [name for name in numbers if not re.fullmatch(rf".+_id|{amounts}", name)]
        assert odd == [], (method, path)


def test_a_name_without_its_ending_is_told_the_whole_one(api: Api) -> None:
    for path, right in (
        ("leads/?account=1", "account_id"),
        ("leads/?owner=x@entente.example", "owner_email"),
        ("touches/?stakeholder=1", "stakeholder_id"),
        ("events/?lead=1", "lead_id"),
    ):
        (error,) = problem(api.get(path), 400)["errors"]
        assert error["detail"] == f"It is called `{right}`."
    body = problem(api.post("opportunities/", {"name": "Deal", "account": 1}), 422)
    told = {error["pointer"]: error["detail"] for error in body["errors"]}
    assert told["/account"] == "It is called `account_id`."


def test_a_parameter_without_a_value_is_refused(api: Api, cast: Cast) -> None:
    """A client that has no address to look for must not get everybody."""
    make.stakeholder(cast.program, email="jane@acme.example")
    for path, name in (
        ("stakeholders/?email=", "email"),
        ("accounts/?external_id=", "external_id"),
        ("leads/?stage=mql&stage=", "stage"),
        ("events/?cursor=", "cursor"),
        ("metrics/conversion/?from=", "from"),
    ):
        (error,) = problem(api.get(path), 400)["errors"]
        assert error == {"parameter": name, "detail": "Has no value. Leave it out, or give one."}


def test_the_address_of_one_of_us_is_read_alike_everywhere(api: Api, cast: Cast) -> None:
    lead = make.lead(cast.program, owner=cast.rep)
    (found,) = api.get("leads/", owner_email=cast.rep.email.upper()).json()["items"]
    assert found["id"] == lead.pk
    for path in ("accounts/", "leads/", "clocks/", "handoffs/"):
        body = problem(api.get(path, owner_email="Jane"), 400)
        assert [error["parameter"] for error in body["errors"]] == ["owner_email"]
    for path, name in (("touches/", "who"), ("leave/", "user")):
        assert problem(api.get(path, **{name: "Jane"}), 400)["errors"][0]["parameter"] == name


def test_every_list_is_an_object_with_its_items(document: dict[str, Any]) -> None:
    """A list that is an object can get more members without breaking its readers."""
    bare = [
        (method, path)
        for method, path, operation in operations(document)
        for reply in operation["responses"].values()
        for content in reply.get("content", {}).values()
        if content["schema"].get("type") == "array"
    ]
    assert bare == []


# What is put, not added, is known by its currency or state.
KNOWN_BY_THEIR_OWN_NAME = {"exchange-rates/", "territories/"}


def test_what_is_listed_can_be_read_one_by_one(document: dict[str, Any]) -> None:
    paths = {path for method, path, _ in operations(document) if method == "GET"}
    lists = {path for path in paths if re.fullmatch(r"[a-z-]+/", path)}
    paged = {
        path
        for method, path, operation in operations(document)
        if method == "GET"
        and "cursor" in {each["name"] for each in operation.get("parameters", ())}
    }
    single = {path for path in lists & paged - {"events/"} if f"{path}1/" not in paths}
    assert single == KNOWN_BY_THEIR_OWN_NAME


def test_a_body_is_demanded_where_the_document_says_so(api: Api, document: dict[str, Any]) -> None:
    wrong, asked = [], 0
    for method, path, operation in operations(document):
        if method not in ("POST", "PUT", "PATCH"):
            continue
        reply = api.send(method, path, b"")
        if reply.status_code in (403, 404):
            continue
        asked += 1
        is_told = "The body is empty." in reply.text
        if is_told != operation.get("requestBody", {}).get("required", False):
            wrong.append((method, path))
    assert wrong == []
    assert asked > 30


def test_a_lead_comes_back_without_a_body(api: Api, cast: Cast) -> None:
    lead = make.lead(cast.program)
    code = api.get("reason-codes/", use="disqualify").json()["items"][0]["code"]
    assert api.post(f"leads/{lead.pk}/disqualify/", {"code": code}).status_code == 200
    reply = api.post(f"leads/{lead.pk}/bring-back/")
    assert reply.status_code == 200, reply.content
    assert reply.json()["closed_at"] is None


def test_what_is_changed_by_its_external_id_is_no_201(api: Api, cast: Cast) -> None:
    """As with accounts and people: 201 says that there is one more."""
    account = {"account_id": make.account(cast.program, name="Acme").pk}
    person = make.stakeholder(cast.program, email="jane@acme.example")
    period = {"starts_on": "2026-11-01", "ends_on": "2026-12-31"}
    known = {"user": cast.rep.email, "stakeholder_id": person.pk}
    for path, body, change in (
        ("opportunities/", account | {"name": "Deal", "external_id": "d"}, {"name": "Bigger deal"}),
        ("campaigns/", period | {"name": "Autumn", "external_id": "c"}, {"goal": "Meetings"}),
        ("assets/", {"title": "Case", "kind": "case_study", "external_id": "a"}, {"title": "Two"}),
        (
            "notes/",
            account | {"kind": "call", "text": "Yes.", "source": "gong", "external_id": "n"},
            {"text": "No."},
        ),
        ("competitors/", account | {"name": "Halden", "strength": 2}, {"name": "HALDEN"}),
        ("relationships/", known | {"strength": 2}, {"strength": 4}),
    ):
        first, second = api.post(path, body), api.post(path, body | change)
        assert (first.status_code, second.status_code) == (201, 200), (path, second.content)
        assert second.json()["id"] == first.json()["id"]


def test_an_account_is_named_by_either_id(api: Api, cast: Cast) -> None:
    company = make.account(cast.program, external_id="crm-1")
    make.account(cast.program, external_id="crm-2")
    make.account(cast.other_program, external_id="crm-3")
    for path, body in (
        ("opportunities/", {"name": "Deal"}),
        ("notes/", {"kind": "call", "text": "Yes."}),
        ("competitors/", {"name": "Halden", "strength": 2}),
    ):
        made = api.post(path, body | {"account_external_id": "crm-1"})
        assert made.status_code == 201, made.content
        assert made.json()["account_id"] == company.pk
        both = body | {"account_id": company.pk, "account_external_id": "crm-1"}
        assert api.post(path, both).status_code in (200, 201)
        for wrong in (
            {"account_external_id": "crm-3"},
            {"account_external_id": "crm-2", "account_id": company.pk},
        ):
            found = pointers(problem(api.post(path, body | wrong), 422))
            assert found == ["/account_external_id"], path
        assert pointers(problem(api.post(path, body), 422)) == ["/account_id"]
    nothing = pointers(problem(api.post("opportunities/", {}), 422))
    assert set(nothing) == {"/account_id", "/name"}


def test_whatever_is_of_an_account_takes_either_id(document: dict[str, Any]) -> None:
    only = set()
    for _method, path, operation in operations(document):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            name = content["schema"].get("$ref", "").rsplit("/", 1)[-1]
            fields = document["components"]["schemas"].get(name, {}).get("properties", {}).keys()
            if "account_id" in fields and "account_external_id" not in fields:
                only.add(path)
    assert only == set()


def test_a_row_of_ours_gets_the_id_that_the_other_tool_gave_it(api: Api, cast: Cast) -> None:
    """What began here and was copied there is found by both ids from then on."""
    period = {"starts_on": "2026-11-01", "ends_on": "2026-12-31"}
    account = {"account_id": make.account(cast.program).pk}
    for path, ours, other in (
        ("opportunities/", account | {"name": "Ours"}, account | {"name": "Theirs"}),
        ("campaigns/", period | {"name": "Ours"}, period | {"name": "Theirs"}),
        ("assets/", {"title": "Ours", "kind": "script"}, {"title": "Theirs", "kind": "script"}),
    ):
        made = api.post(path, ours).json()
        assert made["external_id"] is None
        api.post(path, other | {"external_id": "taken"})
        address = f"{path}{made['id']}/"
        assert api.patch(address, {"external_id": "crm-9"}).json()["external_id"] == "crm-9"
        again = api.post(path, ours | {"external_id": "crm-9"})
        assert (again.status_code, again.json()["id"]) == (200, made["id"])
        assert pointers(problem(api.patch(address, {"external_id": "taken"}), 422)) == [
            "/external_id"
        ]
        assert api.patch(address, {"external_id": None}).json()["external_id"] is None


def test_a_track_is_known_by_the_id_of_its_tool(api: Api) -> None:
    period = {"starts_on": "2026-11-01", "ends_on": "2026-12-31"}
    campaign = api.post("campaigns/", period | {"name": "Autumn"}).json()["id"]
    sent = {"campaign_id": campaign, "name": "Welcome", "tool": "mat", "external_id": "w-1"}
    first, second = api.post("tracks/", sent), api.post("tracks/", sent | {"name": "Welcome 2"})
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["updated_at"] > first.json()["updated_at"]
    changed = {"name": "Welcome 2", "updated_at": second.json()["updated_at"]}
    assert second.json() == first.json() | changed
    assert api.post("tracks/", sent | {"name": "Welcome 2"}).json() == second.json()
    other = api.post("tracks/", sent | {"name": "Other", "external_id": None}).json()
    path = f"tracks/{other['id']}/"
    assert pointers(problem(api.patch(path, {"external_id": "w-1"}), 422)) == ["/external_id"]
    assert pointers(problem(api.patch(path, {"name": "Welcome 2"}), 422)) == ["/name"]
    assert api.patch(path, {"external_id": "w-2"}).json()["external_id"] == "w-2"


def test_a_campaign_has_an_owner_as_on_its_page(api: Api, cast: Cast) -> None:
    body = {"name": "Autumn", "starts_on": "2026-11-01", "ends_on": "2026-12-31"}
    made = api.post("campaigns/", body | {"owner_id": cast.marketer.pk}).json()
    assert made["owner_id"] == cast.marketer.pk
    path = f"campaigns/{made['id']}/"
    for nobody in (cast.observer.pk, cast.stranger.pk):
        body = problem(api.patch(path, {"owner_id": nobody}), 422)
        assert pointers(body) == ["/owner_id"]
    assert api.patch(path, {"owner_id": None}).json()["owner_id"] is None
    assert pointers(problem(api.patch(path, {"play_ids": [9999]}), 422)) == ["/play_ids"]


def test_what_is_said_again_is_no_news(api: Api, cast: Cast) -> None:
    """A copy kept both ways would else echo for ever."""
    period = {"starts_on": "2026-11-01", "ends_on": "2026-12-31"}
    person = make.stakeholder(cast.program, make.account(cast.program))
    deal = api.post("opportunities/", {"account_id": person.account_id, "name": "Deal"}).json()
    member = {"stakeholder_id": person.pk, "role": "champion", "owner_id": cast.rep.pk}
    lead = make.lead(cast.program, owner=cast.rep)
    said: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "campaigns/", period | {"name": "Autumn", "external_id": "c"}),
        ("POST", "assets/", {"title": " Case ", "kind": "case_study", "external_id": "a"}),
        ("PUT", f"opportunities/{deal['id']}/committee/", member),
        ("PATCH", f"opportunities/{deal['id']}/", {"name": "Deal"}),
        ("PATCH", f"leads/{lead.pk}/", {"owner_email": cast.rep.email}),
    ]
    first = [api.send(*each).json() for each in said]
    marks = AuditEntry.objects.count(), JournalEvent.objects.across_programs().count()
    again = [api.send(*each).json() for each in said]
    assert again == first
    after = AuditEntry.objects.count(), JournalEvent.objects.across_programs().count()
    assert after == marks
    patched = api.patch(f"campaigns/{first[0]['id']}/", {"goal": "Meetings"}).json()
    assert patched["updated_at"] > first[0]["updated_at"]
    api.patch(f"leads/{lead.pk}/", {"owner_email": None})
    assert JournalEvent.objects.across_programs().count() == marks[1] + 1


def test_a_compressed_body_is_refused_as_one(api: Api) -> None:
    body = problem(api.post("accounts/", {"name": "Acme"}, **{"Content-Encoding": "gzip"}), 415)
    assert "gzip" in body["detail"]
    plain = api.post("accounts/", {"name": "Acme"}, **{"Content-Encoding": "identity"})
    assert plain.status_code == 201


def test_whoever_a_row_names_can_be_looked_up(api: Api, cast: Cast, stranger_api: Api) -> None:
    (rep,) = api.get("members/", email=cast.rep.email.upper()).json()["items"]
    assert rep == api.get(f"members/{cast.rep.pk}/").json()
    assert (rep["id"], rep["role"], rep["side"]) == (cast.rep.pk, "member", "sales")
    assert rep["team_id"] == cast.sales.pk
    owner = api.get(f"members/{cast.owner.pk}/").json()
    assert (owner["side"], owner["team_id"]) == (None, None)
    everybody = api.get("members/", limit=2).json()
    assert len(everybody["items"]) == 2
    rest = api.client.get(everybody["next"], headers=bearer(api.secret)).json()["items"]
    assert not {row["id"] for row in everybody["items"]} & {row["id"] for row in rest}
    theirs = api.get("members/", team_id=cast.sales.pk).json()["items"]
    assert cast.rep.pk in {row["id"] for row in theirs}
    assert cast.owner.pk not in {row["id"] for row in theirs}
    team = {"id": cast.sales.pk, "name": cast.sales.name, "side": "sales"}
    assert team in api.get("teams/", side="sales").json()["items"]
    assert api.get(f"teams/{cast.sales.pk}/").json() == team
    for path in (f"members/{cast.rep.pk}/", f"teams/{cast.sales.pk}/"):
        problem(stranger_api.get(path), 404)
    assert stranger_api.get("members/", email=cast.rep.email).json()["items"] == []
