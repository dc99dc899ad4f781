"""Buying committees over the API."""

import pytest

from campaigns.opportunities.actions.writing import open_opportunity
from campaigns.opportunities.models import Opportunity
from tests import cast as make
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal(cast: Cast) -> Opportunity:
    return open_opportunity(account=make.account(cast.program), by=cast.rep, name="Rollout")


def test_from_a_gap_to_a_map(api: Api, cast: Cast, deal: Opportunity) -> None:
    path = f"opportunities/{deal.pk}/committee/"
    gaps = [gap["gap"] for gap in api.get(f"{path}gaps/").json()["items"]]
    assert gaps == ["no_decision_maker", "no_economic_buyer", "no_champion"]
    boss, other = (make.stakeholder(cast.program, deal.account) for _ in range(2))
    put = {"stakeholder_id": boss.pk, "role": "economic_buyer", "owner_id": cast.rep.pk}
    assert api.put(path, put).json()["owner_id"] == cast.rep.pk
    put = {"stakeholder_id": other.pk, "role": "champion", "reports_to_stakeholder_id": boss.pk}
    assert api.put(path, put).json()["reports_to_stakeholder_id"] == boss.pk
    assert len(api.get(path).json()["items"]) == 2
    circle = {"stakeholder_id": boss.pk, "reports_to_stakeholder_id": other.pk}
    refused = problem(api.put(path, circle), 422)
    assert pointers(refused) == ["/reports_to_stakeholder_id"]
    assert api.send("DELETE", f"{path}{other.pk}/", b"").status_code == 204
    problem(api.send("DELETE", f"{path}{other.pk}/", b""), 404)


def test_what_is_wrong_is_pointed_at(api: Api, cast: Cast, deal: Opportunity) -> None:
    path = f"opportunities/{deal.pk}/committee/"
    here = make.stakeholder(cast.program, deal.account)
    elsewhere = make.stakeholder(cast.program, make.account(cast.program))
    wrong = (
        ({"stakeholder_id": here.pk}, "/role"),
        ({"stakeholder_id": elsewhere.pk, "role": "user"}, "/stakeholder_id"),
        ({"stakeholder_id": 10**9, "role": "user"}, "/stakeholder_id"),
        ({"stakeholder_id": here.pk, "role": "king"}, "/role"),
        ({"stakeholder_id": here.pk, "role": "user", "owner_id": cast.stranger.pk}, "/owner_id"),
    )
    for body, pointer in wrong:
        assert pointers(problem(api.put(path, body), 422)) == [pointer], body
