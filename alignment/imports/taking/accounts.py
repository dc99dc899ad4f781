"""Companies from a file, judged in the transaction that stores them."""

from __future__ import annotations

from typing import cast

from accounts.actions.accounts import upsert_accounts
from accounts.rules.facts import AccountFacts, Upserted
from alignment.imports.taking.batches import Batch
from alignment.scoring.actions.accounts import judge_accounts


def take(batch: Batch) -> list[Upserted]:
    """One result per row."""
    results = upsert_accounts(
        program=batch.program,
        rows=[cast("AccountFacts", row) for row in batch.rows],
        by=batch.by,
        source=batch.source,
        queue=False,
        dry_run=batch.dry_run,
    )
    moved = {r.id for r in results if r.id is not None and r.outcome in ("created", "updated")}
    if moved and not batch.dry_run:
        judge_accounts(program_id=batch.program.pk, account_ids=sorted(moved))
    return results
