"""The program that `make run` builds, with content on each of its pages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.field.models import CriterionFinding
from accounts.intent.models import AccountIntent
from alignment.metrics.queries.deals import MEAN_SIZE
from alignment.metrics.results.queries import results
from alignment.metrics.rules import Period, Slice
from alignment.scoring.models import AccountScore
from alignment.workspace.demo import build
from campaigns.calendar.models import Touch
from campaigns.insights.models import Briefing, InsightTopic, SupportRequest, Tag
from campaigns.insights.queries.effects import effects, newest_changes
from campaigns.library.models import Asset
from campaigns.library.queries import sectors
from campaigns.opportunities.models import Opportunity
from campaigns.plays.models import PlayRun
from campaigns.plays.queries import ENOUGH_TO_COMPARE, play_rows
from campaigns.roi.models import RoiVisit
from campaigns.selection.models import ListedTarget, Session, Target


@pytest.mark.django_db
def test_the_demo_has_targets_a_session_and_plays_under_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The demo's usual address is taken by the cast of the tests.
    monkeypatch.setattr(build, "SLUG", "the-demo")
    program = build.build()
    listed = ListedTarget.objects.in_program(program).count()
    assert listed == Target.objects.in_program(program).filter(left_at__isnull=True).count() == 38
    past, now = Session.objects.in_program(program).order_by("number")
    assert past.is_confirmed
    assert now.is_voting
    states = set(Touch.objects.in_program(program).values_list("state", flat=True))
    assert states == {"planned", "done", "skipped"}
    assert PlayRun.objects.in_program(program).count() > 10
    for row in play_rows(program, is_retired=False, now=timezone.now()):
        # Each comparison has enough accounts to be shown.
        came = row.results
        assert came.runs > ENOUGH_TO_COMPARE, row.play
        assert 0 < came.opportunities <= came.met <= came.replied < came.runs, came
    written_for = Asset.objects.in_program(program).exclude(sector="")
    assert {*written_for.values_list("sector", flat=True)} <= dict(sectors()).keys()
    for model in (AccountIntent, AccountScore):
        assert model.objects.in_program(program).exists(), model
    found = CriterionFinding.objects.in_program(program).values_list("outcome", flat=True)
    assert set(found) == {"confirmed", "filled", "refuted"}
    deals = Opportunity.objects.in_program(program)
    assert set(deals.values_list("outcome", flat=True)) == {"open", "won", "lost"}
    assert not deals.filter(leads__isnull=True).exists()
    tags = Tag.objects.in_program(program)
    assert {"accepted", "suggested"} == set(tags.values_list("state", flat=True))
    gaps = InsightTopic.objects.in_program(program).filter(gap_since__isnull=False)
    assert [topic.name for topic in gaps] == ["Security review"]
    written = Briefing.objects.in_program(program).order_by("ends_at")
    assert [row.is_empty for row in written] == [False] * 5
    (change,) = newest_changes(program)
    ((_change, effect),) = effects(program, [change])
    assert effect.difference is not None
    kinds = RoiVisit.objects.in_program(program).values_list("kind", flat=True)
    assert set(kinds) == {"opened", "used"}
    asked = SupportRequest.objects.in_program(program)
    assert set(asked.values_list("state", flat=True)) == {"open", "taken", "done", "declined"}
    assert asked.filter(overdue_at__isnull=False).count() == 1
    today = timezone.localdate()
    quarter = Period(today - timedelta(days=89), today, program.time_zone)
    measured = {each.definition.key: each for each in results(program, quarter, Slice())}
    assert [key for key, each in measured.items() if each.change is None] == [MEAN_SIZE]
    for key, each in measured.items():
        assert key == MEAN_SIZE or (each.change and each.change.low is not None), key
