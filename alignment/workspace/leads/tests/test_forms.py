"""Forms of a lead: double submission, next steps after a no, and refused channels."""

import re
import uuid
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts.models import Consent, JournalEvent, JournalKind, Lead, Stage
from alignment.people.models import Membership
from alignment.sla.handoff_words import reason_words
from alignment.sla.models import Attempt, Feedback, ReasonCode
from alignment.sla.tests.handing import handed
from alignment.sla.tests.promises import clause, contract, follow
from tests import cast as make
from tests.cast import Cast

from .test_pages import address, mql

HTMX = {"HX-Request": "true"}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found.group(1)


def opened(client: Client, url: str) -> dict[str, str]:
    """The data that the form of a page submits without any input."""
    page = client.get(url).content.decode()
    names = [name for name in ("form_key", "seen") if f'name="{name}"' in page]
    return {name: hidden(page, name) for name in names}


def attempt(**fields: str) -> dict[str, str]:
    at = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    return {"channel": "call", "outcome": "no_answer", "at": at, **fields}


def no(cast: Cast, code: str = "no-need", **fields: Any) -> dict[str, Any]:
    reason = ReasonCode.objects.in_program(cast.program).get(use="feedback", code=code)
    return {"fits": "no", "reasons": [reason.pk], **fields}


