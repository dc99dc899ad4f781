"""Follow-ups are named before and after a touch moves or is skipped; touches can be recorded
afterwards.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Stakeholder
from alignment.core.models import AuditEntry
from campaigns.calendar.models import Touch
from tests.cast import Cast

from .scenes import HTMX, PARIS, at, day_of, monday, planned, someone, typed
from .test_touches import only, plan_at, sent

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def person(cast: Cast) -> Stakeholder:
    return someone(cast, first_name="Dana", last_name="Field")


@pytest.fixture
def thread(cast: Cast, person: Stakeholder) -> list[Touch]:
    """An e-mail, a call that follows it, and an e-mail that follows the call."""
    mail = planned(person, cast.marketer, channel="email", message="Case study")
    call = planned(person, cast.rep, monday() + DAY, follows=mail, message="Case study")
    last = planned(person, cast.marketer, monday() + 2 * DAY, follows=call, channel="email")
    return [mail, call, last]


def test_the_form_to_move_names_what_moves_along(cast: Cast, thread: list[Touch]) -> None:
    mail, call, last = thread
    rep = cast.client("rep")
    shown = rep.get(at(cast, "touch_move", call.pk)).text
    assert "These move along" in shown
    assert "moving it back does not bring them back" in shown
    assert f'href="{at(cast, "touch", last.pk)}"' in shown
    # Earlier touches stay in place.
    assert f'href="{at(cast, "touch", mail.pk)}"' not in shown
    assert "it takes 1 touch along" in rep.get(at(cast, "touch_edit", call.pk)).text
    assert "These move along" not in rep.get(at(cast, "touch_move", last.pk)).text


def test_what_moved_along_is_named_with_its_new_day(cast: Cast, thread: list[Touch]) -> None:
    rep = cast.client("rep")
    later = {"starts_at": typed(monday() + DAY), "ends_at": ""}
    moved = rep.post(at(cast, "touch_move", thread[0].pk), later, follow=True).text
    was = [touch.starts_at for touch in thread[1:]]
    for touch in thread[1:]:
        touch.refresh_from_db()
    now = [touch.starts_at for touch in thread[1:]]
    assert all(later > before for before, later in zip(was, now, strict=True))
    days = [f"{moment.astimezone(PARIS):%b} {moment.astimezone(PARIS).day}" for moment in now]
    assert f"Along with it: Call, now on {days[0]}, " in moved
    assert f"; E-mail, now on {days[1]}, " in moved
    back = {"starts_at": typed(monday()), "ends_at": ""}
    stays = rep.post(at(cast, "touch_move", thread[0].pk), back, follow=True).text
    assert "Moved. Both teams see it." in stays
    assert "Along with it" not in stays
    thread[1].refresh_from_db()
    assert thread[1].starts_at == now[0]


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_year_beyond_any_calendar_is_refused_at_its_field(
    cast: Cast, thread: list[Touch], year: str
) -> None:
    far = {"starts_at": f"{year}-12-31T23:59", "ends_at": ""}
    reply = cast.client("rep").post(at(cast, "touch_move", thread[0].pk), far)
    assert reply.status_code == 422
    assert "Give a day of this century." in reply.text


def test_dragging_says_it_too(cast: Cast, thread: list[Touch]) -> None:
    drop = {"touch": thread[1].pk, "day": day_of(monday() + 2 * DAY)}
    reply = cast.client("rep").post(at(cast, "touch_drag"), drop, headers=HTMX)
    assert "Along with it: E-mail, now on" in reply.headers["HX-Trigger"]


def test_the_form_to_skip_names_what_takes_it_up_and_that_is_warned_of_it(
    cast: Cast, thread: list[Touch]
) -> None:
    mail, call, last = thread
    rep = cast.client("rep")
    page = rep.get(at(cast, "touch", mail.pk))
    assert [each.pk for each in page.context["taking_up"]] == [call.pk]
    assert "These take it up" in page.text
    assert "These take it up" not in rep.get(at(cast, "touch", last.pk)).text
    rep.post(at(cast, "touch_skip", mail.pk), {"because": "Ill"})
    warned = rep.get(at(cast, "touch", call.pk)).text
    assert "The touch that it takes up was skipped (E-mail)." in warned
    assert "will not have been done by then" not in warned


def past(days: int = 3) -> Any:
    return timezone.now().replace(second=0, microsecond=0) - days * DAY


def test_what_is_over_is_written_down_as_done(cast: Cast, person: Stakeholder) -> None:
    rep, then = cast.client("rep"), past()
    assert "Write it down as done" not in rep.get(plan_at(cast, person)).text
    given = sent(cast, person, starts_at=typed(then))
    refused = rep.post(plan_at(cast, person), given)
    assert refused.status_code == 422
    assert "This is over" in refused.text
    assert 'name="do" value="note"' in refused.text
    told = given | {"do": "note", "result": "replied", "note": "Wants a demo"}
    for _time in range(2):
        assert rep.post(plan_at(cast, person), told).status_code == 302
    touch = only(cast)
    assert (touch.state, touch.result, touch.result_note) == ("done", "replied", "Wants a demo")
    assert (touch.starts_at, touch.done_at) == (then, then + timedelta(minutes=30))
    assert [row.stakeholder for row in touch.people.all()] == [person]
    assert AuditEntry.objects.filter(action="touch.noted").count() == 1


def test_what_is_yet_to_come_did_not_take_place(cast: Cast, person: Stakeholder) -> None:
    told = sent(cast, person, do="note")
    refused = cast.client("rep").post(plan_at(cast, person), told)
    assert refused.status_code == 422
    assert "This is yet to come" in refused.text
    assert not Touch.objects.in_program(cast.program).exists()


def test_what_took_place_beside_a_colleagues_touch_is_a_fact(
    cast: Cast, person: Stakeholder
) -> None:
    marketer = cast.client("marketer")
    first = sent(cast, person, starts_at=typed(past()), do="note")
    assert cast.client("rep").post(plan_at(cast, person), first).status_code == 302
    beside = first | {"who": cast.marketer.pk, "channel": "email"}
    assert marketer.post(plan_at(cast, person), beside).status_code == 302
    assert Touch.objects.in_program(cast.program).filter(state="done").count() == 2


def test_what_lasts_is_not_over_because_it_began(cast: Cast, person: Stakeholder) -> None:
    lasting = sent(
        cast,
        person,
        channel="content",
        starts_at=typed(past()),
        ends_at=typed(past() + 5 * DAY),
    )
    assert cast.client("rep").post(plan_at(cast, person), lasting).status_code == 302
    assert only(cast).state == "planned"
