"""Answers to a breach: who may give them, and their effects."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from accounts.models import JournalEvent, Lead
from alignment.core.models import AuditEntry
from alignment.notifications.models import Notice
from alignment.people.permissions import Seat
from alignment.sla.actions.answers import (
    AlreadyAnswered,
    NothingSaid,
    NotPossible,
    NotYours,
    acknowledge,
    decide,
    dispute,
)
from alignment.sla.actions.sweep import sweep
from alignment.sla.models import Clock, Dispute, Escalation
from alignment.sla.rules.answers import may_acknowledge, may_ask, may_decide
from tests import cast as make
from tests.cast import Cast, api_key, bearer

from .promises import clause, clock, contract, due, follow

WHO = ("owner", "marketing_manager", "marketer", "sales_manager", "rep", "observer")


@pytest.fixture
def broken(cast: Cast) -> Clock:
    """A promise of sales that was just broken; its managers were notified."""
    contract(cast.program, clause())
    lead = make.lead(cast.program, owner=cast.rep)
    follow(lead, "handed_off")
    due(clock(lead))
    sweep()
    return clock(lead)


def escalation(broken: Clock) -> Escalation:
    return broken.escalations.get(level=1)


def audits(cast: Cast) -> list[str]:
    rows = AuditEntry.objects.filter(program_id=cast.program.pk).order_by("pk")
    return [row.action for row in rows if row.action.startswith(("escalation", "dispute"))]


@pytest.mark.parametrize(
    ("may", "who"),
    [
        (may_acknowledge, {"owner", "sales_manager"}),
        (may_ask, {"sales_manager", "rep"}),
        (may_decide, {"marketing_manager"}),
    ],
)
def test_who_may_say_what(cast: Cast, may: Any, who: set[str]) -> None:
    assert {name for name in WHO if may(Seat.of(cast.membership(name)), "sales")} == who
    assert not may(None, "sales")


def test_an_answer_ends_the_ladder_for_all_steps(cast: Cast, broken: Clock) -> None:
    Escalation.objects.create(
        program=cast.program, clock=broken, level=2, to="owner", due_at=broken.due_at
    )
    answered = acknowledge(escalation=escalation(broken), answer=" I call at 3. ", by=cast.owner)
    assert (answered.answer, answered.acknowledged_by) == ("I call at 3.", cast.owner)
    assert answered.acknowledged_at
    assert not broken.escalations.filter(acknowledged_at=None).exists()
    broken.refresh_from_db()
    assert (broken.state, broken.look_at) == ("broken", None)
    assert audits(cast) == ["escalation.acknowledge"]


@pytest.mark.parametrize("who", ["rep", "marketing_manager", "observer", "stranger"])
def test_others_cannot_answer(cast: Cast, broken: Clock, who: str) -> None:
    with pytest.raises(NotYours):
        acknowledge(escalation=escalation(broken), answer="I did.", by=getattr(cast, who))
    assert broken.escalations.filter(acknowledged_at=None).exists()


@pytest.mark.parametrize("text", ["", "  \n", "x" * 4_001])
def test_an_answer_is_a_sentence(cast: Cast, broken: Clock, text: str) -> None:
    with pytest.raises(NothingSaid):
        acknowledge(escalation=escalation(broken), answer=text, by=cast.owner)


def test_who_comes_second_is_told_who_was_faster(cast: Cast, broken: Clock) -> None:
    acknowledge(escalation=escalation(broken), answer="Today.", by=cast.sales_manager)
    with pytest.raises(AlreadyAnswered, match="Sarah Sales"):
        acknowledge(escalation=escalation(broken), answer="Me too.", by=cast.owner)


def test_an_excuse_is_granted_by_the_other_side_alone(cast: Cast, broken: Clock) -> None:
    asked = dispute(clock=broken, reason="The phone line was down.", by=cast.rep)
    told = Notice.objects.in_program(cast.program).filter(kind="dispute")
    assert [notice.user for notice in told] == [cast.marketing_manager]
    for who in ("rep", "sales_manager", "owner", "marketer", "observer", "stranger"):
        with pytest.raises(NotYours):
            decide(dispute=asked, granted=True, answer="Fine.", by=getattr(cast, who))
    decided = decide(dispute=asked, granted=True, answer="It was.", by=cast.marketing_manager)
    assert (decided.granted, decided.answer) == (True, "It was.")
    broken.refresh_from_db()
    assert (broken.state, broken.look_at) == ("broken", None)
    assert {n.user for n in told.all()} == {cast.marketing_manager, cast.rep, cast.sales_manager}
    assert audits(cast) == ["dispute.ask", "dispute.grant"]
    with pytest.raises(AlreadyAnswered, match="Marc Manager has already granted"):
        decide(dispute=asked, granted=False, answer="No.", by=cast.marketing_manager)


def test_a_refused_excuse_lets_the_ladder_go_on(cast: Cast, broken: Clock) -> None:
    asked = dispute(clock=broken, reason="Lunch.", by=cast.sales_manager)
    decide(dispute=asked, granted=False, answer="No.", by=cast.marketing_manager)
    broken.refresh_from_db()
    assert broken.look_at


def test_what_cannot_be_disputed(cast: Cast, broken: Clock) -> None:
    with pytest.raises(NotYours):
        dispute(clock=broken, reason="Because.", by=cast.marketer)
    dispute(clock=broken, reason="Because.", by=cast.rep)
    with pytest.raises(AlreadyAnswered, match="Ravi Rep"):
        dispute(clock=broken, reason="Because.", by=cast.sales_manager)
    follow(broken.lead, "handed_off")
    running = Clock.objects.in_program(cast.program).get(state="running")
    with pytest.raises(NotPossible):
        dispute(clock=running, reason="Because.", by=cast.rep)


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_counts(cast: Cast) -> None:
    contract(cast.program, clause())
    lead = make.lead(cast.program, owner=cast.rep)
    follow(lead, "handed_off")
    due(clock(lead))
    sweep()
    row = clock(lead).escalations.get()
    said: list[str] = []

    def answer(user: Any) -> None:
        try:
            acknowledge(escalation=row, answer=str(user), by=user)
            said.append(str(user))
        except AlreadyAnswered:
            said.append("late")
        finally:
            connection.close()

    people = [cast.owner, cast.sales_manager]
    threads = [threading.Thread(target=answer, args=[user]) for user in people * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    row.refresh_from_db()
    assert sorted(said) == sorted([row.answer] + ["late"] * 5)


# REST


def post(cast: Cast, who: str, path: str, body: Any = None) -> Any:
    key = bearer(api_key(cast.program, getattr(cast, who)))
    client = cast.client(who)
    return client.post(f"/api/v1/{path}", body or {}, content_type="application/json", headers=key)


def get(cast: Cast, path: str) -> Any:
    reply = cast.client("owner").get(
        f"/api/v1/{path}", headers=bearer(api_key(cast.program, cast.owner))
    )
    assert reply.status_code == 200, reply.content
    return reply.json()


def test_the_api_tells_of_clocks(cast: Cast, broken: Clock) -> None:
    (item,) = get(cast, f"clocks/?state=broken&side=sales&lead_id={broken.lead_id}")["items"]
    assert item["owner_email"] == "ravi.rep@example.com"
    assert (item["clause"], item["level"], item["excused"]) == ("contact", 1, False)
    assert "60 min" in item["due_in_words"]
    assert get(cast, f"clocks/{broken.pk}/")["id"] == broken.pk
    for query in (
        "state=kept",
        "side=marketing",
        "clause=other",
        "owner_email=nobody@x.example",
        "due_until=2020-01-01T00:00:00Z",
        "excused=true",
    ):
        assert get(cast, f"clocks/?{query}")["items"] == []
    assert len(get(cast, "clocks/?order=due_at&due_since=2020-01-01T00:00:00Z")["items"]) == 1


def test_the_api_answers_and_says_why_not(cast: Cast, broken: Clock) -> None:
    (item,) = get(cast, f"escalations/?answered=false&clock_id={broken.pk}")["items"]
    path = f"escalations/{item['id']}/acknowledge/"
    assert post(cast, "rep", path, {"answer": "Me."}).status_code == 403
    empty = post(cast, "sales_manager", path, {"answer": " "})
    assert (empty.status_code, empty.json()["errors"][0]["pointer"]) == (422, "/answer")
    done = post(cast, "sales_manager", path, {"answer": "Calls at 3."})
    assert (done.status_code, done.json()["acknowledged_by"]) == (200, "sarah.sales@example.com")
    late = post(cast, "owner", path, {"answer": "And me."})
    assert (late.status_code, "Sarah Sales" in late.json()["detail"]) == (409, True)
    assert get(cast, "escalations/?answered=false")["items"] == []
    assert (
        post(cast, "owner", "escalations/987654/acknowledge/", {"answer": "x"}).status_code == 404
    )


def test_the_api_disputes(cast: Cast, broken: Clock) -> None:
    asked = post(cast, "rep", f"clocks/{broken.pk}/dispute/", {"reason": "Storm."})
    assert (asked.status_code, asked.json()["granted"]) == (200, None)
    again = post(cast, "rep", f"clocks/{broken.pk}/dispute/", {"reason": "Storm."})
    assert again.status_code == 409
    (item,) = get(cast, "disputes/?decided=false&side=sales")["items"]
    path = f"disputes/{item['id']}/decide/"
    body = {"granted": True, "answer": "It was."}
    assert post(cast, "sales_manager", path, body).status_code == 403
    done = post(cast, "marketing_manager", path, body)
    assert (done.status_code, done.json()["granted"]) == (200, True)
    assert get(cast, f"clocks/{broken.pk}/")["excused"] is True
    assert Dispute.objects.in_program(cast.program).get().decided_by == cast.marketing_manager


def test_only_a_broken_promise_can_be_disputed(cast: Cast, broken: Clock) -> None:
    follow(broken.lead, "handed_off")
    running = Clock.objects.in_program(cast.program).get(state="running")
    reply = post(cast, "rep", f"clocks/{running.pk}/dispute/", {"reason": "Storm."})
    assert reply.status_code == 409


def test_an_outside_crm_confirms(cast: Cast) -> None:
    headers = bearer(api_key(cast.program, cast.owner))
    client = cast.client("owner")
    assert get(cast, "sla-settings/") == {"outside_crm": False}
    for _ in range(2):
        put = client.put(
            "/api/v1/sla-settings/",
            {"outside_crm": True},
            content_type="application/json",
            headers=headers,
        )
        assert (put.status_code, put.json()) == (200, {"outside_crm": True})
    changes = AuditEntry.objects.filter(program_id=cast.program.pk, action="sla.outside_crm")
    assert changes.count() == 1
    contract(cast.program, clause("crm", starts="status_changed", ends="crm_updated", minutes=5))
    lead = make.lead(cast.program, owner=cast.rep)
    follow(lead, "contacted")
    assert clock(lead, "crm").state == "running"
    assert post(cast, "rep", f"leads/{lead.pk}/crm-updated/").status_code == 204
    from alignment.sla.actions.intake import take_events

    take_events()
    assert clock(lead, "crm").state == "kept"
    event = JournalEvent.objects.in_program(cast.program).get(lead=lead, kind="crm_updated")
    assert (event.actor, event.at) == (cast.rep, event.recorded_at)


def test_a_member_cannot_change_the_settings(cast: Cast) -> None:
    reply = cast.client("rep").put(
        "/api/v1/sla-settings/",
        {"outside_crm": True},
        content_type="application/json",
        headers=bearer(api_key(cast.program, cast.sales_manager)),
    )
    assert reply.status_code == 403


def test_leads_stay(cast: Cast, broken: Clock) -> None:
    """None of this changes the lead."""
    assert Lead.objects.in_program(cast.program).get(pk=broken.lead_id).stage == "new"
