"""Storing the changes of a book of people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.actions.accounts import (
    MOST_NAMES_PUBLISHED,
    queue_for_judgement,
    queue_leads_that_left,
)
from accounts.actions.followers import hint_followers
from accounts.actions.journal import JournalRow, write_journal
from accounts.actions.stakeholder_book import ACCOUNT, Held, StakeholderBook
from accounts.actions.writing import Overtaken, changed_rows, copy_rows, next_ids
from accounts.models import JournalKind, Lead
from accounts.rules.engagements import AHEAD
from accounts.rules.stakeholders import FACTS
from alignment.core.live import bus
from alignment.people.models import Program, User

NO_CONTACT = "do_not_contact"
REASON = FACTS.index("do_not_contact_reason")

_UPDATE = f"""
UPDATE accounts_stakeholder s
SET ({", ".join(FACTS)}, updated_at) = ROW({", ".join("v." + name for name in FACTS)}, %(now)s)
FROM json_to_recordset(%(rows)s) AS v (
    id bigint, seen_at timestamptz, account_id bigint, first_name text, last_name text, title text,
    role text, linkedin_url text, do_not_contact boolean, do_not_contact_reason text, source text,
    external_id text)
WHERE s.id = v.id AND s.program_id = %(program)s AND s.updated_at = v.seen_at"""

_SAY = """
INSERT INTO accounts_consent (program_id, stakeholder_id, channel, granted, source, given_at)
SELECT %s, v.* FROM json_to_recordset(%s) AS v (
    stakeholder_id bigint, channel text, granted boolean, source text, given_at timestamptz)
ON CONFLICT (stakeholder_id, channel) DO UPDATE
SET granted = excluded.granted, source = excluded.source, given_at = excluded.given_at
WHERE accounts_consent.given_at <= excluded.given_at
    OR accounts_consent.given_at > now() + make_interval(secs => %s)"""

_REMOVE = """
DELETE FROM {table} t USING json_to_recordset(%s) AS v (stakeholder_id bigint, value text)
WHERE t.stakeholder_id = v.stakeholder_id AND t.{column} = v.value"""
# If the primary one is gone, the oldest remaining one takes its place.
_SETTLE_PRIMARY = """
UPDATE {table} SET is_primary = true WHERE id IN (
    SELECT min(id) FROM {table} WHERE stakeholder_id = ANY(%s)
    GROUP BY stakeholder_id HAVING NOT bool_or(is_primary))"""

_MOVE_LEADS = """
UPDATE accounts_lead l SET account_id = s.account_id, updated_at = now()
FROM accounts_stakeholder s
WHERE l.stakeholder_id = s.id AND s.id = ANY(%s) AND l.closed_at IS NULL
    AND l.account_id IS DISTINCT FROM s.account_id
RETURNING l.id, l.account_id"""


def write_people(
    *, program: Program, book: StakeholderBook, by: User | None, cause: Mapping[str, Any]
) -> None:
    """Store new and changed people, with their leads' accounts, journal and live names."""
    changed = [held for held in book.known if held.changed]
    if not changed and not book.new:
        return
    _update(program.pk, changed, book.now)
    _insert(program.pk, book.new, book.now)
    _write_details(program.pk, [*book.new, *changed])
    _move_leads(program.pk, changed)
    events = [
        JournalRow(
            JournalKind.PERSON_CHANGED,
            account_id=held.row[ACCOUNT],
            stakeholder_id=held.id,
            detail={"changes": held.changes()},
        )
        for held in changed
    ]
    forbidden = _forbidden(program.pk, changed)
    write_journal(
        program_id=program.pk, at=book.now, by=by, cause=cause, rows=[*events, *forbidden]
    )
    if forbidden:
        hint_followers()
    accounts = {held.row[ACCOUNT] for held in (*book.new, *changed)} - {None}
    each = accounts if len(accounts) <= MOST_NAMES_PUBLISHED else set()
    bus.publish(program.pk, "people", *(f"account-{pk}" for pk in sorted(each)))