def test_the_same_attempt_sent_twice_is_one(cast: Cast) -> None:
    lead, client = mql(cast.program), cast.client("rep")
    url = address(cast, f"leads/{lead.pk}/attempt/")
    form = attempt(**opened(client, url))
    first, second = (client.post(url, form) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    events = JournalEvent.objects.in_program(cast.program).filter(lead=lead)
    assert Attempt.objects.in_program(cast.program).count() == 1
    assert events.filter(kind=JournalKind.CONTACTED).count() == 1
    client.post(url, attempt(**opened(client, url)))
    assert Attempt.objects.in_program(cast.program).count() == 2


def test_a_key_that_cannot_be_read_is_none(cast: Cast) -> None:
    lead, client = mql(cast.program), cast.client("rep")
    url = address(cast, f"leads/{lead.pk}/attempt/")
    for _ in range(2):
        assert client.post(url, attempt(form_key="7")).status_code == 302
    assert Attempt.objects.in_program(cast.program).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_one_attempt() -> None:
    cast = make.make_cast()
    lead = mql(cast.program)
    url = address(cast, f"leads/{lead.pk}/attempt/")
    clients, form = [cast.client("rep") for _ in range(2)], attempt(form_key=str(uuid.uuid4()))
    start, statuses = Barrier(2), []

    def send(client: Client) -> None:
        start.wait()
        try:
            statuses.append(client.post(url, form).status_code)
        finally:
            connections.close_all()

    threads = [Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302, 302]
    assert Attempt.objects.in_program(cast.program).count() == 1


def test_the_same_feedback_sent_twice_is_one_and_asks_nothing(cast: Cast) -> None:
    lead, client = mql(cast.program), cast.client("rep")
    url = address(cast, f"leads/{lead.pk}/feedback/")
    form = {"fits": "yes", **opened(client, url)}
    assert [client.post(url, form).status_code for _ in range(2)] == [302, 302]
    assert Feedback.objects.in_program(cast.program).count() == 1


def test_a_second_word_from_another_tab_is_asked_about(cast: Cast) -> None:
    lead, client = mql(cast.program), cast.client("rep")
    url = address(cast, f"leads/{lead.pk}/feedback/")
    one, other = (opened(client, url) for _ in range(2))
    client.post(url, {"fits": "yes", **one})
    asked = client.post(url, no(cast, note="Only a student", **other), headers=HTMX)
    text = asked.content.decode()
    assert asked.status_code == 422
    assert "You already said “Yes, it fits”" in text
    assert "Replace it?" in text
    assert "Only a student" in text
    assert Feedback.objects.in_program(cast.program).get().fits
    again = no(cast, note="Only a student", form_key=other["form_key"], seen=hidden(text, "seen"))
    client.post(url, again)
    assert not Feedback.objects.in_program(cast.program).first().fits  # type: ignore[union-attr]
    page = cast.client("sales_manager").get(url).content.decode()
    assert "Ravi Rep already said “No, it does not fit”" in page


def test_a_no_leads_on_with_its_reason(cast: Cast) -> None:
    contract(
        cast.program,
        clause(),
        clause("feedback", ends="feedback_given"),
        clause("c2", ends="closed"),
    )
    lead, client = mql(cast.program), cast.client("rep")
    follow(lead, "handed_off")
    url = address(cast, f"leads/{lead.pk}/feedback/")
    dialog = client.post(url, no(cast, note="Two people"), headers=HTMX)
    assert dialog.status_code == 200
    assert "Marketing knows" in dialog["HX-Trigger"]
    text = dialog.content.decode()
    assert "<html" not in text
    assert "this promise still runs: First contact" in text
    reply = client.post(url, no(cast, note="Two people", seen=newest(lead)), follow=True)
    page = reply.content.decode()
    for step in ("recycle", "disqualify"):
        assert f"leads/{lead.pk}/{step}/?next=" in page
    form = client.get(address(cast, f"leads/{lead.pk}/disqualify/")).content.decode()
    assert re.search(r'value="no-need"[^>]*checked', form)
    assert "Two people" in form
    back = client.get(address(cast, f"leads/{lead.pk}/recycle/")).content.decode()
    assert "No need Two people" in back


def newest(lead: Lead) -> int:
    return Feedback.objects.in_program(lead.program_id).filter(lead=lead).latest("pk").pk


def test_nothing_follows_from_a_yes_or_on_a_closed_lead(cast: Cast) -> None:
    lead, client = mql(cast.program), cast.client("rep")
    url = address(cast, f"leads/{lead.pk}/feedback/")
    assert client.post(url, {"fits": "yes"})["Location"] == address(cast, f"leads/{lead.pk}/")
    after = address(cast, f"leads/{lead.pk}/feedback/no/")
    assert "Nothing is left to do" in client.get(after).content.decode()
    form = client.get(address(cast, f"leads/{lead.pk}/disqualify/")).content.decode()
    assert not re.search(r'value="no-need"[^>]*checked', form)
    Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(
        stage=Stage.LOST, closed_at=timezone.now()
    )
    said = client.post(url, no(cast, seen=newest(lead)), headers=HTMX)
    assert said["HX-Redirect"]
    assert cast.client("marketer").get(after).status_code == 403


def test_reasons_are_not_optional_for_a_no(cast: Cast) -> None:
    lead = mql(cast.program)
    page = cast.client("rep").get(address(cast, f"leads/{lead.pk}/feedback/")).content.decode()
    (label,) = re.findall(r"Why not.{0,40}", page, re.DOTALL)
    assert "optional" not in label
    assert "field--reasons" in page


def test_long_notes_are_refused_and_never_cut(cast: Cast) -> None:
    lead, client = mql(cast.program), cast.client("rep")
    url = address(cast, f"leads/{lead.pk}/attempt/")
    assert "maxlength" not in client.get(url).content.decode().partition("lead-form")[2]
    long = "a" * 4_001
    reply = client.post(url, attempt(note=long))
    assert reply.status_code == 422
    assert "at most 4,000 characters fit (it has 4,001)" in reply.content.decode()
    assert long in reply.content.decode()


def test_a_refused_channel_is_said_and_has_no_link(cast: Cast) -> None:
    lead, client = mql(cast.program), cast.client("rep")
    handed(lead)
    address_shown = lead.stakeholder.emails.get().address
    page_url = address(cast, f"leads/{lead.pk}/")
    assert f"mailto:{address_shown}" in client.get(page_url).content.decode()
    Consent.objects.create(
        program=cast.program,
        stakeholder=lead.stakeholder,
        channel="email",
        granted=False,
        source="call",
        given_at=timezone.now(),
    )
    page = client.get(page_url).content.decode()
    assert "mailto:" not in page
    assert "This person said no to: Personal e-mail." in page
    form = client.get(address(cast, f"leads/{lead.pk}/attempt/")).content.decode()
    assert "This person said no to: Personal e-mail." in form
    assert "Personal e-mail (refused)" in form


def test_the_lead_and_the_queue_name_their_promises(cast: Cast) -> None:
    contract(
        cast.program,
        clause(minutes=600),
        clause("feedback", ends="feedback_given", minutes=60),
        clause("theirs", owes="marketing", ends="crm_updated", minutes=30),
    )
    lead = mql(cast.program)
    handed(lead)
    follow(lead, "handed_off")
    page = cast.client("rep").get(address(cast, f"leads/{lead.pk}/")).content.decode()
    due = page.partition("brief__due")[2].partition("</ul>")[0]
    assert due.index("Feedback on the lead") < due.index("First contact")
    assert "Status in the CRM" not in due
    queue = cast.client("rep").get(address(cast, "queue/")).content.decode()
    assert re.search(r'class="due__what">(CRM|Feedback)<', queue)


def test_a_lead_of_nobody_says_why_and_that_no_promise_runs(cast: Cast) -> None:
    Membership.objects.in_program(cast.program).filter(team__side="sales").update(role="manager")
    lead = mql(cast.program)
    row = handed(lead)
    assert row.handed_at is None
    queue = cast.client("rep").get(address(cast, "queue/")).content.decode()
    assert reason_words(row.route, row.why) in queue
    assert "No promise of a person runs until somebody takes it." in queue
