"""An unread notice is brought up to date: new words, and by e-mail what its person chose."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.notifications.actions.notices import NoticeText, notify
from alignment.notifications.actions.reading import mark_read
from alignment.notifications.actions.renewing import Renewal, hold_unread, renew
from alignment.notifications.models import Delivery, Mailing, Notice, NoticeChoice
from alignment.people.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db
HOURS = "hours"


def told(cast: Cast, *users: User, cause: str = "c") -> None:
    words = NoticeText("Before")
    notify(program=cast.program, users=users, kind=HOURS, cause=cause, words=lambda: words)


def renewed(cast: Cast, *users: User) -> list[Notice]:
    with transaction.atomic():
        held = hold_unread(program=cast.program, kind=HOURS, users=[user.pk for user in users])
        rows = [
            Renewal(notice, lambda: NoticeText(_("Today"), "", "/p/x/")) for notice in held.values()
        ]
        renew(program=cast.program, rows=rows)
    return list(Notice.objects.in_program(cast.program).order_by("pk"))


def mails(cast: Cast) -> int:
    return Delivery.objects.in_program(cast.program).filter(channel="email").count()


def test_it_has_the_new_words_in_its_readers_language(cast: Cast) -> None:
    cast.marketer.language = "fr"
    cast.marketer.save()
    told(cast, cast.marketer, cast.rep)
    found = renewed(cast, cast.marketer, cast.rep)
    assert {n.user_id: n.title for n in found} == {
        cast.marketer.pk: "Aujourd’hui",
        cast.rep.pk: "Today",
    }
    assert {n.path for n in found} == {"/p/x/"}


def test_what_was_read_stays_as_it_was_read(cast: Cast) -> None:
    told(cast, cast.rep)
    mark_read(program=cast.program, user=cast.rep)
    (notice,) = renewed(cast, cast.rep)
    assert notice.title == "Before"


def test_the_newest_of_several_is_renewed_and_others_causes_are_left_alone(cast: Cast) -> None:
    told(cast, cast.rep, cause="one")
    told(cast, cast.rep, cause="two")
    assert [notice.title for notice in renewed(cast, cast.rep)] == ["Before", "Today"]
    held = hold_unread(program=cast.program, kind=HOURS, users=[cast.rep.pk], causes=["one"])
    assert [notice.cause for notice in held.values()] == ["one"]


@pytest.mark.parametrize(("mailed_ago", "number"), [(50, 1), (70, 2)])
def test_it_is_mailed_again_but_not_within_the_hour(
    cast: Cast, mailed_ago: int, number: int
) -> None:
    told(cast, cast.rep)
    mailed_at = timezone.now() - timedelta(minutes=mailed_ago)
    Notice.objects.in_program(cast.program).update(mailed_at=mailed_at)
    renewed(cast, cast.rep)
    renewed(cast, cast.rep)
    assert mails(cast) == number


@pytest.mark.parametrize(("choice", "waits"), [(Mailing.DIGEST, True), (Mailing.NEVER, False)])
def test_who_wants_no_mail_at_once_gets_none(cast: Cast, choice: str, waits: bool) -> None:
    NoticeChoice.objects.create(program=cast.program, user=cast.rep, kind=HOURS, mail=choice)
    told(cast, cast.rep)
    Notice.objects.in_program(cast.program).update(in_digest=False)
    (notice,) = renewed(cast, cast.rep)
    assert (notice.in_digest, notice.mailed_at, mails(cast)) == (waits, None, 0)


def test_one_statement_for_any_number(cast: Cast) -> None:
    def cost(*users: User) -> int:
        told(cast, *users)
        with CaptureQueriesContext(connection) as seen:
            renewed(cast, *users)
        return len(seen)

    assert cost(cast.rep) == cost(cast.rep, cast.marketer, cast.owner)
