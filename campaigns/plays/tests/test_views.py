"""Pages of plays: writing one, previewing its conflicts, starting it."""

from datetime import time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from campaigns.calendar.models import Touch
from campaigns.calendar.rules.conflicts import Kind
from campaigns.library.models import Play, PlayStep
from campaigns.models import Campaign, CampaignAccount
from campaigns.plays.actions.templates import save_play
from campaigns.plays.models import PlayRun
from campaigns.plays.rules.steps import Step
from campaigns.plays.tests.test_starting import STEPS, target
from campaigns.selection.models import Target
from tests import cast as play
from tests.cast import Cast
from tests.markup import tight

pytestmark = pytest.mark.django_db


def address(cast: Cast, rest: str = "") -> str:
    return f"/p/{cast.program.slug}/plays/{rest}"


def rows(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"steps-TOTAL_FORMS": len(steps), "steps-INITIAL_FORMS": 0}
    for number, step in enumerate(steps):
        whole = {"side": "sales", "channel": "call", "after_days": 0, "at": "10:00", "minutes": 15}
        given |= {f"steps-{number}-{name}": value for name, value in (whole | step).items()}
    return {"name": "Case study, then call", "goal": "A meeting", "do": "save"} | given | more


def written(cast: Cast, name: str = "Case study, then call") -> Play:
    return save_play(program=cast.program, by=cast.marketer, name=name, goal="", steps=STEPS)


def chosen(cast: Cast, *names: str) -> None:
    for name in names:
        Target.objects.create(
            program=cast.program,
            account=target(cast, name),
            tier=1,
            marketing_owner=cast.marketer,
            sales_owner=cast.rep,
            entered_at=timezone.now(),
        )


def start(**more: Any) -> dict[str, Any]:
    day = timezone.localdate() + timedelta(days=7)
    key = "0b8f2f6e-6a53-4c0f-9d0e-2f7a5f1c9f10"
    return {"scope": "targets", "first_day": day.isoformat(), "gives_way": "on", "key": key} | more


def test_a_play_is_written_and_changed(cast: Cast) -> None:
    client = cast.client("marketer")
    mail = {"side": "marketing", "channel": "email", "message": "The Ohio insurer"}
    empty = {"channel": ""}
    answer = client.post(address(cast, "new/"), rows(mail, empty, {"after_days": 2, "follows": 1}))
    made = Play.objects.in_program(cast.program).get()
    assert answer.headers["Location"] == address(cast, f"{made.pk}/")
    steps = PlayStep.objects.in_program(cast.program).filter(play=made)
    assert [(s.position, s.channel, s.after_days) for s in steps] == [
        (1, "email", 0),
        (2, "call", 2),
    ]
    assert steps[1].follows == steps[0]
    page = client.get(address(cast, f"{made.pk}/edit/")).text
    assert "The Ohio insurer" in page
    gone = rows(mail | {"DELETE": "on"}, {"after_days": 3}, name="Call only")
    client.post(address(cast, f"{made.pk}/edit/"), gone)
    assert [(s.position, s.channel) for s in steps.all()] == [(1, "call")]


def test_wrong_rows_are_told_at_their_place_and_kept(cast: Cast) -> None:
    client = cast.client("rep")
    wrong = rows({"message": "Kept", "after_days": 4}, {"after_days": 2, "follows": 1})
    answer = client.post(address(cast, "new/"), wrong)
    assert answer.status_code == 422
    assert "would come before" in answer.text
    assert "Kept" in answer.text
    none = client.post(address(cast, "new/"), rows({"channel": ""}))
    assert "from 1 to 20 touches" in none.text
    more = client.post(address(cast, "new/"), rows({"message": "Kept"}, do="add"))
    assert more.status_code == 200
    assert 'name="steps-1-channel"' in more.text
    assert "Kept" in more.text
    written(cast)
    taken = client.post(address(cast, "new/"), rows({}))
    assert "Another play has this name" in taken.text


