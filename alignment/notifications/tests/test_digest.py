"""The daily digest: at 8:00 in the person's time zone, once a day in all circumstances."""

import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.core import mail
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from alignment.notifications.actions.digest import write_digests
from alignment.notifications.actions.mailing import send_mails
from alignment.notifications.actions.notices import NoticeText, notify
from alignment.notifications.actions.reading import choose_mail, mark_read
from alignment.notifications.models import Delivery, Notice
from alignment.notifications.rules import digest_moment
from alignment.people.models import User
from tests.cast import Cast

PARIS, NEW_YORK = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York")


def wants_digest(cast: Cast, user: User, zone: str = "Europe/Paris") -> None:
    User.objects.filter(pk=user.pk).update(time_zone=zone)
    choose_mail(program=cast.program, user=user, choices={"breach": "digest"})


def told(cast: Cast, user: User, at: datetime, cause: str = "c") -> None:
    notify(
        program=cast.program,
        users=[user],
        kind="breach",
        cause=cause,
        words=lambda: NoticeText(f"Late {cause}"),
    )
    Notice.objects.in_program(cast.program).filter(cause=cause).update(created_at=at)


def digests(cast: Cast) -> list[str]:
    rows = Delivery.objects.in_program(cast.program).filter(event="digest").order_by("id")
    return list(rows.values_list("cause", flat=True))


def paris(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=PARIS)


def test_at_eight_of_their_own_morning(cast: Cast) -> None:
    wants_digest(cast, cast.rep, "America/New_York")
    wants_digest(cast, cast.marketer, "Europe/Paris")
    told(cast, cast.rep, paris(2, 15), "rep")
    told(cast, cast.marketer, paris(2, 12), "marketer")
    assert write_digests(now=paris(3, 7, 59)) == 0
    assert write_digests(now=paris(3, 8)) == 1
    assert digests(cast) == [f"digest-{cast.marketer.pk}-2026-03-03"]
    assert write_digests(now=paris(3, 13, 59)) == 0
    assert write_digests(now=paris(3, 14)) == 1
    assert digests(cast)[1] == f"digest-{cast.rep.pk}-2026-03-03"


def test_once_a_day_even_if_more_comes(cast: Cast) -> None:
    wants_digest(cast, cast.marketer)
    told(cast, cast.marketer, paris(2, 12), "a")
    for minute in (0, 2, 4):
        write_digests(now=paris(3, 8, minute))
    # Written before eight but committed after the digest was made.
    told(cast, cast.marketer, paris(3, 7), "b")
    write_digests(now=paris(3, 8, 6))
    told(cast, cast.marketer, paris(3, 9), "c")
    write_digests(now=paris(3, 10))
    assert len(digests(cast)) == 1
    write_digests(now=paris(4, 8))
    assert len(digests(cast)) == 2
    send_mails()
    assert [("Late a" in m.body, "Late b" in m.body, "Late c" in m.body) for m in mail.outbox] == [
        (True, False, False),
        (False, True, True),
    ]


def test_only_if_there_is_something_unread(cast: Cast) -> None:
    wants_digest(cast, cast.marketer)
    assert write_digests(now=paris(3, 8)) == 0
    told(cast, cast.marketer, paris(2, 12))
    mark_read(program=cast.program, user=cast.marketer)
    assert write_digests(now=paris(3, 8)) == 0
    assert digests(cast) == []


def test_who_wants_none_any_more_gets_none(cast: Cast) -> None:
    wants_digest(cast, cast.marketer)
    told(cast, cast.marketer, paris(2, 12))
    choose_mail(program=cast.program, user=cast.marketer, choices={"breach": "never"})
    assert write_digests(now=paris(3, 8)) == 0


def test_what_was_not_wanted_then_does_not_come_later(cast: Cast) -> None:
    choose_mail(program=cast.program, user=cast.marketer, choices={"breach": "never"})
    told(cast, cast.marketer, paris(2, 12))
    wants_digest(cast, cast.marketer)
    assert write_digests(now=paris(3, 8)) == 0


def test_the_mail_is_grouped_and_says_what_it_is(cast: Cast) -> None:
    wants_digest(cast, cast.marketer)
    for cause in ("a", "b"):
        told(cast, cast.marketer, paris(2, 12), cause)
    write_digests(now=paris(3, 8))
    send_mails()
    (message,) = mail.outbox
    assert message.subject == "Your day in US mid-market: 2 notices"
    assert message.body.count("A promise is broken") == 1
    notices = Notice.objects.in_program(cast.program)
    assert all(n.mailed_at and not n.in_digest for n in notices)


def test_after_a_night_without_service_it_comes_when_it_can(cast: Cast) -> None:
    wants_digest(cast, cast.marketer)
    told(cast, cast.marketer, paris(2, 12))
    assert write_digests(now=paris(3, 17)) == 1
    assert digests(cast) == [f"digest-{cast.marketer.pk}-2026-03-03"]


def test_a_zone_that_is_not_known_is_no_reason_to_stop(cast: Cast) -> None:
    wants_digest(cast, cast.marketer, "Mars/Olympus")
    wants_digest(cast, cast.rep)
    told(cast, cast.marketer, paris(2, 12), "a")
    told(cast, cast.rep, paris(2, 12), "b")
    assert write_digests(now=paris(3, 12)) == 2


@pytest.mark.django_db(transaction=True)
def test_run_twice_at_the_same_time(cast: Cast) -> None:
    wants_digest(cast, cast.marketer)
    for number in range(5):
        told(cast, cast.marketer, paris(2, 12), f"c{number}")
    start = threading.Barrier(4)

    def work() -> None:
        try:
            start.wait()
            write_digests(now=paris(3, 8))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert len(digests(cast)) == 1
    assert not Notice.objects.in_program(cast.program).filter(in_digest=True).exists()


def test_over_the_nights_when_clocks_change() -> None:
    """In 2026 the clocks change on 29 March and 25 October in Paris, on 8 March and 1 November in
    New York.
    """
    for zone, day in (
        (PARIS, date(2026, 3, 29)),
        (PARIS, date(2026, 10, 25)),
        (NEW_YORK, date(2026, 3, 8)),
        (NEW_YORK, date(2026, 11, 1)),
    ):
        eight = datetime(day.year, day.month, day.day, 8, tzinfo=zone)
        before = digest_moment(eight.astimezone(UTC) - timedelta(seconds=1), zone)
        assert digest_moment(eight.astimezone(UTC), zone) == eight
        assert before.date() == day - timedelta(days=1)
        assert before.hour == 8
        assert abs(eight.astimezone(UTC) - before.astimezone(UTC)) in (
            timedelta(hours=23),
            timedelta(hours=25),
        )


@given(
    st.integers(1_577_836_800, 2_051_222_400).map(lambda s: datetime.fromtimestamp(s, UTC)),
    st.sampled_from(sorted(available_timezones())),
)
def test_the_moment_is_the_last_eight_o_clock(now: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    moment = digest_moment(now, zone)
    assert (moment.hour, moment.minute) == (8, 0)
    assert moment.astimezone(UTC) <= now
    # Days last up to 25 hours, plus a calendar day where a zone moved across the date line.
    assert now - moment.astimezone(UTC) <= timedelta(hours=49)
