"""Companies from a file, judged in the transaction that stores them."""

from __future__ import annotations

from accounts.actions.accounts import upsert_cleaned
from accounts.rules.facts import Upserted
from alignment.imports.taking.batches import Batch
from alignment.scoring.actions.accounts import judge_accounts


def take(batch: Batch) -> list[Upserted]:
    """One result per row that `clean_account` prepared."""
    results = upsert_cleaned(
        program=batch.program,
        rows=batch.rows,
        by=batch.by,
        source=batch.source,
        queue=False,
        dry_run=batch.dry_run,
    )
    batch.read_ahead()
    moved = {r.id for r in results if r.id is not None and r.outcome in ("created", "updated")}
    if moved and not batch.dry_run:
        judge_accounts(program_id=batch.program.pk, account_ids=sorted(moved))
    return results
