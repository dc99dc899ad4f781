"""Pages of promises: the list, one promise with its answers, the wallboard, the calendar feed."""

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Lead
from alignment.people.models import Side
from alignment.sla.actions.answers import acknowledge, dispute
from alignment.sla.actions.sweep import sweep
from alignment.sla.models import CalendarFeed, Clock, Dispute, Escalation
from alignment.sla.tests.promises import clause, clock, contract, due, follow
from tests import cast as make
from tests.cast import Cast

from .pages import address, queries, text

FEEDBACK = {"starts": "handed_off", "ends": "feedback_given", "minutes": 1_440}


def handed_over(cast: Cast, count: int = 1) -> list[Lead]:
    leads = [make.lead(cast.program, owner=cast.rep) for _ in range(count)]
    for lead in leads:
        follow(lead, "handed_off")
    return leads


def broken(cast: Cast) -> Clock:
    (lead,) = handed_over(cast)
    due(clock(lead))
    sweep()
    found = clock(lead)
    assert found.state == Clock.State.BROKEN
    return found


@pytest.fixture
def ruled(cast: Cast) -> Cast:
    contract(cast.program, clause(), clause("feedback", **FEEDBACK))
    return cast


def test_the_soonest_due_comes_first(ruled: Cast) -> None:
    handed_over(ruled)
    page = text(ruled, "rep", "promises/")
    assert page.index("First contact") < page.index("Feedback on the lead", page.index("<tbody"))
    assert "data-countdown" in page
    assert "+ 60 min = " in page


def test_a_list_costs_the_same_at_one_and_three_leads(ruled: Cast) -> None:
    handed_over(ruled)
    one = queries(ruled, "sales_manager", "promises/")
    handed_over(ruled, 2)
    assert queries(ruled, "sales_manager", "promises/") == one


def test_filters_by_side_promise_and_person(ruled: Cast) -> None:
    (lead,) = handed_over(ruled)
    key = f"clock-{clock(lead, 'feedback').pk}"
    assert key in text(ruled, "rep", "promises/?clause=feedback&mine=1")
    assert key not in text(ruled, "rep", "promises/?clause=contact")
    assert key not in text(ruled, "rep", "promises/?side=marketing")
    assert key not in text(ruled, "sales_manager", "promises/?mine=1")
    assert text(ruled, "rep", "promises/?state=%00&side=x&clause=%00&after=nonsense")


def test_managers_of_the_owing_side_answer(ruled: Cast) -> None:
    found = broken(ruled)
    for who, asked in (("sales_manager", True), ("marketing_manager", False), ("rep", False)):
        assert ("Waiting for you" in text(ruled, who, "promises/")) is asked
    here = f"promises/{found.pk}/"
    assert "Answer for it" in text(ruled, "sales_manager", here)
    reply = ruled.client("sales_manager").post(address(ruled, f"{here}answer/"), {"answer": " "})
    assert reply.status_code == 422
    assert "Say what will be done." in reply.content.decode()
    manager = ruled.client("sales_manager")
    said = {"answer": "Ines calls before noon."}
    assert manager.post(address(ruled, f"{here}answer/"), said).status_code == 302
    assert "Ines calls before noon." in text(ruled, "marketer", here)
    assert "Waiting for you" not in text(ruled, "sales_manager", "promises/")


def test_what_waits_for_an_answer_says_when_it_broke(ruled: Cast) -> None:
    """A later step of its ladder changes nothing about that."""
    found = broken(ruled)
    broke = timezone.now() - timedelta(hours=6)
    Clock.objects.in_program(ruled.program).filter(pk=found.pk).update(ended_at=broke)
    page = text(ruled, "sales_manager", "promises/")
    needed = page[page.index('id="needed-title"') :]
    at = timezone.localtime(broke, ZoneInfo(ruled.sales_manager.time_zone))
    assert f'datetime="{at.isoformat()}"' in needed


def test_the_second_to_answer_is_told_who_was_first(ruled: Cast) -> None:
    found = broken(ruled)
    first = Escalation.objects.in_program(ruled.program).get(clock=found)
    acknowledge(escalation=first, answer="Mine", by=ruled.sales_manager)
    reply = ruled.client("owner").post(
        address(ruled, f"promises/{found.pk}/answer/"), {"answer": "No, mine"}, follow=True
    )
    assert f"{ruled.sales_manager} has already answered." in reply.content.decode()


