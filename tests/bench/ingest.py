"""Ingest through the real action, against plain inserts of the same rows."""

import random
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Lead
from alignment.core import prepared
from alignment.people.models import Program
from alignment.scoring.ingest import EngagementIn, ingest
from alignment.scoring.queries import ruling

from .insert_only import columns
from .report import Report

BATCH = 1_000
BATCHES = 30
BARE = """
    INSERT INTO accounts_engagement (program_id, lead_id, stakeholder_id, signal_id, occurred_at,
        source, external_id, value, properties)
    SELECT %(program)s, * FROM unnest(%(leads)s::bigint[], %(people)s::bigint[],
        %(signals)s::bigint[], %(times)s::timestamptz[], %(sources)s::text[], %(ids)s::text[],
        %(values)s::bool[], %(properties)s::jsonb[])
    RETURNING id"""


class Sender:
    """Creates new events of random people in the program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        rows = Lead.objects.in_program(program).filter(closed_at=None).order_by("id")
        self.lead_of = dict(rows.values_list("stakeholder_id", "id")[:200_000])
        self.people = list(self.lead_of)
        self.signals = [s.id for s in ruling(program).behaviours]
        self.dice = random.Random(7)
        self.sent = 0
        self.run = f"{time.time():.0f}"

    def batch(self, size: int) -> list[EngagementIn]:
        return [self._event() for _ in range(size)]

    def _event(self) -> EngagementIn:
        self.sent += 1
        return EngagementIn(
            self.dice.choice(self.people),
            self.dice.choice(self.signals),
            timezone.now() - timedelta(seconds=self.dice.randint(1, 10_000_000)),
            "bench",
            f"{self.run}-{self.sent}",
            True,
            {"page": "/pricing"},
        )

    def bare(self, events: Sequence[EngagementIn]) -> None:
        leads = [self.lead_of[e.stakeholder_id] for e in events]
        with transaction.atomic():
            prepared.fetch(BARE, columns(self.program.pk, events) | {"leads": leads})

    def real(self, events: Sequence[EngagementIn]) -> None:
        ingest(program=self.program, events=events)


def measure(report: Report, program: Program) -> None:
    """Batches of 1,000, both ways alternately."""
    sender = Sender(program)
    ratios, rates = [], []
    for turn in range(BATCHES):
        bare, real = (_rate(way, sender.batch(BATCH)) for way in (sender.bare, sender.real))
        if turn >= 5:
            ratios.append(real / bare)
            rates.append(real)
    report.note(f"ingest action: {statistics.median(rates):,.0f} engagements a second")
    report.at_least(
        "ingest, batches of 1,000, against the bare insert", statistics.median(ratios), 0.6
    )


def _rate(way: Callable[[Sequence[EngagementIn]], None], events: list[EngagementIn]) -> float:
    start = time.perf_counter()
    way(events)
    return len(events) / (time.perf_counter() - start)