def test_the_targets_get_their_touches_after_a_look(cast: Cast) -> None:
    made = written(cast)
    chosen(cast, "Acme", "Borel")
    client = cast.client("marketer")
    looked = client.post(address(cast, f"{made.pk}/start/"), start(do="preview"))
    assert looked.status_code == 200
    assert "Acme" in looked.text
    assert "Borel" in looked.text
    assert Touch.objects.in_program(cast.program).count() == 0
    begun = client.post(address(cast, f"{made.pk}/start/"), start(do="start"))
    assert begun.status_code == 302
    assert PlayRun.objects.in_program(cast.program).count() == 2
    again = client.post(address(cast, f"{made.pk}/start/"), start(do="start"))
    assert again.status_code == 302
    assert Touch.objects.in_program(cast.program).count() == 2 * len(STEPS)
    calls = Touch.objects.in_program(cast.program).filter(channel="call")
    assert {touch.who for touch in calls} == {cast.rep}
    page = client.get(address(cast, f"{made.pk}/")).text
    assert "Acme" in page


def test_the_preview_counts_and_lets_accounts_out(cast: Cast) -> None:
    made = written(cast)
    chosen(cast, "Acme", "Borel")
    client = cast.client("marketer")
    acme, borel = (row.account for row in Target.objects.in_program(cast.program).order_by("pk"))
    looked = client.post(address(cast, f"{made.pk}/start/"), start(do="preview", without=acme.pk))
    assert dict(looked.context["counts"]) == {"without": 1, "free": 1}
    ticked = f'name="without" value="{acme.pk}" checked'
    assert ticked in tight(looked.text)
    both = start(do="start", without=[acme.pk, borel.pk])
    refused = client.post(address(cast, f"{made.pk}/start/"), both)
    assert refused.status_code == 422
    assert "Leave at least one account in" in refused.text
    client.post(address(cast, f"{made.pk}/start/"), start(do="start", without=acme.pk))
    run = PlayRun.objects.in_program(cast.program).get()
    assert run.account == borel
    again = client.post(address(cast, f"{made.pk}/start/"), start(do="preview"))
    # The first step gives way: the rep already calls Borel at that hour.
    assert dict(again.context["counts"]) == {"running": 1, "moved": 1}
    assert "Runs already" in again.text


def test_a_start_is_proposed_for_the_next_business_day(cast: Cast) -> None:
    page = cast.client("rep").get(address(cast, f"{written(cast).pk}/start/"))
    day = page.context["form"].initial["first_day"]
    # It may still be the day before in New York.
    assert day > timezone.localdate(timezone=ZoneInfo(cast.program.time_zone))
    assert day.weekday() < 5


def test_pages_lead_to_a_start_on_what_they_are_about(cast: Cast) -> None:
    made = written(cast)
    chosen(cast, "Acme")
    account = Target.objects.in_program(cast.program).get().account
    client, room = cast.client("rep"), f"/p/{cast.program.slug}"
    page = client.get(f"{room}/accounts/{account.pk}/").text
    assert f"{address(cast, 'start/')}?account={account.pk}" in page
    targets = client.get(f"{room}/targets/").text
    assert f'name="account" value="{account.pk}" form="start-play"' in targets
    which = client.get(f"{address(cast, 'start/')}?account={account.pk}").text
    assert "Acme" in which
    begin = f"{address(cast, f'{made.pk}/start/')}?account={account.pk}"
    assert begin in which
    form = client.get(begin).context["form"]
    assert form["account"].value() == [str(account.pk)]
    assert form.fields["scope"].choices[0][0] == "chosen"
    assert cast.client("observer").get(address(cast, "start/")).status_code == 403
    seen = cast.client("observer").get(f"{room}/targets/").text
    assert "start-play" not in seen


