"""Changed messages, and the outcomes of deals before and after."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alignment.core.models import AuditEntry
from alignment.notifications.models import Notice
from campaigns.calendar.models import Touch
from campaigns.insights.actions.changes import end_change, record_change
from campaigns.insights.models import InsightTopic, MessageChange
from campaigns.insights.queries.effects import (
    Only,
    change_in,
    effects,
    newest_changes,
    raised_in,
    rows_of,
)
from campaigns.insights.rules.effect import Counted, Effect, Group, Verdict
from campaigns.library.actions.assets import add_asset
from campaigns.opportunities.models import Opportunity
from tests.cast import Cast

from . import scenes

pytestmark = pytest.mark.django_db


def ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def changed(cast: Cast, topic: InsightTopic, days: float = 30, **said: Any) -> MessageChange:
    facts: dict[str, Any] = {"says_now": f"It pays back, {days}.", "why": "Heard."} | said
    return record_change(topic=topic, by=cast.marketer, since=ago(days), **facts)


def a_deal(
    cast: Cast, topic: InsightTopic, raised: float, closed: float | None = None, won: bool = False
) -> Opportunity:
    """A deal in which the topic was raised `raised` days ago, closed `closed` days ago."""
    deal = scenes.deal(cast)
    scenes.said_then(cast, topic, ago(raised), opportunity=deal)
    if closed is not None:
        scenes.closed_then(deal, opened=ago(100), closed=ago(closed), is_won=won)
    return deal


def effect(change: MessageChange) -> Effect:
    found = change_in(change.program, change.pk)
    assert found is not None
    ((_change, of_it),) = effects(found.program, [found])
    return of_it


def test_a_change_is_recorded_and_becomes_the_answer(cast: Cast) -> None:
    price = scenes.price(cast)
    scenes.raised(cast, price, opportunity=scenes.deal(cast))
    asset = add_asset(program=cast.program, title="ROI study", kind="one_pager", by=None)
    change = changed(cast, price, said_before="We are worth it.", asset=asset)
    assert (change.said_before, change.made_by, change.ended_at) == (
        "We are worth it.",
        cast.marketer,
        None,
    )
    price.refresh_from_db()
    assert (price.answer, price.asset, price.gap_since) == (change.says_now, asset, None)
    assert AuditEntry.objects.filter(action="message.record", target_id=change.pk).exists()
    titles = Notice.objects.in_program(cast.program).filter(user=cast.rep)
    assert [notice.title for notice in titles] == ["An answer to the objection: Price"]


def test_sales_is_told_of_a_message_that_is_no_answer(cast: Cast) -> None:
    price = scenes.price(cast)
    scenes.raised(cast, price, opportunity=scenes.deal(cast))
    change = changed(cast, price, is_answer=False)
    price.refresh_from_db()
    assert price.answer == ""
    (notice,) = Notice.objects.in_program(cast.program).filter(user=cast.rep)
    assert (notice.title, notice.text) == ("We say something new about: Price", change.says_now)


def test_the_next_one_ends_the_one_before(cast: Cast) -> None:
    price = scenes.price(cast)
    first, second = changed(cast, price, 30), changed(cast, price, 10)
    first.refresh_from_db()
    assert (first.ended_at, second.said_before) == (second.since, first.says_now)
    ended = end_change(change=second, by=cast.marketer)
    assert end_change(change=second, by=cast.marketer).ended_at == ended.ended_at
    assert [row.pk for row in newest_changes(cast.program)] == [second.pk, first.pk]
    assert AuditEntry.objects.filter(action="message.end").count() == 1


def test_several_who_record_at_once_leave_one_row_and_one_answer(cast: Cast) -> None:
    price = scenes.price(cast)
    scenes.raised(cast, price, opportunity=scenes.deal(cast))
    facts: dict[str, Any] = {"topic": price, "by": cast.marketer, "why": "Heard."}
    first = record_change(says_now="It pays back.", said_before="It is worth it.", **facts)
    again = record_change(says_now="It pays back.", said_before="It is worth it.", **facts)
    with pytest.raises(ValidationError) as refused:
        record_change(says_now="Cheaper than it looks.", **facts)
    assert (again, list(refused.value.message_dict)) == (first, ["since"])
    assert MessageChange.objects.in_program(cast.program).count() == 1
    assert AuditEntry.objects.filter(action="topic.answer", target_id=price.pk).count() == 1
    assert Notice.objects.in_program(cast.program).filter(user=cast.rep).count() == 1


def test_of_two_who_change_one_message_the_second_sees_both(cast: Cast) -> None:
    price = scenes.price(cast)
    client, page = cast.client("marketer"), f"/p/{cast.program.slug}/insights/changes/new/"
    opened = client.get(page, {"topic": price.pk}).context["form"]
    assert opened["seen"].value() == 0
    theirs = record_change(topic=price, by=cast.rep, says_now="Theirs.", why="Heard.")
    sent = {"topic": price.pk, "says_now": "Mine.", "why": "I heard it.", "seen": 0}
    sent |= {"since": f"{timezone.localtime():%Y-%m-%dT%H:%M}", "is_answer": "on"}
    reply = client.post(page, sent)
    form = reply.context["form"]
    assert (reply.status_code, set(form.errors)) == (409, {"says_now"})
    assert "“Theirs.”" in form.errors["says_now"][0]
    assert (form["says_now"].value(), form["why"].value()) == ("Mine.", "I heard it.")
    assert form["said_before"].value() == "Theirs."
    assert MessageChange.objects.in_program(cast.program).count() == 1
    # Saving again replaces the other person's message, however recent it is.
    assert client.post(page, form.data.dict()).status_code == 302
    theirs.refresh_from_db()
    newest = MessageChange.objects.in_program(cast.program).latest("pk")
    assert (newest.says_now, newest.said_before) == ("Mine.", "Theirs.")
    assert theirs.ended_at == newest.since


def test_a_message_of_another_topic_is_in_nobodys_way(cast: Cast) -> None:
    price, time = scenes.price(cast), scenes.price(cast, name="Time", phrases=[])
    record_change(topic=time, by=cast.rep, says_now="Soon.", why="Heard.")
    made = record_change(topic=price, by=cast.rep, says_now="It pays.", why="Heard.", seen=0)
    assert made.says_now == "It pays."


def test_the_database_keeps_one_in_use(cast: Cast) -> None:
    change = changed(cast, scenes.price(cast))
    change.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        change.save(force_insert=True)


def test_a_clock_that_is_ahead_means_now(cast: Cast) -> None:
    soon = timezone.now() + timedelta(minutes=5)
    facts: dict[str, Any] = {"says_now": "New.", "why": "Heard.", "since": soon}
    change = record_change(topic=scenes.price(cast), by=cast.marketer, **facts)
    assert change.since <= timezone.now()


def test_what_makes_no_sense_is_refused(cast: Cast) -> None:
    price, pain = scenes.price(cast), scenes.price(cast, kind="pain", name="Sheets", phrases=[])
    changed(cast, price, 5)
    hers = add_asset(program=cast.other_program, title="Hers", kind="other", by=None)
    wrong: list[tuple[str, InsightTopic, dict[str, Any]]] = [
        ("topic", pain, {}),
        ("says_now", price, {"says_now": " "}),
        ("says_now", price, {"says_now": "Same.", "said_before": "Same."}),
        ("said_before", price, {"said_before": "x" * 2_001}),
        ("why", price, {"why": ""}),
        ("since", price, {"since": timezone.now() + timedelta(days=1)}),
        # The message that began five days ago was not in use yet.
        ("since", price, {"since": ago(6)}),
        ("asset", price, {"asset": hers}),
    ]
    for name, topic, said in wrong:
        facts: dict[str, Any] = {"says_now": "New.", "why": "Heard.", "since": ago(1)} | said
        with pytest.raises(ValidationError) as refused:
            record_change(topic=topic, by=cast.marketer, **facts)
        assert list(refused.value.message_dict) == [name], said


def test_the_effect_of_a_change(cast: Cast) -> None:
    price, other = scenes.price(cast), scenes.price(cast, name="Time", phrases=["price"])
    change = changed(cast, price, 30)
    won_before = a_deal(cast, price, raised=60, closed=40, won=True)
    lost_before = a_deal(cast, price, raised=50, closed=35)
    a_deal(cast, price, raised=45, closed=20, won=True)
    crossed = a_deal(cast, price, raised=44)
    late = a_deal(cast, price, raised=10, closed=20)
    won_after = a_deal(cast, price, raised=20, closed=5, won=True)
    open_after = a_deal(cast, price, raised=10)
    a_deal(cast, other, raised=10, closed=2)
    # Content sent since then counts as an answer in all deals of the account.
    _content_sent(cast, won_after, 10)
    _content_sent(cast, open_after, 12)
    found = effect(change)
    assert found == Effect(Counted(2, 0, 1, 1), Counted(2, 1, 1, 0), crossed=2, too_late=1)
    assert found.verdict == Verdict.UNKNOWN
    row = change_in(cast.program, change.pk)
    assert row is not None
    raised = raised_in(cast.program, [price.pk])[price.pk]

    def deals(group: Group, only: str = "") -> list[Opportunity]:
        return [deal for deal, _raised in rows_of(row, raised, group, only)]

    assert deals(Group.BEFORE) == [lost_before, won_before]
    assert deals(Group.BEFORE, Only.WON) == [won_before]
    assert deals(Group.BEFORE, Only.LOST) == [lost_before]
    assert deals(Group.AFTER) == [open_after, won_after]
    assert deals(Group.AFTER, Only.OPEN) == [open_after]
    assert deals(Group.AFTER, Only.ANSWERED) == [won_after]
    assert crossed in deals(Group.CROSSED)
    assert deals(Group.TOO_LATE) == [late]


def _content_sent(cast: Cast, deal: Opportunity, days: float) -> None:
    asset = add_asset(program=cast.program, title=f"Study {days}", kind="other", by=None)
    Touch.objects.create(
        program=cast.program,
        account=deal.account,
        channel="email",
        side="marketing",
        starts_at=ago(days),
        ends_at=ago(days) + timedelta(minutes=15),
        state="done",
        done_at=ago(days),
        asset=asset,
        thread=0,
    )


def test_deals_that_raise_it_again_count_by_the_first_time(cast: Cast) -> None:
    price = scenes.price(cast)
    change = changed(cast, price, 30)
    deal = a_deal(cast, price, raised=40)
    scenes.said_then(cast, price, ago(10), opportunity=deal)
    assert effect(change) == Effect(Counted(), Counted(), crossed=1)


def test_enough_deals_tell_a_difference(cast: Cast) -> None:
    price = scenes.price(cast)
    change = changed(cast, price, 30)
    for number in range(6):
        a_deal(cast, price, raised=60, closed=40, won=number == 0)
        a_deal(cast, price, raised=20, closed=5, won=number != 0)
    found = effect(change)
    assert (found.before, found.after) == (Counted(6, 0, 1, 5), Counted(6, 0, 5, 1))
    assert found.verdict == Verdict.BETTER


@pytest.mark.parametrize("size", [1, 3])
def test_all_effects_take_one_statement(cast: Cast, size: int) -> None:
    for number in range(size):
        topic = scenes.price(cast, name=f"Price {number}", phrases=["price"])
        changed(cast, topic, 10)
        a_deal(cast, topic, raised=5)
    with CaptureQueriesContext(connection) as queries:
        rows = effects(cast.program, newest_changes(cast.program))
    assert len(queries) == 2
    assert sum(found.after.deals for _change, found in rows) >= size
