"""Actions on leads, through the pages."""

import json
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import JournalEvent, JournalKind, Lead, Stage, ValidationCall
from alignment.scoring.actions.leads import disqualify
from alignment.sla.models import Feedback, ReasonCode
from campaigns.opportunities.actions.moving import move
from campaigns.opportunities.actions.writing import open_opportunity
from campaigns.opportunities.models import Outcome
from tests import cast as make
from tests.cast import Cast

from .test_pages import address, mql

HTMX = {"HX-Request": "true"}


def test_claiming_in_the_queue_stays_there(cast: Cast) -> None:
    lead = mql(cast.program)
    url = address(cast, f"leads/{lead.pk}/claim/")
    reply = cast.client("rep").post(url, {"next": address(cast, "queue/")}, headers=HTMX)
    assert reply.status_code == 204
    events = json.loads(reply["HX-Trigger"])
    assert events["toast"]["level"] == "success"
    assert "sse:leads" in events
    lead.refresh_from_db()
    assert lead.owner == cast.rep
    kinds = JournalEvent.objects.in_program(cast.program).filter(lead=lead)
    assert kinds.filter(kind=JournalKind.OWNER_CHANGED, actor=cast.rep).count() == 1


def test_the_second_to_claim_is_told_who_was_first(cast: Cast) -> None:
    lead = mql(cast.program)
    url = address(cast, f"leads/{lead.pk}/claim/")
    cast.client("rep").post(url)
    reply = cast.client("sales_manager").post(url, follow=True)
    assert "Ravi Rep already has this lead" in reply.content.decode()
    lead.refresh_from_db()
    assert lead.owner == cast.rep


@pytest.mark.django_db(transaction=True)
def test_of_two_claims_at_once_one_wins() -> None:
    cast = make.make_cast()
    lead = mql(cast.program)
    url = address(cast, f"leads/{lead.pk}/claim/")
    clients = [cast.client("rep"), cast.client("sales_manager")]
    start, levels = Barrier(2), []

    def claim(number: int) -> None:
        start.wait()
        try:
            reply = clients[number].post(url, headers=HTMX)
            levels.append(json.loads(reply["HX-Trigger"])["toast"]["level"])
        finally:
            connections.close_all()

    threads = [Thread(target=claim, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(levels) == ["success", "warning"]
    events = JournalEvent.objects.in_program(cast.program).filter(lead=lead)
    assert events.filter(kind=JournalKind.OWNER_CHANGED).count() == 1


def test_a_validated_call_makes_an_sql_of_a_lead_with_the_points(cast: Cast) -> None:
    lead = mql(cast.program)
    for code in ("purchase_timing", "case_study_download", "webinar_attended"):
        make.engage(lead.stakeholder, code)
    form = {"called_at": "2026-01-01T10:00", "outcome": "validated", "note": "Budget <b>in</b> May"}
    form["called_at"] = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    url = address(cast, f"leads/{lead.pk}/call/")
    reply = cast.client("rep").post(url, form, follow=True)
    lead.refresh_from_db()
    assert lead.stage == Stage.SQL
    assert "Budget &lt;b&gt;in&lt;/b&gt; May" in reply.content.decode()


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"called_at": ""}, "This field is required"),
        ({"called_at": "soon"}, "Enter a valid date/time"),
        ({"called_at": "2999-01-01T10:00"}, "in the future"),
        ({"called_at": "1990-01-01T10:00"}, "more than a year ago"),
        ({"outcome": "brilliant"}, "Select a valid choice"),
        ({"outcome": ""}, "This field is required"),
        ({"note": "a\x00b"}, "Null characters are not allowed"),
    ],
)
def test_errors_stand_at_the_field_and_nothing_typed_is_lost(
    cast: Cast, changed: dict[str, str], problem: str
) -> None:
    lead = mql(cast.program)
    now = timezone.localtime() - timedelta(minutes=10)
    form = {
        "called_at": now.strftime("%Y-%m-%dT%H:%M"),
        "outcome": "not_now",
        "note": "Spoke 5 min",
    }
    url = address(cast, f"leads/{lead.pk}/call/")
    reply = cast.client("rep").post(url, form | changed, headers=HTMX)
    assert reply.status_code == 422
    text = reply.content.decode()
    assert problem in text
    assert "<html" not in text
    if "note" not in changed:
        assert "Spoke 5 min" in text
    assert not ValidationCall.objects.in_program(cast.program).exists()