def test_one_account_and_its_other_contact(cast: Cast) -> None:
    made = written(cast)
    account = target(cast, "Acme")
    other = play.stakeholder(cast.program, account, first_name="Zoe")
    given = start(
        scope="chosen", account=account.pk, do="start", **{f"contact-{account.pk}": other.pk}
    )
    cast.client("rep").post(address(cast, f"{made.pk}/start/"), given)
    call = Touch.objects.in_program(cast.program).get(channel="call")
    assert [row.stakeholder for row in call.people.all()] == [other]


def test_what_is_started_on_a_campaign_belongs_to_it(cast: Cast) -> None:
    made, today = written(cast), timezone.localdate()
    campaign = Campaign.objects.create(
        program=cast.program, name="Costs", starts_on=today, ends_on=today
    )
    account = target(cast, "Acme")
    CampaignAccount.objects.create(program=cast.program, campaign=campaign, account=account)
    given = start(scope=f"campaign-{campaign.pk}", do="start")
    cast.client("marketer").post(address(cast, f"{made.pk}/start/"), given)
    touches = Touch.objects.in_program(cast.program)
    assert [touch.campaign for touch in touches] == [campaign] * len(STEPS)


def test_a_start_that_cannot_be_is_told(cast: Cast) -> None:
    made = written(cast)
    client = cast.client("rep")
    empty = client.post(address(cast, f"{made.pk}/start/"), start(do="start"))
    assert empty.status_code == 422
    assert "There is no account in it yet" in empty.text
    over = client.post(address(cast, f"{made.pk}/start/"), start(first_day="2020-01-01"))
    assert "This day is over" in over.text


def test_what_a_play_led_to(cast: Cast) -> None:
    made = written(cast)
    chosen(cast, "Acme", "Borel")
    client = cast.client("marketer")
    client.post(address(cast, f"{made.pk}/start/"), start(do="start"))
    touch = Touch.objects.in_program(cast.program).filter(channel="call").first()
    assert touch is not None
    touch.result = "meeting"
    touch.save()
    [row] = client.get(address(cast)).context["rows"]
    # No touch is done yet, so there is nothing to compare.
    assert (row.results.runs, row.results.ahead) == (0, 2)
    assert [share.number for share in row.results.shares] == [0, 0, 0]
    touch.state, touch.done_at = "done", touch.starts_at
    touch.save()
    page = client.get(address(cast))
    assert "1 not begun" in page.text
    [row] = page.context["rows"]
    assert (row.results.runs, row.results.ahead) == (1, 1)
    assert [share.number for share in row.results.shares] == [1, 1, 0]
    assert row.results.shares[0].percent is None


def test_a_retired_play_is_elsewhere(cast: Cast) -> None:
    made = written(cast)
    client = cast.client("rep")
    client.post(address(cast, f"{made.pk}/retire/"))
    assert made.name not in client.get(address(cast)).text
    assert made.name in client.get(address(cast, "?show=retired")).text
    client.post(address(cast, f"{made.pk}/bring-back/"))
    assert made.name in client.get(address(cast)).text


def test_a_retired_play_or_an_empty_one_is_not_started(cast: Cast) -> None:
    made = written(cast)
    chosen(cast, "Acme")
    client = cast.client("rep")
    begin = address(cast, f"{made.pk}/start/")
    client.post(address(cast, f"{made.pk}/retire/"))
    page = client.get(begin)
    assert (page.status_code, "This play is retired" in page.text) == (200, True)
    assert 'name="first_day"' not in page.text
    refused = client.post(begin, start(do="start"))
    assert (refused.status_code, "This play is retired" in refused.text) == (409, True)
    assert PlayRun.objects.in_program(cast.program).count() == 0
    client.post(address(cast, f"{made.pk}/bring-back/"))
    PlayStep.objects.in_program(cast.program).filter(play=made).delete()
    assert "This play has no touches yet" in client.get(begin).text


def at_night(cast: Cast) -> Play:
    """A play that warns on every account, since it does not give way."""
    late = [Step(1, "sales", "call", 0, time(22), 15)]
    return save_play(program=cast.program, by=cast.rep, name="Late", goal="", steps=late)


