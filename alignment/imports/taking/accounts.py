"""Importing companies, judged in the transaction that stores them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from accounts.actions.account_book import Draft
from accounts.actions.accounts import draft_account, upsert_cleaned
from accounts.duplicates.actions.finding import wait_for_search
from accounts.rules.accounts import Cleaned
from accounts.rules.facts import Upserted
from alignment.imports.taking.batches import Batch
from alignment.imports.taking.repairs import refuse_renames
from alignment.scoring.actions.accounts import judge_accounts


class Prepared(NamedTuple):
    """A cleaned row, and the account it creates if it is new."""

    row: Cleaned
    draft: Draft | None


def prepare(rows: Sequence[Cleaned], source: str) -> list[Prepared]:
    """Prepare rows for `take`."""
    return [Prepared(row, draft_account(row, source=source)) for row in rows]


def take(batch: Batch) -> list[Upserted]:
    """One result per row."""
    if batch.is_repair:
        refuse_renames(batch.program, (prepared.row for prepared in batch.rows))
    results = upsert_cleaned(
        program=batch.program,
        rows=[prepared.row for prepared in batch.rows],
        drafts=[prepared.draft for prepared in batch.rows],
        by=batch.by,
        source=batch.source,
        queue=False,
        dry_run=batch.dry_run,
        is_list=True,
    )
    moved = {r.id for r in results if r.id is not None and r.outcome in ("created", "updated")}
    if moved and not batch.dry_run:
        judge_accounts(program_id=batch.program.pk, account_ids=sorted(moved))
        wait_for_search(
            program=batch.program,
            created=[r.id for r in results if r.id is not None and r.outcome == "created"],
            renamed=sorted({r.id for r in results if r.id is not None and r.renamed}),
        )
    return results
