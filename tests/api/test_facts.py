"""Accounts and stakeholders: upserts, edits, lists."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from accounts.intent.models import AccountIntent
from accounts.models import Account, AccountChange, Lead, Stakeholder
from alignment.scoring.account_score.models import AccountScore
from alignment.scoring.actions.accounts import judge_waiting
from campaigns.selection.models import Target
from tests import cast as make
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ACME = {
    "name": "Acme Robotics, Inc.",
    "domain": "https://www.acme.example/about",
    "state": "Texas",
    "employees_low": 300,
    "employees_high": 400,
    "external_id": "crm-1",
}


def test_an_account_is_created_then_found_by_id_domain_and_name(api: Api, cast: Cast) -> None:
    made = api.post("accounts/", ACME)
    assert made.status_code == 201
    body = made.json()
    assert (body["domain"], body["state"], body["source"]) == ("acme.example", "TX", "api")
    for row in (
        {"external_id": "crm-1", "city": "Austin"},
        {"domain": "acme.example", "revenue_low": 50_000_000},
        {"domain": "ACME.example", "technologies": ["SAP", "Salesforce"]},
    ):
        reply = api.post("accounts/", row)
        assert (reply.status_code, reply.json()["id"]) == (200, body["id"])
    account = Account.objects.in_program(cast.program).get()
    assert (account.city, account.revenue_low) == ("Austin", 50_000_000)
    assert account.technologies == ["SAP", "Salesforce"]


def test_a_batch_answers_row_by_row(api: Api, cast: Cast) -> None:
    api.post("accounts/", ACME)
    rows = [ACME, {"name": "New", "employees_low": 9, "employees_high": 3}, {"name": "Fine"}, {}]
    body = api.post("accounts/", {"items": rows}).json()
    found = [row["outcome"] for row in body["results"]]
    assert found == ["unchanged", "rejected", "created", "rejected"]
    assert pointers(body["results"][1]) == ["/items/1/employees_low"]
    assert (body["created"], body["unchanged"], body["rejected"]) == (1, 1, 2)
    problem(api.post("accounts/", {"items": [{}]}), 422)


def test_a_batch_of_a_thousand_is_taken_in_few_queries(
    api: Api, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    rows = [{"name": f"Company {i}", "domain": f"c{i}.example"} for i in range(1_000)]
    with django_assert_max_num_queries(30):
        assert api.post("accounts/", {"items": rows}).json()["created"] == 1_000
    problem(api.post("accounts/", {"items": [*rows, {"name": "one more"}]}), 422)


def test_a_changed_account_waits_to_be_judged_and_shows_its_verdict(api: Api, cast: Cast) -> None:
    made = api.post("accounts/", ACME).json()
    assert AccountChange.objects.in_program(cast.program).exists()
    judge_waiting(program_id=cast.program.pk)
    verdict = api.get(f"accounts/{made['id']}/").json()["verdict"]
    employees = next(row for row in verdict["criteria"] if row["kind"] == "employees")
    assert employees["answer"] == "yes"
    assert verdict["answer"] == "unknown"
    assert {row["answer"] for row in verdict["criteria"]} >= {"yes", "unknown"}
    listed = api.get("accounts/", verdict="unknown").json()["items"]
    assert listed[0]["verdict"]["grade"] == verdict["grade"]
    assert api.get("accounts/", verdict="yes").json()["items"] == []


def test_patch_changes_what_is_given_and_put_clears_the_rest(api: Api, cast: Cast) -> None:
    made = api.post("accounts/", {**ACME, "owner_email": cast.rep.email}).json()
    path = f"accounts/{made['id']}/"
    assert api.patch(path, {"city": "Austin"}).json()["employees_low"] == 300
    replaced = api.put(path, {"name": "Acme", "domain": "acme.example"}).json()
    assert (replaced["employees_low"], replaced["city"], replaced["state"]) == (None, "", None)
    assert (replaced["external_id"], replaced["owner_email"]) == ("crm-1", cast.rep.email)
    assert pointers(problem(api.put(path, {"domain": "acme.example"}), 422)) == ["/name"]
    assert pointers(problem(api.patch(path, {"state": "Bavaria"}), 422)) == ["/state"]
    other = api.post("accounts/", {"name": "Other", "domain": "other.example"}).json()
    clash = api.patch(f"accounts/{other['id']}/", {"domain": "acme.example"})
    assert pointers(problem(clash, 422)) == ["/domain"]


def test_a_person_comes_with_addresses_consent_account_and_lead(api: Api, cast: Cast) -> None:
    company = make.account(cast.program, domain="acme.example")
    reply = api.post(
        "stakeholders/",
        {
            "first_name": "Jane",
            "emails": ["Jane@Acme.example", "jane@home.example"],
            "phones": ["+1 555 0100"],
            "consents": [
                {
                    "channel": "email",
                    "granted": True,
                    "source": "form",
                    "given_at": "2026-10-01T09:30:00Z",
                }
            ],
        },
    )
    assert reply.status_code == 201, reply.content
    body = reply.json()
    assert body["account_id"] == company.pk
    assert [row["address"] for row in body["emails"]] == ["jane@acme.example", "jane@home.example"]
    assert body["consents"][0]["given_at"] == "2026-10-01T09:30:00Z"
    assert Lead.objects.in_program(cast.program).get().stakeholder_id == body["id"]
    again = api.post("stakeholders/", {"emails": ["jane@home.example"], "title": "CFO"})
    assert (again.status_code, again.json()["id"]) == (200, body["id"])
    assert Lead.objects.in_program(cast.program).count() == 1
    assert api.get("stakeholders/", email="JANE@acme.example").json()["items"][0]["title"] == "CFO"


def test_a_consent_without_a_zone_is_refused(api: Api) -> None:
    consent = {"channel": "email", "granted": True, "given_at": "2026-10-01T09:30:00"}
    for bad in (consent, {**consent, "given_at": "soon"}, {**consent, "given_at": 5}):
        reply = api.post("stakeholders/", {"emails": ["a@b.example"], "consents": [bad]})
        assert pointers(problem(reply, 422)) == ["/consents/0/given_at"]


def test_what_is_wrong_in_a_list_is_pointed_at(api: Api, cast: Cast) -> None:
    make.stakeholder(cast.program, email="taken@acme.example")
    said = {"channel": "email", "granted": True}
    person = {
        "external_id": "crm-1",
        "emails": ["jane@acme.example", "jane@acme.example", "no address", "Taken@acme.example"],
        "phones": ["+1 555 0100", "x"],
        "consents": [said, {**said, "channel": "fax", "said": "yes"}, {"channel": "phone"}, "yes"],
    }
    assert pointers(problem(api.post("stakeholders/", {"items": [person]}), 422)) == [
        "/items/0/emails/2",
        "/items/0/phones/1",
        "/items/0/consents/1/channel",
        "/items/0/consents/1/said",
        "/items/0/consents/2/granted",
        "/items/0/consents/3",
    ]
    person = {
        "external_id": "crm-1",
        "emails": ["a@b.example", "a@b.example", "taken@acme.example"],
    }
    other = make.stakeholder(cast.program, external_id="crm-1")
    for reply in (
        api.post("stakeholders/", person),
        api.patch(f"stakeholders/{other.pk}/", person),
    ):
        assert pointers(problem(reply, 422)) == ["/emails/2"]
    company = {"name": "Acme", "technologies": ["SAP", "SAP", 5]}
    assert pointers(problem(api.post("accounts/", company), 422)) == ["/technologies/2"]


def test_a_person_of_two_accounts_is_refused(api: Api, cast: Cast) -> None:
    acme = make.account(cast.program, "Acme", domain="acme.example", external_id="crm-1")
    globex = make.account(cast.program, "Globex", domain="globex.example", external_id="crm-2")
    both = {"account_external_id": "crm-1", "account_domain": "globex.example"}
    person = make.stakeholder(cast.program, globex, email="jo@globex.example")
    for reply in (
        api.post("stakeholders/", {"emails": ["new@acme.example"], **both}),
        api.patch(f"stakeholders/{person.pk}/", both),
    ):
        (error,) = problem(reply, 422)["errors"]
        assert error == {
            "pointer": "/account_domain",
            "detail": "“globex.example” is another account than “crm-1” in account_external_id.",
        }
    named = {"account_id": acme.pk, "account_external_id": "crm-2", "account_domain": "x.example"}
    body = problem(api.post("stakeholders/", {"emails": ["new@acme.example"], **named}), 422)
    assert pointers(body) == ["/account_external_id"]
    same = {"account_id": acme.pk, "account_external_id": "crm-1", "account_domain": "acme.example"}
    reply = api.patch(f"stakeholders/{person.pk}/", same)
    assert reply.json()["account_id"] == acme.pk


def test_a_city_alone_names_no_account_and_takes_nobody_away(api: Api, cast: Cast) -> None:
    account = make.account(cast.program)
    person = make.stakeholder(cast.program, account)
    for city in ("Austin", None):
        reply = api.patch(f"stakeholders/{person.pk}/", {"account_city": city})
        assert reply.json()["account_id"] == account.pk


def test_nothing_said_neither_lifts_nor_refuses(api: Api, cast: Cast) -> None:
    person = make.stakeholder(cast.program, do_not_contact=True)
    path = f"stakeholders/{person.pk}/"
    for send in (api.patch, api.put):
        assert send(path, {"do_not_contact": None}).json()["do_not_contact"] is True
    said = {"consents": [{"channel": "email", "granted": None}]}
    assert pointers(problem(api.patch(path, said), 422)) == ["/consents/0/granted"]
    assert api.patch(path, {"do_not_contact": False}).json()["do_not_contact"] is False


def test_people_can_be_edited(api: Api, cast: Cast) -> None:
    person = make.stakeholder(cast.program, make.account(cast.program), title="VP")
    path = f"stakeholders/{person.pk}/"
    assert api.patch(path, {"do_not_contact": True}).json()["title"] == "VP"
    replaced = api.put(path, {"first_name": "Ann"}).json()
    # A request that omits `do_not_contact` must not lift the ban on contacting the person.
    assert (replaced["title"], replaced["do_not_contact"]) == ("", True)
    assert replaced["account_id"] == person.account_id
    assert replaced["emails"]
    assert pointers(problem(api.patch(path, {"role": "king"}), 422)) == ["/role"]


def test_pages_go_on_where_they_stopped_whatever_was_added(api: Api, cast: Cast) -> None:
    ids = [make.account(cast.program).pk for _ in range(5)]
    first = api.get("accounts/", limit=2).json()
    make.account(cast.program)
    seen = [row["id"] for row in first["items"]]
    address = first["next"]
    while address:
        page = api.get(address.split("/api/v1/")[1]).json()
        seen += [row["id"] for row in page["items"]]
        address = page["next"]
    assert seen == ids[::-1]


def test_pages_by_change_are_stable_among_equal_moments(api: Api, cast: Cast) -> None:
    api.post("accounts/", {"items": [{"name": f"N{i}"} for i in range(7)]})
    seen: list[int] = []
    address: str | None = "accounts/?limit=3&order=-updated_at"
    while address:
        page = api.get(address.split("/api/v1/")[-1]).json()
        seen += [row["id"] for row in page["items"]]
        address = page["next"]
    assert len(seen) == len(set(seen)) == 7


@pytest.mark.parametrize("order", ["-score", "score"])
def test_pages_by_score_are_stable_among_equal_scores(api: Api, cast: Cast, order: str) -> None:
    scores = AccountScore.objects.in_program(cast.program)
    found = []
    for score in (40, 0, 90, 40, 40, 7, 90):
        account = make.account(cast.program, state="TX")
        scores.filter(account=account).delete()
        parts = {"fit": score, "engagement": 0, "intent": 0, "relationships": 0}
        scores.create(program=cast.program, account=account, score=score, **parts)
        found.append((score, account.pk))
    make.account(cast.program, state="CA")
    seen: list[tuple[int, int]] = []
    address: str | None = f"accounts/?limit=2&state=TX&order={order}"
    while address:
        page = api.get(address.split("/api/v1/")[-1]).json()
        seen += [(row["score"]["score"], row["id"]) for row in page["items"]]
        address = page["next"]
    assert seen == sorted(found, reverse=order == "-score")


def test_a_cursor_of_another_order_is_refused(api: Api, cast: Cast) -> None:
    for _ in range(2):
        make.account(cast.program)
    page = api.get("accounts/", limit=1, order="-updated_at").json()
    other = page["next"].replace("order=-updated_at", "order=-score")
    assert other != page["next"]
    problem(api.get(other.split("/api/v1/")[1]), 400)


def test_lists_take_as_many_queries_for_three_rows_as_for_one(
    api: Api, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        make.lead(cast.program)
    for path, most in (("accounts/", 4), ("stakeholders/", 6), ("leads/", 4), ("engagements/", 4)):
        for limit in (1, 3):
            with django_assert_max_num_queries(most):
                assert api.get(path, limit=limit).status_code == 200


def test_filters_narrow(api: Api, cast: Cast) -> None:
    texas = make.account(cast.program, "Lone Star 100%", state="TX", external_id="t-1")
    make.account(cast.program, "Bear", state="CA")
    for query in ({"state": "TX"}, {"q": "star"}, {"q": "100%"}, {"external_id": "t-1"}):
        assert [row["id"] for row in api.get("accounts/", **query).json()["items"]] == [texas.pk]
    person = make.stakeholder(cast.program, texas)
    found = api.get("stakeholders/", account_id=texas.pk).json()["items"]
    assert [row["id"] for row in found] == [person.pk]
    assert not api.get("stakeholders/", do_not_contact="true").json()["items"]
    assert Stakeholder.objects.in_program(cast.program).count() == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"domain": "EXT.example"},
        {"domain": "https://www.ext.example/x"},
        {"state": "ma"},
        {"state": "Massachusetts"},
        {"country": "us"},
        {"cbsa": " 14460 "},
        {"naics": "3327"},
        {"naics": "31-33"},
    ],
)
def test_a_filter_reads_a_value_as_a_fact_is_read(
    api: Api, cast: Cast, asked: dict[str, str]
) -> None:
    facts = {"domain": "ext.example", "city": "Boston", "state": "MA", "naics": "332722"}
    here = make.account(cast.program, "Here", **facts, cbsa="14460")
    make.account(cast.program, "Elsewhere", country="FR", naics="511210")
    found = api.get("accounts/", **asked).json()["items"]
    assert [row["id"] for row in found] == [here.pk]


def test_an_owner_is_found_whatever_the_case(api: Api, cast: Cast) -> None:
    mine = make.account(cast.program, owner_email=cast.rep.email)
    make.account(cast.program)
    found = api.get("accounts/", owner_email=cast.rep.email.upper()).json()["items"]
    assert [row["id"] for row in found] == [mine.pk]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"verdict": "no"}, {"Bolt"}),
        ({"verdict": "unknown"}, {"Acme"}),
        ({"answer": "employees:yes"}, {"Acme"}),
        ({"answer": ["employees:yes", "budget:unknown"]}, {"Acme"}),
        ({"answer": ["employees:yes", "employees:no"]}, set()),
        ({"tier": "any"}, {"Acme"}),
        ({"tier": "2"}, {"Acme"}),
        ({"tier": "none"}, {"Bolt"}),
        ({"intent": "none"}, {"Acme"}),
        ({"intent": "rising"}, {"Bolt"}),
        ({"score_min": 60}, {"Acme"}),
        ({"score_min": 0}, {"Acme", "Bolt"}),
        ({"industry": "5112"}, {"Acme"}),
        ({"industry": "31-33"}, {"Bolt"}),
        ({"metro": "boston"}, {"Acme"}),
        ({"metro": "14460"}, {"Acme"}),
        ({"employees_min": 500}, {"Acme"}),
        ({"revenue_max": 1_000_000}, {"Bolt"}),
        ({"leads": "open"}, {"Bolt"}),
        ({"tier": "any", "score_min": 90}, set()),
    ],
)
def test_accounts_are_found_by_what_the_page_finds_them_by(
    api: Api, cast: Cast, asked: dict[str, Any], expected: set[str]
) -> None:
    acme = make.account(
        cast.program,
        "Acme",
        employees_low=800,
        employees_high=900,
        naics="511210",
        city="Boston",
        state="MA",
    )
    bolt = make.account(
        cast.program,
        "Bolt",
        employees_low=9,
        employees_high=9,
        naics="332722",
        revenue_low=7,
        revenue_high=7,
    )
    make.lead(cast.program, make.stakeholder(cast.program, bolt))
    Target.objects.create(program=cast.program, account=acme, tier=2, entered_at=timezone.now())
    AccountScore.objects.in_program(cast.program).delete()
    for account, score in ((acme, 60), (bolt, 2)):
        parts = {"fit": score, "engagement": 0, "intent": 0, "relationships": 0}
        AccountScore.objects.create(program=cast.program, account=account, score=score, **parts)
    AccountIntent.objects.create(
        program=cast.program, account=bolt, strength=4, change=1, topics=1, as_of=date(2026, 11, 2)
    )
    assert {row["name"] for row in api.get("accounts/", **asked).json()["items"]} == expected


@pytest.mark.parametrize(
    "asked",
    [
        {"answer": "charm:yes"},
        {"answer": "employees:perhaps"},
        {"answer": "employees"},
        {"tier": "9"},
        {"intent": "much"},
        {"industry": "5x"},
        {"metro": "nowhere"},
        {"score_min": "abc"},
        {"score_min": "-1"},
    ],
)
def test_a_filter_that_cannot_be_read_is_refused(
    api: Api, cast: Cast, asked: dict[str, str]
) -> None:
    make.account(cast.program)
    assert problem(api.get("accounts/", **asked), 400)