def test_nothing_starts_before_a_reason_is_given_or_the_accounts_are_left_out(cast: Cast) -> None:
    made = at_night(cast)
    chosen(cast, "Acme", "Borel")
    # Without a known time zone there are no quiet hours to warn about.
    free = play.account(cast.program, "Corail", state="")
    play.stakeholder(cast.program, account=free)
    acme, borel = (row.account for row in Target.objects.in_program(cast.program).order_by("pk"))
    client, begin = cast.client("rep"), address(cast, f"{made.pk}/start/")
    asked = {"scope": "chosen", "account": [acme.pk, borel.pk, free.pk], "gives_way": ""}
    stays = client.post(begin, start(do="start", **asked))
    assert stays.status_code == 422
    assert "Acme, Borel need a reason" in stays.context["form"].errors["reason"][0]
    assert "Acme, Borel need a reason" in stays.text
    assert PlayRun.objects.in_program(cast.program).count() == 0
    one = client.post(begin, start(do="start", without=[acme.pk], **asked))
    assert "Borel needs a reason" in one.text
    begun = client.post(begin, start(do="start", without=[acme.pk, borel.pk], **asked))
    assert begun.status_code == 302
    assert PlayRun.objects.in_program(cast.program).get().account == free
    again = client.post(begin, start(do="start", **asked))
    # The same form submitted again does not start a second run.
    assert again.status_code == 302
    other = start(do="start", reason="They asked for it.", key=uuid4(), **asked)
    begun = client.post(begin, other, follow=True)
    assert "Started on 2 accounts. Left out: Corail (it runs there already)." in begun.text


def test_what_is_left_out_in_the_end_is_named_with_why(cast: Cast) -> None:
    made = written(cast)
    chosen(cast, "Acme")
    for number in range(4):
        Target.objects.create(
            program=cast.program,
            account=target(cast, f"Empty {number}", people=0),
            tier=1,
            entered_at=timezone.now(),
        )
    client, begin = cast.client("marketer"), address(cast, f"{made.pk}/start/")
    begun = client.post(begin, start(do="start"), follow=True)
    why = ", ".join(f"Empty {number} (nobody to contact)" for number in range(3))
    assert f"Started on 1 account. Left out: {why} and 1 more." in begun.text
    nothing = client.post(begin, start(do="start", key=uuid4()))
    assert nothing.status_code == 422
    assert "It can start on none of these accounts" in nothing.text
    assert 'value="start"' not in nothing.text
    looked = client.post(begin, start(do="preview", again="on", key=uuid4()))
    assert 'value="start"' in looked.text


def test_two_stories_beside_one_touch_are_told_once(cast: Cast) -> None:
    made = written(cast)
    chosen(cast, "Acme")
    client, begin = cast.client("marketer"), address(cast, f"{made.pk}/start/")
    [row] = client.post(begin, start(do="preview")).context["rows"]
    first = row.steps[0].placed.slot
    for number in (1, 2):
        touch = Touch.objects.create(
            program=cast.program,
            account=row.account,
            channel="ad",
            side="marketing",
            who=cast.marketer,
            starts_at=first.starts,
            ends_at=first.ends,
            message=f"Another story, {number}",
            thread=0,
        )
        touch.thread = touch.pk
        touch.save()
    [row] = client.post(begin, start(do="preview", gives_way="")).context["rows"]
    met = row.steps[0]
    assert [each.kind for each in met.placed.met].count(Kind.CLASH) == 2
    assert [each.kind for each in met.conflicts].count(Kind.CLASH) == 1


def test_the_list_asks_as_much_for_three_as_for_one(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    client = cast.client("observer")
    client.get(address(cast))
    for name in ("One", "Two", "Three"):
        written(cast, name)
        with django_assert_max_num_queries(9):
            assert client.get(address(cast)).status_code == 200
