"""The board: full columns for open stages, narrow ones for closed stages."""

from decimal import Decimal

import pytest

from campaigns.opportunities.actions.moving import move
from campaigns.opportunities.models import Outcome
from tests.cast import Cast

from .test_pages import at, deal, stage

pytestmark = pytest.mark.django_db


def test_closed_columns_show_the_newest_few_and_open_the_list(cast: Cast) -> None:
    rows = [deal(cast, f"Deal number {n}", amount=Decimal(1_000)) for n in range(7)]
    for row in rows:
        move(opportunity=row, stage=stage(cast, "Won"), by=cast.rep)
    reply = cast.client("rep").get(at(cast, "opportunities"))
    (column,) = (c for c in reply.context["board"] if c.stage.outcome == Outcome.WON)
    assert [card.deal for card in column.cards] == rows[:1:-1]
    assert (column.count, column.hidden, column.usd) == (7, 2, 7_000)
    assert "view=list&amp;state=won" in reply.content.decode()


def test_a_deal_won_without_an_amount_says_what_results_need(cast: Cast) -> None:
    won = stage(cast, "Won")
    for amount, said in ((None, True), (Decimal(1_000), False)):
        row = deal(cast, amount=amount)
        sent = {"deal": row.pk, "stage": won.pk, "seen_in": row.stage_id}
        reply = cast.client("rep").post(
            at(cast, "opportunity_drag"), sent, headers={"HX-Request": "true"}
        )
        assert ("its amount" in reply["HX-Trigger"]) is said


def test_an_open_deal_without_an_amount_is_flagged(cast: Cast) -> None:
    row = deal(cast, amount=None)
    page = cast.client("rep").get(at(cast, "opportunity", row.pk)).content.decode()
    assert "No amount" in page