def test_whoever_may_not_answer_is_refused(ruled: Cast) -> None:
    found = broken(ruled)
    here = address(ruled, f"promises/{found.pk}/")
    for who in ("marketing_manager", "rep", "observer"):
        reply = ruled.client(who).post(f"{here}answer/", {"answer": "x"})
        assert reply.status_code == 403, who
    assert ruled.client("marketer").post(f"{here}excuse/", {"reason": "x"}).status_code == 403


def test_an_excuse_is_asked_by_one_side_and_granted_by_the_other(ruled: Cast) -> None:
    found = broken(ruled)
    here = f"promises/{found.pk}/"
    assert "Ask the other side" in text(ruled, "rep", here)
    reason = {"reason": "The phones were down."}
    assert ruled.client("rep").post(address(ruled, f"{here}excuse/"), reason).status_code == 302
    assert "The phones were down." in text(ruled, "marketing_manager", "promises/")
    url = address(ruled, f"{here}verdict/")
    unsaid = ruled.client("marketing_manager").post(url, {"granted": "yes", "answer": ""})
    assert unsaid.status_code == 422
    own = {"granted": "yes", "answer": "Of course"}
    assert ruled.client("sales_manager").post(url, own).status_code == 403
    assert ruled.client("marketing_manager").post(url, own).status_code == 302
    assert Dispute.objects.in_program(ruled.program).get(clock=found).granted is True
    assert f"clock-{found.pk}" in text(ruled, "observer", "promises/?state=excused")
    assert "Excused by the other side" in text(ruled, "rep", here)


def test_the_wall_counts_both_sides_alike(ruled: Cast) -> None:
    contract(
        ruled.program,
        clause(),
        clause("brief", owes="marketing", kind="condition", condition="brief_complete"),
    )
    kept, late = handed_over(ruled, 2)
    follow(kept, "contacted")
    due(clock(late))
    sweep()
    page = text(ruled, "observer", "promises/wallboard/")
    sales = page[page.index('id="wall-sales"') :]
    assert "50" in sales[sales.index("wall__figure") :][:40]
    marketing = page[page.index('id="wall-marketing"') : page.index('id="wall-sales"')]
    assert "Complete brief" in marketing


def test_an_excused_breach_is_left_out_of_the_share(ruled: Cast) -> None:
    found = broken(ruled)
    asked = dispute(clock=found, reason="Storm", by=ruled.rep)
    Dispute.objects.in_program(ruled.program).filter(pk=asked.pk).update(
        granted=True, decided_at=found.ended_at
    )
    page = text(ruled, "observer", "promises/wallboard/")
    sales = page[page.index('id="wall-sales"') :]
    assert "wall__none" in sales[: sales.index("</header>")]


def test_the_wall_costs_the_same_whatever_runs(ruled: Cast) -> None:
    handed_over(ruled)
    one = queries(ruled, "rep", "promises/wallboard/")
    handed_over(ruled, 2)
    assert queries(ruled, "rep", "promises/wallboard/") == one


def feed_of(page: Any) -> str:
    """The secret address, which the page shows once."""
    (found,) = set(re.findall(r"/calendar/[\w-]{20,}\.ics", page.content.decode()))
    return str(found)


def test_a_french_feed_puts_a_space_before_the_colon(ruled: Cast) -> None:
    ruled.rep.language = "fr"
    ruled.rep.save(update_fields=["language"])
    handed_over(ruled)
    page = ruled.client("rep").post(address(ruled, "promises/calendar/"))
    calendar = Calendar.from_ical(ruled.client("stranger").get(feed_of(page)).content)
    titles = {str(event["summary"]).split(": ")[0] for event in calendar.walk("VEVENT")}
    assert titles == {"Premier contact\u00a0", "Retour sur le lead\u00a0"}