def test_recycling_and_disqualifying_need_a_coded_reason(cast: Cast) -> None:
    lead = mql(cast.program)
    client = cast.client("rep")
    back, out = (address(cast, f"leads/{lead.pk}/{step}/") for step in ("recycle", "disqualify"))
    later = (timezone.localdate() + timedelta(days=90)).isoformat()
    for bad in (
        {"note": "Budget next year", "until": later},
        {"code": "no-such-reason", "note": "Budget next year", "until": later},
        {"code": "budget-next-year", "until": timezone.localdate().isoformat()},
        {"code": "budget-next-year", "until": "2999-01-01"},
        {"code": "budget-next-year"},
    ):
        refused = client.post(back, bad)
        assert refused.status_code == 422
        assert ("note" not in bad) or bad["note"] in refused.content.decode()
    client.post(back, {"code": "not-now", "note": "Budget next year", "until": later})
    lead.refresh_from_db()
    assert (lead.stage, lead.reason_code) == (Stage.RECYCLED, "not-now")
    assert lead.nurture_until
    assert lead.nurture_until.isoformat() == later
    assert client.post(out, {"note": "Left the company"}).status_code == 422
    assert client.post(out, {"code": "not-now"}).status_code == 422
    lead.refresh_from_db()
    assert lead.stage == Stage.RECYCLED
    client.post(out, {"code": "left-company", "note": "To a school"})
    lead.refresh_from_db()
    assert (lead.stage, lead.reason_code) == (Stage.DISQUALIFIED, "left-company")
    page = client.get(address(cast, f"leads/{lead.pk}/")).content.decode()
    assert "Budget next year" in page
    assert "Left the company. To a school" in page
    assert f"leads/{lead.pk}/call/" not in page
    again = client.post(back, {"code": "not-now", "until": later}, follow=True)
    assert "This lead is already" in again.content.decode()


def test_an_attempt_is_logged_with_few_words(cast: Cast) -> None:
    lead = mql(cast.program)
    url = address(cast, f"leads/{lead.pk}/attempt/")
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    form = {"channel": "call", "outcome": "reached", "at": now, "note": "Wants <b>figures</b>"}
    for bad in ({"outcome": ""}, {"channel": "pigeon"}, {"at": "2999-01-01T10:00"}, {"at": ""}):
        reply = cast.client("rep").post(url, form | bad, headers=HTMX)
        assert reply.status_code == 422
        assert "Wants &lt;b&gt;figures" in reply.content.decode()
    cast.client("rep").post(url, form)
    kinds = list(lead.journal.order_by("id").values_list("kind", flat=True))
    assert kinds[-2:] == [JournalKind.CONTACTED, JournalKind.REACHED]
    page = cast.client("rep").get(address(cast, f"leads/{lead.pk}/")).content.decode()
    assert page.count("Call: Spoke with them") == 1
    person = cast.client("rep").get(address(cast, f"people/{lead.stakeholder_id}/"))
    assert person.content.decode().count("Call: Spoke with them") == 1


def test_feedback_says_why_not(cast: Cast) -> None:
    lead = mql(cast.program)
    url = address(cast, f"leads/{lead.pk}/feedback/")
    reasons = ReasonCode.objects.in_program(cast.program).filter(use="feedback")
    first, hers = reasons[0], ReasonCode.objects.in_program(cast.other_program)[0]
    for bad in ({}, {"fits": "no"}, {"fits": "no", "reasons": [hers.pk]}, {"fits": "maybe"}):
        reply = cast.client("rep").post(url, bad | {"note": "Kept"}, headers=HTMX)
        assert reply.status_code == 422
        assert "Kept" in reply.content.decode()
    assert not Feedback.objects.in_program(cast.program).exists()
    cast.client("rep").post(url, {"fits": "no", "reasons": [first.pk], "note": "Student"})
    word = Feedback.objects.in_program(cast.program).get()
    assert (word.fits, list(word.reasons.all()), word.by) == (False, [first], cast.rep)
    page = cast.client("marketer").get(address(cast, f"leads/{lead.pk}/")).content.decode()
    assert first.name in page
    assert "Student" in page


def test_assigning_to_members_only(cast: Cast) -> None:
    lead = mql(cast.program)
    url = address(cast, f"leads/{lead.pk}/assign/")
    stranger = cast.client("sales_manager").post(url, {"owner": cast.stranger.pk})
    assert stranger.status_code == 422
    cast.client("sales_manager").post(url, {"owner": cast.rep.pk})
    lead.refresh_from_db()
    assert lead.owner == cast.rep
    cast.client("sales_manager").post(url, {"owner": ""})
    lead.refresh_from_db()
    assert lead.owner is None


