"""Weekly briefings: written once, never changed, and sent to the right people."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from alignment.core.models import AuditEntry
from alignment.notifications.actions.mailing import send_mails
from alignment.notifications.models import Mailing, Notice, NoticeChoice
from campaigns.insights.actions import briefings
from campaigns.insights.actions.briefings import (
    keep_rhythms,
    mark_read,
    set_rhythm,
    write_due,
    write_now,
)
from campaigns.insights.actions.changes import record_change
from campaigns.insights.actions.notes import change_note, remove_note
from campaigns.insights.actions.support import ask
from campaigns.insights.actions.tags import dismiss
from campaigns.insights.actions.topics import answer_topic, change_topic
from campaigns.insights.models import Briefing, BriefingRead, BriefingRhythm, InsightTopic, Tag
from campaigns.insights.queries.briefing_content import content_of
from campaigns.insights.queries.briefings import briefings_in, readers_of
from campaigns.insights.rules.briefing import read
from tests.cast import Cast
from tests.threads import at_once

from . import scenes

pytestmark = pytest.mark.django_db

# A Monday, 8:00 in New York.
MONDAY = datetime(2026, 10, 26, 12, tzinfo=UTC)
# The Monday after: the clock went back on 1 November.
NEXT = datetime(2026, 11, 2, 13, tzinfo=UTC)


def prepared(cast: Cast, now: datetime = MONDAY) -> BriefingRhythm:
    """The program's rhythm just after that moment; no other program's is due."""
    keep_rhythms(now=now)
    return BriefingRhythm.objects.in_program(cast.program).get()


def all_of(cast: Cast) -> list[Briefing]:
    return list(Briefing.objects.in_program(cast.program).order_by("ends_at"))


def told(cast: Cast) -> dict[str, str]:
    rows = Notice.objects.in_program(cast.program).filter(kind="briefing").select_related("user")
    return {notice.user.email: notice.title for notice in rows}


def emails(cast: Cast, *names: str) -> set[str]:
    return {getattr(cast, name).email for name in names}


def test_it_is_written_once_a_week_at_its_hour_across_the_clock_change(cast: Cast) -> None:
    assert prepared(cast).next_at == NEXT
    scenes.said_then(cast, scenes.price(cast), MONDAY + timedelta(days=1))
    assert write_due(now=NEXT - timedelta(seconds=1)) == 0
    # Both programs of the cast; the second one's briefing is empty.
    assert (write_due(now=NEXT), write_due(now=NEXT)) == (2, 0)
    (row,) = all_of(cast)
    assert (row.week, row.starts_at, row.ends_at) == (date(2026, 11, 2), MONDAY, NEXT)
    assert prepared(cast).next_at == NEXT + timedelta(days=7)
    assert AuditEntry.objects.filter(action="briefing.write", target_id=row.pk).exists()


def test_after_a_pause_one_covers_all_and_nothing_is_told_twice(cast: Cast) -> None:
    prepared(cast)
    write_due(now=NEXT)
    price = scenes.price(cast)
    scenes.said_then(cast, price, NEXT + timedelta(days=2))
    scenes.said_then(cast, price, NEXT + timedelta(days=15))
    later = NEXT + timedelta(days=16)
    write_due(now=later)
    first, second = all_of(cast)
    assert (second.starts_at, second.ends_at) == (first.ends_at, NEXT + timedelta(days=14))
    (line,) = second.content["objections"]["lines"]
    assert (second.content["days"], line["conversations"]) == (14, 1)
    write_due(now=NEXT + timedelta(days=21))
    assert all_of(cast)[2].content["objections"]["lines"][0]["conversations"] == 1


def test_what_it_says(cast: Cast) -> None:
    prepared(cast)
    price = scenes.price(cast)
    setup = scenes.price(cast, name="Setup", phrases=["setup"])
    rival = scenes.price(cast, kind="competitor", name="Acme Suite", phrases=["Acme"])
    deal = scenes.deal(cast)
    scenes.said_then(cast, price, MONDAY - timedelta(days=3), opportunity=deal)
    for number in (1, 2):
        at = MONDAY + timedelta(days=number)
        scenes.said_then(cast, price, at, opportunity=deal, text="The price. They like Acme.")
    scenes.said_then(cast, setup, MONDAY + timedelta(days=3), text="Your setup takes months.")
    answer_topic(topic=setup, by=cast.marketer, answer="Two weeks, with our team.")
    topics = InsightTopic.objects.in_program(cast.program)
    topics.filter(pk=setup.pk).update(answered_at=MONDAY + timedelta(days=4))
    topics.filter(pk=price.pk).update(gap_since=MONDAY - timedelta(days=3))
    for tag in Tag.objects.in_program(cast.program).filter(topic=rival, state="suggested")[:1]:
        Tag.objects.in_program(cast.program).filter(pk=tag.pk).update(
            state="accepted", decided_at=MONDAY + timedelta(days=2, hours=1)
        )
    lost = scenes.deal(cast, name="Lost one")
    scenes.closed_then(lost, opened=MONDAY, closed=NEXT - timedelta(days=1), is_won=False)
    ask(
        account=deal.account,
        by=cast.rep,
        what="Case study",
        due_at=datetime.now(UTC) + timedelta(days=1),
    )
    write_due(now=NEXT)
    said = read(all_of(cast)[0].content)
    rising, new = said["objections"]["lines"]
    assert (new["name"], new["trend"], new["has_answer"]) == ("Setup", "new", True)
    assert (rising["name"], rising["trend"], rising["conversations"]) == ("Price", "rising", 2)
    assert (rising["before"], rising["deals"]) == ([1, 0, 0, 0], 1)
    assert rising["stages"] == [["Discovery", 2]]
    assert [quote["quote"] for quote in rising["quotes"]] == ["The price."] * 2
    assert rising["quotes"][0]["deal"] == deal.pk
    (gap,) = said["gaps"]["lines"]
    assert (gap["name"], gap["since"]) == ("Price", MONDAY - timedelta(days=3))
    assert [line["name"] for line in said["competitors"]["lines"]] == ["Acme Suite"]
    (reason,) = said["lost"]["lines"]
    assert (reason["reason"], reason["count"], said["won"]) == ("price", 1, 0)
    assert [line["name"] for line in said["answered"]["lines"]] == ["Setup"]
    # It is needed only weeks after that Monday.
    assert said["due"]["lines"] == []
    assert told(cast)[cast.marketer.email] == (
        "Briefing: 2 objections are new or rising, 1 has no answer"
    )


def test_what_is_accepted_late_comes_in_the_next_one_once(cast: Cast) -> None:
    prepared(cast)
    price = scenes.price(cast)
    note = scenes.said_then(cast, price, MONDAY + timedelta(days=1))
    tags = Tag.objects.in_program(cast.program).filter(note=note, topic=price)
    tags.update(decided_at=NEXT + timedelta(hours=2))
    for weeks in range(3):
        write_due(now=NEXT + timedelta(days=7 * weeks))
    numbers = [row.content["tags"] for row in all_of(cast)]
    assert numbers == [0, 1, 0]


def accepted_then(cast: Cast, topic: InsightTopic, said: datetime, accepted: datetime) -> None:
    note = scenes.said_then(cast, topic, said)
    tags = Tag.objects.in_program(cast.program).filter(note=note, topic=topic)
    tags.update(decided_at=accepted)


def test_a_week_has_the_same_number_in_every_briefing(cast: Cast) -> None:
    """A late acceptance counts in the next briefing and in later comparisons, even if that briefing
    is brought forward by a day.
    """
    prepared(cast)
    price, day = scenes.price(cast), timedelta(days=1)
    for said in (MONDAY - 10 * day, MONDAY - 9 * day, MONDAY - 2 * day, MONDAY + day):
        scenes.said_then(cast, price, said)
    accepted_then(cast, price, MONDAY - day, MONDAY + 2 * day)
    # Too old for any briefing.
    accepted_then(cast, price, MONDAY - 40 * day, MONDAY + 3 * day)
    scenes.said_then(cast, price, NEXT + day)
    write_due(now=NEXT)
    write_now(program=cast.program, by=cast.marketer, now=NEXT + 6 * day)
    (first,), (second,) = (row.content["objections"]["lines"] for row in all_of(cast))
    assert (first["conversations"], first["before"]) == (2, [1, 2, 0, 0])
    assert all_of(cast)[1].content["days"] == 6
    assert (second["conversations"], second["before"]) == (1, [2, 1, 2, 0])


def test_it_stays_as_it_was(cast: Cast) -> None:
    prepared(cast)
    price = scenes.price(cast)
    note = scenes.said_then(cast, price, MONDAY + timedelta(days=1))
    write_due(now=NEXT)
    before = all_of(cast)[0].content
    change_topic(topic=price, by=cast.marketer, name="Cost")
    change_note(note=note, by=cast.rep, text="Something else.")
    for tag in scenes.tags(note):
        dismiss(tag=tag, by=cast.rep)
    remove_note(note=note, by=cast.rep)
    write_due(now=NEXT + timedelta(hours=1))
    (row,) = all_of(cast)
    assert row.content == before
    assert (
        row.content["objections"]["lines"][0]["quotes"][0]["quote"]
        == "Your price is too high for us."
    )


def test_an_empty_week_tells_nobody(cast: Cast) -> None:
    prepared(cast)
    price = scenes.price(cast)
    # A gap that has been open for weeks is not news.
    scenes.said_then(cast, price, MONDAY - timedelta(days=20))
    topics = InsightTopic.objects.in_program(cast.program)
    topics.update(gap_since=MONDAY - timedelta(days=20))
    write_due(now=NEXT)
    (row,) = all_of(cast)
    assert row.is_empty
    assert row.content["gaps"]["lines"]
    assert told(cast) == {}


def test_marketing_and_managers_of_sales_are_told_in_their_language(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    prepared(cast)
    cast.marketer.language = "fr"
    cast.marketer.save()
    NoticeChoice.objects.create(
        program=cast.program, user=cast.sales_manager, kind="briefing", mail=Mailing.NEVER
    )
    scenes.said_then(cast, scenes.price(cast), MONDAY + timedelta(days=1))
    write_due(now=NEXT)
    whom = emails(cast, "marketing_manager", "marketer", "sales_manager")
    assert set(told(cast)) == whom
    Notice.objects.in_program(cast.program).exclude(kind="briefing").delete()
    mail.outbox.clear()
    while send_mails():
        pass
    got = {message.to[0]: message for message in mail.outbox}
    assert set(got) == emails(cast, "marketing_manager", "marketer")
    text = got[cast.marketing_manager.email].body
    assert "- Price (new): 1 conversation. “Your price is too high for us.”" in text
    assert f"/insights/briefings/{all_of(cast)[0].pk}/" in text


def test_it_is_brought_forward_once_and_the_rest_goes_into_the_next(cast: Cast) -> None:
    prepared(cast)
    price, wednesday = scenes.price(cast), MONDAY + timedelta(days=2)
    scenes.said_then(cast, price, MONDAY + timedelta(days=1))
    row = write_now(program=cast.program, by=cast.marketer, now=wednesday)
    assert (row.week, row.ends_at, row.written_by) == (date(2026, 11, 2), wednesday, cast.marketer)
    with pytest.raises(ValidationError) as refused:
        write_now(program=cast.program, by=cast.marketer, now=wednesday + timedelta(hours=1))
    assert list(refused.value.message_dict) == ["week"]
    # The date that the page shows for the next briefing is the actual one.
    assert prepared(cast).next_at == NEXT + timedelta(days=7)
    scenes.said_then(cast, price, MONDAY + timedelta(days=3))
    write_due(now=NEXT)
    write_due(now=NEXT + timedelta(days=7))
    _first, second = all_of(cast)
    assert (second.starts_at, second.ends_at) == (wednesday, NEXT + timedelta(days=7))
    assert second.content["objections"]["lines"][0]["conversations"] == 1


def test_another_day_of_a_week_that_is_written_is_of_the_week_after(cast: Cast) -> None:
    prepared(cast)
    write_now(program=cast.program, by=cast.marketer, now=MONDAY + timedelta(days=2))
    # The Friday of the week already covered is skipped.
    row = set_rhythm(program=cast.program, by=cast.owner, weekday=4, now=NEXT)
    assert row.next_at == NEXT + timedelta(days=11)


def test_what_is_due_comes_before_what_is_brought_forward(cast: Cast) -> None:
    prepared(cast)
    row = write_now(program=cast.program, by=cast.marketer, now=NEXT + timedelta(minutes=1))
    assert (row.ends_at, row.written_by) == (NEXT, None)
    assert prepared(cast).next_at == NEXT + timedelta(days=7)


def test_the_rhythm_is_changed_switched_off_and_follows_the_zone(cast: Cast) -> None:
    prepared(cast)
    row = set_rhythm(program=cast.program, by=cast.owner, weekday=4, hour=16, now=MONDAY)
    assert row.next_at == datetime(2026, 10, 30, 20, tzinfo=UTC)
    senseless: list[dict[str, Any]] = [{"weekday": 7}, {"hour": 24}]
    for wrong in senseless:
        with pytest.raises(ValidationError) as refused:
            set_rhythm(program=cast.program, by=cast.owner, **wrong)
        assert list(refused.value.message_dict) == list(wrong)
    cast.program.time_zone = "Europe/Paris"
    cast.program.save()
    assert prepared(cast).next_at == datetime(2026, 10, 30, 15, tzinfo=UTC)
    set_rhythm(program=cast.program, by=cast.owner, is_on=False)
    write_due(now=NEXT + timedelta(days=20))
    assert all_of(cast) == []


def test_the_rhythm_is_changed_in_the_admin(cast: Cast) -> None:
    row = prepared(cast)
    cast.owner.is_staff = True
    cast.owner.save()
    address = reverse("admin:insights_briefingrhythm_change", args=[row.pk])
    sent = {"weekday": 2, "hour": 9, "is_on": "on"}
    assert cast.client("owner").post(address, sent).status_code == 302
    row.refresh_from_db()
    assert (row.weekday, row.hour, row.next_at > timezone.now()) == (2, 9, True)
    assert AuditEntry.objects.filter(action="briefing.rhythm", actor_id=cast.owner.pk).exists()
    wrong = cast.client("owner").post(address, sent | {"hour": 24}, follow=True)
    assert "Give a full hour from 0 to 23." in wrong.content.decode()


def test_the_database_keeps_one_a_week(cast: Cast) -> None:
    prepared(cast)
    write_due(now=NEXT)
    (row,) = all_of(cast)
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_one_program_that_fails_keeps_no_other_waiting(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(cast)

    def failing(program: Any, period: Any) -> Any:
        if program == cast.program:
            raise ValueError
        return content_of(program, period)

    monkeypatch.setattr(briefings, "content_of", failing)
    assert write_due(now=NEXT) == 1
    # The failed transaction was rolled back: the briefing is still due.
    assert prepared(cast).next_at == NEXT
    monkeypatch.undo()
    assert write_due(now=NEXT) == 1


def test_who_read_it(cast: Cast) -> None:
    prepared(cast)
    write_due(now=NEXT)
    (row,) = all_of(cast)
    for who in (cast.marketer, cast.marketer, cast.owner, cast.rep):
        mark_read(briefing=row, by=who)
    assert BriefingRead.objects.in_program(cast.program).count() == 3
    assert [briefing.read_by for briefing in briefings_in(cast.program)] == [1]  # type: ignore[attr-defined]
    found = [(reader.user, reader.read_at is not None) for reader in readers_of(row)]
    assert set(found) == {
        (cast.marketer, True),
        (cast.owner, True),
        (cast.rep, True),
        (cast.marketing_manager, False),
        (cast.sales_manager, False),
    }


def test_its_statements_do_not_grow(cast: Cast) -> None:
    prepared(cast)
    price = scenes.price(cast)
    numbers = []
    for week in range(1, 3):
        for number in range(1, 2 * week + 1):
            at = NEXT + timedelta(days=7 * (week - 2) + number)
            topic = (
                price
                if number == 1
                else scenes.price(cast, name=f"T{week}{number}", phrases=["price"])
            )
            scenes.said_then(cast, topic, at, opportunity=scenes.deal(cast))
            facts: dict[str, Any] = {"says_now": f"New {week}{number}", "why": "Heard."}
            since = timezone.now() - timedelta(days=3 - week)
            record_change(topic=topic, by=None, since=since, **facts)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            write_due(now=NEXT + timedelta(days=7 * (week - 1)))
        numbers.append(len(queries))
    assert len(all_of(cast)) == 2
    assert numbers[0] == numbers[1]


@pytest.mark.django_db(transaction=True)
def test_two_who_come_at_once_write_one(cast: Cast) -> None:
    prepared(cast)
    scenes.said_then(cast, scenes.price(cast), MONDAY + timedelta(days=1))
    write = partial(write_due, now=NEXT)
    assert sum(at_once(write, write)) == 2
    assert len(all_of(cast)) == 1
    assert len(told(cast)) == 3
