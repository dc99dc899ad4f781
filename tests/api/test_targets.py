"""Targets and their sessions over the API: two keys, one per side, and what neither may learn."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.intent.actions.standing import today_utc
from accounts.intent.models import Surge
from accounts.intent.rules import monday_of
from alignment.icp.models import Verdict
from alignment.people.permissions import Scope
from campaigns.library.models import Play
from campaigns.selection.tests import scenes
from tests.api.conftest import Api, problem
from tests.cast import Cast, api_key

pytestmark = pytest.mark.django_db
SITTING = "selection/session/"
Keyed = Callable[[str], Api]


@pytest.fixture
def sides(cast: Cast, client_with: Keyed) -> tuple[Api, Api]:
    """Keys of the two managers: marketing's, then sales'."""
    people = (cast.marketing_manager, cast.sales_manager)
    marketing, sales = (client_with(api_key(cast.program, person)) for person in people)
    return marketing, sales


def candidates(api: Api) -> dict[str, dict[str, Any]]:
    return {row["account_name"]: row for row in api.get(SITTING).json()["candidates"]}


def test_a_session_from_end_to_end(cast: Cast, sides: tuple[Api, Api]) -> None:
    marketing, sales = sides
    scenes.by_hand(cast, capacity=1)
    first, second = scenes.companies(cast, 2)
    play = Play.objects.create(program=cast.program, name="Case study, then a call")
    problem(sales.get(SITTING), 404)
    assert sales.post(SITTING).status_code == 201
    problem(marketing.post(SITTING), 409)
    nomination = {"account_id": second.pk, "reason": "We know the CFO"}
    assert marketing.post("nominations/", nomination).json()["side"] == "marketing"
    problem(marketing.post("nominations/", nomination), 409)
    rows = candidates(sales)
    assert rows["Candidate 2"]["nominated_by"] == ["marketing"]
    for row in rows.values():
        said = {"choice": "yes", "reason": "They called back"}
        for api in sides:
            address = f"selection/candidates/{row['id']}/vote/"
            assert api.post(address, said).json()["choice"] == "yes"
    assert sales.post(f"{SITTING}ready/").json() == {"revealed": False}
    assert sales.post(f"{SITTING}ready/", {"anyway": True}).json() == {"revealed": True}
    assert sales.get(SITTING).json()["agreement"] == {"both": 2, "alike": 2, "percent": 100}
    work = {
        "tier": 1,
        "marketing_owner": cast.marketer.email,
        "sales_owner": cast.rep.email,
        "play_id": play.pk,
    }
    both = [work | {"candidate_id": row["id"]} for row in rows.values()]
    problem(sales.post(f"{SITTING}place/", {"targets": both}), 409)
    placed = sales.post(f"{SITTING}place/", {"targets": both[:1]})
    assert [row["account_id"] for row in placed.json()["items"]] == [second.pk]
    problem(sales.post(f"{SITTING}confirm/", {"list_hash": "0" * 64}), 409)
    seen = {"list_hash": sales.get(SITTING).json()["list_hash"]}
    assert sales.post(f"{SITTING}confirm/", seen).json() == {"settled": False}
    assert marketing.post(f"{SITTING}confirm/", seen).json() == {"settled": True}
    assert (
        sales.get("selection/sessions/1/list/").json()["items"][0]["account_name"] == "Candidate 2"
    )
    assert sales.get("selection/sessions/").json()["items"][0]["state"] == "confirmed"
    assert first.pk not in {row["account_id"] for row in sales.get("targets/").json()["items"]}


def test_the_other_side_and_the_owner_learn_no_vote_before_the_reveal(
    cast: Cast, api: Api, sides: tuple[Api, Api]
) -> None:
    marketing, sales = sides
    (account,) = scenes.companies(cast, 1)
    session = scenes.opened(cast, [account])
    scenes.say(cast, scenes.candidate(session, account), "later", None)
    for other in (sales, api):
        reply = other.get(SITTING)
        assert scenes.SECRET not in reply.content.decode()
        assert reply.json()["candidates"][0]["marketing"] is None
        cast_by = {row["side"]: row["votes_cast"] for row in reply.json()["sides"]}
        assert cast_by == {"marketing": 1, "sales": 0}
        for path in ("events/", "notices/", "selection/sessions/", "nominations/", "targets/"):
            assert scenes.SECRET not in other.get(path).content.decode()
    assert candidates(marketing)["Candidate 1"]["marketing"]["reason"] == scenes.SECRET
    scenes.reveal(cast, session)
    assert candidates(api)["Candidate 1"]["marketing"]["at_reveal"] == "later"


def test_a_manager_discards_the_session_and_its_votes_with_it(
    cast: Cast, sides: tuple[Api, Api], client_with: Keyed
) -> None:
    marketing, sales = sides
    (account,) = scenes.companies(cast, 1)
    session = scenes.opened(cast, [account])
    scenes.say(cast, scenes.candidate(session, account), "later", None)
    rep = client_with(api_key(cast.program, cast.rep, Scope.READ, Scope.TARGETS_WRITE))
    why = {"reason": "Opened a week early"}
    problem(rep.post(f"{SITTING}discard/", why), 403)
    problem(sales.post(f"{SITTING}discard/", {"reason": ""}), 422)
    gone = sales.post(f"{SITTING}discard/", why).json()
    assert (gone["state"], gone["discarded_because"]) == ("discarded", "Opened a week early")
    problem(sales.post(f"{SITTING}discard/", why), 404)
    problem(sales.get(SITTING), 404)
    assert sales.post(SITTING).json()["number"] == gone["number"]
    # Discarded votes are hidden even from the side that cast them.
    assert candidates(marketing)["Candidate 1"]["marketing"] is None
    states = {row["state"] for row in marketing.get("selection/sessions/").json()["items"]}
    assert states == {"voting", "discarded"}


def test_a_target_is_changed_and_leaves_with_a_reason(cast: Cast, sides: tuple[Api, Api]) -> None:
    _marketing, sales = sides
    (account,) = scenes.companies(cast, 1)
    session = scenes.discussed(cast, {account: ("yes", "yes")})
    (target,) = scenes.put(cast, session, account)
    address = f"targets/{target.pk}/"
    changed = sales.put(address, {"tier": 3, "sales_owner": cast.sales_manager.email})
    assert changed.json()["marketing_owner"] is None
    assert changed.json()["sales_owner"] == cast.sales_manager.email
    problem(sales.put(address, {"tier": 3, "sales_owner": cast.marketer.email}), 409)
    problem(sales.put(address, {"tier": 3, "sales_owner": "nobody@example.com"}), 422)
    problem(sales.put(address, {"tier": 3, "play_id": 1}), 422)
    problem(sales.put(address, {"tier": 4}), 422)
    problem(sales.post(f"{address}leave/", {"reason": ""}), 422)
    left = sales.post(f"{address}leave/", {"reason": "Bought by a rival"})
    assert left.json()["left_because"] == "Bought by a rival"
    problem(sales.post(f"{address}leave/", {"reason": "Twice"}), 409)
    assert sales.get("targets/", left="false").json()["items"] == []
    assert len(sales.get("targets/", left="true", account_id=account.pk).json()["items"]) == 1


def test_who_may_not_vote_only_reads(cast: Cast, api: Api, client_with: Keyed) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.opened(cast, [account])
    vote = f"selection/candidates/{scenes.candidate(session, account).pk}/vote/"
    said = {"choice": "yes", "reason": "Mine"}
    reading = client_with(api_key(cast.program, cast.rep, Scope.READ, Scope.FACTS_WRITE))
    for other in (api, reading):
        assert other.get(SITTING).status_code == 200
        problem(other.post(vote, said), 403)
        problem(other.post(f"{SITTING}ready/"), 403)
        problem(other.post("nominations/", {"account_id": account.pk, "reason": "Mine"}), 403)
    member = client_with(api_key(cast.program, cast.rep, Scope.TARGETS_WRITE))
    assert member.post(vote, said).status_code == 200
    problem(member.post(f"{SITTING}confirm/", {"list_hash": "0" * 64}), 403)
    problem(member.post(f"{SITTING}ready/"), 403)
    problem(member.send("DELETE", f"{SITTING}ready/", b""), 403)


def test_what_changed_since_the_list_was_confirmed(cast: Cast, sides: tuple[Api, Api]) -> None:
    api, _sales = sides
    leaves, moves, joins = scenes.companies(cast, 3)
    names = ("left", "joined", "changed", "happened")
    nothing: dict[str, Any] = {"session": None, **{name: [] for name in names}}
    assert api.get("selection/changes/").json() == nothing
    session = scenes.discussed(cast, dict.fromkeys((leaves, moves), ("yes", "yes")))
    left, moved = scenes.put(cast, session, leaves, moves)
    scenes.settle(cast, session)
    same = api.get("selection/changes/").json()
    assert same["session"]["number"] == session.number
    assert same | {"session": None} == nothing
    api.post(f"targets/{left.pk}/leave/", {"reason": "Bought by a rival"})
    work = {"tier": 1, "marketing_owner": cast.marketer.email, "sales_owner": None}
    assert api.put(f"targets/{moved.pk}/", work).status_code == 200
    scenes.put(cast, scenes.discussed(cast, {joins: ("yes", "yes")}), joins)
    found = api.get("selection/changes/").json()
    (gone,) = found["left"]
    assert (gone["was"]["account_id"], gone["left_because"]) == (leaves.pk, "Bought by a rival")
    assert gone["left_at"]
    assert [row["account_id"] for row in found["joined"]] == [joins.pk]
    (changed,) = found["changed"]
    assert changed["target"]["id"] == moved.pk
    assert changed["parts"] == [
        {"part": "tier", "was": "Tier 2", "now": "Tier 1"},
        {"part": "sales_owner", "was": str(cast.rep), "now": ""},
    ]


def test_what_happened_to_accounts_of_the_list_is_told(cast: Cast, sides: tuple[Api, Api]) -> None:
    api, _sales = sides
    reads, flips, stays = scenes.companies(cast, 3)
    session = scenes.discussed(cast, dict.fromkeys((reads, flips, stays), ("yes", "yes")))
    target, flipped, _same = scenes.put(cast, session, reads, flips, stays)
    scenes.settle(cast, session)
    week = monday_of(today_utc())
    Surge.objects.create(
        program=cast.program, account=reads, source="s", topic="Cloud", week=week, strength=80
    )
    Verdict.objects.in_program(cast.program).filter(account=flips).update(answer="no")
    found = api.get("selection/changes/").json()
    assert (found["left"], found["joined"], found["changed"]) == ([], [], [])
    told = {row["target"]["id"]: row["reasons"] for row in found["happened"]}
    assert told == {
        target.pk: [{"code": "surge", "topic": "Cloud"}],
        flipped.pk: [{"code": "flipped", "was": "unknown", "now": "no"}],
    }
