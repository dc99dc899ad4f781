"""Hand-offs as they are composed: owner, brief, next action, journal and notices."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.models import JournalEvent, JournalKind, Lead, Stage
from alignment.notifications.models import Notice, NoticeKind
from alignment.people.models import Side, User
from alignment.sla.actions.handoffs import HandOffMoved, compose, decide_owner
from alignment.sla.actions.work import claim, disqualify
from alignment.sla.handoff_words import read_brief, reason_words
from alignment.sla.models import HandOff, Leave, NextActionRule, Seat, Territory
from tests import cast as make
from tests.cast import Cast

from .handing import PROMISE, became_mql, handed, mql, rep

pytestmark = pytest.mark.django_db


def journal(lead: Lead) -> list[str]:
    return list(lead.journal.order_by("id").values_list("kind", flat=True))


def away(cast: Cast, user: User) -> None:
    today = timezone.now().date()
    Leave.objects.create(
        program=cast.program,
        user=user,
        first_day=today - timedelta(days=1),
        last_day=today + timedelta(days=1),
    )


def test_an_mql_reaches_a_rep_with_everything(cast: Cast) -> None:
    lead = mql(cast.program, title="CIO")
    row = handed(lead)
    lead.refresh_from_db()
    assert (lead.owner, row.owner, row.route) == (cast.rep, cast.rep, "rotation")
    assert row.handed_at
    assert row.became_mql_at <= row.handed_at
    assert journal(lead)[-2:] == ["owner_changed", "handed_off"]
    change = lead.journal.get(kind=JournalKind.OWNER_CHANGED).detail
    assert (change["from_id"], change["to_id"]) == (None, cast.rep.pk)
    detail = lead.journal.get(kind=JournalKind.HANDED_OFF).detail
    assert (detail["owner_id"], detail["route"]) == (cast.rep.pk, "rotation")
    brief = read_brief(row.brief)
    assert brief.promise
    assert brief.promise.promise == PROMISE
    assert brief.email
    assert brief.why_now[0].text == "Pricing page visited"
    assert sum(line.points for line in brief.lines) == brief.points["total"] == 40
    assert brief.unknown
    assert (row.is_complete, row.missing) == (True, [])
    assert row.next_action["action"] == "Call today and ask what they compare us with"
    notice = Notice.objects.in_program(cast.program).get(user=cast.rep)
    assert notice.kind == NoticeKind.HANDED_OFF
    assert PROMISE in notice.text
    assert notice.path == f"/p/{cast.program.slug}/leads/{lead.pk}/"


def test_composing_again_changes_nothing(cast: Cast) -> None:
    lead = mql(cast.program)
    handed(lead)
    before = journal(lead)
    compose(program_id=cast.program.pk, event_ids=became_mql(cast.program) * 2)
    assert journal(lead) == before
    assert HandOff.objects.in_program(cast.program).count() == 1
    assert Notice.objects.in_program(cast.program).filter(user=cast.rep).count() == 1


def test_an_event_that_hands_nothing_over_is_left_alone(cast: Cast) -> None:
    mql(cast.program)
    events = JournalEvent.objects.in_program(cast.program).filter(kind="became_mql")
    events.update(cause={"why": "model", "hands_over": False})
    compose(program_id=cast.program.pk, event_ids=became_mql(cast.program))
    assert not HandOff.objects.in_program(cast.program).exists()


def test_another_programs_events_are_not_taken(cast: Cast) -> None:
    hers = mql(cast.other_program)
    compose(program_id=cast.program.pk, event_ids=became_mql(cast.other_program))
    assert not HandOff.objects.across_programs().filter(lead=hers).exists()


def test_a_claimed_lead_stays_with_whoever_claimed_it(cast: Cast) -> None:
    lead = mql(cast.program)
    claim(lead=lead, by=cast.sales_manager)
    row = handed(lead)
    assert (row.owner, row.route) == (cast.sales_manager, "lead_owner")
    assert journal(lead)[-1] == "handed_off"
    assert journal(lead).count("owner_changed") == 1


def test_a_lead_closed_meanwhile_is_not_handed_over(cast: Cast) -> None:
    lead = mql(cast.program)
    disqualify(lead=lead, by=cast.rep, code="no-need")
    compose(program_id=cast.program.pk, event_ids=became_mql(cast.program))
    assert not HandOff.objects.in_program(cast.program).exists()


def test_the_accounts_owner_unless_away(cast: Cast) -> None:
    ben = rep(cast.program, cast.sales, "Ben")
    company = make.account(cast.program, owner_id=ben.pk)
    assert handed(mql(cast.program, account=company)).owner == ben
    away(cast, ben)
    row = handed(mql(cast.program, account=company))
    assert row.owner == cast.rep
    words = reason_words(row.route, row.why)
    assert words.startswith("Ben owns the account and is on leave.")


def test_territory_of_a_person_and_of_a_team(cast: Cast) -> None:
    west = make.team(cast.program, Side.SALES, "West")
    wes = rep(cast.program, west, "Wes")
    Territory.objects.create(program=cast.program, state="TX", user=cast.sales_manager)
    Territory.objects.create(program=cast.program, state="CA", team=west)
    row = handed(mql(cast.program, account=make.account(cast.program, state="TX")))
    assert (row.owner, row.route) == (cast.sales_manager, "territory")
    row = handed(mql(cast.program, account=make.account(cast.program, state="CA")))
    assert (row.owner, row.route) == (wes, "territory")
    assert reason_words(row.route, row.why).startswith("CA is the territory of West.")


def test_a_lead_for_nobody_says_what_was_missing(cast: Cast) -> None:
    member, west = cast.membership("rep"), make.team(cast.program, Side.SALES, "West")
    Territory.objects.create(program=cast.program, state="CA", team=west)
    away(cast, cast.rep)
    row = handed(mql(cast.program))
    assert reason_words(row.route, row.why) == (
        "Everybody who takes turns was on leave when it came."
    )
    member.delete()
    row = handed(mql(cast.program, account=make.account(cast.program, state="CA")))
    assert (row.owner, row.route) == (None, "nobody")
    assert reason_words(row.route, row.why) == (
        "It is the territory of West, who does not work leads."
        " Nobody in sales took turns when it came."
    )


def test_turns_follow_weight_and_room(cast: Cast) -> None:
    ben = rep(cast.program, cast.sales, "Ben", leads_a_week=1)
    Seat.objects.create(program=cast.program, membership=cast.membership("rep"), weight=2)
    company = make.account(cast.program)
    for _ in range(5):
        mql(cast.program, account=company)
    compose(program_id=cast.program.pk, event_ids=became_mql(cast.program))
    owned = HandOff.objects.in_program(cast.program)
    assert owned.filter(owner=cast.rep).count() == 4
    assert owned.filter(owner=ben).count() == 1


def test_nobody_possible_marketing_decides(cast: Cast) -> None:
    away(cast, cast.rep)
    lead = mql(cast.program)
    row = handed(lead)
    assert (row.owner, row.route, row.handed_at) == (None, "nobody", None)
    assert "handed_off" not in journal(lead)
    notice = Notice.objects.in_program(cast.program).get()
    assert (notice.user, notice.kind) == (cast.marketing_manager, NoticeKind.NOBODY_TO_OWN)
    decided = decide_owner(handoff=row, owner=cast.sales_manager, by=cast.marketing_manager)
    lead.refresh_from_db()
    assert (decided.route, lead.owner) == ("decided", cast.sales_manager)
    assert journal(lead)[-2:] == ["owner_changed", "handed_off"]
    assert Notice.objects.in_program(cast.program).filter(user=cast.sales_manager).exists()
    with pytest.raises(HandOffMoved, match="Sarah Sales already has this lead"):
        decide_owner(handoff=row, owner=cast.rep, by=cast.marketing_manager)


def test_a_claim_ends_the_wait_for_an_owner(cast: Cast) -> None:
    away(cast, cast.rep)
    lead = mql(cast.program)
    row = handed(lead)
    claim(lead=lead, by=cast.sales_manager)
    row.refresh_from_db()
    assert row.owner == cast.sales_manager
    assert row.handed_at
    assert journal(lead)[-2:] == ["owner_changed", "handed_off"]
    assert "Sarah Sales claimed the lead." in reason_words(row.route, row.why)


def test_others_at_the_account_and_what_they_had_are_in_the_brief(cast: Cast) -> None:
    company = make.account(cast.program)
    other = make.stakeholder(cast.program, company, first_name="Olga", last_name="Ortiz")
    make.engage(other, "website_visit")
    brief = read_brief(handed(mql(cast.program, account=company)).brief)
    assert [person.name for person in brief.others] == ["Olga Ortiz"]
    # `facts` holds what somebody found out, not what was sent to the person.
    assert [(deed.text, deed.what) for deed in brief.sent] == [("Pricing page visited", "Prices")]


def test_an_incomplete_brief_says_what_is_missing(cast: Cast) -> None:
    lead = mql(cast.program, first_name="", last_name="", emails=[], external_id="x-1")
    row = handed(lead)
    assert (row.is_complete, row.missing) == (False, ["name", "reach"])
    alone = mql(cast.program, emails=[], external_id="x-2", do_not_contact=True)
    assert handed(alone).is_complete


def test_the_next_action_follows_the_rules_in_their_order(cast: Cast) -> None:
    NextActionRule.objects.in_program(cast.program).update(is_active=False)
    NextActionRule.objects.create(
        program=cast.program, position=1, signals=["webinar_attended"], action="Webinar"
    )
    NextActionRule.objects.create(
        program=cast.program, position=2, signals=["pricing_page_view"], action="Prices"
    )
    NextActionRule.objects.create(program=cast.program, position=3, action="Anything")
    assert handed(mql(cast.program)).next_action["action"] == "Prices"


def test_reasons_speak_the_readers_language(cast: Cast) -> None:
    why = {"passed_over": [{"who": "Ben", "as": "account_owner", "because": "leave"}]}
    for language in ("en", "fr"):
        with translation.override(language):
            assert "Ben" in reason_words("rotation", why)


def statements(cast: Cast, number: int) -> int:
    leads = [mql(cast.program) for _ in range(number)]
    events = JournalEvent.objects.in_program(cast.program).filter(kind="became_mql", lead__in=leads)
    ids = list(events.values_list("id", flat=True))
    with CaptureQueriesContext(connection) as captured:
        compose(program_id=cast.program.pk, event_ids=ids)
    assert HandOff.objects.in_program(cast.program).filter(lead__in=leads).count() == number
    return len(captured)


def test_many_cost_as_many_statements_as_one(cast: Cast) -> None:
    one = statements(cast, 1)
    assert statements(cast, 7) == one
    assert one <= 32


def test_stage_is_untouched(cast: Cast) -> None:
    lead = mql(cast.program)
    handed(lead)
    lead.refresh_from_db()
    assert lead.stage == Stage.MQL
