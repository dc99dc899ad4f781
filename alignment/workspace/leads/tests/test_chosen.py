"""Several leads ticked in the list get an owner, or are sent away for one reason."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import JournalEvent, JournalKind, Lead, Stage
from alignment.scoring.actions.leads import disqualify
from alignment.sla.actions.intake import take_events
from alignment.sla.models import Clock, ReasonCode
from tests.cast import Cast

from .test_pages import address, mql


def reason(cast: Cast, use: str) -> ReasonCode:
    found = ReasonCode.objects.in_program(cast.program).filter(use=use).first()
    assert found
    return found


def answer(cast: Cast, use: str, *leads: Lead, **more: str) -> dict[str, object]:
    code = reason(cast, use).code
    return {"lead": [lead.pk for lead in leads], "answered": "yes", "code": code, **more}


def test_the_page_asks_for_a_reason_before_anything_moves(cast: Cast) -> None:
    leads = [mql(cast.program), mql(cast.program)]
    for way in ("recycle", "disqualify"):
        url = address(cast, f"leads/{way}/")
        page = cast.client("rep").post(url, {"lead": [lead.pk for lead in leads]})
        assert page.status_code == 200
        for lead in leads:
            assert f'name="lead" value="{lead.pk}"' in page.content.decode()
            assert str(lead.stakeholder) in page.content.decode()
        refused = cast.client("rep").post(url, {"lead": [leads[0].pk], "answered": "yes"})
        assert refused.status_code == 422
        assert "Choose a reason." in refused.content.decode()
    assert set(Lead.objects.in_program(cast.program).values_list("stage", flat=True)) == {Stage.MQL}


def test_leads_are_disqualified_and_those_that_moved_stay(cast: Cast) -> None:
    leads = [mql(cast.program) for _ in range(3)]
    disqualify(lead=leads[2], by=cast.owner, reason="", code="other")
    url = address(cast, "leads/disqualify/")
    given = answer(cast, ReasonCode.Use.DISQUALIFY, *leads, note="A list of students")
    page = cast.client("rep").post(url, given, follow=True).content.decode()
    assert "2 leads are disqualified." in page
    assert "1 lead stays as it is" in page
    stages = Lead.objects.in_program(cast.program).values_list("stage", flat=True)
    assert set(stages) == {Stage.DISQUALIFIED}
    moved = JournalEvent.objects.in_program(cast.program).filter(kind=JournalKind.STAGE_CHANGED)
    notes = [event.detail.get("reason", "") for event in moved.filter(actor=cast.rep)]
    assert sum("A list of students" in note for note in notes) == 2
    running = Clock.objects.in_program(cast.program).filter(state=Clock.State.RUNNING)
    assert not running.filter(side="sales").exists()


def test_leads_go_back_to_nurture_until_a_day(cast: Cast) -> None:
    leads = [mql(cast.program) for _ in range(2)]
    url = address(cast, "leads/recycle/")
    until = timezone.localdate() + timedelta(days=30)
    back = address(cast, "leads/?stage=mql")
    given = answer(cast, ReasonCode.Use.RECYCLE, *leads, until=until.isoformat(), next=back)
    reply = cast.client("rep").post(url, given)
    assert (reply.status_code, reply["Location"]) == (302, back)
    rows = Lead.objects.in_program(cast.program).values_list("stage", "nurture_until")
    assert set(rows) == {(Stage.RECYCLED, until)}
    late = answer(cast, ReasonCode.Use.RECYCLE, leads[0], until="2020-01-01")
    assert cast.client("rep").post(url, late).status_code == 422


@pytest.mark.parametrize("way", [ReasonCode.Use.RECYCLE, ReasonCode.Use.DISQUALIFY])
def test_what_was_sent_away_together_comes_back_together(cast: Cast, way: str) -> None:
    """Only what this step sent away, and the clocks of sales with it."""
    leads = [mql(cast.program) for _ in range(3)]
    clocks = Clock.objects.in_program(cast.program).filter(side="sales").order_by("pk")
    take_events()
    before = list(clocks.filter(lead__in=leads[1:]).values("pk", "lead", "state", "due_at"))
    assert {clock["state"] for clock in before} == {Clock.State.RUNNING}
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    client, url = cast.client("rep"), address(cast, f"leads/{way}/")
    back = address(cast, "leads/?stage=mql")
    client.post(url, answer(cast, way, leads[0], until=until), follow=True)
    told = client.post(url, answer(cast, way, *leads, until=until, next=back), follow=True)
    take_events()
    assert clocks.filter(state=Clock.State.LAPSED).count() == len(leads)
    toast = told.content.decode().split("data-toast")[1]
    # A form that says it posts rests its button until there is a response (`page.js`).
    undo = re.findall(r'<form method="post" hx-post="([^"]+)"', toast)
    sent = re.findall(r'value="(\d+)"', toast)
    assert sorted(map(int, sent)) == sorted(lead.pk for lead in leads[1:])
    given = {"lead": sent, "next": back}
    assert cast.client("marketer").post(undo[0], given).status_code == 403
    reply = client.post(undo[0], given, follow=True)
    assert reply.request["PATH_INFO"] + "?" + reply.request["QUERY_STRING"] == back
    assert "2 leads are back." in reply.content.decode()
    take_events()
    assert [lead.stage for lead in Lead.objects.in_program(cast.program).order_by("pk")][1:] == [
        Stage.MQL,
        Stage.MQL,
    ]
    now = clocks.filter(pk__in=[clock["pk"] for clock in before])
    assert list(now.values("pk", "lead", "state", "due_at")) == before
    again = client.post(undo[0], given, follow=True).content.decode()
    assert "2 leads stay as they are" in again
    assert "0 leads are back" not in again


def test_nothing_ticked_and_leads_of_others(cast: Cast) -> None:
    hers = mql(cast.other_program)
    for ids in ([], [hers.pk], ["x", "99999999999999999999"]):
        given = answer(cast, ReasonCode.Use.DISQUALIFY) | {"lead": ids}
        url = address(cast, "leads/disqualify/")
        page = cast.client("rep").post(url, given, follow=True)
        assert "Tick at least one lead first." in page.content.decode()
    hers.refresh_from_db()
    assert hers.stage == Stage.MQL


@pytest.mark.parametrize(("who", "status"), [("rep", 200), ("marketer", 403), ("observer", 403)])
def test_only_who_works_leads_sends_them_away(cast: Cast, who: str, status: int) -> None:
    lead = mql(cast.program)
    for way in ("recycle", "disqualify"):
        reply = cast.client(who).post(address(cast, f"leads/{way}/"), {"lead": lead.pk})
        assert reply.status_code == status


def test_the_page_costs_the_same_for_one_and_three(cast: Cast) -> None:
    leads = [mql(cast.program) for _ in range(3)]
    url = address(cast, "leads/disqualify/")

    def cost(ids: list[int]) -> int:
        cast.client("rep").post(url, {"lead": ids})
        with CaptureQueriesContext(connection) as captured:
            cast.client("rep").post(url, {"lead": ids})
        return len(captured)

    assert cost([leads[0].pk]) == cost([lead.pk for lead in leads]) <= 14
