"""After a lead was reached: what comes next, and the facts that a call confirms."""

from typing import Any

from django.utils import timezone

from accounts.models import Engagement, Lead, Stage
from alignment.sla.actions.work import log_attempt
from alignment.sla.tests.handing import handed
from campaigns.calendar.models import Touch
from tests import cast as make
from tests.cast import Cast

from .test_pages import address, mql

FIRST = "Call today and ask what they compare us with"


def half_known(cast: Cast) -> Lead:
    """An MQL of whom the budget is known, and nothing else."""
    lead = make.lead(cast.program, make.stakeholder(cast.program, make.account(cast.program)))
    for code in ("budget_confirmed", "pricing_page_view", "webinar_attended"):
        make.engage(lead.stakeholder, code)
    lead.refresh_from_db()
    assert lead.stage == Stage.MQL
    handed(lead)
    return lead


def called(cast: Cast, lead: Lead, **fields: Any) -> Any:
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    form = {"called_at": now, "outcome": "validated", "note": "", **fields}
    return cast.client("rep").post(address(cast, f"leads/{lead.pk}/call/"), form)


def page(cast: Cast, rest: str) -> str:
    reply = cast.client("rep").get(address(cast, rest))
    assert reply.status_code == 200
    return str(reply.content.decode())


def test_facts_heard_in_a_call_make_the_lead_an_sql(cast: Cast) -> None:
    lead = half_known(cast)
    form = page(cast, f"leads/{lead.pk}/call/")
    assert "Decision authority +10" in form
    assert "Budget confirmed" not in form
    facts = ["decision_authority", "purchase_timing"]
    assert "Purchase timing" in form
    assert called(cast, lead, facts=facts).status_code == 302
    lead.refresh_from_db()
    assert lead.stage == Stage.SQL
    heard = Engagement.objects.in_program(cast.program).filter(lead=lead, signal__code__in=facts)
    assert {fact.source for fact in heard} == {"validation_call"}
    assert heard.count() == 2


def test_a_fact_that_the_call_does_not_offer_is_refused(cast: Cast) -> None:
    lead = half_known(cast)
    assert called(cast, lead, facts=["pricing_page_view"]).status_code == 422
    assert not lead.validation_calls.exists()


def test_a_call_for_a_closed_lead_leaves_no_facts(cast: Cast) -> None:
    lead = half_known(cast)
    now = timezone.now()
    Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(
        stage=Stage.WON, closed_at=now, stage_since=now
    )
    before = Engagement.objects.in_program(cast.program).count()
    called(cast, lead, facts=["decision_authority"])
    assert Engagement.objects.in_program(cast.program).count() == before
    assert Lead.objects.in_program(cast.program).count() == 1


def test_once_the_need_is_validated_the_page_asks_for_what_is_missing(cast: Cast) -> None:
    lead = half_known(cast)
    called(cast, lead)
    text = page(cast, f"leads/{lead.pk}/")
    assert FIRST not in text
    assert "The need is validated. Confirm in a call: " in text
    assert "Decision authority +10" in text
    assert "The need is validated" in page(cast, "queue/?stage=mql_called")


def test_once_they_were_reached_the_call_is_to_be_recorded(cast: Cast) -> None:
    lead = half_known(cast)
    assert FIRST in page(cast, f"leads/{lead.pk}/")
    log_attempt(
        lead=lead, by=cast.rep, channel="call", outcome="reached", at=timezone.now(), note=""
    )
    for rest in (f"leads/{lead.pk}/", "queue/"):
        text = page(cast, rest)
        assert FIRST not in text
        assert "Record the validation call" in text


def test_an_attempt_without_an_answer_changes_nothing(cast: Cast) -> None:
    lead = half_known(cast)
    log_attempt(
        lead=lead, by=cast.rep, channel="call", outcome="no_answer", at=timezone.now(), note=""
    )
    assert FIRST in page(cast, f"leads/{lead.pk}/")


def test_a_call_that_was_answered_is_no_reply(cast: Cast) -> None:
    call = Touch(channel="call", result="replied")
    assert call.result_words == "Spoke with them"
    assert Touch(channel="email", result="replied").result_words == "Replied"


def test_an_mql_without_missing_facts_has_none_to_tick(cast: Cast) -> None:
    lead = mql(cast.program)
    make.engage(lead.stakeholder, "purchase_timing")
    assert 'name="facts"' not in page(cast, f"leads/{lead.pk}/call/")
