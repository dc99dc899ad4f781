"""Changes of deals and of their pipeline at the same time."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from types import ModuleType

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import Account
from campaigns.actions import campaigns
from campaigns.actions.campaigns import add_campaign
from campaigns.library.actions import assets
from campaigns.library.actions.assets import add_asset
from campaigns.library.models import Asset
from campaigns.models import Campaign
from campaigns.opportunities.actions import moving, writing
from campaigns.opportunities.actions.moving import DealMoved, move
from campaigns.opportunities.actions.pipeline import remove_stage, set_rate
from campaigns.opportunities.actions.writing import change_opportunity, open_opportunity
from campaigns.opportunities.models import Opportunity, OpportunityStep, PipelineStage
from campaigns.opportunities.queries.pipeline import stages_of
from tests import cast as make
from tests.cast import Cast
from tests.threads import PATIENCE, attempt, beside, pausing

from .test_actions import a_deal

pytestmark = pytest.mark.django_db(transaction=True)

RIVALS, ROUNDS = 12, 5


def race(cast: Cast, deal: Opportunity, ways: list[PipelineStage]) -> list[str]:
    """What each request answered: a refusal, or the stage that the deal is in."""
    barrier = threading.Barrier(len(ways))
    seen = deal.stage_id

    def run(wanted: PipelineStage) -> str:
        barrier.wait()
        try:
            moved = move(opportunity=deal, stage=wanted, by=cast.rep, seen_in=seen)
            return moved.stage.name
        except DealMoved as refused:
            return str(refused)
        finally:
            # Return the connection to the pool, as at the end of a request.
            connection.close()

    with ThreadPoolExecutor(len(ways)) as pool:
        return list(pool.map(run, ways))


def test_one_of_twelve_moves_it() -> None:
    """The others learn where it is now."""
    cast = make.make_cast()
    seen, *others = stages_of(cast.program)[:3]
    for _ in range(ROUNDS):
        deal = a_deal(cast)
        answers = race(cast, deal, others * (RIVALS // 2))
        deal.refresh_from_db()
        there = deal.stage.name
        # Those who wanted to move it to the same stage succeed, too.
        assert set(answers) == {there, f"Somebody moved it meanwhile. It is now in: {there}."}
        steps = OpportunityStep.objects.in_program(cast.program).filter(opportunity=deal)
        assert steps.filter(kind=OpportunityStep.Kind.STAGE, from_stage=seen).count() == 1


def opened(cast: Cast) -> Callable[[], object]:
    return lambda: a_deal(cast, amount=Decimal(100), currency="EUR")


def changed(cast: Cast) -> Callable[[], object]:
    deal = a_deal(cast, amount=Decimal(100))
    return lambda: change_opportunity(opportunity=deal, by=cast.rep, currency="EUR")


@pytest.mark.parametrize("ready", [opened, changed])
def test_a_deal_written_while_its_rate_changes_gets_the_new_one(
    monkeypatch: pytest.MonkeyPatch, ready: Callable[[Cast], Callable[[], object]]
) -> None:
    cast = make.make_cast()
    set_rate(program=cast.program, currency="EUR", usd=Decimal("1.1"), by=cast.owner)
    write = ready(cast)
    with pausing(monkeypatch, writing, "record_change", before=True) as written:
        writer = beside(write)
        assert written.wait(PATIENCE)
        refused = attempt(
            lambda: set_rate(program=cast.program, currency="EUR", usd=Decimal(2), by=cast.owner)
        )
        assert (refused, writer.end()) == ([], [])
    assert Opportunity.objects.in_program(cast.program).get().amount_usd == 200


@pytest.mark.parametrize("is_new", [True, False])
def test_a_stage_is_not_taken_out_while_a_deal_comes_into_it(
    monkeypatch: pytest.MonkeyPatch, is_new: bool
) -> None:
    cast = make.make_cast()
    first, demo = stages_of(cast.program)[:2]
    room = writing if is_new else moving
    deal = a_deal(cast, stage=first)

    def come() -> object:
        if is_new:
            return a_deal(cast, stage=demo)
        return move(opportunity=deal, stage=demo, by=cast.rep)

    with pausing(monkeypatch, room, "record_change", before=True) as written:
        coming = beside(come)
        assert written.wait(PATIENCE)
        refused = attempt(lambda: remove_stage(stage=demo, by=cast.owner))
        assert coming.end() == []
    assert [type(error) for error in refused] == [ValidationError]
    assert demo in stages_of(cast.program)


def a_campaign(cast: Cast) -> object:
    return add_campaign(
        program=cast.program,
        by=None,
        external_id="crm-1",
        name="Spring",
        starts_on=date(2026, 11, 1),
        ends_on=date(2026, 12, 31),
    )


def an_asset(cast: Cast) -> object:
    return add_asset(
        program=cast.program, by=None, external_id="crm-1", title="Study", kind="case_study"
    )


def a_known_deal(cast: Cast) -> object:
    account = Account.objects.in_program(cast.program).get()
    return open_opportunity(account=account, by=cast.rep, external_id="crm-1", name="Rollout")


@pytest.mark.parametrize(
    ("room", "name", "send"),
    [
        (writing, "record_change", a_known_deal),
        (campaigns, "record_change", a_campaign),
        (assets, "_record", an_asset),
    ],
)
def test_what_is_sent_twice_at_once_is_one(
    monkeypatch: pytest.MonkeyPatch, room: ModuleType, name: str, send: Callable[[Cast], object]
) -> None:
    cast = make.make_cast()
    make.account(cast.program)
    with pausing(monkeypatch, room, name, before=True) as written:
        first = beside(lambda: send(cast))
        assert written.wait(PATIENCE)
        second = attempt(lambda: send(cast))
        assert (first.end(), second) == ([], [])
    for model in (Opportunity, Campaign, Asset):
        assert model.objects.in_program(cast.program).count() <= 1