def test_a_feed_shows_what_the_person_owes(ruled: Cast) -> None:
    (lead,) = handed_over(ruled)
    page = ruled.client("rep").post(address(ruled, "promises/calendar/"))
    reply = ruled.client("stranger").get(feed_of(page))
    assert reply["Content-Type"] == "text/calendar; charset=utf-8"
    events: list[Any] = list(Calendar.from_ical(reply.content).walk("VEVENT"))
    assert {str(event["summary"]).split(":")[0] for event in events} == {
        "First contact",
        "Feedback on the lead",
    }
    first = min(events, key=lambda event: event["dtend"].dt)
    assert abs(first["dtend"].dt - clock(lead).due_at) < timedelta(seconds=1)
    assert CalendarFeed.objects.in_program(ruled.program).get().read_at is not None


def test_a_new_address_ends_the_old_one(ruled: Cast) -> None:
    rep = ruled.client("rep")
    urls = []
    for _ in range(2):
        urls.append(feed_of(rep.post(address(ruled, "promises/calendar/"))))
    assert [rep.get(url).status_code for url in urls] == [404, 200]
    assert rep.post(address(ruled, "promises/calendar/end/")).status_code == 302
    assert rep.get(urls[1]).status_code == 404


def test_a_feed_is_not_read_nor_guessed_without_end(
    ruled: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = feed_of(ruled.client("rep").post(address(ruled, "promises/calendar/")))
    monkeypatch.setattr("alignment.workspace.feed_limits.A_MINUTE", 0)
    monkeypatch.setattr("alignment.workspace.feed_limits.A_MINUTE_FROM_ONE_PLACE", 0)
    for asked in (url, "/calendar/guess.ics"):
        refused = Client().get(asked)
        assert (refused.status_code, "Retry-After" in refused) == (429, True)
    assert CalendarFeed.objects.in_program(ruled.program).get().read_at is None


def test_who_left_the_program_reads_nothing_more(ruled: Cast) -> None:
    url = feed_of(ruled.client("rep").post(address(ruled, "promises/calendar/")))
    ruled.membership("rep").delete()
    assert ruled.client("rep").get(url).status_code == 404


def test_conditions_have_no_countdown(ruled: Cast) -> None:
    brief = clause("brief", owes="marketing", kind="condition", condition="brief_complete")
    contract(ruled.program, brief)
    handed_over(ruled)
    page = text(ruled, "rep", "promises/?state=broken")
    assert "Did not hold" in page
    assert Clock.objects.in_program(ruled.program).get().side == Side.MARKETING


def test_refusing_an_excuse_without_a_word_says_so_beside_the_field(ruled: Cast) -> None:
    found = broken(ruled)
    dispute(clock=found, reason="The phones were down.", by=ruled.rep)
    url = address(ruled, f"promises/{found.pk}/verdict/")
    reply = ruled.client("marketing_manager").post(url, {"granted": "no", "answer": ""})
    page = reply.content.decode()
    assert reply.status_code == 422
    assert "Say why." in page.partition('class="field field--invalid"')[2].partition("</form>")[0]
    # Validation is left to the server, and a live update fetches the page, not the form.
    form = page.partition(f'action="{url}"')[2].partition(">")[0]
    assert "novalidate" in form
    assert f'hx-get="{address(ruled, f"promises/{found.pk}/")}"' in page


def test_long_answers_are_refused_by_their_limit_and_fold_in_the_story(ruled: Cast) -> None:
    found = broken(ruled)
    url = address(ruled, f"promises/{found.pk}/answer/")
    client = ruled.client("sales_manager")
    page = client.get(address(ruled, f"promises/{found.pk}/")).content.decode()
    assert "maxlength" not in page.partition("answer-form")[2].partition("</form>")[0]
    refused = client.post(url, {"answer": "x" * 4_001})
    assert refused.status_code == 422
    assert "at most 4,000 characters fit (it has 4,001)" in refused.content.decode()
    client.post(url, {"answer": "We call at nine. " * 200})
    escalation = Escalation.objects.in_program(ruled.program).get(acknowledged_by__isnull=False)
    assert escalation.answer == ("We call at nine. " * 200).strip()
    page = client.get(address(ruled, f"promises/{found.pk}/")).content.decode()
    assert '<details class="fold">' in page
