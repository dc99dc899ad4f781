"""A call that is recorded later appears in the timeline at the time it took place."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import JournalEvent, Lead
from alignment.scoring.actions.leads import record_validation_call
from alignment.sla.actions.work import log_attempt
from tests import cast as make
from tests.cast import Cast

from .pages import text


def told(cast: Cast) -> Lead:
    """The person engaged three hours ago; an earlier call is recorded only now."""
    lead = make.lead(cast.program, owner=cast.rep)
    make.engage(lead.stakeholder, "pricing_page_view", at=timezone.now() - timedelta(hours=3))
    log_attempt(
        lead=lead,
        by=cast.rep,
        channel="call",
        outcome="no_answer",
        at=timezone.now() - timedelta(days=1),
        note="Rang twice",
    )
    return lead


def test_a_call_of_yesterday_stands_before_what_came_after_it(cast: Cast) -> None:
    lead = told(cast)
    for page in (f"leads/{lead.pk}/", f"people/{lead.stakeholder_id}/"):
        story = text(cast, "rep", page).partition('class="timeline"')[2]
        assert story.index("Pricing page") < story.index("Rang twice"), page
        assert story.count("recorded on") == 1, page


def test_the_journal_keeps_the_order_and_the_time_of_recording(cast: Cast) -> None:
    lead = told(cast)
    event = JournalEvent.objects.in_program(cast.program).get(lead=lead, kind="contacted")
    assert timezone.now() - event.at < timedelta(minutes=5)
    newest = JournalEvent.objects.in_program(cast.program).order_by("-pk").first()
    assert newest == event


def test_what_is_recorded_at_once_says_nothing_of_it(cast: Cast) -> None:
    lead = make.lead(cast.program, owner=cast.rep)
    record_validation_call(
        lead=lead,
        by=cast.rep,
        called_at=timezone.now() - timedelta(minutes=2),
        outcome="not_now",
        note="",
    )
    assert "recorded on" not in text(cast, "rep", f"leads/{lead.pk}/")
