"""Importing people; new ones get an open lead."""

from __future__ import annotations

from typing import Any

from accounts.actions.stakeholders import upsert_stakeholders
from accounts.duplicates.actions.finding import wait_for_search
from accounts.models import Account
from accounts.rules.facts import StakeholderFacts, Upserted
from alignment.imports.taking.batches import Batch, Values
from alignment.scoring.actions.accounts import judge_waiting
from alignment.scoring.actions.leads import open_leads

_SAME_NAME = (
    "first_name",
    "last_name",
    "title",
    "role",
    "linkedin_url",
    "source",
    "external_id",
    "account_domain",
    "account_name",
    "account_city",
)


def take(batch: Batch) -> list[Upserted]:
    """One result per row. People who had a lead before keep it, open or closed."""
    newest = _newest_account(batch)
    results = upsert_stakeholders(
        program=batch.program,
        rows=[facts_of(row, batch.source) for row in batch.rows],
        is_list=True,
        by=batch.by,
        source=batch.source,
        dry_run=batch.dry_run,
    )
    created = [r.id for r in results if r.outcome == "created" and r.id is not None]
    if not batch.dry_run and (companies := _newest_account(batch)) > newest:
        wait_for_search(program=batch.program, created=[newest + 1, companies])
    if created:
        judge_waiting(program_id=batch.program.pk)
        open_leads(program=batch.program, stakeholder_ids=created, by=batch.by, source=batch.source)
    return results


def _newest_account(batch: Batch) -> int:
    """The newest account's id beforehand: unknown companies are created along with their people."""
    ids = Account.objects.in_program(batch.program).order_by("-id").values_list("id", flat=True)
    return ids.first() or 0


def facts_of(row: Values, source: str) -> StakeholderFacts:
    """The facts a row gives. An old list does not lift a "do not contact"."""
    facts: dict[str, Any] = {name: row[name] for name in _SAME_NAME if name in row}
    if "email" in row:
        facts["emails"] = [row["email"]]
    if "phone" in row:
        facts["phones"] = [row["phone"]]
    if row.get("do_not_contact"):
        facts["do_not_contact"] = True
    if "consent_email" in row:
        facts["consents"] = [
            {"channel": "email", "granted": row["consent_email"], "source": source}
        ]
    return facts  # type: ignore[return-value]
