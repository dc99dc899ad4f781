"""Agreements over the API: written, proposed, signed with a key of each side, compared."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from alignment.agreements.models import Kind
from alignment.agreements.queries import in_force
from alignment.people.permissions import Scope
from tests.api.conftest import Api, problem
from tests.api.test_access import Keyed
from tests.cast import Cast, api_key

pytestmark = pytest.mark.django_db
DRAFT = "agreements/scoring/draft/"


@pytest.fixture
def marketing(cast: Cast, client_with: Keyed) -> Api:
    return client_with(api_key(cast.program, cast.marketing_manager, *Scope))


@pytest.fixture
def sales(cast: Cast, client_with: Keyed) -> Api:
    return client_with(api_key(cast.program, cast.sales_manager, *Scope))


def model(cast: Cast, **changes: Any) -> dict[str, Any]:
    version = in_force(cast.program, Kind.SCORING)
    assert version
    content: dict[str, Any] = version.content | {"mql_at": 35} | changes
    return content


def propose(cast: Cast, api: Api) -> dict[str, Any]:
    assert api.put(DRAFT, {"content": model(cast), "note": "Spring"}).status_code == 200
    reply = api.post("agreements/scoring/propose/", {})
    assert reply.status_code == 200
    proposal: dict[str, Any] = reply.json()
    return proposal


def test_written_proposed_and_signed_by_both(cast: Cast, marketing: Api, sales: Api) -> None:
    proposal = propose(cast, marketing)
    assert (proposal["number"], proposal["state"]) == (2, "proposed")
    signature = {"number": 2, "digest": proposal["digest"]}
    signed = marketing.post("agreements/scoring/sign/", signature).json()
    assert [s["side"] for s in signed["signatures"]] == ["marketing"]
    assert sales.get(DRAFT).json()["state"] == "proposed"
    assert sales.post("agreements/scoring/sign/", signature).json()["state"] == "in_force"
    ruling = sales.get("scoring-models/in-force/").json()
    assert (ruling["number"], ruling["content"]["mql_at"]) == (2, 35)
    assert {s["name"] for s in ruling["signatures"]} == {"Marc Manager", "Sarah Sales"}
    changes = sales.get("agreements/scoring/compare/1/2/").json()["items"]
    assert changes == [
        {"key": "mql_at", "kind": "changed", "title": "MQL from", "was": "40", "now": "35"}
    ]
    problem(sales.get(DRAFT), 404)


def test_the_sla_contract_goes_the_same_way(cast: Cast, marketing: Api, sales: Api) -> None:
    """Written, refused with a pointer, proposed, signed by both, withdrawn, compared and read."""
    ruling = sales.get("sla-contracts/in-force/").json()
    rows = {row["key"]: row for row in ruling["content"]["clauses"]}
    rows["first-contact"] = rows["first-contact"] | {"minutes": 45}
    content = {"clauses": list(rows.values())}
    wrong = {"clauses": [rows["brief"], rows["feedback"] | {"minutes": 0}]}
    told = problem(marketing.put("agreements/sla/draft/", {"content": wrong}), 422)
    assert [e["pointer"] for e in told["errors"]] == ["/content/clauses/1/minutes"]
    draft = marketing.put("agreements/sla/draft/", {"content": content, "note": "Faster"}).json()
    assert (draft["number"], draft["state"]) == (2, "draft")
    late = {"content": content, "seen": "2026-01-01T00:00:00Z"}
    problem(sales.put("agreements/sla/draft/", late), 409)
    told = problem(marketing.post("agreements/sla/propose/", {"hands_over": True}), 422)
    assert told["errors"][0]["pointer"] == "/hands_over"
    first = marketing.post("agreements/sla/propose/", {}).json()
    assert marketing.post("agreements/sla/withdraw/").json()["state"] == "draft"
    problem(sales.post("agreements/sla/sign/", {"number": 2, "digest": first["digest"]}), 409)
    proposal = sales.post("agreements/sla/propose/", {}).json()
    signature = {"number": 2, "digest": proposal["digest"]}
    assert marketing.post("agreements/sla/sign/", signature).json()["state"] == "proposed"
    assert sales.post("agreements/sla/sign/", signature).json()["state"] == "in_force"
    assert sales.get("sla-contracts/in-force/").json()["number"] == 2
    assert [v["number"] for v in sales.get("sla-contracts/").json()["items"]] == [2, 1]
    assert sales.get("sla-contracts/1/").json()["state"] == "retired"
    (change,) = sales.get("agreements/sla/compare/1/2/").json()["items"]
    assert (change["key"], change["title"]) == ("clause:first-contact", "First contact")
    assert "within 1 business hour" in change["was"]
    assert "within 45 business minutes" in change["now"]


def test_the_contact_policy_goes_the_same_way(cast: Cast, marketing: Api, sales: Api) -> None:
    """Refused with pointers, written, proposed, signed by both sides, compared and read."""
    ruling = sales.get("contact-policies/in-force/").json()
    wrong = ruling["content"] | {"gap_hours": -1, "reasons": {"moon": "full"}}
    told = problem(marketing.put("agreements/policy/draft/", {"content": wrong}), 422)
    places = {e["pointer"] for e in told["errors"]}
    assert places == {"/content/gap_hours", "/content/reasons/moon"}
    content = ruling["content"] | {"gap_hours": 48}
    draft = marketing.put("agreements/policy/draft/", {"content": content, "note": "Calm"}).json()
    assert (draft["number"], draft["state"]) == (2, "draft")
    told = problem(marketing.post("agreements/policy/propose/", {"hands_over": True}), 422)
    assert told["errors"][0]["pointer"] == "/hands_over"
    proposal = sales.post("agreements/policy/propose/", {}).json()
    signature = {"number": 2, "digest": proposal["digest"]}
    assert marketing.post("agreements/policy/sign/", signature).json()["state"] == "proposed"
    assert sales.post("agreements/policy/sign/", signature).json()["state"] == "in_force"
    assert [v["number"] for v in sales.get("contact-policies/").json()["items"]] == [2, 1]
    assert sales.get("contact-policies/1/").json()["state"] == "retired"
    (change,) = sales.get("agreements/policy/compare/1/2/").json()["items"]
    assert (change["key"], change["now"][:8]) == ("gap_hours", "48 hours")


def test_a_stale_digest_is_a_conflict(cast: Cast, marketing: Api, sales: Api) -> None:
    proposal = propose(cast, marketing)
    signature = {"number": 2, "digest": proposal["digest"]}
    back = sales.post("agreements/scoring/decline/", {"reason": "Too low"}).json()
    assert (back["state"], back["digest"], back["signatures"]) == ("draft", None, [])
    problem(sales.post("agreements/scoring/sign/", signature), 409)
    again = marketing.post("agreements/scoring/propose/", {"hands_over": True}).json()
    assert again["digest"] != proposal["digest"]
    problem(sales.post("agreements/scoring/sign/", signature), 409)


def test_who_is_no_manager_of_a_side_signs_nothing(cast: Cast, api: Api, marketing: Api) -> None:
    proposal = propose(cast, marketing)
    signature = {"number": 2, "digest": proposal["digest"]}
    problem(api.post("agreements/scoring/sign/", signature), 403)
    assert api.post("agreements/scoring/withdraw/").json()["state"] == "draft"


def test_a_draft_saved_since_it_was_read_is_a_conflict(cast: Cast, marketing: Api) -> None:
    first = marketing.put(DRAFT, {"content": model(cast)}).json()
    marketing.put(DRAFT, {"content": model(cast, mql_at=36), "seen": first["updated_at"]})
    late = {"content": model(cast, mql_at=37), "seen": first["updated_at"]}
    problem(marketing.put(DRAFT, late), 409)
    assert marketing.get(DRAFT).json()["content"]["mql_at"] == 36
    assert marketing.send("DELETE", DRAFT, b"").status_code == 204
    problem(marketing.get(DRAFT), 404)


@pytest.mark.parametrize(
    ("content", "at"),
    [
        ({"rules": "none"}, "/content/rules"),
        ({"rules": [{"key": "a", "signal": "nope", "points": 1, "dimension": "fit"}]}, "signal"),
        ({"rules": [{"key": str(n)} for n in range(10_000)]}, "/content/rules"),
        ({"rules": [], "mql_at": 50, "sql_at": 40}, "/content/sql_at"),
        ("text", "/content"),
    ],
)
def test_a_wrong_content_is_refused_at_its_place(
    cast: Cast, marketing: Api, content: Any, at: str
) -> None:
    told = problem(marketing.put(DRAFT, {"content": content}), 422)
    assert at in told["errors"][0]["pointer"]
    problem(marketing.get(DRAFT), 404)


def test_a_wrong_profile_is_refused_at_its_place(marketing: Api) -> None:
    upside_down = {"kind": "employees", "weight": "must", "min": 500, "max": 100}
    industry = {"kind": "industry", "weight": "must", "codes": ["zz"]}
    content = {"criteria": [upside_down, industry]}
    told = problem(marketing.put("agreements/icp/draft/", {"content": content}), 422)
    pointers = {error["pointer"] for error in told["errors"]}
    assert pointers == {"/content/criteria/0/max", "/content/criteria/1/codes"}


def test_terms_and_names_are_checked(cast: Cast, marketing: Api) -> None:
    marketing.put(DRAFT, {"content": model(cast)})
    problem(marketing.post("agreements/scoring/propose/", {"counts_from": "soon"}), 422)
    past = (timezone.now() - timedelta(days=2)).isoformat()
    problem(marketing.post("agreements/scoring/propose/", {"counts_from": past}), 422)
    problem(marketing.post("agreements/lunch/propose/", {}), 404)
    problem(marketing.post("agreements/scoring/sign/", {"number": 1, "digest": "x"}), 422)
    problem(marketing.get("agreements/scoring/compare/1/9/"), 404)
