"""Content suggested for a deal, its order and its reasons."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Stakeholder
from campaigns.calendar.models import Touch
from campaigns.committee.actions.members import put_member
from campaigns.insights.actions.tags import mark
from campaigns.insights.actions.topics import answer_topic
from campaigns.insights.models import InsightTopic
from campaigns.insights.queries.helpful import helpful_for
from campaigns.insights.rules.helpful import (
    MOST_SUGGESTED,
    POINTS,
    Because,
    Piece,
    Reason,
    Wanted,
    is_for,
    suggest,
)
from campaigns.library.models import Asset
from campaigns.opportunities.actions.pipeline import add_stage, change_stage
from campaigns.opportunities.models import Opportunity, PipelineStage
from tests import cast as make
from tests.api.conftest import Api
from tests.cast import Cast, api_key

from . import scenes

words = st.sampled_from(["", "CFO", "CIO"])
sectors = st.sampled_from(["", "52", "31-33"])
stages = st.sampled_from(["", *Asset.BuyingStage.values])
pieces = st.lists(
    st.builds(Piece, st.integers(1, 12), stages, words, sectors),
    unique_by=lambda piece: piece.id,
    max_size=12,
)
deals = st.builds(
    Wanted,
    stages,
    sectors,
    st.dictionaries(st.sampled_from(["Ann", "Bob"]), st.sampled_from(["CFO", "Buyer"])),
    st.dictionaries(st.integers(1, 12), st.just(["Price"])),
    st.sets(st.integers(1, 12)),
)


@given(pieces, deals)
def test_every_suggestion_has_reasons_and_none_outside_is_better(
    given_pieces: list[Piece], deal: Wanted
) -> None:
    found = suggest(given_pieces, deal)
    assert len(found) <= MOST_SUGGESTED
    points = [each.points for each in found]
    assert points == sorted(points, reverse=True)
    for each in found:
        assert each.reasons
        answers = any(reason.because == Because.OBJECTION for reason in each.reasons)
        assert answers or each.piece.id not in deal.had
        assert answers == bool(deal.answers.get(each.piece.id))
        assert answers or not each.piece.sector or each.piece.sector == deal.sector
    left = [piece for piece in given_pieces if piece not in [each.piece for each in found]]
    for each in suggest(left, deal):
        assert len(found) == MOST_SUGGESTED
        assert each.points <= points[-1]


def test_an_answer_weighs_more_than_all_the_rest() -> None:
    rest = sum(points for because, points in POINTS.items() if because != Because.OBJECTION)
    assert POINTS[Because.OBJECTION] > rest
    deal = Wanted("decide", "52", {"Ann Lee": "Chief Financial Officer"}, {2: ["Price"]})
    found = suggest([Piece(1, "decide", "CFO", "52"), Piece(2, "", "", "31-33"), Piece(3)], deal)
    assert [each.piece.id for each in found] == [2, 1]
    assert found[1].reasons == (
        Reason(Because.STAGE, "decide"),
        Reason(Because.PERSONA, "CFO", "Ann Lee"),
        Reason(Because.SECTOR, "52"),
    )


@pytest.mark.parametrize(
    ("persona", "title", "fits"),
    [
        ("CFO", "Chief Financial Officer", True),
        ("Chief Information Officer", "Group CIO, EMEA", True),
        ("cfo", "CFO & COO", True),
        ("CIO", "Chief Information Security Officer", False),
        ("Head of IT", "Global Head of IT Operations", True),
        ("Head of IT", "Head of Sales", False),
        ("", "CFO", False),
        ("CFO", "", False),
    ],
)
def test_personas_are_titles_in_other_words(persona: str, title: str, fits: bool) -> None:
    assert is_for(persona, title) == fits


def asset(cast: Cast, title: str, **said: Any) -> Asset:
    facts: dict[str, Any] = {"kind": "case_study"} | said
    return Asset.objects.create(program=cast.program, title=title, **facts)


@pytest.fixture
def deal(cast: Cast) -> Opportunity:
    """A deal in the first stage, with a CFO and an objection to the price."""
    found = scenes.deal(cast)
    person: Stakeholder = make.stakeholder(
        cast.program, found.account, first_name="Ann", last_name="Lee", title="CFO"
    )
    put_member(opportunity=found, stakeholder=person, by=cast.rep, role="economic_buyer")
    topic = scenes.price(cast, phrases=[])
    note = scenes.note(cast, account=found.account, opportunity=found)
    mark(note=note, by=cast.rep, quote="price is too high", topic=topic)
    return found


@pytest.mark.django_db
def test_the_page_and_the_api_say_what_helps_and_why(cast: Cast, deal: Opportunity) -> None:
    model = asset(cast, "What it returns", kind="one_pager")
    asset(cast, "Guide for finance", persona="CFO", stage="discover")
    asset(cast, "Our own call script", kind="script", persona="CFO")
    asset(cast, "Old guide", stage="discover", retired_at=timezone.now())
    known = asset(cast, "Sent before", stage="discover")
    Touch.objects.create(
        program=cast.program,
        account=deal.account,
        asset=known,
        channel="email",
        side="marketing",
        thread=0,
        starts_at=timezone.now(),
        ends_at=timezone.now() + timedelta(minutes=5),
    )
    found = helpful_for(deal)
    assert [each.asset.title for each in found.content] == ["Guide for finance"]
    assert [topic.name for topic in found.unanswered] == ["Price"]
    assert found.had == 1
    client, page = cast.client("rep"), f"/p/{cast.program.slug}/opportunities/{deal.pk}/"
    text = client.get(page).content.decode()
    for said in ("No content answers: Price", "for CFO: Ann Lee", "Left out is 1 piece"):
        assert said in text
    topic = found.unanswered[0]
    asked = client.get(
        f"/p/{cast.program.slug}/accounts/{deal.account_id}/support/new/?topic={topic.pk}"
    )
    assert "Content that answers: Price" in asked.content.decode()
    answer_topic(topic=topic, by=cast.marketer, answer="It pays back.", asset=model)
    text = client.get(page).content.decode()
    assert text.index("What it returns") < text.index("Guide for finance")
    assert "It pays back." in text
    api = Api(api_key(cast.program, cast.owner), Client())
    reply = api.get(f"opportunities/{deal.pk}/suggested-content/").json()
    assert [row["title"] for row in reply["content"]] == ["What it returns", "Guide for finance"]
    assert reply["content"][0]["reasons"] == [{"because": "objection", "about": "Price", "who": ""}]
    assert (reply["unanswered"], reply["had"]) == ([], 1)


def sent(deal: Opportunity, row: Asset, days: int = 3) -> datetime:
    """Send the content to somebody at the account, `days` ago."""
    at = timezone.now() - timedelta(days=days)
    Touch.objects.create(
        program=deal.program,
        account=deal.account,
        asset=row,
        channel="email",
        side="marketing",
        thread=0,
        starts_at=at,
        ends_at=at + timedelta(minutes=5),
    )
    return at


@pytest.mark.django_db
def test_the_answer_to_what_was_just_raised_comes_first_even_if_they_had_it(
    cast: Cast, deal: Opportunity
) -> None:
    study = asset(cast, "What it returns", kind="one_pager", stage="discover")
    asset(cast, "Guide for finance", persona="CFO", stage="discover")
    price = InsightTopic.objects.in_program(cast.program).get()
    answer_topic(topic=price, by=cast.marketer, answer="It pays back.", asset=study)
    at = sent(deal, study)
    rival = scenes.price(cast, name="Acme", kind="competitor", phrases=[])
    answer_topic(topic=rival, by=cast.marketer, answer="They have no support here.")
    note = scenes.note(cast, account=deal.account, opportunity=deal)
    mark(note=note, by=cast.rep, quote="They compare us with Acme", topic=rival)
    found = helpful_for(deal)
    assert [(each.topic, each.asset, each.sent_at) for each in found.answers] == [
        (rival, None, None),
        (price, study, at),
    ]
    assert [each.asset.title for each in found.content] == ["What it returns", "Guide for finance"]
    assert [each.asset.title for each in found.besides] == ["Guide for finance"]
    assert found.had == 0
    page = f"/p/{cast.program.slug}/opportunities/{deal.pk}/"
    text = cast.client("rep").get(page).content.decode()
    places = [text.index(said) for said in ("no support here", "It pays back.", "sent on", "Guide")]
    assert places == sorted(places)
    api = Api(api_key(cast.program, cast.owner), Client())
    reply = api.get(f"opportunities/{deal.pk}/suggested-content/").json()
    assert [(row["name"], row["asset_id"]) for row in reply["answers"]] == [
        ("Acme", None),
        ("Price", study.pk),
    ]
    assert reply["content"][0]["sent_at"]


@pytest.mark.django_db
def test_content_was_sent_when_it_was_done_not_when_it_was_planned(
    cast: Cast, deal: Opportunity
) -> None:
    study = asset(cast, "What it returns", kind="one_pager", stage="discover")
    price = InsightTopic.objects.in_program(cast.program).get()
    answer_topic(topic=price, by=cast.marketer, answer="It pays back.", asset=study)
    planned = sent(deal, study, days=-10)
    assert [each.sent_at for each in helpful_for(deal).answers] == [planned]
    at = timezone.now()
    Touch.objects.in_program(cast.program).update(state="done", done_at=at)
    assert [each.sent_at for each in helpful_for(deal).answers] == [at]


@pytest.mark.django_db
def test_more_content_needs_no_more_statements(cast: Cast, deal: Opportunity) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            helpful_for(deal)
        return len(seen)

    asset(cast, "One", stage="discover")
    first = statements()
    for number in range(3):
        asset(cast, f"More {number}", stage="discover", persona="CFO")
    assert statements() == first <= 6


@pytest.mark.django_db
def test_nothing_helps_a_deal_that_is_closed(cast: Cast, deal: Opportunity) -> None:
    asset(cast, "Guide", stage="discover")
    deal.outcome = "won"
    assert helpful_for(deal).content == []


@pytest.mark.django_db
def test_another_stage_changes_no_deals_content(cast: Cast) -> None:
    for number, stage in enumerate(Asset.BuyingStage.values):
        asset(cast, f"For {number}", stage=stage)
    stages = PipelineStage.objects.in_program(cast.program).filter(outcome="open")
    deals = [scenes.deal(cast, stage=stage) for stage in stages.order_by("position")]

    def helped() -> list[str]:
        return [each.asset.title for deal in deals for each in helpful_for(deal).content]

    assert helped() == ["For 0", "For 1", "For 2"]
    legal = add_stage(program=cast.program, by=cast.owner, name="Legal", probability=80)
    assert helped() == ["For 0", "For 1", "For 2"]
    assert legal.buying_stage == Asset.BuyingStage.DECIDE
    legal = change_stage(stage=legal, by=cast.owner, buying_stage="")
    assert helpful_for(scenes.deal(cast, stage=legal)).content == []
