"""Precomputed outcomes of leads always agree with the rows, in whatever order they were written."""

from datetime import date
from typing import Any

import pandas as pd
import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import JournalEvent, Lead
from alignment.core.locks import Turn
from alignment.metrics.actions.lead_facts import programs_with_stale_leads, settle_leads
from alignment.metrics.models import Answer, StageStep, StaleLead
from alignment.metrics.queries.measuring import measure_all
from alignment.metrics.queries.population import rows_behind
from alignment.metrics.queries.registry import METRICS
from alignment.metrics.rules import Period, Slice
from alignment.metrics.tasks import settle_facts_of_leads
from alignment.sla.models import HandOff
from tests import cast as facts
from tests.cast import Cast
from tests.plans import nodes_of

from .generated import Generator
from .lead_world import CHANGES, DAY, MINUTE, NOON, WRITES, World, reach, write
from .reckoned import Reckoning
from .test_against_pandas import compare

pytestmark = pytest.mark.django_db
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31), "UTC")
FAMILIES = ("funnel", "response", "conversion", "follow-up", "score", "misalignment")
KEYS = [key for key, metric in METRICS.items() if metric.definition.family in FAMILIES]
KEPT = ("metrics_stagestep", "metrics_answer")


@pytest.fixture
def world(cast: Cast) -> World:
    lead, other = (facts.lead(cast.program, owner=cast.rep) for _number in range(2))
    return World(cast, lead, other)


def everything(cast: Cast) -> list[Any]:
    """All figures, and all rows behind them."""
    chosen = [METRICS[key] for key in KEYS]
    found = measure_all(cast.program, chosen, YEAR, Slice())
    parts = [
        measure_all(cast.program, chosen, YEAR, part)
        for part in (Slice(source="fair"), Slice(segment="54"))
    ]
    rows = [rows_behind(cast.program, metric, YEAR, Slice(), most=1_000) for metric in chosen]
    return [*found.items(), *parts, *rows]


def from_the_rows(cast: Cast) -> list[Any]:
    """The results without anything precomputed."""
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


def test_notes_are_looked_up_for_the_rows_shown_only(cast: Cast) -> None:
    for minutes in range(6):
        reach(facts.lead(cast.program), "became_engaged", NOON + minutes * MINUTE)
    work_out(cast)
    metric = METRICS["funnel-mql"]
    with CaptureQueriesContext(connection) as said:
        shown = rows_behind(cast.program, metric, YEAR, Slice(), most=2)
    assert [row.at for row in shown] == [NOON + 5 * MINUTE, NOON + 4 * MINUTE]
    looked_up = [n for n in nodes_of(said[-1]["sql"], run=True) if n.get("Alias") == "e"]
    # Sorting may read one row more.
    assert 2 <= sum(node["Actual Loops"] for node in looked_up) <= 3


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


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([("mql", 0, 0), ("settled", 0, 0), ("moved", 0, 0), ("sql", 1, 0), ("settled", 0, 0)])
@example([("handed", 0, 0), ("tried", 0, 1), ("settled", 0, 0), ("handed", 0, 1), ("moved", 0, 0)])
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
    """Like `test_against_pandas`, with everything precomputed."""
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
    Answer.objects.in_program(world.cast.program).update(sql_at=None)
    found = dict(everything(world.cast)[: len(KEYS)])
    truth = dict(from_the_rows(world.cast)[: len(KEYS)])
    for key in ("funnel-opportunity", "conversion"):
        assert (found[key].numerator, truth[key].numerator) == (0, 1)


def test_what_did_not_change_is_not_written_again(world: World) -> None:
    work_out(world.cast)
    before = kept("ctid::text")
    queue_all(world.cast)
    work_out(world.cast)
    assert kept("ctid::text") == before
    assert len(before) > 3


def test_saving_without_a_change_queues_nothing(world: World) -> None:
    work_out(world.cast)
    for row in (world.mql, world.won, world.lead, world.handoff, world.attempt, world.call):
        row.save()
    JournalEvent.objects.across_programs().update(is_followed=True)
    HandOff.objects.across_programs().update(seen_at=NOON)
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
    """Of two concurrent sweeps, one leaves the work to the other."""
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
        other.execute("SELECT pg_advisory_xact_lock(%s, %s)", [Turn.LEAD_FACTS, cast.program.pk])
        assert settle_leads(program=cast.program) is False
        assert programs_with_stale_leads() == [cast.program.pk]
    work_out(cast)
    assert programs_with_stale_leads() == []
    assert everything(cast) == from_the_rows(cast) != before
