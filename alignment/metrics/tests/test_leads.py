"""Lead metrics on hand-made rows."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Engagement, JournalEvent
from alignment.metrics.queries.breakdown import breakdown
from alignment.metrics.queries.measuring import measure
from alignment.metrics.queries.population import rows_behind
from alignment.metrics.queries.registry import METRICS
from alignment.metrics.rules import Measure, Period, Slice
from alignment.sla.models import Attempt, HandOff
from tests import cast as facts
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = Period(date(2026, 3, 1), date(2026, 3, 31), "America/New_York")
NOON = datetime(2026, 3, 10, 16, tzinfo=UTC)


def hand_over(
    cast: Cast, at: datetime, *, contact_s: float | None = None, sql: bool = False
) -> HandOff:
    lead = facts.lead(cast.program, owner=cast.rep)
    event = JournalEvent.objects.create(
        program=cast.program, kind="became_mql", at=at, lead=lead, is_followed=True
    )
    made = HandOff.objects.create(
        program=cast.program,
        lead=lead,
        event=event,
        owner=cast.rep,
        route="rotation",
        became_mql_at=at,
        handed_at=at,
        brief={"points": {"total": 60}},
    )
    if contact_s is not None:
        Attempt.objects.create(
            program=cast.program,
            lead=lead,
            by=cast.rep,
            channel="call",
            outcome="reached",
            at=at + timedelta(seconds=contact_s),
        )
    if sql:
        JournalEvent.objects.create(
            program=cast.program,
            kind="became_sql",
            at=at + timedelta(hours=2),
            lead=lead,
            is_followed=True,
        )
    return made


def number(cast: Cast, key: str, period: Period = DAY, part: Slice = Slice()) -> Measure:  # noqa: B008
    return measure(cast.program, METRICS[key], period, part)


@pytest.mark.parametrize("key", sorted(METRICS))
def test_a_program_without_rows_has_no_number(cast: Cast, key: str) -> None:
    found = number(cast, key)
    assert found.sample == 0
    assert not found.enough or METRICS[key].definition.statistic == "sum"
    assert rows_behind(cast.program, METRICS[key], DAY, Slice()) == []


def test_response_time_and_those_not_contacted(cast: Cast) -> None:
    for seconds in (600, 1200, None):
        hand_over(cast, NOON, contact_s=seconds)
    found = number(cast, "response-median")
    assert (found.value, found.sample, found.denominator) == (900, 2, 3)
    behind = rows_behind(cast.program, METRICS["response-median"], DAY, Slice(), counted=False)
    assert len(behind) == 1


def test_working_time_leaves_the_night_out(cast: Cast) -> None:
    # Tuesday 16:30 in New York to Wednesday 9:30 is half an hour on each day.
    hand_over(cast, datetime(2026, 3, 10, 20, 30, tzinfo=UTC), contact_s=17 * 3600)
    assert number(cast, "response-business-median").value == 3600
    assert number(cast, "response-median").value == 17 * 3600


def test_a_contact_answers_the_hand_off_before_it_only(cast: Cast) -> None:
    first = hand_over(cast, NOON)
    again = JournalEvent.objects.create(
        program=cast.program, kind="became_mql", at=NOON, lead=first.lead, is_followed=True
    )
    later = NOON + timedelta(days=3)
    HandOff.objects.create(
        program=cast.program,
        lead=first.lead,
        event=again,
        route="rotation",
        became_mql_at=later,
        handed_at=later,
    )
    Attempt.objects.create(
        program=cast.program,
        lead=first.lead,
        channel="call",
        outcome="sent",
        at=later + timedelta(minutes=5),
    )
    found = number(cast, "response-median")
    assert (found.value, found.sample, found.denominator) == (300, 1, 2)


def test_conversion_and_follow_up(cast: Cast) -> None:
    hand_over(cast, NOON, contact_s=3600, sql=True)
    hand_over(cast, NOON, contact_s=25 * 3600)
    hand_over(cast, NOON)
    assert (number(cast, "conversion").numerator, number(cast, "conversion").sample) == (1, 3)
    assert (number(cast, "follow-up").numerator, number(cast, "follow-up").sample) == (1, 3)
    inside = rows_behind(cast.program, METRICS["conversion"], DAY, Slice(), counted=True)
    assert [row.note for row in inside] == ["60+"]


def test_month_ends_at_midnight_of_the_program(cast: Cast) -> None:
    # 23:59 on 31 March in New York is 03:59 UTC on 1 April.
    hand_over(cast, datetime(2026, 4, 1, 3, 59, tzinfo=UTC), contact_s=60)
    hand_over(cast, datetime(2026, 4, 1, 4, 0, tzinfo=UTC), contact_s=60)
    assert number(cast, "conversion").sample == 1


def test_slices(cast: Cast) -> None:
    hand_over(cast, NOON)
    assert number(cast, "conversion", part=Slice(team=cast.sales.pk)).sample == 1
    assert number(cast, "conversion", part=Slice(team=cast.marketing.pk)).sample == 0
    assert number(cast, "conversion", part=Slice(tier="none")).sample == 1
    assert number(cast, "conversion", part=Slice(tier="1")).sample == 0
    assert number(cast, "conversion", part=Slice(source="test")).sample == 1
    assert number(cast, "conversion", part=Slice(segment="31-33")).sample == 0


def test_the_funnel_goes_from_stage_to_stage(cast: Cast) -> None:
    made = hand_over(cast, NOON, sql=True)
    hand_over(cast, NOON)
    assert (number(cast, "funnel-sql").numerator, number(cast, "funnel-sql").sample) == (1, 2)
    # It became SQL two hours later.
    assert number(cast, "funnel-sql-time").value == 7200
    assert number(cast, "funnel-opportunity").value == 0
    JournalEvent.objects.create(
        program=cast.program,
        kind="stage_changed",
        at=NOON + timedelta(hours=3),
        lead=made.lead,
        detail={"to": "opportunity"},
        is_followed=True,
    )
    assert number(cast, "funnel-opportunity").value == 1
    assert number(cast, "funnel-opportunity-time").value == 3600


def test_the_funnel_by_source_and_campaign(cast: Cast) -> None:
    made = hand_over(cast, NOON, sql=True)
    hand_over(cast, NOON)
    event = facts.engage(made.lead.stakeholder, "pricing_page_view")
    Engagement.objects.in_program(cast.program).filter(pk=event.pk).update(
        properties={"campaign": "Spring"}
    )
    metric = METRICS["funnel-sql"]
    by_campaign = breakdown(cast.program, metric, DAY, Slice(), "kind")
    assert {group.key: group.measure.value for group in by_campaign} == {"Spring": 1, "": 0}
    (by_source,) = breakdown(cast.program, metric, DAY, Slice(), "source")
    assert (by_source.key, by_source.measure.value, by_source.measure.sample) == ("test", 0.5, 2)
