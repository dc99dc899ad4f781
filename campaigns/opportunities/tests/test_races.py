"""Twelve people move one deal at once: one succeeds, the others learn where it is now."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from campaigns.opportunities.actions.moving import DealMoved, move
from campaigns.opportunities.models import Opportunity, OpportunityStep, PipelineStage
from campaigns.opportunities.queries.pipeline import stages_of
from tests import cast as make
from tests.cast import Cast

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
