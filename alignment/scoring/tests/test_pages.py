"""The scoring pages: everybody reads, managers write, nothing typed is lost."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Signal
from alignment.agreements.actions.drafts import start_draft
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import draft_of, in_force
from alignment.jobs import actions as jobs
from alignment.jobs.models import Job
from alignment.scoring.forms import ModelForm
from alignment.scoring.rules import parse_model
from tests import cast as make
from tests.cast import ROLES, Cast
from tests.signing import bring_in_force

EDITORS = ("owner", "marketing_manager", "sales_manager")


def address(cast: Cast, rest: str = "") -> str:
    return f"/p/{cast.program.slug}/scoring/{rest}"


@pytest.fixture
def draft(cast: Cast) -> Version:
    return start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner)


def filled(version: Version) -> dict[str, Any]:
    """What a browser submits for the current draft."""
    form = ModelForm(signals=[], model=parse_model(version.content))
    sent: dict[str, Any] = {"row": [row for row, _rule in form.lines], "do": "save"}
    for name in form.thresholds.fields:
        sent[name] = form.thresholds[name].value() or ""
    for name in form.weights.fields:
        sent[f"account-{name}"] = form.weights[name].value()
    for _row, rule in form.lines:
        for name in rule.fields:
            value = rule[name].value()
            sent[f"{rule.prefix}-{name}"] = "" if value is None else value
    return sent


@pytest.mark.parametrize("who", ROLES)
def test_everybody_reads_the_model(cast: Cast, who: str) -> None:
    text = cast.client(who).get(address(cast)).content.decode()
    for shown in ("Pricing page visited", "+15", "3 times or more", "One opened e-mail is chance"):
        assert shown in text
    assert ("scoring/draft/start/" in text) == (who in EDITORS)
    assert cast.client(who).get(address(cast, "versions/1/")).status_code == 200
    assert cast.client(who).get(address(cast, "signals/")).status_code == 200


def test_numbers_say_who_earned_what(cast: Cast) -> None:
    lead = make.lead(cast.program)
    make.engage(lead.stakeholder, "pricing_page_view")
    numbers = cast.client("rep").get(address(cast, "numbers/")).context["numbers"]
    assert numbers.earned["pricing"] == 1
    assert numbers.earned["webinar"] == 0
    assert sum(numbers.bins) == numbers.leads == 1
    shown = cast.client("rep").get(address(cast, "numbers/")).content.decode()
    assert " 1 lead: 0 over" in shown


def test_signals_that_arrive_and_earn_nothing_are_named(cast: Cast) -> None:
    lead = make.lead(cast.program)
    make.engage(lead.stakeholder, "pricing_page_view")
    for code in ("email_replied", "demo_requested"):
        make.engage(lead.stakeholder, code)
    shown = cast.client("rep").get(address(cast, "numbers/")).content.decode()
    said = "because no rule names them: Demo requested, Replied to an e-mail."
    assert said in " ".join(shown.split())


def test_the_page_costs_the_same_whatever_the_leads(cast: Cast) -> None:
    def cost() -> int:
        cast.client("rep").get(address(cast))
        with CaptureQueriesContext(connection) as captured:
            cast.client("rep").get(address(cast))
        return len(captured)

    make.lead(cast.program)
    one = cost()
    make.lead(cast.program)
    make.lead(cast.program)
    assert cost() == one
    assert one <= 18


@pytest.mark.parametrize("who", ["marketer", "rep", "observer"])
def test_members_do_not_write(cast: Cast, who: str, draft: Version) -> None:
    client = cast.client(who)
    signal = make.signal(cast.program, "webinar_attended")
    for rest in ("draft/", "signals/new/", f"signals/{signal.pk}/"):
        assert client.get(address(cast, rest)).status_code == 403
    for rest in ("draft/start/", "draft/discard/", "draft/", "signals/new/"):
        assert client.post(address(cast, rest)).status_code == 403


def test_saving_without_a_change_changes_nothing(cast: Cast, draft: Version) -> None:
    reply = cast.client("owner").post(address(cast, "draft/"), filled(draft))
    assert reply.status_code == 302
    draft.refresh_from_db()
    current = in_force(cast.program, Kind.SCORING)
    assert current
    assert parse_model(draft.content) == parse_model(current.content)


def test_rows_are_added_moved_and_removed_without_script_and_without_saving(
    cast: Cast, draft: Version
) -> None:
    client, url = cast.client("sales_manager"), address(cast, "draft/")
    sent = filled(draft) | {"rule-1-reason": "Half <i>typed", "do": "add:fit"}
    page = client.post(url, sent)
    assert page.status_code == 200
    form = page.context["form"]
    assert form.rows == [str(number) for number in range(len(draft.content["rules"]) + 1)]
    assert "Half &lt;i&gt;typed" in page.content.decode()
    assert "This field is required" not in page.content.decode()
    assert client.post(url, sent | {"do": "up:2"}).context["form"].rows[:3] == ["0", "2", "1"]
    assert client.post(url, sent | {"do": "down:0"}).context["form"].rows[:2] == ["1", "0"]
    assert "3" not in client.post(url, sent | {"do": "remove:3"}).context["form"].rows
    for nonsense in ("up:99", "remove:x", "add:nothing", "sing"):
        assert client.post(url, sent | {"do": nonsense}).status_code == 200
    before = draft.content
    draft.refresh_from_db()
    assert draft.content == before


def test_the_second_of_two_saves_is_told_and_loses_nothing(cast: Cast, draft: Version) -> None:
    """Both read the draft; the second save neither wins silently nor is discarded."""
    seen = draft.updated_at.isoformat()
    hers = filled(draft) | {"rule-4-points": "20", "seen": seen}
    his = filled(draft) | {"rule-6-points": "11", "seen": seen}
    url = address(cast, "draft/")
    assert cast.client("sales_manager").post(url, hers).status_code == 302
    told = cast.client("marketing_manager").post(url, his)
    assert told.status_code == 409
    assert 'value="11"' in told.text
    assert "Somebody else saved this draft" in told.text
    assert {change.title for change in told.context["theirs"]} == {
        "Pricing page visited",
        "Webinar attended",
    }
    assert cast.client("marketing_manager").post(url, his).status_code == 409
    again = his | {"rule-4-points": "20", "seen": told.context["seen"]}
    assert cast.client("marketing_manager").post(url, again).status_code == 302
    draft.refresh_from_db()
    points = {rule.key: rule.points for rule in parse_model(draft.content).rules}
    assert (points["pricing"], points["webinar"]) == (20, 11)


def test_what_was_typed_into_a_draft_that_is_gone_is_not_lost(cast: Cast, draft: Version) -> None:
    sent = filled(draft) | {"rule-2-reason": "Kept words"}
    cast.client("sales_manager").post(address(cast, "draft/discard/"))
    reply = cast.client("marketing_manager").post(address(cast, "draft/"), sent)
    assert reply.status_code == 409
    assert "Kept words" in reply.text
    assert "The draft is no longer there" in reply.text


def test_a_new_rule_to_force(cast: Cast, draft: Version) -> None:
    client = cast.client("marketing_manager")
    new = {
        "rule-10-dimension": "engagement",
        "rule-10-what": "website_visit",
        "rule-10-points": "-5",
        "rule-10-min_count": "2",
        "rule-10-window_days": "30",
        "rule-10-decay": "linear",
        "rule-10-decay_days": "20",
        "rule-10-cap": "10",
        "rule-10-reason": "Lookers",
    }
    sent = filled(draft) | new | {"mql_at": "35", "note": "Spring"}
    sent["row"] = [*sent["row"], "10"]
    assert client.post(address(cast, "draft/"), sent).status_code == 302
    assert "Website visited" in client.get(address(cast, "draft/")).content.decode()
    draft.refresh_from_db()
    bring_in_force(draft)
    ruling = in_force(cast.program, Kind.SCORING)
    assert ruling
    model = parse_model(ruling.content)
    assert model.mql_at == 35
    assert model.rules[-1].points == -5
    assert model.rules[-1].key == "website_visit"
    assert Job.objects.in_program(cast.program).filter(kind=Job.Kind.RESCORE).exists()
    text = client.get(address(cast)).content.decode()
    assert "fading to 0 in 20 days" in text
    assert "Scoring every lead by the new model" in text
    job = Job.objects.in_program(cast.program).filter(kind=Job.Kind.RESCORE).latest("pk")
    jobs.cancel(job=job, by=cast.owner)
    on = reverse("jobs:go_on", args=[cast.program.slug, job.pk])
    text = client.get(address(cast)).content.decode()
    assert "Scoring by this model stopped before its end" in text
    assert on in text
    assert on not in cast.client("rep").get(address(cast)).content.decode()


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"rule-0-points": "lots"}, "Enter a whole number"),
        ({"rule-0-points": "1000"}, "At most 100."),
        ({"rule-4-what": "not-ours"}, "Select a valid choice"),
        ({"rule-4-what": ""}, "This field is required"),
        ({"rule-4-decay": "linear"}, "Say in how many days it decays"),
        ({"rule-0-window_days": "10"}, "The ICP match has no count and no window"),
        ({"mql_at": "80"}, "The SQL threshold is below the MQL threshold"),
        ({"account-fit": "41"}, "The four parts sum to 101 points; they must sum to 100."),
        ({"account-further": ""}, "This field is required"),
        ({"sql_at": ""}, "This field is required"),
        ({"rule-4-key": "budget"}, "Two rules have the same key"),
    ],
)
def test_errors_stand_at_the_field(
    cast: Cast, draft: Version, changed: dict[str, str], problem: str
) -> None:
    sent = filled(draft) | {"rule-2-reason": "Kept words"} | changed
    reply = cast.client("owner").post(address(cast, "draft/"), sent)
    assert reply.status_code == 422
    text = reply.content.decode()
    assert problem in text
    assert "Kept words" in text
    before = draft.content
    draft.refresh_from_db()
    assert draft.content == before


def test_discarding(cast: Cast, draft: Version) -> None:
    cast.client("owner").post(address(cast, "draft/discard/"))
    assert draft_of(cast.program, Kind.SCORING) is None
    assert cast.client("owner").get(address(cast, "draft/")).status_code == 302


def test_signals_are_named_and_renamed(cast: Cast) -> None:
    client, url = cast.client("marketing_manager"), address(cast, "signals/new/")
    sent = {
        "code": "Chat_Started",
        "name": "Chat <b>started</b>",
        "kind": "behaviour",
        "side": "marketing",
    }
    client.post(url, sent)
    signal = make.signal(cast.program, "chat_started")
    assert (
        "Chat &lt;b&gt;started&lt;/b&gt;" in client.get(address(cast, "signals/")).content.decode()
    )
    again = client.post(url, sent)
    assert again.status_code == 422
    assert "already has a signal with this code" in again.content.decode()
    assert client.post(url, sent | {"code": "é è"}).status_code == 422
    client.post(address(cast, f"signals/{signal.pk}/"), {"name": "Chat", "side": "sales"})
    signal.refresh_from_db()
    assert (signal.name, signal.side, signal.code) == ("Chat", "sales", "chat_started")
    for rest in ("signals/new/", f"signals/{signal.pk}/"):
        taken = client.post(
            address(cast, rest), sent | {"code": "chat_2", "name": "demo  Requested"}
        )
        assert taken.status_code == 422
        assert "Another signal has this name." in taken.content.decode()
    hers = make.signal(cast.other_program, "webinar_attended")
    assert client.get(address(cast, f"signals/{hers.pk}/")).status_code == 404


def test_a_program_has_room_for_so_many_signals(cast: Cast) -> None:
    client = cast.client("owner")
    for number in range(32 - Signal.objects.in_program(cast.program).count()):
        sent = {"code": f"s{number}", "name": f"S{number}", "kind": "fact", "side": "sales"}
        assert client.post(address(cast, "signals/new/"), sent).status_code == 302
    full = client.post(
        address(cast, "signals/new/"), {"code": "x", "name": "X", "kind": "fact", "side": "sales"}
    )
    assert full.status_code == 422
    assert "at most 32 signals" in full.content.decode()
