"""Planning, moving and completing touches: conflicts are reported with a free place."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Consent, Stakeholder
from alignment.core.models import AuditEntry
from alignment.notifications.models import Notice
from campaigns.calendar.actions.changing import change_touch
from campaigns.calendar.actions.judging import check_touch
from campaigns.calendar.actions.outcome import finish_touch, reopen_touch, skip_touch
from campaigns.calendar.actions.planning import plan_touch
from campaigns.calendar.actions.refusals import NeedsReason, NotPlanned, TouchRefused
from campaigns.calendar.models import Touch, TouchPerson
from campaigns.calendar.queries.conflict_context import slot_of
from campaigns.calendar.queries.conflict_words import describe
from campaigns.calendar.rules.conflicts import Kind
from tests import cast as make
from tests.cast import Cast
from tests.weeks import worked_monday

pytestmark = pytest.mark.django_db
CHICAGO = ZoneInfo("America/Chicago")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def monday(hour: int = 10, weeks: int = 1) -> datetime:
    """Ten in the morning in Chicago, on a coming Monday."""
    day = worked_monday(weeks, timezone.now().astimezone(CHICAGO).date())
    return datetime.combine(day, time(hour), CHICAGO)


def plan(person: Stakeholder, who: Any, **more: Any) -> Touch:
    starts = more.pop("starts_at", monday())
    fields: dict[str, Any] = {"channel": "call", "ends_at": starts + HOUR / 4} | more
    assert person.account is not None
    return plan_touch(
        program=person.program,
        account=person.account,
        people=fields.pop("people", [person.pk]),
        by=who,
        who=who,
        starts_at=starts,
        **fields,
    )


@pytest.fixture
def person(cast: Cast) -> Stakeholder:
    return make.stakeholder(cast.program, make.account(cast.program, state="IL"))


def everything(cast: Cast) -> list[Touch]:
    return list(Touch.objects.in_program(cast.program).order_by("pk"))


def test_a_planned_touch_is_of_the_side_of_who_does_it(cast: Cast, person: Stakeholder) -> None:
    assert plan(person, cast.rep).side == "sales"
    assert plan(person, cast.marketer, channel="ad", starts_at=monday(15, 5)).side == "marketing"


def test_a_second_planner_is_told_and_leaves_nothing(cast: Cast, person: Stakeholder) -> None:
    first = plan(person, cast.rep)
    with pytest.raises(TouchRefused) as refused:
        plan(person, cast.marketer, reason="I must.")
    [conflict] = [each for each in refused.value.conflicts if each.is_hard]
    assert conflict.kind == Kind.DOUBLE
    assert conflict.other is not None
    assert conflict.other.id == first.pk
    assert everything(cast) == [first]
    assert AuditEntry.objects.filter(action="touch.planned").count() == 1
    # The alternative offered is free.
    offered = refused.value.free[-1]
    plan(person, cast.marketer, channel="email", starts_at=offered.starts)


def test_the_same_touch_is_planned_once(cast: Cast, person: Stakeholder) -> None:
    first = plan(person, cast.rep, message="Cost")
    with pytest.raises(TouchRefused) as refused:
        plan(person, cast.rep, message="Cost", reason="Sent twice.")
    assert Kind.SAME in {conflict.kind for conflict in refused.value.conflicts}
    assert refused.value.free
    other = plan(person, cast.rep, message="Speed", reason="Both.")
    # A change of the message makes it identical to the other one.
    with pytest.raises(TouchRefused):
        change_touch(touch=other, by=cast.rep, message="Cost", reason="Both.")
    skip_touch(touch=first, by=cast.rep, because="Ill")
    plan(person, cast.rep, message="Cost", reason="Both.")
    with pytest.raises(TouchRefused):
        reopen_touch(touch=first, by=cast.rep)


def test_the_database_itself_refuses_the_same_touch(cast: Cast, person: Stakeholder) -> None:
    first, later = plan(person, cast.rep), plan(person, cast.rep, starts_at=monday(15))
    with pytest.raises(IntegrityError, match="no_identical_touch"), transaction.atomic():
        Touch.objects.in_program(cast.program).filter(pk=later.pk).update(starts_at=first.starts_at)


def test_a_follow_up_joins_the_thread(cast: Cast, person: Stakeholder) -> None:
    first = plan(person, cast.marketer, channel="email")
    call = plan(person, cast.rep, follows=first, starts_at=monday() + 2 * DAY)
    assert call.thread == first.thread == first.pk


def test_touches_never_take_up_each_other(cast: Cast, person: Stakeholder) -> None:
    first = plan(person, cast.rep, channel="email")
    second = plan(person, cast.rep, follows=first, starts_at=monday() + 2 * DAY)
    third = plan(person, cast.rep, follows=second, starts_at=monday() + 4 * DAY)
    for later in (second, third):
        with pytest.raises(ValidationError) as refused:
            change_touch(touch=first, by=cast.rep, follows=later, reason="A mistake")
        assert list(refused.value.message_dict) == ["follows"]
    # Within the thread, what follows what may change.
    changed = change_touch(touch=third, by=cast.rep, follows=first, reason="Sooner")
    assert (changed.follows, changed.thread) == (first, first.pk)


def test_do_not_contact_and_no_consent_are_above_everything(
    cast: Cast, person: Stakeholder
) -> None:
    Consent.objects.create(
        program=cast.program,
        stakeholder=person,
        channel="phone",
        granted=False,
        source="asked",
        given_at=timezone.now(),
    )
    with pytest.raises(TouchRefused) as refused:
        plan(person, cast.rep, reason="They will like it.")
    assert [conflict.kind for conflict in refused.value.conflicts] == [Kind.NO_CONSENT]
    assert refused.value.free == ()
    plan(person, cast.rep, channel="email")
    Stakeholder.objects.in_program(cast.program).filter(pk=person.pk).update(do_not_contact=True)
    with pytest.raises(TouchRefused) as barred:
        plan(person, cast.rep, channel="email", starts_at=monday(weeks=4))
    assert [conflict.kind for conflict in barred.value.conflicts] == [Kind.DO_NOT_CONTACT]


def test_quiet_hours_warn_and_a_reason_overrides_for_all_to_see(
    cast: Cast, person: Stakeholder
) -> None:
    with pytest.raises(NeedsReason) as asked:
        plan(person, cast.rep, starts_at=monday(21))
    assert [conflict.kind for conflict in asked.value.conflicts] == [Kind.QUIET]
    assert all(8 <= free.starts.astimezone(CHICAGO).hour < 18 for free in asked.value.free)
    assert everything(cast) == []
    touch = plan(person, cast.rep, starts_at=monday(21), reason="She asked for it.")
    assert (touch.overridden, touch.override_reason) == (["quiet_hours"], "She asked for it.")
    assert touch.overridden_by == cast.rep
    # Moved into the day, it overrides nothing any more.
    moved = change_touch(
        touch=touch, by=cast.rep, starts_at=monday(11), ends_at=monday(11) + HOUR / 4
    )
    assert (moved.overridden, moved.override_reason) == ([], "")


def test_wrong_input_is_told_by_field(cast: Cast, person: Stakeholder) -> None:
    stranger = make.stakeholder(cast.program, make.account(cast.program))
    with pytest.raises(ValidationError) as wrong:
        plan(person, cast.stranger, people=[stranger.pk], ends_at=monday() - HOUR)
    assert set(wrong.value.message_dict) == {"people", "ends_at", "who"}
    with pytest.raises(ValidationError) as long:
        plan(person, cast.rep, channel="ad", ends_at=monday() + 100 * DAY)
    assert set(long.value.message_dict) == {"ends_at"}
    assert everything(cast) == []


def test_the_whole_committee_is_who_has_a_role(cast: Cast, person: Stakeholder) -> None:
    account = person.account
    buyer = make.stakeholder(cast.program, account, role="economic_buyer")
    barred = make.stakeholder(cast.program, account, role="champion", do_not_contact=True)
    touch = plan(person, cast.marketer, channel="ad", people=[], is_whole_committee=True)
    assert slot_of(touch).people == {buyer.pk}
    assert barred.pk not in slot_of(touch).people


def test_a_slip_moves_the_rest_of_the_thread(cast: Cast, person: Stakeholder) -> None:
    first = plan(person, cast.marketer, channel="email")
    call = plan(person, cast.rep, follows=first, starts_at=monday() + 2 * DAY)
    friday = monday() + 4 * DAY
    change_touch(touch=first, by=cast.marketer, starts_at=friday, ends_at=friday + HOUR / 4)
    call.refresh_from_db()
    # Four business days after Wednesday, or more if there is a holiday.
    assert call.starts_at >= friday
    assert call.starts_at.astimezone(CHICAGO).hour == 10
    assert call.starts_at.astimezone(CHICAGO).weekday() < 5
    assert AuditEntry.objects.filter(action="touch.slipped", target_id=call.pk).exists()


def test_done_late_moves_the_rest_and_done_in_time_does_not(
    cast: Cast, person: Stakeholder
) -> None:
    first = plan(person, cast.marketer, channel="email")
    call = plan(person, cast.rep, follows=first, starts_at=monday() + 2 * DAY)
    planned = call.starts_at
    finish_touch(touch=first, by=cast.marketer, result="opened")
    call.refresh_from_db()
    assert call.starts_at == planned

    late = timezone.now().astimezone(CHICAGO) - 21 * DAY
    late = (late - late.weekday() * DAY).replace(hour=10, minute=0, second=0, microsecond=0)
    old = Touch.objects.in_program(cast.program).filter(pk=first.pk)
    reopen_touch(touch=first, by=cast.marketer)
    old.update(starts_at=late, ends_at=late + HOUR)
    finish_touch(touch=first, by=cast.marketer, done_at=late + 2 * DAY)
    call.refresh_from_db()
    assert call.starts_at > planned


def test_what_is_done_is_not_planned_anew_but_can_be_undone(
    cast: Cast, person: Stakeholder
) -> None:
    touch = plan(person, cast.rep)
    skip_touch(touch=touch, by=cast.rep, because="On holiday")
    with pytest.raises(NotPlanned):
        finish_touch(touch=touch, by=cast.rep)
    with pytest.raises(NotPlanned):
        skip_touch(touch=touch, by=cast.rep, because="again")
    with pytest.raises(NotPlanned):
        change_touch(touch=touch, by=cast.rep, message="x")
    # A skipped touch holds no slot: somebody takes the place, and undoing the skip is refused.
    other = plan(person, cast.marketer, channel="email")
    with pytest.raises(TouchRefused) as refused:
        reopen_touch(touch=touch, by=cast.rep)
    assert refused.value.conflicts[0].other is not None
    assert refused.value.conflicts[0].other.id == other.pk
    skip_touch(touch=other, by=cast.marketer, because="The rep calls")
    assert reopen_touch(touch=touch, by=cast.rep).state == "planned"


def test_nobody_does_what_is_yet_to_come(cast: Cast, person: Stakeholder) -> None:
    touch = plan(person, cast.rep)
    with pytest.raises(ValidationError):
        finish_touch(touch=touch, by=cast.rep, done_at=timezone.now() + DAY)


def test_the_check_writes_nothing_and_asks_four_statements(
    cast: Cast, person: Stakeholder, django_assert_max_num_queries: Any
) -> None:
    touch = plan(person, cast.rep)
    for _ in range(3):
        far = monday(weeks=8) + len(everything(cast)) * 3 * DAY
        plan(person, cast.rep, starts_at=far, reason="Yes")
    assert person.account is not None
    slot = slot_of(touch)
    with django_assert_max_num_queries(4):
        found, free = check_touch(program=cast.program, account=person.account, touch=slot)
    assert (found, free) == ([], [])


def test_people_can_be_changed(cast: Cast, person: Stakeholder) -> None:
    other = make.stakeholder(cast.program, person.account)
    touch = plan(person, cast.rep)
    change_touch(touch=touch, by=cast.rep, people=[other.pk])
    reached = TouchPerson.objects.in_program(cast.program).filter(touch=touch)
    assert [row.stakeholder_id for row in reached] == [other.pk]
    assert reached[0].slot.lower == touch.starts_at.astimezone(UTC) - timedelta(hours=12)


def test_whose_touch_it_is_hears_what_others_do_with_it(cast: Cast, person: Stakeholder) -> None:
    touch = plan(person, cast.rep)
    follow_up = plan(person, cast.marketer, follows=touch, starts_at=monday(15))
    notices = Notice.objects.in_program(cast.program).filter(kind="touch").order_by("pk")
    change_touch(touch=touch, by=cast.rep, message="Mine")
    assert not notices.exists()
    later: dict[str, Any] = {"starts_at": monday(10) + DAY, "ends_at": monday(11) + DAY}
    change_touch(touch=touch, by=cast.marketer, **later)
    (moved,) = notices
    assert (moved.user, moved.path.split("/")[-2]) == (cast.rep, str(touch.pk))
    account = person.account
    assert moved.title == f"Maya Marketer moved your touch of {account}"
    # The owners of touches that move along are notified, but not the person who moved them.
    change_touch(
        touch=touch, by=cast.rep, starts_at=monday() + 2 * DAY, ends_at=monday(11) + 2 * DAY
    )
    assert [notice.user for notice in notices.all()] == [cast.rep, cast.marketer]
    assert notices.all()[1].title == f"1 touch of yours moves along at {account}"
    change_touch(touch=touch, by=cast.marketer, who=cast.sales_manager)
    skip_touch(touch=follow_up, by=cast.rep, because="No answer")
    told = [(notice.user, notice.title) for notice in notices.all()][2:]
    assert told == [
        (cast.sales_manager, f"Maya Marketer gave you a touch of {account}"),
        (cast.rep, f"Maya Marketer gave your touch of {account} to somebody else"),
        (cast.marketer, f"Ravi Rep skipped your touch of {account}"),
    ]
    assert "“No answer”" in notices.all()[4].text


def test_who_is_given_a_touch_that_nobody_had_is_told_so(cast: Cast, person: Stakeholder) -> None:
    touch = plan(person, None)
    change_touch(touch=touch, by=cast.sales_manager, who=cast.rep)
    notices = Notice.objects.in_program(cast.program).filter(kind="touch")
    (told,) = notices
    assert (told.user, told.title.split(" of ")[0]) == (cast.rep, "Sarah Sales gave you a touch")
    change_touch(touch=touch, by=cast.sales_manager, who=None)
    assert [notice.user for notice in notices.all()] == [cast.rep, cast.rep]
    change_touch(touch=touch, by=cast.rep, who=cast.rep)
    assert notices.all().count() == 2


def test_what_is_over_is_not_planned_and_what_is_far_not_done(
    cast: Cast, person: Stakeholder
) -> None:
    with pytest.raises(ValidationError, match="Report it as done"):
        plan(person, cast.rep, starts_at=timezone.now() - 2 * DAY)
    far = plan(person, cast.rep, starts_at=monday(weeks=7))
    with pytest.raises(ValidationError, match="move it first"):
        finish_touch(touch=far, by=cast.rep)
    with pytest.raises(ValidationError, match="Say that it was done"):
        change_touch(touch=far, by=cast.rep, starts_at=monday(weeks=-3), ends_at=monday(11, -3))


def test_an_observer_does_no_touch(cast: Cast, person: Stakeholder) -> None:
    with pytest.raises(ValidationError, match="Observers only read"):
        plan(person, cast.observer)
    touch = plan(person, cast.rep)
    with pytest.raises(ValidationError, match="Observers only read"):
        change_touch(touch=touch, by=cast.rep, who=cast.observer)


def test_a_call_done_early_gives_its_old_place_free(cast: Cast, person: Stakeholder) -> None:
    # Far from today even on a Sunday evening.
    planned = monday(weeks=2)
    call = plan(person, cast.rep, starts_at=planned)
    now = timezone.now()
    finish_touch(touch=call, by=cast.rep, done_at=now - HOUR)
    found, _free = check_touch(
        program=cast.program,
        account=call.account,
        touch=replace(slot_of(call), id=None, thread=None, who=cast.marketer.pk),
    )
    assert Kind.DOUBLE not in {conflict.kind for conflict in found}
    assert plan(person, cast.marketer, channel="email", starts_at=planned + HOUR, reason="Soon.")
    # Both the rules and the database use the moment at which it was done.
    with pytest.raises(TouchRefused) as refused:
        plan(person, cast.marketer, channel="email", starts_at=now + HOUR, reason="Now.")
    double = next(each for each in refused.value.conflicts if each.kind == Kind.DOUBLE)
    assert double.other is not None
    assert double.other.starts == now - HOUR


def test_a_call_done_long_after_its_plan_is_met_when_it_was_done(
    cast: Cast, person: Stakeholder
) -> None:
    call = plan(person, cast.rep)
    long_ago = timezone.now() - 200 * DAY
    Touch.objects.in_program(cast.program).filter(pk=call.pk).update(
        starts_at=long_ago, ends_at=long_ago + HOUR
    )
    finish_touch(touch=call, by=cast.rep)
    with pytest.raises(TouchRefused):
        plan(person, cast.marketer, channel="email", starts_at=timezone.now() + HOUR)


def test_a_second_call_of_one_rep_at_one_time_wants_a_reason(
    cast: Cast, person: Stakeholder
) -> None:
    first = plan(person, cast.rep)
    elsewhere = make.stakeholder(cast.program, make.account(cast.program, state="IL"))
    with pytest.raises(NeedsReason) as warned:
        plan(elsewhere, cast.rep)
    assert [each.kind for each in warned.value.conflicts] == [Kind.BOOKED]
    assert warned.value.conflicts[0].others[0].id == first.pk
    for place in warned.value.free:
        assert not first.starts_at < place.ends < first.ends_at + HOUR / 4
    plan(elsewhere, cast.rep, starts_at=warned.value.free[-1].starts)
    # For a colleague, by mail, or with a reason it is allowed.
    third = make.stakeholder(cast.program, make.account(cast.program, state="IL"))
    plan(third, cast.marketer, channel="call")
    assert plan(third, cast.rep, starts_at=monday() + 3 * DAY).overridden == []
    fourth = make.stakeholder(cast.program, make.account(cast.program, state="IL"))
    assert plan(fourth, cast.rep, reason="Both at the fair.").overridden == ["double_booking"]


def test_two_touches_that_name_nobody_are_double_prospecting(
    cast: Cast, person: Stakeholder
) -> None:
    first = plan(person, None, side="marketing", channel="email")
    for who in (None, cast.rep):
        with pytest.raises(TouchRefused) as refused:
            plan(person, who, starts_at=monday(11), reason="I must.")
        (conflict,) = [each for each in refused.value.conflicts if each.is_hard]
        assert (conflict.kind, conflict.other and conflict.other.id) == (Kind.DOUBLE, first.pk)
        (told,) = describe(cast.program, [conflict])
        assert told.text.startswith(f"Marketing already reaches {person} around that time (E-mail)")
        assert "Nobody is named yet who does that." in told.text
        place = refused.value.free[-1]
        assert place.starts >= first.ends_at + DAY
        skip_touch(touch=plan(person, who, starts_at=place.starts), by=None, because="Tried")
    # Linked touches are coordinated, and touches with the same person are one person's.
    plan(person, None, starts_at=monday(11), follows=first, reason="A call after the mail")
    assert everything(cast)[-1].side == "sales"


def test_nobody_is_put_in_the_place_of_somebody(cast: Cast, person: Stakeholder) -> None:
    plan(person, cast.rep)
    later = plan(person, cast.rep, starts_at=monday(14))
    with pytest.raises(TouchRefused) as refused:
        change_touch(touch=later, by=cast.rep, who=None)
    (told,) = describe(cast.program, refused.value.conflicts)
    assert told.text.endswith(
        "Nobody is named yet for this one. If Ravi Rep does it too, name them."
    )
    later.refresh_from_db()
    assert later.who == cast.rep
    moved = change_touch(
        touch=later,
        by=cast.rep,
        who=None,
        starts_at=monday(14) + 2 * DAY,
        ends_at=monday(15) + 2 * DAY,
    )
    assert (moved.who, moved.side) == (None, "sales")
    # It can't be moved back next to the other one, even with a reason.
    with pytest.raises(TouchRefused):
        change_touch(touch=moved, by=cast.rep, starts_at=monday(14), ends_at=monday(15))


def test_a_committee_is_reached_by_one_of_us_at_a_time(cast: Cast, person: Stakeholder) -> None:
    ends = monday(10) + 3 * DAY
    plan(person, None, channel="ad", side="marketing", is_whole_committee=True, ends_at=ends)
    with pytest.raises(TouchRefused) as refused:
        plan(person, None, starts_at=monday(11) + DAY)
    assert {each.kind for each in refused.value.conflicts if each.is_hard} == {Kind.DOUBLE}
