"""Notices: once per person, in their language, by their choices, with few statements."""

from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext as _

from alignment.notifications.actions.notices import (
    Announcement,
    NewNotice,
    NoticeText,
    announce,
    announce_many,
    notify,
    notify_many,
    wanted_events,
)
from alignment.notifications.models import Delivery, Endpoint, Mailing, Notice, NoticeChoice
from alignment.people.models import User
from tests.cast import Cast

BREACH = "breach"


def words() -> NoticeText:
    return NoticeText(_("Today"), "First call", "/p/spring/leads/1/")


def notices(cast: Cast) -> list[Notice]:
    return list(Notice.objects.in_program(cast.program).order_by("id"))


def deliveries(cast: Cast) -> list[Delivery]:
    return list(Delivery.objects.in_program(cast.program).order_by("id"))


def choose(cast: Cast, user: User, mail: str, kind: str = BREACH) -> None:
    NoticeChoice.objects.create(program=cast.program, user=user, kind=kind, mail=mail)


def endpoint(cast: Cast, *events: str, **fields: object) -> Endpoint:
    values = {"kind": "webhook", "name": f"Hook {events}", "url": "https://example.com/"}
    return Endpoint.objects.create(program=cast.program, events=list(events), **(values | fields))


def test_each_reads_it_in_their_language(cast: Cast) -> None:
    cast.marketer.language, cast.rep.language = "fr", "en"
    cast.marketer.save()
    cast.rep.save()
    notify(
        program=cast.program,
        users=[cast.marketer, cast.rep],
        kind=BREACH,
        cause="clock-1",
        words=words,
    )
    assert {n.user_id: n.title for n in notices(cast)} == {
        cast.marketer.pk: "Aujourd’hui",
        cast.rep.pk: "Today",
    }


def test_the_same_cause_is_told_once(cast: Cast) -> None:
    for _time in range(3):
        notify(
            program=cast.program, users=[cast.rep, cast.rep], kind=BREACH, cause="c", words=words
        )
    assert len(notices(cast)) == 1
    assert [d.cause for d in deliveries(cast)] == [f"mail-{notices(cast)[0].pk}"]


def test_mail_by_choice(cast: Cast) -> None:
    choose(cast, cast.marketer, Mailing.DIGEST)
    choose(cast, cast.marketing_manager, Mailing.NEVER)
    choose(cast, cast.owner, Mailing.AT_ONCE)
    choose(cast, cast.sales_manager, Mailing.NEVER, kind="warning")
    everybody = [
        cast.marketer,
        cast.marketing_manager,
        cast.owner,
        cast.sales_manager,
        cast.rep,
    ]
    notify(program=cast.program, users=everybody, kind=BREACH, cause="c", words=words)
    told = {n.user_id: n for n in notices(cast)}
    assert set(told) == {user.pk for user in everybody}
    assert {n.user_id for n in told.values() if n.in_digest} == {cast.marketer.pk}
    mailed = {cast.owner.pk, cast.sales_manager.pk, cast.rep.pk}
    assert {n.user_id for n in told.values() if n.mailed_at} == mailed
    assert {d.user_id for d in deliveries(cast)} == mailed
    assert {d.payload["notice"] for d in deliveries(cast)} == {told[pk].pk for pk in mailed}


def test_who_left_or_is_inactive_is_not_told(cast: Cast) -> None:
    cast.membership("marketer").delete()
    User.objects.filter(pk=cast.owner.pk).update(is_active=False)
    users = [cast.marketer, cast.owner, cast.stranger, cast.rep]
    notify(program=cast.program, users=users, kind=BREACH, cause="c", words=words)
    assert [n.user_id for n in notices(cast)] == [cast.rep.pk]


@pytest.mark.parametrize("number", [1, 3, 2_000])
def test_many_take_two_statements(cast: Cast, number: int) -> None:
    choose(cast, cast.rep, Mailing.DIGEST)
    people: list[User | int] = [cast.rep, cast.owner.pk, cast.marketer.pk]
    rows = [
        NewNotice(people[i % 3], BREACH, f"clock-{i}", partial(NoticeText, f"Lead {i}"))
        for i in range(number)
    ]
    with CaptureQueriesContext(connection) as caught:
        notify_many(program=cast.program, rows=rows)
    assert len(caught) == 2
    assert [n.title for n in notices(cast)] == [f"Lead {i}" for i in range(number)]
    assert sum(n.in_digest for n in notices(cast)) == (number + 2) // 3


def test_unknown_kinds_and_events_are_mistakes_of_the_caller(cast: Cast) -> None:
    with pytest.raises(ValueError, match="gossip"):
        notify(program=cast.program, users=[cast.rep], kind="gossip", cause="c", words=words)
    with pytest.raises(ValueError, match="gossip"):
        announce(program=cast.program, event="gossip", cause="c", data={}, text="")


def test_addresses_of_pages_are_completed(cast: Cast, settings: Any) -> None:
    settings.SITE_ADDRESS = "https://entente.example/"
    endpoint(cast, "breach")
    data = {"lead": {"id": 7, "url": "/p/x/leads/7/"}, "url": "https://else.example/", "n": None}
    announce(program=cast.program, event=BREACH, cause="c", data=data, text="")
    (sent,) = deliveries(cast)
    assert sent.payload["data"] == {
        "lead": {"id": 7, "url": "https://entente.example/p/x/leads/7/"},
        "url": "https://else.example/",
        "n": None,
    }


def test_an_event_goes_to_the_endpoints_that_want_it(cast: Cast) -> None:
    hook = endpoint(cast, "breach", "feedback")
    slack = endpoint(cast, "breach", kind="slack", name="Sales")
    endpoint(cast, "feedback")
    endpoint(cast, "breach", is_active=False, name="Off")
    theirs = Endpoint.objects.create(
        program=cast.other_program,
        kind="webhook",
        name="H",
        url="https://x.example/",
        events=["breach"],
    )
    for _time in range(2):
        announce(
            program=cast.program, event=BREACH, cause="clock-1", data={"lead": 7}, text="Broken"
        )
    sent = deliveries(cast)
    assert {(d.endpoint_id, d.channel) for d in sent} == {(hook.pk, "webhook"), (slack.pk, "slack")}
    assert len(sent) == 2
    payload = sent[0].payload
    assert (payload["type"], payload["data"], payload["text"]) == (BREACH, {"lead": 7}, "Broken")
    assert payload["timestamp"].startswith("20")
    assert not Delivery.objects.in_program(cast.other_program).filter(endpoint=theirs).exists()
    assert wanted_events(cast.program) == {"breach", "feedback"}


@pytest.mark.parametrize("number", [1, 2_000])
def test_many_events_take_one_statement(cast: Cast, number: int) -> None:
    endpoint(cast, "breach")
    rows = [Announcement(BREACH, f"clock-{i}", {"number": i}, "Broken") for i in range(number)]
    with CaptureQueriesContext(connection) as caught:
        announce_many(program=cast.program, rows=rows)
    assert len(caught) == 1
    assert len(deliveries(cast)) == number
