"""Secret addresses for calendar apps: access, expiry and rate limits."""

import re
from datetime import UTC, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from icalendar import Calendar

from alignment.core.rest.limits import Allowance
from alignment.people.models import Membership
from campaigns.calendar.actions.feeds import MOST_OPEN, open_touch_feed
from campaigns.calendar.actions.outcome import skip_touch
from campaigns.calendar.models import Touch, TouchFeed
from tests.cast import Cast

from .scenes import at, monday, planned, someone

pytestmark = pytest.mark.django_db


def opened(cast: Cast, scope: str = "program", **more: Any) -> str:
    secret = open_touch_feed(
        program=cast.program, scope=scope, team=more.get("team"), by=more.get("by", cast.rep)
    )
    return f"/calendar/touches/{secret}.ics"


def events(address: str) -> list[Any]:
    reply = Client().get(address)
    assert reply.status_code == 200
    return list(Calendar.from_ical(reply.content).walk("VEVENT"))


def test_an_event_says_what_a_calendar_needs(cast: Cast) -> None:
    long = "Ünïcode, with; signs \\ and " + "x" * 120
    touch = planned(someone(cast), cast.rep, message=long)
    address = opened(cast)
    (event,) = events(address)
    assert event["uid"] == f"touch-{touch.pk}@entente"
    assert event.decoded("dtstart") == monday().astimezone(UTC)
    assert event["summary"] == "Call: Acme"
    assert long in event["description"]
    raw = Client().get(address).content
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"DTSTART:" in raw
    assert raw.split(b"DTSTART:")[1][15:16] == b"Z"


@pytest.mark.parametrize("planned_weeks", [-9, 4])
def test_what_is_done_stands_where_it_was_done(cast: Cast, planned_weeks: int) -> None:
    touch, done = planned(someone(cast), cast.rep), monday(weeks=-1)
    plan = monday(weeks=planned_weeks)
    Touch.objects.in_program(cast.program).filter(pk=touch.pk).update(
        starts_at=plan,
        ends_at=plan + timedelta(minutes=30),
        state=Touch.State.DONE,
        done_at=done,
    )
    (event,) = events(opened(cast))
    assert event["summary"].startswith("✓")
    assert event.decoded("dtstart") == done.astimezone(UTC)
    assert "dtend" not in event


def test_an_advertisement_that_still_runs_is_there_however_early_it_began(cast: Cast) -> None:
    for days_ago, name in ((-50, "Runs"), (-80, "Over")):
        touch = planned(someone(cast, name), cast.marketer, channel="ad")
        began = monday() + timedelta(days=days_ago)
        Touch.objects.in_program(cast.program).filter(pk=touch.pk).update(
            starts_at=began, ends_at=began + timedelta(days=40)
        )
    (event,) = events(opened(cast))
    assert str(event["summary"]).endswith("Runs")


def test_it_speaks_the_language_of_its_owner(cast: Cast) -> None:
    planned(someone(cast), cast.rep)
    cast.rep.language = "fr"
    cast.rep.save()
    (event,) = events(opened(cast))
    assert event["summary"] == "Appel\N{NO-BREAK SPACE}: Acme"


def test_each_scope_shows_its_own_and_nothing_skipped(cast: Cast) -> None:
    planned(someone(cast, "One"), cast.rep)
    planned(someone(cast, "Two"), cast.sales_manager)
    planned(someone(cast, "Three"), cast.marketer)
    skipped = planned(someone(cast, "Four"), cast.rep, monday(11))
    skip_touch(touch=skipped, by=cast.rep, because="Ill")

    def names(address: str) -> set[str]:
        return {str(event["summary"]).removeprefix("Call: ") for event in events(address)}

    assert names(opened(cast, "person")) == {"One"}
    assert names(opened(cast, "team", team=cast.sales)) == {"One", "Two"}
    assert names(opened(cast)) == {"One", "Two", "Three"}


def test_a_team_is_chosen_on_the_page(cast: Cast) -> None:
    cast.client("rep").post(at(cast, "calendar_feeds"), {"scope": f"team:{cast.sales.pk}"})
    assert TouchFeed.objects.in_program(cast.program).get().team == cast.sales