def test_many_at_once(cast: Cast) -> None:
    leads = [mql(cast.program) for _ in range(3)]
    url = address(cast, "leads/assign/")
    # The last has more digits than int() reads.
    form = {"lead": [leads[0].pk, leads[1].pk, "x", "9" * 40, "9" * 5_000], "owner": cast.rep.pk}
    reply = cast.client("sales_manager").post(url, form, follow=True)
    assert "2 leads changed hands" in reply.content.decode()
    owned = Lead.objects.in_program(cast.program).filter(owner=cast.rep)
    assert set(owned.values_list("pk", flat=True)) == {leads[0].pk, leads[1].pk}
    nothing = cast.client("sales_manager").post(url, {"owner": cast.rep.pk}, follow=True)
    assert "Tick at least one lead" in nothing.content.decode()
    refused = cast.client("sales_manager").post(
        url, {"lead": [leads[2].pk], "owner": cast.stranger.pk}, follow=True
    )
    assert "member of this program" in refused.content.decode()


def test_next_never_leads_away(cast: Cast) -> None:
    lead = mql(cast.program)
    url = address(cast, f"leads/{lead.pk}/claim/")
    reply = cast.client("rep").post(url, {"next": "https://evil.example/"})
    assert reply["Location"] == address(cast, f"leads/{lead.pk}/")


def test_a_disqualification_is_undone_where_it_was_told(cast: Cast) -> None:
    lead = mql(cast.program)
    client = cast.client("rep")
    out = address(cast, f"leads/{lead.pk}/disqualify/")
    told = client.post(out, {"code": "left-company"}, follow=True)
    back = address(cast, f"leads/{lead.pk}/bring-back/")
    assert f'hx-post="{back}"' in told.content.decode()
    page = address(cast, f"leads/{lead.pk}/")
    assert f'action="{back}"' in client.get(page).content.decode()
    assert cast.client("marketer").post(back).status_code == 403
    said = client.post(back, follow=True).content.decode()
    assert "is back: MQL." in said
    found = Lead.objects.in_program(cast.program).get(pk=lead.pk)
    assert (found.stage, found.closed_at, found.reason_code) == (Stage.MQL, None, "")
    assert f'action="{back}"' not in client.get(page).content.decode()
    assert "This lead is already: MQL." in client.post(back, follow=True).content.decode()


def test_a_return_to_nurture_is_undone_where_it_was_told(cast: Cast) -> None:
    lead = mql(cast.program)
    client = cast.client("rep")
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    sent = {"code": "not-now", "until": until}
    told = client.post(address(cast, f"leads/{lead.pk}/recycle/"), sent, follow=True)
    back = address(cast, f"leads/{lead.pk}/take-back/")
    assert f'hx-post="{back}"' in told.content.decode()
    page = address(cast, f"leads/{lead.pk}/")
    assert f'action="{back}"' in client.get(page).content.decode()
    assert cast.client("marketer").post(back).status_code == 403
    assert "is back: MQL." in client.post(back, follow=True).content.decode()
    found = Lead.objects.in_program(cast.program).get(pk=lead.pk)
    assert (found.stage, found.nurture_until, found.reason_code) == (Stage.MQL, None, "")
    assert f'action="{back}"' not in client.get(page).content.decode()
    assert "This lead is already: MQL." in client.post(back, follow=True).content.decode()


@pytest.mark.parametrize("is_page", [True, False])
def test_who_comes_back_to_a_lost_deal_is_lost_with_it(cast: Cast, is_page: bool) -> None:
    lead = mql(cast.program)
    Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(stage=Stage.SQL)
    account = lead.account
    assert account
    deal = open_opportunity(account=account, by=cast.rep, leads=[lead.pk], name="Rollout")
    disqualify(lead=lead, by=cast.rep, reason="A slip", code="left-company")
    lost = make.ending(cast.program, Outcome.LOST)
    move(opportunity=deal, stage=lost, by=cast.rep, lost_reason="price")
    client = cast.client("rep")
    if is_page:
        reply = client.post(address(cast, f"leads/{lead.pk}/bring-back/"), follow=True)
        assert "is back: Lost." in reply.content.decode()
    else:
        key = make.bearer(make.api_key(cast.program, cast.rep))
        url = f"/api/v1/leads/{lead.pk}/bring-back/"
        reply = client.post(url, {}, content_type="application/json", headers=key)
        assert reply.json()["stage"] == "lost"
    lead.refresh_from_db()
    assert lead.stage == Stage.LOST


def test_who_has_a_newer_lead_is_worked_there(cast: Cast) -> None:
    lead = mql(cast.program)
    client = cast.client("rep")
    client.post(address(cast, f"leads/{lead.pk}/disqualify/"), {"code": "left-company"})
    make.engage(lead.stakeholder, "pricing_page_view")
    newer = Lead.objects.in_program(cast.program).exclude(pk=lead.pk).get()
    assert newer.closed_at is None
    reply = client.post(address(cast, f"leads/{lead.pk}/bring-back/"), follow=True)
    assert "has a newer lead: go on there." in reply.content.decode()
