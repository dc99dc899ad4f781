"""What counts as hearing from a contact, and when a deal counts as silent."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from alignment.scoring.actions.signals import put_signal
from alignment.workspace.deals.causes import Because
from alignment.workspace.deals.standing import flags_of, last_heard_of
from campaigns.calendar.models import Touch, TouchPerson
from campaigns.committee.actions.members import put_member
from campaigns.insights.actions.notes import write_note
from campaigns.insights.actions.support import ask, deliver, take
from campaigns.insights.models import SupportRequest
from campaigns.insights.tests import scenes
from campaigns.opportunities.actions.writing import change_opportunity, open_opportunity
from campaigns.opportunities.models import Opportunity
from campaigns.opportunities.rules import Risk
from campaigns.roi.actions.sharing import Recipient, share_calculator
from campaigns.roi.actions.visiting import note_visit
from campaigns.roi.models import RoiVisit
from campaigns.roi.tests.scenes import calculator
from tests import cast as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
THEN = timezone.now() - timedelta(days=40)
LATELY = timezone.now() - timedelta(days=3)


@pytest.fixture
def deal(cast: Cast) -> Opportunity:
    account = make.account(cast.program, "Cascade Robotics")
    make.stakeholder(cast.program, account, first_name="Dana", last_name="Reyes")
    return open_opportunity(
        account=account, by=cast.rep, name="Rollout", owner=cast.rep, opened_at=THEN
    )


def silent_for(deal: Opportunity) -> int | None:
    """The days for which the deal is flagged as silent, if it is."""
    shown = flags_of(deal.program, [deal]).get(deal.pk, [])
    return next((each.flag.number for each in shown if each.flag.risk == Risk.SILENT), None)


def note(kind: str) -> Callable[[Cast, Opportunity], object]:
    return lambda cast, deal: write_note(
        account=deal.account, opportunity=deal, by=cast.rep, kind=kind, text="x", at=LATELY
    )


def roi(kind: RoiVisit.Kind) -> Callable[[Cast, Opportunity], object]:
    """A visit of a page without a named recipient, which creates no engagement."""

    def visit(cast: Cast, deal: Opportunity) -> object:
        made = share_calculator(
            calculator=calculator(cast),
            to=Recipient(deal.account, None, deal),
            sender="Hexalog",
            language="en",
            days=30,
            by=cast.rep,
        )
        return note_visit(share=made.share, kind=kind, at=LATELY, values={"leads": 5})

    return visit


def touch(result: str) -> Callable[[Cast, Opportunity], object]:
    def done(cast: Cast, deal: Opportunity) -> object:
        made = Touch.objects.create(
            program=cast.program,
            account=deal.account,
            channel="call",
            side="sales",
            thread=0,
            starts_at=LATELY,
            ends_at=LATELY + timedelta(minutes=30),
            state="done",
            done_at=LATELY,
            result=result,
        )
        person = deal.account.stakeholders.get()
        return TouchPerson.objects.create(program=cast.program, touch=made, stakeholder=person)

    return done


def support(cast: Cast, deal: Opportunity) -> object:
    due: datetime = timezone.now() + timedelta(days=2)
    row = ask(account=deal.account, by=cast.rep, what="Case study", due_at=due, opportunity=deal)
    return deliver(support=row, by=cast.marketer)


def engaged(code: str, kind: str = "behaviour") -> Callable[[Cast, Opportunity], object]:
    def happened(cast: Cast, deal: Opportunity) -> object:
        put_signal(program=cast.program, code=code, name=code, kind=kind, by=None)
        return make.engage(deal.account.stakeholders.get(), code, at=LATELY)

    return happened


def engagement(cast: Cast, deal: Opportunity) -> object:
    return make.engage(deal.account.stakeholders.get(), "pricing_page_view", at=LATELY)


@pytest.mark.parametrize(
    "word",
    [
        *(note(kind) for kind in ("call", "meeting", "email", "transcript")),
        *(touch(result) for result in ("replied", "meeting", "not_interested")),
        roi(RoiVisit.Kind.USED),
        engagement,
        engaged("call_answered"),
        engaged("webinar_attended"),
    ],
)
def test_what_they_say_or_do_is_heard(
    cast: Cast, deal: Opportunity, word: Callable[[Cast, Opportunity], object]
) -> None:
    assert silent_for(deal) == 40
    word(cast, deal)
    assert silent_for(deal) is None
    heard = last_heard_of(cast.program, [deal.account_id])[deal.account_id]
    assert heard.at is not None
    assert abs(heard.at - LATELY) < timedelta(seconds=1)


@pytest.mark.parametrize(
    "ours",
    [
        note("internal"),
        *(touch(result) for result in ("", "no_answer", "bounced", "opened")),
        roi(RoiVisit.Kind.OPENED),
        support,
        *(engaged(code) for code in ("email_sent", "email_bounced", "call_made")),
        engaged("budget_confirmed", "fact"),
    ],
)
def test_what_we_do_is_not(
    cast: Cast, deal: Opportunity, ours: Callable[[Cast, Opportunity], object]
) -> None:
    ours(cast, deal)
    assert silent_for(deal) == 40


def test_what_they_did_is_heard_behind_what_we_sent_since(cast: Cast, deal: Opportunity) -> None:
    person = deal.account.stakeholders.get()
    engagement(cast, deal)
    put_signal(program=cast.program, code="email_sent", name="Sent", by=None)
    make.engage(person, "email_sent")
    make.engage(person, "budget_confirmed")
    heard = last_heard_of(cast.program, [deal.account_id])[deal.account_id]
    assert (heard.at, heard.people) == (LATELY, 1)


def test_a_reply_lately_to_a_touch_planned_long_ago_is_heard(cast: Cast, deal: Opportunity) -> None:
    touch("replied")(cast, deal)
    planned = timezone.now() - timedelta(days=181)
    Touch.objects.in_program(cast.program).update(
        starts_at=planned, ends_at=planned + timedelta(minutes=30)
    )
    heard = last_heard_of(cast.program, [deal.account_id])[deal.account_id]
    assert (heard.at, heard.people) == (LATELY, 1)


def test_who_spoke_in_a_note_is_involved_and_who_is_named_in_our_own_is_not(
    cast: Cast, deal: Opportunity
) -> None:
    person = deal.account.stakeholders.get()
    for kind, people in (("internal", 0), ("call", 1)):
        write_note(
            account=deal.account, by=cast.rep, kind=kind, text="x", at=LATELY, people=[person.pk]
        )
        found = last_heard_of(cast.program, [deal.account_id]).get(deal.account_id)
        assert (found.people if found else 0) == people


def test_it_is_one_statement_for_any_number_of_accounts(cast: Cast, deal: Opportunity) -> None:
    other = make.account(cast.program)
    for account in (deal.account, other):
        write_note(account=account, by=cast.rep, kind="call", text="x", at=LATELY)
    for ids in ([deal.account_id], [deal.account_id, other.pk]):
        with CaptureQueriesContext(connection) as seen:
            assert len(last_heard_of(cast.program, ids)) == len(ids)
        assert len(seen) == 1


def causes(deal: Opportunity, risk: Risk) -> list[Because]:
    shown = flags_of(deal.program, [deal]).get(deal.pk, [])
    return next((each.because for each in shown if each.flag.risk == risk), [])


def test_an_objection_is_named_with_its_day_and_its_note(cast: Cast, deal: Opportunity) -> None:
    topic, dana = scenes.price(cast), deal.account.stakeholders.get()
    put_member(opportunity=deal, stakeholder=dana, by=None, role="decision_maker")
    write_note(
        account=deal.account, by=cast.rep, kind="call", text="x", at=LATELY, people=[dana.pk]
    )
    first = scenes.said_then(cast, topic, LATELY, opportunity=deal)
    scenes.raised(cast, topic, opportunity=deal)
    (because,) = causes(deal, Risk.OPEN_OBJECTION)
    day = date_format(timezone.localtime(LATELY), "SHORT_DATE_FORMAT")
    assert because.text == f"Price, since {day}"
    assert (because.kind, because.id) == ("note", first.pk)
    for path in ("opportunities/", "opportunities/?view=list", f"opportunities/{deal.pk}/"):
        page = cast.client("rep").get(f"/p/{cast.program.slug}/{path}").content.decode()
        assert f'href="{because.url}"' in page, path


def test_a_late_request_is_named_with_who_works_on_it(cast: Cast, deal: Opportunity) -> None:
    due: datetime = timezone.now() + timedelta(days=2)
    row = ask(account=deal.account, by=cast.rep, what="Case study", due_at=due, opportunity=deal)
    SupportRequest.objects.in_program(cast.program).update(due_at=LATELY)
    (because,) = causes(deal, Risk.LATE_SUPPORT)
    assert "Case study" in because.text
    assert "nobody has taken it" in because.text
    take(support=row, by=cast.marketer)
    (because,) = causes(deal, Risk.LATE_SUPPORT)
    assert str(cast.marketer) in because.text
    assert (because.kind, because.id) == ("support_request", row.pk)


def test_who_it_hangs_on_and_who_decides_are_named(cast: Cast, deal: Opportunity) -> None:
    dana = deal.account.stakeholders.get()
    ida = make.stakeholder(cast.program, deal.account, first_name="Ida", last_name="Payne")
    assert [each.text for each in causes(deal, Risk.SINGLE_THREADED)] == [
        "no contact in half a year"
    ]
    assert causes(deal, Risk.NO_DECISION_MAKER) == []
    write_note(
        account=deal.account, by=cast.rep, kind="call", text="x", at=LATELY, people=[dana.pk]
    )
    assert [(each.text, each.id) for each in causes(deal, Risk.SINGLE_THREADED)] == [
        ("Dana Reyes", dana.pk)
    ]
    assert "nobody who decides is known" in causes(deal, Risk.NO_DECISION_MAKER)[0].text
    put_member(opportunity=deal, stakeholder=ida, by=None, role="decision_maker")
    (because,) = causes(deal, Risk.NO_DECISION_MAKER)
    assert because.text.startswith("Ida Payne is known")


def test_a_date_that_came_back_is_not_put_off(cast: Cast, deal: Opportunity) -> None:
    first = timezone.localdate() + timedelta(days=30)
    for days in (0, 10, 20, 40):
        change_opportunity(
            opportunity=deal, by=cast.rep, close_on=first + timedelta(days=days), next_step="x"
        )
    deal.refresh_from_db()
    (because,) = causes(deal, Risk.RESTLESS_DATE)
    assert date_format(first, "SHORT_DATE_FORMAT") in because.text
    change_opportunity(opportunity=deal, by=cast.rep, close_on=first - timedelta(days=1))
    deal.refresh_from_db()
    assert causes(deal, Risk.RESTLESS_DATE) == []


def test_causes_need_no_more_statements_for_more_deals(cast: Cast, deal: Opportunity) -> None:
    def other() -> Opportunity:
        account = make.account(cast.program)
        make.stakeholder(cast.program, account, first_name="Bo")
        return open_opportunity(account=account, by=cast.rep, name="Other")

    for deals in ([deal], [deal, other(), other()]):
        with CaptureQueriesContext(connection) as seen:
            assert len(flags_of(cast.program, deals)) == len(deals)
        assert len(seen) <= 6
