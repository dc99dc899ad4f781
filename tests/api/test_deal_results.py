"""Costs, baselines, results and credits over the API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from alignment.core.models import AuditEntry
from alignment.metrics.results.models import Baseline, BaselineFigure
from alignment.people.permissions import Scope
from campaigns.opportunities.models import Opportunity, PipelineStage
from tests import cast as make
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast, api_key, bearer

pytestmark = pytest.mark.django_db
YEAR = {"from": "2025-01-01", "to": "2025-12-31"}
NEXT = {"from": "2026-01-01", "to": "2026-06-30"}


def close_deals(cast: Cast, at: datetime, *, won: int, lost: int, days: int, usd: int) -> None:
    """Deals of one company, all closed at `at`."""
    company = make.account(cast.program)
    stages = {s.outcome: s for s in PipelineStage.objects.in_program(cast.program)}
    Opportunity.objects.bulk_create(
        Opportunity(
            program=cast.program,
            account=company,
            name=f"Deal {n}",
            stage=stages["won" if n < won else "lost"],
            outcome="won" if n < won else "lost",
            lost_reason="" if n < won else "price",
            stage_since=at,
            opened_at=at - timedelta(days=days),
            closed_at=at,
            amount=usd,
            amount_usd=usd,
        )
        for n in range(won + lost)
    )


def result(api: Api, key: str, period: dict[str, str] = NEXT) -> dict:
    items = api.get("results/", **period).json()["items"]
    return next(item for item in items if item["key"] == key)


def test_results_against_a_measured_baseline(api: Api, cast: Cast) -> None:
    close_deals(cast, datetime(2025, 6, 1, tzinfo=UTC), won=40, lost=60, days=100, usd=1000)
    close_deals(cast, datetime(2026, 3, 1, tzinfo=UTC), won=60, lost=40, days=80, usd=1150)
    made = api.post("baselines/", YEAR)
    assert made.status_code == 201, made.content
    keys = {figure["metric"] for figure in made.json()["figures"]}
    # Without costs there are no acquisition figures.
    assert keys == {"sales-cycle", "deal-size-median", "deal-size-mean", "win-rate"}

    cycle = result(api, "sales-cycle")
    assert cycle["change"] == pytest.approx(-0.2)
    assert (cycle["reaches_target"], cycle["standing"]) == (True, "reached")
    rate = result(api, "win-rate")
    assert rate["change"] == pytest.approx(0.5)
    assert 0 < rate["change_low"] < 0.15 < 0.5 < rate["change_high"]
    assert (rate["reaches_target"], rate["standing"]) == (True, "likely")
    assert result(api, "win-rate", NEXT | {"source": "fair"})["sample"] == 0
    assert result(api, "deal-size-mean")["reaches_target"] is True
    cost = result(api, "acquisition-cost")
    assert (cost["value"], cost["change"], cost["reaches_target"]) == (None, None, None)


def test_too_few_deals_say_nothing(api: Api, cast: Cast) -> None:
    close_deals(cast, datetime(2025, 6, 1, tzinfo=UTC), won=5, lost=4, days=100, usd=1000)
    assert pointers(problem(api.post("baselines/", YEAR), 422)) == ["/from"]
    given = {"source": "CRM report 2025", "figures": [{"metric": "win-rate", "value": 0.3}]}
    assert api.post("baselines/", given).status_code == 201
    close_deals(cast, datetime(2026, 3, 1, tzinfo=UTC), won=9, lost=0, days=80, usd=1150)
    few = result(api, "win-rate")
    assert (few["enough"], few["change"], few["reaches_target"]) == (False, None, None)


def test_an_entered_baseline_and_its_mistakes(api: Api, cast: Cast) -> None:
    figure = {"metric": "win-rate", "value": 0.25, "sample": 80}
    body = {"source": "CRM report 2025", "figures": [figure]}
    made = api.post("baselines/", body).json()
    assert made["figures"][0]["low"] == pytest.approx(0.168, abs=0.001)
    entry = AuditEntry.objects.filter(action="baseline.freeze").get()
    assert entry.actor_id == cast.owner.pk
    for wrong, where in (
        ({"source": "x"}, "/figures"),
        ({"from": "2025-01-01"}, "/to"),
        (YEAR | body, "/source"),
        ({"source": "x", "figures": [figure | {"metric": "luck"}]}, "/figures/0/metric"),
        ({"source": "x", "figures": [figure, figure]}, "/figures"),
        ({"source": "x", "figures": []}, "/figures"),
        ({"source": "x", "figures": [figure | {"value": 25}]}, "/win-rate"),
        ({"from": "2025-02-01", "to": "2025-01-01"}, "/to"),
        ({"from": "2026-01-01", "to": "2030-01-01"}, "/to"),
    ):
        assert where in pointers(problem(api.post("baselines/", wrong), 422)), wrong
    assert Baseline.objects.in_program(cast.program).count() == 1


def test_a_baseline_never_changes_and_the_newest_counts(api: Api, cast: Cast) -> None:
    for value in (0.2, 0.4):
        body = {"source": "CRM", "figures": [{"metric": "win-rate", "value": value}]}
        api.post("baselines/", body)
    assert result(api, "win-rate")["baseline"]["value"] == 0.4
    figures = BaselineFigure.objects.in_program(cast.program)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        figures.update(value=0.9)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        _delete_at_once(figures)
    Baseline.objects.in_program(cast.program).update(frozen_by=None)
    assert sorted(f.value for f in figures.all()) == [0.2, 0.4]


def _delete_at_once(rows: Any) -> None:
    """Delete, and check deferred constraints now instead of at the end of the transaction."""
    rows.delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_only_owners_freeze(cast: Cast, client_with: Any) -> None:
    body = {"source": "CRM", "figures": [{"metric": "win-rate", "value": 0.2}]}
    for who in (cast.rep, cast.sales_manager):
        problem(
            client_with(api_key(cast.program, who, Scope.DEALS_WRITE)).post("baselines/", body), 403
        )


def test_costs_come_and_go_and_make_the_acquisition_cost(
    api: Api,
    cast: Cast,
    client_with: Any,
) -> None:
    close_deals(cast, datetime(2026, 3, 1, tzinfo=UTC), won=10, lost=0, days=80, usd=1150)
    cost = {"spent_on": "2026-03-01", "amount_usd": 500, "what_for": "Fair", "side": "sales"}
    made = api.post("costs/", cost)
    assert made.status_code == 201, made.content
    found = result(api, "acquisition-cost")
    assert (found["value"], found["sample"]) == (50, 10)
    assert found["low"] < 50 < found["high"]
    assert problem(api.post("costs/", cost | {"amount_usd": 0}), 422)
    assert problem(api.post("costs/", cost | {"what_for": "  "}), 422)
    later = problem(api.post("costs/", cost | {"spent_on": "2090-11-10"}), 422)
    assert pointers(later) == ["/spent_on"]
    path = f"costs/{made.json()['id']}/"
    assert api.get(path).json()["what_for"] == "Fair"
    assert api.get(path).json()["removed_at"] is None
    rep = client_with(api_key(cast.program, cast.rep))
    problem(rep.send("DELETE", path, b""), 403)
    assert result(api, "acquisition-cost")["value"] == 50
    for _again in range(2):
        assert api.send("DELETE", path, b"").status_code == 204
    gone = api.get(path).json()
    assert gone["removed_at"] is not None
    assert gone["removed_by_id"] == cast.owner.pk
    assert [row["id"] for row in api.get("costs/").json()["items"]] == [gone["id"]]
    assert result(api, "acquisition-cost")["value"] is None
    actions = AuditEntry.objects.filter(action__startswith="cost.").order_by("pk")
    assert [entry.action for entry in actions] == ["cost.add", "cost.remove"]


def test_credits_over_the_api(api: Api, cast: Cast, stranger_api: Api) -> None:
    close_deals(cast, datetime(2026, 3, 1, tzinfo=UTC), won=1, lost=0, days=30, usd=1150)
    found = api.get("attribution/", **NEXT, of="won", model="first").json()
    assert (found["amount_usd"], found["deals"]) == ("1150.00", 1)
    assert found["channels"] == [{"name": None, "id": None, "amount_usd": "1150.00", "deals": 1}]
    behind = api.get("attribution/deals/", **NEXT, of="won", model="first", by="channel").json()
    (deal,) = behind["items"]
    assert (deal["credited_usd"], deal["amount_usd"]) == ("1150.00", "1150.00")
    assert deal["account_name"]
    assert (
        api.get("attribution/deals/", **NEXT, of="won", by="campaign", key="0").json()["items"]
        == []
    )
    problem(api.get("attribution/deals/", by="campaign", key="x"), 400)
    assert stranger_api.get("attribution/", **NEXT, of="won").json()["deals"] == 0
    assert (
        stranger_api.get("attribution/deals/", **NEXT, of="won", by="channel").json()["items"] == []
    )
    problem(api.get("attribution/", model="luck"), 400)
    problem(api.get("attribution/", **{"from": "2026-02-01", "to": "2026-01-01"}), 400)
    problem(api.get("results/", form="2026-02-01"), 400)


def test_a_deal_that_is_won_between_two_pages_shifts_nothing(api: Api, cast: Cast) -> None:
    won = {"won": 1, "lost": 0, "days": 30}
    for usd in (500, 400, 400, 300):
        close_deals(cast, datetime(2026, 3, 1, tzinfo=UTC), usd=usd, **won)
    asked = NEXT | {"of": "won", "by": "channel"}
    page = api.get("attribution/deals/", **asked, limit=2).json()
    found = page["items"]
    assert len(found) == 2
    close_deals(cast, datetime(2026, 3, 2, tzinfo=UTC), usd=900, **won)
    while page["next"]:
        page = api.client.get(page["next"], headers=bearer(api.secret)).json()
        found += page["items"]
    assert [deal["credited_usd"] for deal in found] == ["500.00", "400.00", "400.00", "300.00"]
    assert len({deal["id"] for deal in found}) == 4
    for wrong in ({"cursor": "2"}, {"limit": "0"}, {"after": "2"}):
        problem(api.get("attribution/deals/", **asked, **wrong), 400)


def test_days_have_one_name_everywhere(api: Api, cast: Cast) -> None:
    for path in ("results/", "attribution/", "attribution/deals/", "metrics/win-rate/"):
        told = problem(api.get(path, first="2026-01-01", last="2026-06-30"), 400)
        details = [error["detail"] for error in told["errors"]]
        assert details == ["It is called `from`.", "It is called `to`."], path
    former = api.post("baselines/", {"first": "2025-01-01", "last": "2025-12-31"})
    details = [error["detail"] for error in problem(former, 422)["errors"]]
    assert {"It is called `from`.", "It is called `to`."} <= set(details)
    close_deals(cast, datetime(2025, 6, 1, tzinfo=UTC), won=40, lost=60, days=100, usd=1000)
    for kept in (api.post("baselines/", YEAR), api.get("results/", **YEAR)):
        assert YEAR.items() <= kept.json().items()
    assert YEAR.items() <= api.get("attribution/", **YEAR).json().items()


def test_credit_of_a_part_of_the_deals(api: Api, cast: Cast) -> None:
    close_deals(cast, datetime(2026, 3, 1, tzinfo=UTC), won=3, lost=0, days=20, usd=100)
    deals = Opportunity.objects.in_program(cast.program)
    one = deals[0]
    deals.filter(pk=one.pk).update(owner=cast.rep, source="fair")
    for part in ({"team": str(cast.sales.pk)}, {"source": "fair"}):
        found = api.get("attribution/", **NEXT, of="won", **part).json()
        assert (found["amount_usd"], found["deals"]) == ("100.00", 1)
    found = api.get("attribution/", **NEXT, of="won", tier="none").json()
    assert (found["amount_usd"], found["deals"]) == ("300.00", 3)
    assert api.get("attribution/", **NEXT, tier="1").json()["deals"] == 0
    for wrong in ({"team": str(cast.other_sales.pk)}, {"tier": "9"}, {"segment": "x"}):
        assert problem(api.get("attribution/", **NEXT, **wrong), 400)
