"""Merging two accounts, or declaring them different."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.accounts import queue_for_judgement, update_account
from accounts.actions.journal import JournalRow, write_journal, write_removals
from accounts.actions.scores import queue_for_score
from accounts.actions.writing import lock_facts
from accounts.duplicates.links import Moved, move_links
from accounts.duplicates.merge_hooks import lock_for_merge, settle
from accounts.duplicates.models import DuplicatePair, Merge
from accounts.duplicates.rules import FACTS, GROUPS, taken
from accounts.field.actions.findings import let_go_of_others
from accounts.field.models import Competitor
from accounts.intent.actions.standing import today_utc, write_standing
from accounts.intent.models import SiteVisits, Surge
from accounts.models import (
    Account,
    AccountAlias,
    AccountChange,
    AccountToScore,
    JournalKind,
    Removed,
)
from alignment.core import audit
from alignment.core.live import bus
from alignment.people.models import User

MERGED = {"source": "merge"}
# What the API lists one by one, of the rows that give way to the survivor's.
DROPPED = {Competitor: Removed.COMPETITOR, Surge: Removed.SURGE, SiteVisits: Removed.VISITS}


@transaction.atomic
def merge(*, survivor: Account, gone: Account, take: Collection[str], by: User | None) -> Account:
    """Merge `gone` into `survivor`, which takes the facts of the groups `take` from it.

    People, leads, journal and everything else that refers to `gone` refers to `survivor`
    afterwards; rooms above end what cannot continue for both (`merge_hooks.py`). The survivor and its
    leads are queued to be judged again. Raises `ValidationError` by field ("gone", "take") and
    `FactsRejected` for facts that cannot be taken over; then nothing has changed.
    """
    if unknown := sorted(set(take) - GROUPS.keys()):
        raise ValidationError({"take": _("There is no such field.") + f" {', '.join(unknown)}"})
    survivor, gone = _locked(survivor, gone)
    facts = taken(vars(gone), take)
    said = {name: getattr(gone, name) for name in FACTS}
    pair = _pair_of(survivor, gone)
    settle(survivor, gone, by)
    let_go_of_others(account=gone, facts=vars(survivor) | facts)
    moved = move_links(gone, survivor)
    row = Merge.objects.create(
        program_id=survivor.program_id,
        survivor=survivor,
        gone_id=gone.pk,
        gone_name=gone.name,
        pair_number=pair,
        facts=said,
        moved=moved.numbers,
        by=by,
    )
    _tell_dropped(survivor, moved, by)
    gone.delete()
    before = _keys(survivor)
    if facts:
        update_account(account=survivor, facts=facts, by=by)  # type: ignore[arg-type]
    _keep_keys(survivor, before | _keys(gone))
    _record(survivor, row, by)
    return survivor


def _locked(survivor: Account, gone: Account) -> tuple[Account, Account]:
    """Both as they are now. Locked in id order, so that concurrent merges of a pair queue up."""
    if survivor.pk == gone.pk or survivor.program_id != gone.program_id:
        raise ValidationError({"gone": _("Choose two different accounts.")})
    lock_facts(survivor.program_id)
    lock_for_merge(survivor, gone)
    # The judging and scoring workers lock the queue row before the account, so delete these first.
    for queue in (AccountChange, AccountToScore):
        queue.objects.in_program(survivor.program_id).filter(account=gone).delete()
    rows = Account.objects.in_program(survivor.program_id).select_for_update()
    found = {row.pk: row for row in rows.filter(pk__in=[survivor.pk, gone.pk]).order_by("pk")}
    if len(found) < 2:
        raise ValidationError({"gone": _("One of the two accounts is no longer there.")})
    return found[survivor.pk], found[gone.pk]


def _pair_of(survivor: Account, gone: Account) -> int | None:
    first, second = sorted((survivor.pk, gone.pk))
    rows = DuplicatePair.objects.in_program(survivor.program_id)
    return rows.filter(first=first, second=second).values_list("pk", flat=True).first()


def _keys(account: Account) -> set[tuple[str, str]]:
    keys = {(kind, getattr(account, kind) or "") for kind in AccountAlias.Kind.values}
    return {(kind, value) for kind, value in keys if value}


def _keep_keys(survivor: Account, known: set[tuple[str, str]]) -> None:
    """Keep both accounts' lost keys as aliases of the survivor."""
    AccountAlias.objects.bulk_create(
        (
            AccountAlias(program_id=survivor.program_id, account=survivor, kind=kind, value=value)
            for kind, value in sorted(known - _keys(survivor))
        ),
        update_conflicts=True,
        unique_fields=["program", "kind", "value"],
        update_fields=["account"],
    )


def _tell_dropped(survivor: Account, moved: Moved, by: User | None) -> None:
    for model, what in DROPPED.items():
        write_removals(
            program_id=survivor.program_id,
            what=what,
            ids=moved.dropped.get(model, ()),
            account_id=survivor.pk,
            by=by,
            cause=MERGED,
        )


def _record(survivor: Account, row: Merge, by: User | None) -> None:
    program = survivor.program_id
    detail = {"gone_id": row.gone_id, "name": row.gone_name}
    write_journal(
        program_id=program,
        at=timezone.now(),
        by=by,
        cause=MERGED,
        rows=[JournalRow(JournalKind.ACCOUNT_MERGED, survivor.pk, detail=detail)],
    )
    # Intent and scores of both accounts are combined from now on.
    write_standing(program_id=program, account_ids=[survivor.pk], today=today_utc())
    queue_for_score(program_id=program, account_ids=[survivor.pk])
    queue_for_judgement(program_id=program, account_ids=[survivor.pk])
    audit.record(
        by=by,
        action="account.merge",
        target=survivor,
        program_id=program,
        gone=row.gone_id,
        gone_name=row.gone_name,
        moved=row.moved,
    )
    names = (f"account-{survivor.pk}", f"account-{row.gone_id}")
    bus.publish(program, "accounts", "leads", "duplicates", *names)


@transaction.atomic
def keep_apart(*, pair: DuplicatePair, by: User | None) -> None:
    """Declare two accounts different: the pair is not shown again, whatever later searches find."""
    rows = DuplicatePair.objects.in_program(pair.program_id)
    found = rows.select_for_update().filter(pk=pair.pk, state=DuplicatePair.State.OPEN).first()
    if found is None:
        return
    found.state = DuplicatePair.State.DIFFERENT
    found.decided_by, found.decided_at = by, timezone.now()
    found.save(update_fields=["state", "decided_by", "decided_at"])
    detail: dict[str, Any] = {"first": found.first_id, "second": found.second_id}
    audit.record(
        by=by, action="duplicate.refuse", target=found, program_id=found.program_id, **detail
    )
    bus.publish(found.program_id, "duplicates")
