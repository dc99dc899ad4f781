"""Removing addresses and phones of a person, and choosing the primary ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actions.journal import JournalRow, write_journal
from accounts.actions.writing import lock_facts
from accounts.models import Channel, EmailAddress, JournalKind, Phone, Stakeholder
from accounts.rules.facts import FactsRejected, FieldError
from alignment.core import audit
from alignment.core.live import bus
from alignment.people.models import User

Way = EmailAddress | Phone


@transaction.atomic
def change_contacts(
    *,
    stakeholder: Stakeholder,
    primary_email: int | None = None,
    removed_emails: Collection[int] = (),
    primary_phone: int | None = None,
    removed_phones: Collection[int] = (),
    by: User | None,
) -> bool:
    """Remove a person's addresses and phones, and set the primary ones, by their ids.

    Ids of other people are ignored. If the primary one is removed, the oldest remaining one takes
    its place. Raises `FactsRejected` if neither an address nor an external id would be left to
    identify the person, and for addresses of somebody who refused e-mail. Returns whether anything
    changed.
    """
    lock_facts(stakeholder.program_id)
    stakeholder.refresh_from_db(fields=["external_id", "account", "do_not_contact"])
    emails: list[EmailAddress] = list(stakeholder.emails.order_by("id"))
    phones: list[Phone] = list(stakeholder.phones.order_by("id"))
    gone = [email for email in emails if email.pk in removed_emails]
    if gone and len(gone) == len(emails) and not stakeholder.external_id:
        raise FactsRejected([FieldError("emails", "last_address")])
    if gone and _is_barred(stakeholder):
        raise FactsRejected([FieldError("emails", "kept_address")])
    changes = _settle("email", emails, primary_email, removed_emails)
    changes |= _settle("phone", phones, primary_phone, removed_phones)
    if changes:
        _record(stakeholder, changes, by)
    return bool(changes)


def _is_barred(stakeholder: Stakeholder) -> bool:
    refusals = stakeholder.consents.filter(channel=Channel.EMAIL, granted=False)
    return stakeholder.do_not_contact or refusals.exists()


def _settle(
    name: str, rows: Sequence[Way], wanted: int | None, removed: Collection[int]
) -> dict[str, Any]:
    """Write the differences; returns old and new values for the journal."""
    changes: dict[str, Any] = {}
    gone = [row for row in rows if row.pk in removed]
    kept = [row for row in rows if row.pk not in removed]
    before = next((row for row in rows if row.is_primary), None)
    ranked = sorted(kept, key=lambda row: (row.pk != wanted, not row.is_primary, row.pk))
    primary = ranked[0] if ranked else None
    for row in gone:
        row.delete()
    if gone:
        changes[f"{name}s"] = [[str(row) for row in gone], []]
    if primary and primary != before:
        # Unset the old primary one first: the database allows only one at a time.
        for row in kept:
            if row.is_primary:
                row.is_primary = False
                row.save(update_fields=["is_primary"])
        primary.is_primary = True
        primary.save(update_fields=["is_primary"])
        changes[f"primary_{name}"] = [str(before) if before else None, str(primary)]
    return changes


def _record(stakeholder: Stakeholder, changes: dict[str, Any], by: User | None) -> None:
    now, program_id = timezone.now(), stakeholder.program_id
    people = Stakeholder.objects.in_program(program_id)
    people.filter(pk=stakeholder.pk).update(updated_at=now)
    event = JournalRow(
        JournalKind.PERSON_CHANGED,
        account_id=stakeholder.account_id,
        stakeholder_id=stakeholder.pk,
        detail={"changes": changes},
    )
    write_journal(program_id=program_id, at=now, by=by, cause={"source": "edit"}, rows=[event])
    audit.record(
        by=by,
        action="stakeholder.contacts",
        target=stakeholder,
        program_id=program_id,
        fields=sorted(changes),
    )
    account = [f"account-{stakeholder.account_id}"] if stakeholder.account_id else []
    bus.publish(program_id, "people", "leads", *account)