def test_an_observer_makes_an_address_of_their_own_touches_alone(cast: Cast) -> None:
    page, client = at(cast, "calendar_feeds"), cast.client("observer")
    choices = client.get(page).content.decode().partition("<select")[2].partition("</select>")[0]
    assert re.findall(r'value="(\w+)', choices) == ["person"]
    for scope in ("program", f"team:{cast.sales.pk}"):
        assert client.post(page, {"scope": scope}).status_code == 422
    assert client.post(page, {"scope": "person"}).status_code == 200
    assert TouchFeed.objects.in_program(cast.program).get().scope == "person"


def test_only_the_hash_is_kept_and_the_address_is_shown_once(cast: Cast) -> None:
    rep = cast.client("rep")
    shown = rep.post(at(cast, "calendar_feeds"), {"scope": "person"}).content.decode()
    secret = shown.split("/calendar/touches/")[1].split(".ics")[0]
    assert TouchFeed.objects.in_program(cast.program).get().secret_hash != secret
    assert secret not in rep.get(at(cast, "calendar_feeds")).content.decode()
    assert events(f"/calendar/touches/{secret}.ics") == []


def test_revoked_wrong_and_left_answer_alike(cast: Cast) -> None:
    address = opened(cast)
    assert Client().get(address).status_code == 200
    feed = TouchFeed.objects.in_program(cast.program).get()
    assert (
        cast.client("marketer").post(at(cast, "calendar_feed_revoke", feed.pk)).status_code == 403
    )
    assert cast.client("rep").post(at(cast, "calendar_feed_revoke", feed.pk)).status_code == 302
    assert Client().get(address).status_code == 404
    assert Client().get("/calendar/touches/wrong.ics").status_code == 404
    other = opened(cast)
    Membership.objects.in_program(cast.program).filter(user=cast.rep).delete()
    assert Client().get(other).status_code == 404
    # A person who leaves and comes back needs a new address.
    Membership.objects.create(program=cast.program, user=cast.rep, role="member", team=cast.sales)
    assert Client().get(other).status_code == 404
    assert Client().get(opened(cast)).status_code == 200


def test_a_feed_shows_no_more_than_its_owner_may_see_by_now(cast: Cast) -> None:
    everybodys, own = opened(cast), opened(cast, "person")
    members = Membership.objects.in_program(cast.program).filter(user=cast.rep)
    members.update(role="observer", team=None)
    assert Client().get(everybodys).status_code == 404
    assert Client().get(own).status_code == 200


def test_owners_revoke_any(cast: Cast) -> None:
    address = opened(cast)
    feed = TouchFeed.objects.in_program(cast.program).get()
    assert "Ravi Rep" in cast.client("owner").get(at(cast, "calendar_feeds")).content.decode()
    cast.client("owner").post(at(cast, "calendar_feed_revoke", feed.pk))
    assert Client().get(address).status_code == 404


def test_what_did_not_change_is_not_sent_again(cast: Cast) -> None:
    planned(someone(cast), cast.rep)
    address = opened(cast)
    etag = Client().get(address)["ETag"]
    again = Client().get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    planned(someone(cast, "New"), cast.rep, monday(11))
    assert Client().get(address, headers={"If-None-Match": etag}).status_code == 200


def test_too_many_reads_are_told_to_wait(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    address = opened(cast)

    def spent(caller: str, *, limit: int) -> Allowance:
        used = limit + 1 if caller.startswith("calendar.touchfeed:") else 1
        return Allowance(limit=limit, used=used, reset=17)

    monkeypatch.setattr("alignment.workspace.feed_limits.spend", spent)
    reply = Client().get(address)
    assert (reply.status_code, reply["Retry-After"]) == (429, "17")
    assert TouchFeed.objects.in_program(cast.program).get().read_at is None


def test_a_team_of_another_program_is_none(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        opened(cast, "team", team=cast.other_sales)
    with pytest.raises(ValidationError):
        opened(cast, "team")
    form = {"scope": f"team:{cast.other_sales.pk}"}
    reply = cast.client("rep").post(at(cast, "calendar_feeds"), form)
    assert reply.status_code == 422
    assert not TouchFeed.objects.in_program(cast.program).exists()


def test_nobody_needs_more_than_a_few(cast: Cast) -> None:
    for _number in range(MOST_OPEN):
        opened(cast, "person")
    with pytest.raises(ValidationError):
        opened(cast, "person")
