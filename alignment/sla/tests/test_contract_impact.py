"""Two versions of the contract: how each one's limits judge the clocks that ended."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import in_force
from alignment.people.models import Program
from alignment.sla.models import Clock, Closure, WorkingHours
from alignment.sla.queries.impact import BREAKS, MENDS, crossed, version_impact
from tests import cast as make
from tests.cast import Cast

from .clocks import ended
from .contracts import clause, condition
from .promises import happened

NEW_YORK = ZoneInfo("America/New_York")
pytestmark = pytest.mark.django_db


def version(program: Program, number: int, *rows: dict[str, Any]) -> Version:
    """A version with these clauses."""
    now = timezone.now()
    return Version.objects.create(
        program=program,
        kind=Kind.SLA,
        number=number,
        state="retired",
        in_force_at=now,
        retired_at=now,
        digest=f"{number:064}",
        content={"clauses": list(rows)},
    )


@pytest.fixture
def program(cast: Cast) -> Program:
    return cast.program


def test_clocks_between_the_limits_cross(program: Program) -> None:
    lead = make.lead(program)
    clocks = {took: ended(program, lead, took=took) for took in (30, 45, 50, 60, 70)}
    ended(program, lead, took=50, at=timezone.now() - timedelta(days=31))
    ended(program, lead, took=50, state="lapsed")
    ended(program, lead, "feedback", took=50)
    older, newer = version(program, 8, clause()), version(program, 9, clause(minutes=45))
    (shift,) = version_impact(older=older, newer=newer).shifts
    assert (shift.looked_at, shift.breaks, shift.mends, shift.unsaid) == (5, 2, 0, 0)
    assert (shift.was, shift.becomes) == ("1 hour", "45 minutes")
    (back,) = version_impact(older=newer, newer=older).shifts
    assert (back.breaks, back.mends) == (0, 2)
    lines = crossed(older=older, newer=newer, key="first-contact", way=BREAKS, after=0).lines
    assert {line.met_at for line in lines} == {clocks[50].met_at, clocks[60].met_at}
    for line in lines:
        assert line.would_be_due < line.met_at <= line.was_due  # type: ignore[operator]
    assert crossed(older=older, newer=newer, key="first-contact", way=MENDS, after=0).lines == []
    assert crossed(older=older, newer=newer, key="feedback", way=BREAKS, after=0).lines == []


def test_the_real_state_is_what_the_limit_says(program: Program) -> None:
    """Judged by the limit they ran under, clocks keep their real outcome."""
    lead = make.lead(program)
    for took in (1, 59, 60, 61, 89):
        ended(program, lead, took=took)
    kept = {c.met_at for c in lead.clocks.filter(state="kept")}
    none, all_of_it = version(program, 8, clause(minutes=1)), version(program, 9, clause())
    lines = crossed(older=none, newer=all_of_it, key="first-contact", way=MENDS, after=0).lines
    assert {line.met_at for line in lines} == {m for m in kept if m} - {min(m for m in kept if m)}


def test_what_was_never_done_is_broken_by_every_limit_that_is_over(program: Program) -> None:
    lead = make.lead(program)
    ended(program, lead)
    older = version(program, 7, clause())
    (shift,) = version_impact(older=older, newer=version(program, 8, clause(minutes=80))).shifts
    assert (shift.breaks, shift.mends, shift.unsaid) == (0, 0, 0)
    (longer,) = version_impact(older=older, newer=version(program, 9, clause(minutes=600))).shifts
    assert (longer.mends, longer.unsaid) == (0, 1)


@pytest.mark.parametrize(
    ("told", "other", "way"),
    [(20, 30, ""), (45, 30, BREAKS), (75, 80, MENDS), (85, 30, ""), (85, 80, "")],
)
def test_a_call_counts_from_when_it_was_recorded(
    cast: Cast, told: int, other: int, way: str
) -> None:
    """Called after ten minutes; the promise was an hour."""
    program = cast.program
    lead = make.lead(program)
    clock = ended(program, lead, took=10, state="kept" if told <= 60 else "broken")
    recorded = clock.started_at + timedelta(minutes=told)
    happened(lead, "contacted", at=clock.met_at, recorded_at=recorded)
    older, newer = version(program, 8, clause()), version(program, 9, clause(minutes=other))
    (shift,) = version_impact(older=older, newer=newer).shifts
    assert (shift.breaks, shift.mends) == (way == BREAKS, way == MENDS)
    if way:
        found = crossed(older=older, newer=newer, key="first-contact", way=way, after=0)
        assert [line.recorded_at for line in found.lines] == [recorded]
        pages = f"/p/{program.slug}/sla/versions/8/9/?clause=first-contact&way={way}"
        assert "recorded on" in cast.client("rep").get(pages).text


def test_a_call_from_before_the_promise_is_not_what_was_recorded(program: Program) -> None:
    lead = make.lead(program)
    clock = ended(program, lead, took=50)
    before = clock.started_at - timedelta(hours=1)
    first, second = (clock.started_at + timedelta(minutes=m) for m in (10, 50))
    happened(lead, "contacted", detail={"at": before.isoformat()}, recorded_at=first)
    happened(lead, "contacted", recorded_at=second)
    older, newer = version(program, 8, clause()), version(program, 9, clause(minutes=45))
    (shift,) = version_impact(older=older, newer=newer).shifts
    assert shift.breaks == 1


def test_only_the_same_thing_with_another_limit_is_compared(program: Program) -> None:
    ended(program, make.lead(program), took=50)
    older = version(program, 8, clause(), condition())
    same = version_impact(older=older, newer=version(program, 9, clause(reason="New"), condition()))
    assert (same.shifts, same.others) == ([], [])
    rows = [clause(ends="reached"), clause("new", ends="became_sql")]
    found = version_impact(older=older, newer=version(program, 10, *rows))
    assert found.shifts == []
    assert found.others == ["First conversation", "Complete brief", "Accepted as SQL"]


def test_business_time_is_counted_in_whose_hours_it_is(cast: Cast) -> None:
    """From Friday 16:40 in New York to Monday 9:30: fifty working minutes."""
    program = cast.program
    now = timezone.now().astimezone(NEW_YORK)
    friday = now - timedelta(days=(now.weekday() - 4) % 7 or 7)
    began = friday.replace(hour=16, minute=40, second=0, microsecond=0)
    done = began + timedelta(days=2, hours=16, minutes=50)
    Closure.objects.in_program(program).delete()
    WorkingHours.objects.create(
        program=program,
        team=cast.sales,
        time_zone="America/New_York",
        week=[[[540, 1020]]] * 5 + [[], []],
        holidays="none",
    )
    clock = ended(program, make.lead(program), team=cast.sales)
    fields = {"started_at": began, "met_at": done, "state": "kept"}
    Clock.objects.in_program(program).filter(pk=clock.pk).update(**fields)
    limits = [clause(time="business", hours_of="team", minutes=m) for m in (60, 45)]
    older, newer = version(program, 7, limits[0]), version(program, 8, limits[1])
    (shift,) = version_impact(older=older, newer=newer).shifts
    assert (shift.breaks, shift.mends, shift.unsaid) == (1, 0, 0)
    (line,) = crossed(older=older, newer=newer, key="first-contact", way=BREAKS, after=0).lines
    assert line.would_be_due.astimezone(NEW_YORK) == done - timedelta(minutes=5)
    # In elapsed time it would have been over on Friday.
    elapsed = version(program, 9, clause())
    (shift,) = version_impact(older=elapsed, newer=older).shifts
    assert (shift.breaks, shift.mends) == (0, 1)
    WorkingHours.objects.in_program(program).update(week=[[]] * 7)
    (shift,) = version_impact(older=older, newer=newer).shifts
    assert shift.unsaid == 1


def test_the_page_leads_to_the_clocks(cast: Cast) -> None:
    program = cast.program
    lead = make.lead(program)
    ended(program, lead, took=50)
    version(program, 8, clause())
    version(program, 9, clause(minutes=45))
    client, url = cast.client("rep"), f"/p/{program.slug}/sla/versions/8/9/"
    counted = client.get(url, headers={"HX-Request": "true"}).text
    assert "first-contact&amp;way=breaks#crossed" in counted
    assert "<html" not in counted
    page = client.get(f"{url}?clause=first-contact&way=breaks")
    assert f"/leads/{lead.pk}/" in page.text
    for nonsense in ("clause=x&way=breaks", "clause=first-contact&way=x", "after=x"):
        assert "found" not in client.get(f"{url}?{nonsense}").context
    assert client.get(f"/p/{program.slug}/sla/versions/8/77/").status_code == 404
    compare = client.get(f"/p/{program.slug}/agreements/sla/compare/8/9/").text
    assert url in compare
    assert "<del>1 hour</del> of the hand-off" in compare
    assert "<ins>45 minutes</ins> of the hand-off" in compare


def test_counts_stay_in_the_program(cast: Cast) -> None:
    ended(cast.other_program, make.lead(cast.other_program), took=50)
    older, newer = (version(cast.program, n, clause(minutes=m)) for n, m in ((8, 60), (9, 45)))
    assert version_impact(older=older, newer=newer).looked_at == 0
    assert in_force(cast.program, Kind.SLA)
