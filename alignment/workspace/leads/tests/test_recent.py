"""Recent signals count, those of half a year ago do not."""

from datetime import timedelta

from django.utils import timezone

from alignment.workspace.leads.recent import recent_signals
from tests import cast as make
from tests.cast import Cast


def test_old_visits_are_not_quoted_with_the_new_one(cast: Cast) -> None:
    lead = make.lead(cast.program)
    now = timezone.now()
    for days in (150, 140, 2, 0):
        make.engage(lead.stakeholder, "pricing_page_view", at=now - timedelta(days=days))
    make.engage(lead.stakeholder, "case_study_download", at=now - timedelta(days=149))
    (signal,) = recent_signals(program=cast.program, lead_ids=[lead.pk])[lead.pk]
    assert (signal.code, signal.count) == ("pricing_page_view", 2)
