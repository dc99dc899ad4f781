"""Snapshots keep their first values, and changes of assumptions leave a trace."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import JournalEvent
from alignment.config.celery import app
from alignment.core.models import AuditEntry
from alignment.metrics import tasks
from alignment.metrics.actions.assumptions import set_assumptions
from alignment.metrics.actions.snapshots import restate, take
from alignment.metrics.queries.registry import METRICS
from alignment.metrics.queries.snapshots import history
from alignment.metrics.tasks import read_days_again
from alignment.people.models import Program
from alignment.sla.models import Attempt
from campaigns.models import Campaign, CampaignAccount, CampaignCost
from campaigns.opportunities.actions.writing import open_opportunity
from tests import cast as facts
from tests.cast import Cast

from .test_leads import NOON, hand_over, number

pytestmark = pytest.mark.django_db
# 00:30 on 11 March in New York.
NIGHT = datetime(2026, 3, 11, 4, 30, tzinfo=UTC)


def test_yesterday_is_taken_once(cast: Cast) -> None:
    hand_over(cast, NOON, contact_s=600)
    assert take(program=cast.program, now=NIGHT) == len(METRICS)
    assert take(program=cast.program, now=NIGHT) == 0
    (row,) = history(cast.program, "response-median", days=10)
    assert (row.day, row.value, row.sample) == (date(2026, 3, 10), 600, 1)


def test_missed_days_are_caught_up_with(cast: Cast) -> None:
    take(program=cast.program, now=NIGHT)
    assert take(program=cast.program, now=NIGHT + timedelta(days=3)) == 3 * len(METRICS)
    days = [row.day.day for row in history(cast.program, "conversion", days=10)]
    assert days == [10, 11, 12, 13]


def test_a_late_row_restates_the_day_and_keeps_its_first_value(cast: Cast) -> None:
    made = hand_over(cast, NOON)
    take(program=cast.program, now=NIGHT)
    Attempt.objects.create(
        program=cast.program,
        lead=made.lead,
        channel="call",
        outcome="sent",
        at=NOON + timedelta(minutes=5),
    )
    assert restate(program=cast.program, now=NIGHT) > 0
    assert restate(program=cast.program, now=NIGHT) == 0
    (row,) = history(cast.program, "response-median", days=1)
    assert (row.value, row.restated_value, row.latest_value) == (None, 300, 300)
    assert row.restated_at is not None
    (other,) = history(cast.program, "agreement", days=1)
    assert other.restated_at is None


def test_what_happens_later_restates_nothing(cast: Cast) -> None:
    made = hand_over(cast, NOON)
    take(program=cast.program, now=NIGHT)
    told = {"program": cast.program, "lead": made.lead, "kind": "became_sql", "is_followed": True}
    JournalEvent.objects.create(**told, at=NIGHT + timedelta(hours=5))
    assert restate(program=cast.program, now=NIGHT + timedelta(hours=6)) > 0
    for key in ("conversion", "funnel-sql"):
        (row,) = history(cast.program, key, days=1)
        assert (row.value, row.restated_value, row.latest_value) == (0, 0, 1), key
        assert row.restated_at is None
    JournalEvent.objects.create(**told, at=NIGHT - timedelta(hours=1))
    restate(program=cast.program, now=NIGHT + timedelta(hours=6))
    (row,) = history(cast.program, "conversion", days=1)
    assert (row.value, row.restated_value) == (0, 1)
    assert row.restated_at is not None


def test_the_hourly_sweep_finds_what_came_late(cast: Cast) -> None:
    now = timezone.now()
    take(program=cast.program, now=now)
    hand_over(cast, now - timedelta(days=3), contact_s=60)
    read_days_again()
    (row,) = history(cast.program, "response-median", days=1)
    assert (row.value, row.restated_value) == (None, 60)
    assert {"task": "alignment.metrics.tasks.read_days_again", "schedule": 3600.0} in list(
        app.conf.beat_schedule.values()
    )


def test_assumptions_change_the_cost_and_leave_a_trace(cast: Cast) -> None:
    hand_over(cast, NOON)
    assert number(cast, "untreated-leads").value == 250
    set_assumptions(program=cast.program, by=cast.owner, lead_value_usd=400)
    assert number(cast, "untreated-leads").value == 400
    entry = AuditEntry.objects.get(action="metrics.assume")
    assert entry.detail["changed"] == {"lead_value_usd": [250, 400]}
    set_assumptions(program=cast.program, by=cast.owner, lead_value_usd=400)
    assert AuditEntry.objects.filter(action="metrics.assume").count() == 1
    with pytest.raises(ValidationError):
        set_assumptions(program=cast.program, by=cast.owner, untreated_after_days=0)


def test_late_and_never_are_counted_apart(cast: Cast) -> None:
    for hours in (23, 25, 24 * 7 + 1):
        hand_over(cast, NOON, contact_s=hours * 3600)
    assert number(cast, "late-responses").value == 50
    assert number(cast, "untreated-leads").value == 250


def test_spend_counts_where_no_account_of_the_audience_has_a_deal(cast: Cast) -> None:
    account = facts.account(cast.program)
    campaign = Campaign.objects.create(
        program=cast.program,
        name="Spring",
        starts_on=date(2026, 3, 1),
        ends_on=date(2026, 3, 31),
    )
    CampaignAccount.objects.create(program=cast.program, campaign=campaign, account=account)
    for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)):
        CampaignCost.objects.create(
            program=cast.program,
            campaign=campaign,
            spent_on=day,
            spent_until=day,
            amount_usd=100,
            what_for="ads",
        )
    assert number(cast, "spend-without-deal").value == 200
    open_opportunity(account=account, name="Deal", by=cast.rep)
    assert number(cast, "spend-without-deal").value == 0


def test_a_program_that_fails_holds_up_no_other(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Program] = []

    def restate(*, program: Program, now: datetime) -> None:
        if program == cast.program:
            raise ValueError
        read.append(program)

    monkeypatch.setattr(tasks, "restate", restate)
    read_days_again()
    assert cast.other_program in read
