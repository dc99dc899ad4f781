"""Importing surges from a provider's export, for known companies only."""

from __future__ import annotations

from accounts.intent.actions.reports import SurgeIn, report_surges
from accounts.intent.queries.finding import Company
from accounts.rules.facts import Upserted
from alignment.imports.taking.batches import Batch


def take(batch: Batch) -> list[Upserted]:
    """One result per row. The domain has precedence over the name; a row needs one of them."""
    rows = [
        SurgeIn(
            company=Company(domain=row.get("domain", ""), name=row.get("name", "")),
            source=row.get("source", batch.source),
            topic=row["topic"],
            week=row["week"],
            strength=row["strength"],
        )
        for row in batch.rows
    ]
    return report_surges(program=batch.program, rows=rows, by=batch.by, dry_run=batch.dry_run)
