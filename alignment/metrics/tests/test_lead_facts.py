"""What is kept of leads always says what the rows say, in whatever order they were written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import psycopg
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import JournalEvent, Lead
from alignment.metrics.actions.lead_facts import TURNS, programs_with_stale_leads, settle_leads
from alignment.metrics.models import StageStep, StaleLead
from alignment.metrics.queries.measuring import measure_all
from alignment.metrics.queries.population import rows_behind
from alignment.metrics.queries.registry import METRICS
from alignment.metrics.rules import Period, Slice
from alignment.metrics.tasks import settle_facts_of_leads
from tests import cast as facts
from tests.cast import Cast

from .generated import Generator
from .reckoned import Reckoning
from .test_against_pandas import compare

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31), "UTC")
KEYS = [key for key in METRICS if key.startswith("funnel-")]
KEPT = ("metrics_stagestep",)


@dataclass
class World:
    cast: Cast
    lead: Lead
    other: Lead

    def __post_init__(self) -> None:
        reach(self.lead, "became_engaged", NOON - 2 * DAY)
        self.mql = reach(self.lead, "became_mql", NOON)
        self.sql = reach(self.lead, "became_sql", NOON + DAY)
        self.won = reach(self.lead, "stage_changed", NOON + 2 * DAY, to="won")
        reach(self.other, "became_mql", NOON + DAY)


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast, facts.lead(cast.program), facts.lead(cast.program))


def reach(lead: Lead, kind: str, at: datetime, **detail: str) -> JournalEvent:
    told: dict[str, Any] = {"kind": kind, "at": at, "detail": detail, "is_followed": True}
    return JournalEvent.objects.create(program_id=lead.program_id, lead=lead, **told)


def everything(cast: Cast) -> list[Any]:
    """All numbers, and all rows behind them."""
    chosen = [METRICS[key] for key in KEYS]
    found = measure_all(cast.program, chosen, YEAR, Slice())
    rows = [rows_behind(cast.program, metric, YEAR, Slice(), most=1_000) for metric in chosen]
    return [*found.items(), *rows]


def from_the_rows(cast: Cast) -> list[Any]:
    """With all that is kept set aside."""
    with transaction.atomic():
        queue_all(cast)
        found = everything(cast)
        transaction.set_rollback(True)
    return found


def queue_all(cast: Cast) -> None:
    leads = Lead.objects.in_program(cast.program).values_list("pk", flat=True)
    StaleLead.objects.bulk_create(StaleLead(program=cast.program, lead_id=pk) for pk in leads)


def work_out(cast: Cast) -> None:
    while settle_leads(program=cast.program):
        pass


def kept(column: str = "*") -> set[tuple[Any, ...]]:
    found: set[tuple[Any, ...]] = set()
    with connection.cursor() as cursor:
        for table in KEPT:
            cursor.execute(f"SELECT '{table}', t.{column} FROM {table} t")
            found |= set(cursor.fetchall())
    return found


def only_change(row: Any, **said: Any) -> None:
    for name, value in said.items():
        setattr(row, name, value)
    row.save()


CHANGES: dict[str, Callable[[World], object]] = {
    "a lead reaches a stage": lambda w: reach(w.other, "became_sql", NOON + 2 * DAY),
    "many leads reach a stage": lambda w: JournalEvent.objects.bulk_create(
        JournalEvent(program=w.cast.program, lead=lead, kind="became_mql", at=NOON + 3 * DAY)
        for lead in (w.lead, w.other)
    ),
    "it is told late": lambda w: reach(w.lead, "became_sql", NOON + MINUTE),
    "it is told of a moment before": lambda w: reach(w.lead, "became_mql", NOON - DAY),
    "it comes back": lambda w: reach(w.lead, "became_engaged", NOON + 30 * DAY),
    "it was at another time": lambda w: only_change(w.sql, at=NOON + 2 * DAY),
    "it was another lead": lambda w: only_change(w.sql, lead=w.other),
    "it was another stage": lambda w: only_change(w.sql, kind="became_mql"),
    "it was lost after all": lambda w: only_change(w.won, detail={"to": "lost"}),
    "what was told goes": lambda w: w.mql.delete(),
    "a lead goes": lambda w: w.lead.delete(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_kept_follows(world: World, change: str) -> None:
    cast = world.cast
    work_out(cast)
    before = everything(cast)
    CHANGES[change](world)
    truth = from_the_rows(cast)
    assert truth != before, "it changes nothing: the test could not fail"
    assert everything(cast) == truth
    work_out(cast)
    assert not StaleLead.objects.in_program(cast.program).exists()
    assert everything(cast) == truth


WRITES = st.tuples(
    st.sampled_from(["engaged", "mql", "sql", "won", "lost", "moved", "later", "gone", "settled"]),
    st.integers(0, 1),
    st.integers(-3, 3),
)


def write(leads: list[Lead], what: str, which: int, minutes: int) -> None:
    """One more fact, or another word on the newest one."""
    lead, at = leads[which], NOON + minutes * MINUTE
    if what in ("engaged", "mql", "sql"):
        reach(lead, f"became_{what}", at)
    elif what in ("won", "lost"):
        reach(lead, "stage_changed", at, to=what)
    else:
        change_newest(lead, what, leads[1 - which], at)


def change_newest(lead: Lead, what: str, other: Lead, at: datetime) -> None:
    row = JournalEvent.objects.in_program(lead.program_id).filter(lead=lead).order_by("pk").last()
    if row is None:
        return
    if what == "gone":
        row.delete()
    else:
        only_change(row, **({"lead": other} if what == "moved" else {"at": at}))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([("mql", 0, 0), ("settled", 0, 0), ("moved", 0, 0), ("sql", 1, 0), ("settled", 0, 0)])
@given(st.lists(WRITES, min_size=1, max_size=20))
def test_it_is_what_a_rebuild_finds(cast: Cast, writes: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        leads = [facts.lead(cast.program), facts.lead(cast.program)]
        for what, which, minutes in writes:
            if what == "settled":
                work_out(cast)
            else:
                write(leads, what, which, minutes)
        truth = from_the_rows(cast)
        assert everything(cast) == truth
        work_out(cast)
        assert everything(cast) == truth
        before = kept("*::text")
        rebuild(cast)
        assert kept("*::text") == before
        transaction.set_rollback(True)


def rebuild(cast: Cast) -> None:
    with connection.cursor() as cursor:
        for table in KEPT:
            cursor.execute(f"DELETE FROM {table}")
    queue_all(cast)
    work_out(cast)


def test_pandas_finds_what_is_kept(cast: Cast) -> None:
    """As `test_against_pandas`, with everything worked out before."""
    Generator(cast, 4, "America/New_York").fill(16)
    work_out(cast)
    known: dict[Any, pd.DataFrame] = {}
    year = Reckoning(cast.program, date(2025, 11, 1), date(2026, 8, 31), known)
    assert compare(year, Slice(), Slice(team=cast.sales.pk), Slice(source="fair")) > 500


def test_it_reads_what_is_kept(world: World) -> None:
    work_out(world.cast)
    StageStep.objects.in_program(world.cast.program).filter(kind="became_sql").update(
        onward_at=None
    )
    found = dict(everything(world.cast)[: len(KEYS)])
    assert found["funnel-opportunity"].numerator == 0
    truth = dict(from_the_rows(world.cast)[: len(KEYS)])
    assert truth["funnel-opportunity"].numerator == 1


def test_what_did_not_change_is_not_written_again(world: World) -> None:
    work_out(world.cast)
    before = kept("ctid::text")
    queue_all(world.cast)
    work_out(world.cast)
    assert kept("ctid::text") == before
    assert len(before) > 3


def test_saving_without_a_change_queues_nothing(world: World) -> None:
    work_out(world.cast)
    for row in (world.mql, world.sql, world.won, world.lead):
        row.save()
    JournalEvent.objects.across_programs().update(is_followed=True)
    reach(world.lead, "note", NOON)
    assert programs_with_stale_leads() == []


def test_the_sweep_goes_through_all_programs_in_pieces(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alignment.metrics.actions.lead_facts.CLAIM_LIMIT", 1)
    reach(facts.lead(world.cast.other_program), "became_mql", NOON)
    truth = from_the_rows(world.cast)
    assert len(programs_with_stale_leads()) == 2
    settle_facts_of_leads()
    assert programs_with_stale_leads() == []
    assert everything(world.cast) == truth


@pytest.mark.django_db(transaction=True)
def test_what_is_being_written_meanwhile_waits_for_the_next_sweep(world: World) -> None:
    """And of two sweeps one leaves it to the other."""
    cast = world.cast
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute(
            "INSERT INTO accounts_journalevent (program_id, kind, at, lead_id, cause, detail)"
            " VALUES (%s, 'became_sql', %s, %s, '{}', '{}')",
            [cast.program.pk, NOON + 2 * DAY, world.other.pk],
        )
        work_out(cast)
        before = everything(cast)
        other.commit()
        assert everything(cast) == from_the_rows(cast) != before
        other.execute("SELECT pg_advisory_xact_lock(%s, %s)", [TURNS, cast.program.pk])
        assert settle_leads(program=cast.program) is False
        assert programs_with_stale_leads() == [cast.program.pk]
    work_out(cast)
    assert programs_with_stale_leads() == []
    assert everything(cast) == from_the_rows(cast) != before