def _forbidden(program_id: int, changed: Sequence[Held]) -> list[JournalRow]:
    """Events for the open leads of people who may no longer be contacted: promises of a contact
    can't be kept any more."""
    people = {held.id: held for held in changed if held.changes().get(NO_CONTACT) == [False, True]}
    if not people:
        return []
    rows = Lead.objects.in_program(program_id).filter(
        stakeholder__in=list(people), closed_at__isnull=True
    )
    return [
        JournalRow(
            JournalKind.CONTACT_FORBIDDEN,
            account_id=account,
            stakeholder_id=person,
            lead_id=lead,
            detail={"reason": people[person].row[REASON]},
        )
        for lead, account, person in rows.order_by("pk").values_list(
            "pk", "account_id", "stakeholder_id"
        )
    ]


def _insert(program_id: int, new: Sequence[Held], now: datetime) -> None:
    if not new:
        return
    for held, pk in zip(new, next_ids("accounts_stakeholder", len(new)), strict=True):
        held.id = pk
    columns = ("id", "program_id", "created_at", "updated_at", *FACTS)
    rows = ((held.id, program_id, now, now, *held.row) for held in new)
    copy_rows("accounts_stakeholder", columns, rows)


def _update(program_id: int, changed: Sequence[Held], now: datetime) -> None:
    if not changed:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _UPDATE, {"rows": changed_rows(changed, FACTS), "now": now, "program": program_id}
        )
        if cursor.rowcount != len(changed):
            raise Overtaken


def _write_details(program_id: int, people: Sequence[Held]) -> None:
    """Append addresses and phones; the first one a person gets is the primary one."""
    _remove("accounts_emailaddress", "address", {held.id: held.gone_emails for held in people})
    _remove("accounts_phone", "number", {held.id: held.gone_phones for held in people})
    emails = [
        (program_id, held.id, address, not rank and len(held.emails) == len(held.new_emails))
        for held in people
        for rank, address in enumerate(held.new_emails)
    ]
    phones = [
        (program_id, held.id, number, not rank and len(held.phones) == len(held.new_phones))
        for held in people
        for rank, number in enumerate(held.new_phones)
    ]
    if emails:
        columns = ("program_id", "stakeholder_id", "address", "is_primary")
        copy_rows("accounts_emailaddress", columns, emails)
    if phones:
        columns = ("program_id", "stakeholder_id", "number", "is_primary")
        copy_rows("accounts_phone", columns, phones)
    _write_consents(program_id, people)


def _remove(table: str, column: str, gone: Mapping[int | None, Sequence[str]]) -> None:
    rows = [{"stakeholder_id": pk, "value": each} for pk, values in gone.items() for each in values]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE.format(table=table, column=column), [json.dumps(rows)])
        people = [row["stakeholder_id"] for row in rows]
        cursor.execute(_SETTLE_PRIMARY.format(table=table), [people])


def _write_consents(program_id: int, people: Sequence[Held]) -> None:
    rows: list[dict[str, Any]] = [
        {
            "stakeholder_id": held.id,
            "channel": channel,
            "granted": granted,
            "source": source,
            "given_at": at.isoformat(),
        }
        for held in people
        for channel, (granted, source, at) in held.said.items()
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_SAY, [program_id, json.dumps(rows), AHEAD.total_seconds()])


def _move_leads(program_id: int, changed: Sequence[Held]) -> None:
    """Move open leads along with the person and have both accounts judged again; the new account
    may be none."""
    moved = [held for held in changed if held.before and held.before[ACCOUNT] != held.row[ACCOUNT]]
    if not moved:
        return
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_LEADS, [[held.id for held in moved]])
        left = [lead_id for lead_id, account_id in cursor.fetchall() if account_id is None]
    if left:
        queue_leads_that_left(program_id=program_id, lead_ids=left)
    accounts = {held.row[ACCOUNT] for held in moved}
    accounts |= {held.before[ACCOUNT] for held in moved if held.before}
    queue_for_judgement(program_id=program_id, account_ids=sorted(accounts - {None}))
