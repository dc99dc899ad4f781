"""The pages of briefings and of changed messages."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.insights.actions.briefings import write_now
from campaigns.insights.actions.changes import record_change
from campaigns.insights.models import Briefing, BriefingRead, BriefingRhythm, MessageChange
from campaigns.insights.tests import scenes
from tests.cast import Cast

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def at(cast: Cast, name: str, *args: Any) -> str:
    return reverse(f"workspace:{name}", args=[cast.program.slug, *args])


def page(cast: Cast, name: str, *args: Any, who: str = "rep", **query: Any) -> str:
    reply = cast.client(who).get(at(cast, name, *args), query)
    assert reply.status_code == 200
    return reply.content.decode()


def test_from_the_call_to_a_briefing_that_marketing_has_read(cast: Cast) -> None:
    note = scenes.raised(cast, scenes.price(cast), opportunity=scenes.deal(cast))
    assert "No briefing yet" in page(cast, "briefings")
    reply = cast.client("marketer").post(at(cast, "briefing_write"))
    row = Briefing.objects.in_program(cast.program).get()
    assert reply["Location"] == at(cast, "briefing", row.pk)
    shown = page(cast, "briefing", row.pk, who="marketer")
    for text in ("Your price is too high for us.", at(cast, "note", note.pk), "Discovery (1)"):
        assert text in shown
    assert "I have read it" in shown
    read = cast.client("marketer").post(at(cast, "briefing_read", row.pk), headers=HTMX)
    assert "You have read it" in read.content.decode()
    assert BriefingRead.objects.in_program(cast.program).get().user == cast.marketer
    assert "read by 1 of 2 in marketing" in page(cast, "briefings", who="sales_manager")
    readers = cast.client("rep").get(at(cast, "briefing", row.pk), headers=HTMX).content.decode()
    assert "Who has read it" in readers
    assert "<html" not in readers
    # Only once a week: the button is gone, and pressing it in another tab explains why.
    assert "Write it now" not in page(cast, "briefings")
    again = cast.client("marketer").post(at(cast, "briefing_write"), follow=True)
    assert "is written already" in again.content.decode()
    assert Briefing.objects.in_program(cast.program).count() == 1


def test_an_empty_week_says_so_in_one_line(cast: Cast) -> None:
    write_now(program=cast.program, by=cast.marketer)
    row = Briefing.objects.in_program(cast.program).get()
    assert "Nothing new was heard." in page(cast, "briefings")
    assert "Nothing new was heard. Nobody was told." in page(cast, "briefing", row.pk)


def test_managers_change_the_rhythm(cast: Cast) -> None:
    address, wanted = at(cast, "briefing_rhythm"), {"weekday": 4, "hour": 16, "is_on": "on"}
    assert cast.client("rep").post(address, wanted).status_code == 403
    assert cast.client("marketing_manager").post(address, wanted).status_code == 302
    row = BriefingRhythm.objects.in_program(cast.program).get()
    assert (row.weekday, row.hour, row.is_on) == (4, 16, True)
    assert "Written every Friday at 16:00" in page(cast, "briefings")
    wrong = cast.client("marketing_manager").post(address, wanted | {"hour": 24})
    assert wrong.status_code == 422
    cast.client("owner").post(address, {"weekday": 4, "hour": 16})
    assert "Not written by itself." in page(cast, "briefings")


def test_a_message_changes_and_its_effect_is_seen(cast: Cast) -> None:
    price = scenes.price(cast)
    now = timezone.now()
    deals = [scenes.deal(cast, name=f"Deal {number}") for number in range(4)]
    for number, deal in enumerate(deals):
        days = 40 if number < 2 else 10
        scenes.said_then(cast, price, now - timedelta(days=days), opportunity=deal)
    for deal, closed, is_won in ((deals[0], 35, True), (deals[2], 5, False)):
        opened, ended = now - timedelta(days=60), now - timedelta(days=closed)
        scenes.closed_then(deal, opened=opened, closed=ended, is_won=is_won)
    briefing = write_now(program=cast.program, by=cast.marketer)
    address = f"{at(cast, 'message_change_new')}?topic={price.pk}&briefing={briefing.pk}"
    assert f'<option value="{price.pk}" selected>' in cast.client("marketer").get(
        address
    ).content.decode().replace("\n", "")
    since = timezone.localtime(now - timedelta(days=20)).strftime("%Y-%m-%dT%H:%M")
    said = {"topic": price.pk, "says_now": "It pays back.", "why": "Five calls.", "since": since}
    assert cast.client("observer").post(address, said).status_code == 403
    wrong = cast.client("marketer").post(address, said | {"why": ""})
    assert wrong.status_code == 422
    assert "It pays back." in wrong.content.decode()
    reply = cast.client("marketer").post(address, said | {"is_answer": "on"})
    change = MessageChange.objects.in_program(cast.program).get()
    assert reply["Location"] == at(cast, "message_change", change.pk)
    assert (change.briefing, change.made_by) == (briefing, cast.marketer)
    shown = page(cast, "message_change", change.pk)
    assert "Not enough data" in shown
    assert "Deal 2" in shown
    assert "Deal 3" in shown
    assert "1 deal that heard both messages" in shown
    won = page(cast, "message_change", change.pk, deals="before", only="won")
    assert "Deal 0" in won
    assert "Deal 2" not in won
    assert "Deal 1" in page(cast, "message_change", change.pk, deals="crossed")
    # Invalid choices show the default.
    assert "Deal 3" in page(cast, "message_change", change.pk, deals="x", only="y")
    for name, args in (("message_changes", []), ("insight_topic", [price.pk])):
        assert "It pays back." in page(cast, name, *args)
    cast.client("marketer").post(at(cast, "message_change_end", change.pk))
    change.refresh_from_db()
    assert change.ended_at is not None


def test_what_the_action_refuses_stands_beside_its_field(cast: Cast) -> None:
    price = scenes.price(cast)
    said = {"topic": price.pk, "says_now": "New.", "why": "Calls."}
    said["since"] = timezone.localtime(timezone.now() + timedelta(days=2)).strftime(
        "%Y-%m-%dT%H:%M"
    )
    reply = cast.client("marketer").post(at(cast, "message_change_new"), said)
    assert reply.status_code == 422
    assert "Give a moment that has been." in reply.content.decode()


@pytest.mark.parametrize("name", ["briefings", "message_changes"])
def test_lists_cost_the_same_at_one_and_three_rows(cast: Cast, name: str) -> None:
    client, numbers = cast.client("rep"), []
    now = timezone.now()
    for size in (1, 3):
        for number in range(size):
            topic = scenes.price(cast, name=f"Price {size}{number}", phrases=["price"])
            scenes.raised(cast, topic, opportunity=scenes.deal(cast))
            record_change(topic=topic, by=None, says_now="New.", why="Heard.", since=now)
            moment = now - timedelta(days=7 * (5 - number - size))
            write_now(program=cast.program, by=None, now=moment)
        client.get(at(cast, name))
        with CaptureQueriesContext(connection) as queries:
            client.get(at(cast, name))
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]
