"""Planning, moving, doing and skipping in the browser: the server decides, input is never lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Consent, Phone, Stakeholder
from alignment.people.models import User
from campaigns.calendar.models import Touch, TouchPerson
from campaigns.models import Campaign, CampaignAccount
from tests import cast as play
from tests.cast import Cast

from .scenes import CHICAGO, HTMX, PARIS, at, day_of, monday, planned, someone, typed

pytestmark = pytest.mark.django_db
HALF = timedelta(minutes=30)


@pytest.fixture
def person(cast: Cast) -> Stakeholder:
    return someone(cast, first_name="Dana", last_name="Field")


def sent(cast: Cast, person: Stakeholder, **more: Any) -> dict[str, Any]:
    return {
        "channel": "call",
        "who": cast.rep.pk,
        "starts_at": typed(monday()),
        "ends_at": "",
        "people": [person.pk],
        "message": "Case study",
    } | more


def plan_at(cast: Cast, person: Stakeholder) -> str:
    return f"{at(cast, 'touch_plan')}?account={person.account_id}"


def only(cast: Cast) -> Touch:
    return Touch.objects.in_program(cast.program).get()


def test_a_touch_is_planned_and_read(cast: Cast, person: Stakeholder) -> None:
    rep = cast.client("rep")
    assert "Dana Field" in rep.get(plan_at(cast, person)).content.decode()
    reply = rep.post(plan_at(cast, person), sent(cast, person))
    touch = only(cast)
    assert (reply.status_code, reply["Location"]) == (302, at(cast, "touch", touch.pk))
    assert (touch.starts_at, touch.ends_at) == (monday(), monday() + HALF)
    assert (touch.side, touch.message) == ("sales", "Case study")
    shown = cast.client("marketer").get(at(cast, "touch", touch.pk)).content.decode()
    assert "Dana Field" in shown
    assert "Case study" in shown
    assert "10:00 AM C" in shown


def campaign(cast: Cast, name: str, *accounts: Any, days: int = 30) -> Campaign:
    today = timezone.localdate()
    made = Campaign.objects.create(
        program=cast.program, name=name, starts_on=today, ends_on=today + timedelta(days=days)
    )
    for account in accounts:
        CampaignAccount.objects.create(program=cast.program, campaign=made, account=account)
    return made


def test_a_touch_joins_a_campaign_by_page(cast: Cast, person: Stakeholder) -> None:
    other, mine = campaign(cast, "Other"), campaign(cast, "Zinc", person.account)
    over = campaign(cast, "Over", person.account, days=0)
    over.starts_on = over.ends_on = timezone.localdate() - timedelta(days=2)
    over.save()
    rep = cast.client("rep")
    form = rep.get(f"{plan_at(cast, person)}&campaign={mine.pk}").context["form"]
    assert form["campaign"].value() == mine.pk
    assert [str(group) for group, _rows in form.fields["campaign"].choices[1:]] == [
        "With this account",
        "Other campaigns",
    ]
    reply = rep.post(plan_at(cast, person), sent(cast, person, campaign=mine.pk))
    touch = only(cast)
    assert (reply.status_code, touch.campaign) == (302, mine)
    follow_up = rep.get(f"{plan_at(cast, person)}&follows={touch.pk}").context["form"]
    assert follow_up["campaign"].value() == mine.pk
    edit = at(cast, "touch_edit", touch.pk)
    assert rep.get(edit).context["form"]["campaign"].value() == mine.pk
    rep.post(edit, sent(cast, person, campaign=other.pk))
    assert only(cast).campaign == other
    rep.post(edit, sent(cast, person, campaign=""))
    assert only(cast).campaign is None
    gone = rep.post(edit, sent(cast, person, campaign=over.pk))
    assert gone.status_code == 422
    page = rep.get(at(cast, "campaign", mine.pk)).content.decode()
    assert f"{at(cast, 'touch_plan')}?campaign={mine.pk}" in page


def test_what_is_wrong_keeps_what_was_typed(cast: Cast, person: Stakeholder) -> None:
    wrong = sent(cast, person, starts_at="soon", people=[], say="Ask about the plant")
    reply = cast.client("rep").post(plan_at(cast, person), wrong, headers=HTMX)
    html = reply.content.decode()
    assert reply.status_code == 422
    assert "id_starts_at_error" in html
    assert "Choose whom it reaches" in html
    assert "Ask about the plant" in html
    assert 'value="Case study"' in html
    assert 'value="soon"' in html


def test_a_hard_conflict_is_refused_and_a_free_slot_goes_into_the_form(
    cast: Cast, person: Stakeholder
) -> None:
    planned(person, cast.rep)
    mine = sent(cast, person, who=cast.marketer.pk, channel="email")
    marketer = cast.client("marketer")
    reply = marketer.post(plan_at(cast, person), mine)
    html = reply.content.decode()
    assert reply.status_code == 409
    assert "This cannot be planned" in html
    assert "Ravi Rep already reaches Dana Field" in html
    assert 'value="Case study"' in html
    assert 'name="reason"' not in html
    slot = html.rsplit('name="slot" value="', 1)[1].split('"')[0]
    reply = marketer.post(plan_at(cast, person), {**mine, "slot": slot})
    html = reply.content.decode()
    assert reply.status_code == 200
    # Choosing a slot saves nothing, but shows its conflicts.
    assert Touch.objects.in_program(cast.program).count() == 1
    starts, ends = slot.split("/")
    assert f'name="starts_at" value="{starts}"' in html
    assert "nothing stands against it." in html
    reply = marketer.post(plan_at(cast, person), {**mine, "starts_at": starts, "ends_at": ends})
    assert reply.status_code == 302
    assert Touch.objects.in_program(cast.program).count() == 2


def test_a_place_that_somebody_took_meanwhile_says_so_when_it_is_chosen(
    cast: Cast, person: Stakeholder
) -> None:
    touch = planned(person, cast.rep)
    slot = "/".join(typed(moment) for moment in (touch.starts_at, touch.ends_at))
    mine = sent(cast, person, who=cast.marketer.pk, channel="email")
    reply = cast.client("marketer").post(plan_at(cast, person), {**mine, "slot": slot})
    assert reply.status_code == 200
    assert "Ravi Rep already reaches Dana Field" in reply.content.decode()
    empty = {**mine, "people": [], "slot": slot}
    reply = cast.client("marketer").post(plan_at(cast, person), empty)
    assert "Choose whom it reaches" in reply.content.decode()
    edited = cast.client("rep").post(
        at(cast, "touch_edit", touch.pk), {**sent(cast, person), "message": "New", "slot": slot}
    )
    assert edited.status_code == 200
    assert 'value="New"' in edited.content.decode()
    assert only(cast).message == ""


def test_a_soft_conflict_needs_a_reason_that_the_other_team_reads(
    cast: Cast, person: Stakeholder
) -> None:
    late = sent(cast, person, starts_at=typed(monday(21)))
    rep = cast.client("rep")
    reply = rep.post(plan_at(cast, person), late)
    html = reply.content.decode()
    assert reply.status_code == 409
    assert "quiet hours" in html
    assert 'name="reason"' in html
    reply = rep.post(plan_at(cast, person), {**late, "reason": "She asked for it."})
    assert reply.status_code == 302
    shown = cast.client("marketer").get(reply["Location"]).content.decode()
    assert "She asked for it." in shown
    assert "Ravi Rep went ahead" in shown


def test_the_reason_stands_on_the_touch_that_is_overridden_too(
    cast: Cast, person: Stakeholder
) -> None:
    first = planned(person, cast.rep, message="Costs")
    colleague = play.stakeholder(cast.program, person.account)
    second = planned(
        colleague,
        cast.marketer,
        monday(12),
        message="Speed",
        channel="email",
        reason="It is urgent.",
    )
    shown = cast.client("rep").get(at(cast, "touch", first.pk)).content.decode()
    assert "Maya Marketer went ahead nevertheless" in shown
    assert "“It is urgent.”" in shown
    assert at(cast, "touch", second.pk) in shown
    stranger = planned(someone(cast, "Borel"), cast.marketer, monday(12))
    other = cast.client("rep").get(at(cast, "touch", stranger.pk)).content.decode()
    assert "It is urgent." not in other


def test_the_check_while_typing_writes_nothing(cast: Cast, person: Stakeholder) -> None:
    address = f"{at(cast, 'touch_check')}?account={person.account_id}&touch="
    rep = cast.client("rep")
    fine = rep.post(address, sent(cast, person), headers=HTMX).content.decode()
    assert "nothing stands against it" in fine
    assert "10:00 AM C" in fine
    late = rep.post(address, sent(cast, person, starts_at=typed(monday(21))), headers=HTMX)
    assert "quiet hours" in late.content.decode()
    half = rep.post(address, {"starts_at": ""}, headers=HTMX)
    assert (half.status_code, b"Nothing stands" in half.content) == (200, False)
    assert not Touch.objects.in_program(cast.program).exists()


def test_dragging_moves_to_the_day_and_keeps_the_hour(cast: Cast, person: Stakeholder) -> None:
    touch = planned(person, cast.rep)
    tuesday = monday() + timedelta(days=1)
    drop = {"touch": touch.pk, "day": day_of(tuesday), "hour": ""}
    reply = cast.client("rep").post(at(cast, "touch_drag"), drop, headers=HTMX)
    assert reply.status_code == 204
    assert "sse:calendar" in reply["HX-Trigger"]
    assert only(cast).starts_at.astimezone(PARIS).date() == tuesday.astimezone(PARIS).date()
    assert only(cast).starts_at.astimezone(PARIS).hour == monday().astimezone(PARIS).hour
    drop["hour"] = "16"
    cast.client("rep").post(at(cast, "touch_drag"), drop, headers=HTMX)
    assert only(cast).starts_at.astimezone(PARIS).hour == 16
    assert only(cast).ends_at - only(cast).starts_at == HALF


def test_a_refused_drop_leaves_the_touch_and_offers_slots(cast: Cast, person: Stakeholder) -> None:
    planned(person, cast.rep)
    mine = planned(person, cast.marketer, monday(weeks=2), channel="email")
    drop = {"touch": mine.pk, "day": day_of(monday()), "hour": ""}
    reply = cast.client("marketer").post(at(cast, "touch_drag"), drop, headers=HTMX)
    html = reply.content.decode()
    assert reply.status_code == 409
    assert "refused" in html
    assert 'name="slot"' in html
    mine.refresh_from_db()
    assert mine.starts_at == monday(weeks=2)
    slot = html.split('name="slot" value="', 1)[1].split('"')[0]
    move = at(cast, "touch_move", mine.pk)
    looked = cast.client("marketer").post(move, {"slot": slot})
    assert looked.status_code == 200
    assert "nothing stands against it." in looked.content.decode()
    mine.refresh_from_db()
    assert mine.starts_at == monday(weeks=2)
    starts, ends = slot.split("/")
    moved = cast.client("marketer").post(move, {"starts_at": starts, "ends_at": ends})
    assert moved.status_code == 302
    mine.refresh_from_db()
    assert mine.starts_at != monday(weeks=2)


@pytest.mark.parametrize(
    "drop", [{}, {"day": "soon"}, {"day": "2026-11-30", "hour": "25"}, {"touch": "x"}]
)
def test_a_drop_nowhere_is_none(cast: Cast, person: Stakeholder, drop: dict[str, str]) -> None:
    touch = planned(person, cast.rep)
    given = {"touch": touch.pk, **drop}
    assert cast.client("rep").post(at(cast, "touch_drag"), given).status_code == 404
    assert only(cast).starts_at == monday()


def test_the_form_moves_without_a_mouse(cast: Cast, person: Stakeholder) -> None:
    touch = planned(person, cast.rep)
    address = at(cast, "touch_move", touch.pk)
    assert typed(monday()) in cast.client("rep").get(address).content.decode()
    reply = cast.client("rep").post(address, {"starts_at": typed(monday(14)), "ends_at": ""})
    assert reply.status_code == 302
    assert (only(cast).starts_at, only(cast).ends_at) == (monday(14), monday(14) + HALF)


def test_editing_changes_words_and_side(cast: Cast, person: Stakeholder) -> None:
    touch = planned(person, cast.rep)
    address = at(cast, "touch_edit", touch.pk)
    assert cast.client("rep").get(address).status_code == 200
    given = sent(cast, person, who=cast.marketer.pk, message="Demo", ends_at=typed(monday() + HALF))
    assert cast.client("rep").post(address, given).status_code == 302
    assert (only(cast).message, only(cast).who, only(cast).side) == (
        "Demo",
        cast.marketer,
        "marketing",
    )


def test_who_saves_second_reads_what_the_first_wrote(cast: Cast, person: Stakeholder) -> None:
    touch = planned(person, cast.rep, message="Cost")
    address = at(cast, "touch_edit", touch.pk)
    rep = cast.client("rep")
    seen = rep.get(address).context["seen"]
    given = sent(cast, person, ends_at=typed(monday() + HALF), seen=seen)
    assert rep.post(address, given | {"message": "Speed"}).status_code == 302
    late = cast.client("marketer").post(address, given | {"message": "Safety", "say": "Hello"})
    html = late.content.decode()
    assert late.status_code == 409
    assert only(cast).message == "Speed"
    assert "Now: Speed" in html
    assert 'value="Safety"' in html
    assert "Hello" in html
    # No message for a field to which both gave the same value.
    assert "channel" not in late.context["form"].errors
    again = given | {"message": "Safety", "seen": late.context["seen"]}
    assert cast.client("marketer").post(address, again).status_code == 302
    assert only(cast).message == "Safety"


def test_a_refused_form_still_knows_the_prospects_clock(cast: Cast, person: Stakeholder) -> None:
    rep = cast.client("rep")
    late = sent(cast, person, starts_at=typed(monday(21)))
    for given in (late, late | {"starts_at": "soon"}):
        html = rep.post(plan_at(cast, person), given).content.decode()
        assert "their clock: C" in html
    html = rep.post(plan_at(cast, person), late).content.decode()
    assert "For the prospect" in html


def test_a_prospect_in_the_same_time_zone_has_no_clock_of_their_own(
    cast: Cast, person: Stakeholder
) -> None:
    address = at(cast, "touch", planned(person, cast.rep).pk)
    assert "For the prospect" in cast.client("marketer").get(address).content.decode()
    User.objects.filter(pk=cast.rep.pk).update(time_zone="America/Chicago")
    assert "For the prospect" not in cast.client("rep").get(address).content.decode()


def test_done_skipped_and_planned_again(cast: Cast, person: Stakeholder) -> None:
    touch = planned(person, cast.rep)
    rep = cast.client("rep")
    nothing_said = rep.post(at(cast, "touch_skip", touch.pk), {"because": ""})
    assert nothing_said.status_code == 422
    assert "Say why" in nothing_said.content.decode()
    assert rep.post(at(cast, "touch_skip", touch.pk), {"because": "Ill"}).status_code == 302
    assert only(cast).state == "skipped"
    assert "Ill" in rep.get(at(cast, "touch", touch.pk)).content.decode()
    assert rep.post(at(cast, "touch_reopen", touch.pk)).status_code == 302
    done = {"result": "replied", "note": "Wants a demo"}
    assert rep.post(at(cast, "touch_done", touch.pk), done).status_code == 302
    assert (only(cast).state, only(cast).result) == ("done", "replied")
    # The second person sees what the first one did.
    again = rep.post(at(cast, "touch_skip", touch.pk), {"because": "Ill"}, follow=True)
    assert "no longer planned" in again.content.decode()


def test_a_thread_is_read_on_each_of_its_touches(cast: Cast, person: Stakeholder) -> None:
    first = planned(person, cast.marketer, channel="email", message="Case study")
    call = planned(person, cast.rep, monday() + timedelta(days=2), follows=first)
    shown = cast.client("rep").get(at(cast, "touch", call.pk)).content.decode()
    assert at(cast, "touch", first.pk) in shown
    assert "taken up by this one" in shown
    assert "the touch that it takes up" not in shown.lower()


def test_observers_read_and_plan_nothing(cast: Cast, person: Stakeholder) -> None:
    touch = planned(person, cast.rep)
    observer = cast.client("observer")
    assert observer.get(at(cast, "touch", touch.pk)).status_code == 200
    assert observer.get(plan_at(cast, person)).status_code == 403
    for name in ("touch_done", "touch_skip", "touch_move", "touch_reopen", "touch_edit"):
        assert observer.post(at(cast, name, touch.pk)).status_code == 403
    assert observer.post(at(cast, "touch_drag"), {"touch": touch.pk}).status_code == 403


def test_nothing_of_another_program_is_reached(cast: Cast, person: Stakeholder) -> None:
    touch = planned(person, cast.rep)
    hers, slug = cast.client("stranger"), cast.other_program.slug
    for name in ("touch", "touch_move", "touch_edit"):
        assert hers.get(reverse(f"workspace:{name}", args=[slug, touch.pk])).status_code == 404
    drop = {"touch": touch.pk, "day": day_of(monday())}
    assert hers.post(reverse("workspace:touch_drag", args=[slug]), drop).status_code == 404
    plan = reverse("workspace:touch_plan", args=[slug])
    assert hers.get(f"{plan}?account={person.account_id}").status_code == 404
    check = reverse("workspace:touch_check", args=[slug])
    assert hers.post(f"{check}?account={person.account_id}").status_code == 404


def test_account_and_lead_show_what_both_teams_plan(cast: Cast, person: Stakeholder) -> None:
    touch = planned(person, cast.marketer, channel="email", message="Case study")
    lead = play.lead(cast.program, person)
    for name, pk in (("account", person.account_id), ("lead", lead.pk)):
        shown = cast.client("rep").get(at(cast, name, pk)).content.decode()
        assert at(cast, "touch", touch.pk) in shown
        assert f"{at(cast, 'touch_plan')}?account={person.account_id}" in shown
    assert (
        "touch_plan" not in cast.client("observer").get(at(cast, "lead", lead.pk)).content.decode()
    )


def card(cast: Cast, touch: Touch) -> str:
    return cast.client("rep").get(at(cast, "touch", touch.pk)).content.decode()


def number(person: Stakeholder, text: str, **more: Any) -> None:
    Phone.objects.create(program=person.program, stakeholder=person, number=text, **more)


def test_a_call_shows_whom_to_dial_and_what_time_it_is_there(
    cast: Cast, person: Stakeholder
) -> None:
    touch = planned(person, cast.rep)
    assert "No number known" in card(cast, touch)
    number(person, "+1 312 555 0100")
    number(person, "+1 312 555 0199", is_primary=True)
    shown = card(cast, touch)
    assert 'href="tel:+13125550100"' in shown
    assert shown.index("555 0199") < shown.index("555 0100")
    there = timezone.now().astimezone(CHICAGO)
    assert f"{there.tzname()} there now, {there:%A}" in shown
    mail = planned(person, cast.rep, monday(14), channel="email")
    assert "tel:" not in card(cast, mail)


@pytest.mark.parametrize("how", ["channel", "person"])
def test_nobody_dials_who_refused(cast: Cast, person: Stakeholder, how: str) -> None:
    touch = planned(person, cast.rep)
    number(person, "+1 312 555 0100")
    if how == "channel":
        refuse = Consent.objects.create
        refuse(
            program=cast.program,
            stakeholder=person,
            channel="phone",
            granted=False,
            source="asked",
            given_at=timezone.now(),
        )
    else:
        people = Stakeholder.objects.in_program(cast.program).filter(pk=person.pk)
        people.update(do_not_contact=True)
    shown = card(cast, touch)
    assert "+1 312 555 0100" in shown
    assert "tel:" not in shown
    assert ("refused" if how == "channel" else "Do not contact") in shown


def test_a_call_of_many_asks_no_more(
    cast: Cast, person: Stakeholder, django_assert_max_num_queries: Any
) -> None:
    touch = planned(person, cast.rep)
    number(person, "+1 312 555 0100")
    client = cast.client("rep")
    with CaptureQueriesContext(connection) as one:
        client.get(at(cast, "touch", touch.pk))
    for more in range(3):
        other = play.stakeholder(cast.program, person.account, last_name=f"B{more}")
        number(other, f"+1 312 555 020{more}")
        TouchPerson.objects.create(program=cast.program, touch=touch, stakeholder=other)
    with django_assert_max_num_queries(len(one)):
        assert "555 0202" in client.get(at(cast, "touch", touch.pk)).content.decode()


def test_a_second_touch_that_names_nobody_is_refused_on_the_page(
    cast: Cast, person: Stakeholder
) -> None:
    planned(person, None, side="marketing", channel="email")
    rep = cast.client("rep")
    asked = sent(cast, person, who="", reason="I must")
    html = rep.post(plan_at(cast, person), asked).content.decode()
    assert "This cannot be planned" in html
    assert "Marketing already reaches Dana Field around that time" in html
    assert "Nobody is named yet who does that." in html
    assert 'name="slot"' in html
    checked = rep.post(f"{at(cast, 'touch_check')}?account={person.account_id}", asked)
    assert "Nobody is named yet who does that." in checked.content.decode()
    assert only(cast).side == "marketing"


def test_a_check_of_another_who_is_of_their_side(cast: Cast, person: Stakeholder) -> None:
    Stakeholder.objects.in_program(cast.program).update(role="decision_maker")
    planned(person, cast.rep)
    later = monday() + timedelta(days=3)
    mail = planned(person, cast.rep, later, channel="email")
    asked = sent(
        cast, person, channel="email", who=cast.marketer.pk, starts_at=typed(later), message=""
    )
    check = f"{at(cast, 'touch_check')}?account={person.account_id}&touch={mail.pk}"
    assert "marketing pauses" in cast.client("rep").post(check, asked).content.decode()
