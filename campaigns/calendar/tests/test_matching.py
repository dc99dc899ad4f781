"""Messages sent and calls made are matched to planned touches, once."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Signal, Stakeholder
from alignment.sla.actions.work import log_attempt
from campaigns.calendar.actions.matching import Report, match_occurrences, report_touch
from campaigns.calendar.actions.outcome import finish_touch, skip_touch
from campaigns.calendar.models import Occurrence, Touch
from campaigns.calendar.rules.matching import SIGNALS, Meaning
from tests import cast as make
from tests.cast import Cast
from tests.threads import at_once

from .test_actions import plan

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def person(cast: Cast) -> Stakeholder:
    return make.stakeholder(cast.program, make.account(cast.program))


# The tests measure time from the moment they began.
BEGAN = timezone.now().replace(microsecond=0)


def now() -> datetime:
    return BEGAN


def planned(person: Stakeholder, who: Any, *, at: datetime, **more: Any) -> Touch:
    """Plans it an hour before `at`, because planning in the past is refused."""
    with time_machine.travel(at - HOUR):
        return plan(person, who, starts_at=at, reason="It is a test", **more)


def mail(to: Stakeholder, external_id: str = "m-1", **more: Any) -> Report:
    assert to.account is not None
    given: dict[str, Any] = {
        "source": "hubspot",
        "external_id": external_id,
        "account": to.account,
        "person": to,
        "meaning": Meaning("email"),
        "at": now() - HOUR,
    }
    return Report(**(given | more))


def state(cast: Cast) -> list[tuple[Any, ...]]:
    rows = Touch.objects.in_program(cast.program).order_by("pk")
    return list(rows.values_list("pk", "state", "result", "done_at", "source", "updated_at"))


def test_an_opened_mail_is_the_mail_that_was_planned(cast: Cast, person: Stakeholder) -> None:
    touch = planned(person, cast.marketer, at=now() - 2 * DAY, channel="email")
    make.engage(person, "email_opened", at=now() - DAY)
    assert match_occurrences() == 1
    touch.refresh_from_db()
    # It was sent before; only its plan tells when.
    assert (touch.state, touch.result, touch.done_at) == ("done", "opened", now() - 2 * DAY)
    # A reply says more; another opening says less. Both answer the same mail.
    make.engage(person, "email_replied", at=now() - HOUR)
    make.engage(person, "email_opened", at=now() - HOUR / 2)
    assert match_occurrences() == 2
    touch.refresh_from_db()
    assert (touch.result, Touch.objects.in_program(cast.program).count()) == ("replied", 1)


def test_matching_twice_changes_nothing(cast: Cast, person: Stakeholder) -> None:
    planned(person, cast.marketer, at=now() - DAY, channel="email")
    make.engage(person, "email_opened", at=now() - HOUR)
    make.engage(person, "event_met", at=now() - HOUR)
    assert match_occurrences() == 2
    once = state(cast)
    assert match_occurrences() == 0
    Occurrence.objects.in_program(cast.program).update(waits=True)
    assert match_occurrences() == 2
    assert state(cast) == once


def test_a_logged_call_is_the_call_that_was_planned(cast: Cast, person: Stakeholder) -> None:
    touch = planned(person, cast.rep, at=now() - DAY)
    lead = make.lead(cast.program, person, owner=cast.rep)
    said: Any = {"channel": "call", "outcome": "no_answer", "note": "Voicemail full"}
    log_attempt(lead=lead, by=cast.rep, at=now() - HOUR, **said)
    match_occurrences()
    touch.refresh_from_db()
    assert (touch.state, touch.result, touch.result_note) == (
        "done",
        "no_answer",
        "Voicemail full",
    )
    # The next call is a different one, which nobody planned.
    log_attempt(lead=lead, by=cast.rep, channel="call", outcome="reached", at=now())
    match_occurrences()
    other = Touch.objects.in_program(cast.program).exclude(pk=touch.pk).get()
    assert (other.state, other.side, other.who, other.result) == (
        "done",
        "sales",
        cast.rep,
        "replied",
    )
    assert [row.stakeholder_id for row in other.people.all()] == [person.pk]


def test_a_call_done_by_hand_and_logged_is_one_call(cast: Cast, person: Stakeholder) -> None:
    touch = planned(person, cast.rep, at=now() - DAY)
    finish_touch(touch=touch, by=cast.rep, result="meeting", note="Thursday at ten")
    lead = make.lead(cast.program, person)
    log_attempt(lead=lead, by=cast.rep, channel="call", outcome="reached", at=now())
    match_occurrences()
    touch.refresh_from_db()
    assert (touch.result, touch.result_note) == ("meeting", "Thursday at ten")
    assert Touch.objects.in_program(cast.program).count() == 1


def test_a_skipped_touch_was_not_it(cast: Cast, person: Stakeholder) -> None:
    touch = planned(person, cast.marketer, at=now() - DAY, channel="email")
    skip_touch(touch=touch, by=cast.marketer, because="No time")
    made, outcome = report_touch(program=cast.program, report=mail(person), by=None)
    assert outcome == "created"
    assert made.pk != touch.pk


def test_a_tool_reports_once(cast: Cast, person: Stakeholder) -> None:
    touch = planned(person, cast.marketer, at=now() - DAY, channel="email")
    told = report_touch(program=cast.program, report=mail(person), by=cast.owner)
    assert (told[0].pk, told[1]) == (touch.pk, "matched")
    again = report_touch(program=cast.program, report=mail(person, at=now()), by=cast.owner)
    assert (again[0].pk, again[1]) == (touch.pk, "duplicate")
    # The planned touch is taken, so another mail is added, whatever it collides with.
    other = report_touch(
        program=cast.program, report=mail(person, "m-2", who=cast.rep), by=cast.owner
    )
    assert (other[1], other[0].side) == ("created", "sales")


def test_what_a_tool_planned_is_done_by_its_own_id(cast: Cast, person: Stakeholder) -> None:
    far = now() + 10 * DAY
    own = {"source": "hubspot", "external_id": "m-1"}
    touch = planned(person, cast.marketer, at=far, channel="email", **own)
    skip_touch(touch=touch, by=cast.marketer, because="No time")
    done, outcome = report_touch(program=cast.program, report=mail(person), by=None)
    assert (done.pk, done.state, outcome) == (touch.pk, "done", "matched")


def test_a_company_as_a_whole_is_matched_by_its_account(cast: Cast, person: Stakeholder) -> None:
    touch = planned(person, cast.marketer, at=now() - DAY, channel="ad")
    report = mail(person, person=None, meaning=Meaning("ad"))
    assert report_touch(program=cast.program, report=report, by=None)[0].pk == touch.pk


def test_signals_that_tell_of_no_contact_and_old_ones_leave_nothing(
    cast: Cast, person: Stakeholder
) -> None:
    make.engage(person, "pricing_page_view", at=now())
    make.engage(person, "email_opened", at=now() - 31 * DAY)
    assert not Occurrence.objects.in_program(cast.program).exists()


def test_the_database_notices_every_signal_that_the_rules_know(
    cast: Cast, person: Stakeholder
) -> None:
    known = set(Signal.objects.in_program(cast.program).values_list("code", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'calendar_notice_engagements'")
        (source,) = cursor.fetchone()
    assert all(f"'{code}'" in source for code in SIGNALS)
    for code in known & set(SIGNALS):
        make.engage(person, code, at=now())
    assert Occurrence.objects.in_program(cast.program).count() == len(known & set(SIGNALS))


def test_somebody_without_a_company_holds_nothing_up(cast: Cast, person: Stakeholder) -> None:
    make.engage(make.stakeholder(cast.program), "call_answered", at=now())
    make.engage(person, "call_answered", at=now())
    assert match_occurrences() == 2
    assert Touch.objects.in_program(cast.program).get().account_id == person.account_id


@pytest.mark.parametrize("code", ["email_opened", "email_replied"])
def test_an_answer_to_what_nobody_told_of_is_no_touch_of_ours(
    cast: Cast, person: Stakeholder, code: str
) -> None:
    make.engage(person, code, at=now() - HOUR)
    assert match_occurrences() == 1
    assert not Touch.objects.in_program(cast.program).exists()
    assert match_occurrences() == 0


def test_answers_to_nothing_are_settled_together(cast: Cast, person: Stakeholder) -> None:
    def opened(number: int) -> int:
        for _ in range(number):
            who = make.stakeholder(cast.program, person.account)
            make.engage(who, "email_opened", at=now() - HOUR)
        with CaptureQueriesContext(connection) as statements:
            assert match_occurrences() == number
        return len(statements)

    opened(1)
    assert opened(20) == opened(2)


def test_a_mail_reported_after_it_was_opened_has_its_own_date_and_sender(
    cast: Cast, person: Stakeholder
) -> None:
    make.engage(person, "email_opened", at=now() - HOUR)
    match_occurrences()
    sent = mail(person, at=now() - 20 * HOUR, who=cast.marketer)
    touch, outcome = report_touch(program=cast.program, report=sent, by=None)
    assert outcome == "created"
    # The opening waits for its mail, and is matched then.
    assert (match_occurrences(), match_occurrences()) == (1, 0)
    touch.refresh_from_db()
    assert (touch.done_at, touch.who, touch.result) == (sent.at, cast.marketer, "opened")
    assert Touch.objects.in_program(cast.program).count() == 1


def test_an_opening_does_not_belong_to_what_was_sent_after_it(
    cast: Cast, person: Stakeholder
) -> None:
    make.engage(person, "email_opened", at=now() - 3 * DAY)
    match_occurrences()
    touch, _outcome = report_touch(program=cast.program, report=mail(person), by=None)
    assert match_occurrences() == 0
    touch.refresh_from_db()
    assert touch.result == ""


def test_what_we_did_corrects_what_an_opening_made_us_guess(
    cast: Cast, person: Stakeholder
) -> None:
    touch = planned(person, None, at=now() - 2 * DAY, channel="email", side="marketing")
    make.engage(person, "email_opened", at=now() - HOUR)
    match_occurrences()
    sent = mail(person, at=now() - 20 * HOUR, who=cast.rep)
    found, outcome = report_touch(program=cast.program, report=sent, by=None)
    assert (found.pk, outcome) == (touch.pk, "matched")
    touch.refresh_from_db()
    assert (touch.done_at, touch.who, touch.side) == (sent.at, cast.rep, "sales")
    assert touch.result == "opened"


def test_a_correction_moves_all_of_the_thread_or_nothing(cast: Cast) -> None:
    monday = datetime(2026, 11, 30, 16, tzinfo=UTC)  # 10:00 in Chicago
    account = make.account(cast.program, state="IL")
    ann, bob = make.stakeholder(cast.program, account), make.stakeholder(cast.program, account)
    first = planned(ann, cast.rep, at=monday, channel="email")
    second = planned(bob, cast.rep, at=monday + 2 * DAY, follows=first)
    third = planned(ann, cast.rep, at=monday + 3 * DAY, follows=first)
    # An advertisement of a colleague leaves Bob's call no room.
    lasts = monday + 4 * DAY
    planned(bob, cast.marketer, at=lasts, channel="ad", ends_at=lasts + 40 * DAY)
    with time_machine.travel(monday + 2 * DAY - 2 * HOUR):
        make.engage(ann, "email_opened", at=monday + 44 * HOUR)
        match_occurrences()
        sent = mail(ann, at=monday + 43 * HOUR, who=cast.rep)
        report_touch(program=cast.program, report=sent, by=None)
    for touch in (first, second, third):
        touch.refresh_from_db()
    assert first.done_at == sent.at
    assert [second.starts_at, third.starts_at] == [monday + 2 * DAY, monday + 3 * DAY]


def test_when_a_person_said_that_it_was_done_stays(cast: Cast, person: Stakeholder) -> None:
    touch = planned(person, cast.marketer, at=now() - 2 * DAY, channel="email")
    said = now() - DAY
    finish_touch(touch=touch, by=cast.marketer, done_at=said)
    make.engage(person, "email_opened", at=now() - HOUR)
    match_occurrences()
    report_touch(program=cast.program, report=mail(person, who=cast.marketer), by=None)
    touch.refresh_from_db()
    assert (touch.done_at, touch.result) == (said, "opened")


def test_what_a_colleague_has_done_is_another_touch(cast: Cast, person: Stakeholder) -> None:
    touch = planned(person, cast.marketer, at=now() - 2 * DAY, channel="email")
    finish_touch(touch=touch, by=cast.marketer)
    other, outcome = report_touch(program=cast.program, report=mail(person, who=cast.rep), by=None)
    assert (outcome, other.who, other.side) == ("created", cast.rep, "sales")


@pytest.mark.django_db(transaction=True)
def test_matchers_at_the_same_moment_find_one_touch(cast: Cast, person: Stakeholder) -> None:
    planned(person, cast.marketer, at=now() - DAY, channel="email")
    reports = [mail(person, f"m-{number % 3}") for number in range(12)]
    works = [partial(report_touch, program=cast.program, report=each, by=None) for each in reports]
    outcomes = sorted(outcome for _touch, outcome in at_once(*works))
    assert outcomes == ["created"] * 2 + ["duplicate"] * 9 + ["matched"]
    assert Touch.objects.in_program(cast.program).count() == 3
