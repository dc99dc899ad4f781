"""Creating and changing people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.actions.account_links import AccountLinks
from accounts.actions.accounts import write_book
from accounts.actions.results import results_of
from accounts.actions.stakeholder_book import EXTERNAL_ID, Held, StakeholderBook
from accounts.actions.stakeholder_rows import write_people
from accounts.actions.writing import lock_facts, settled
from accounts.models import Stakeholder
from accounts.rules.facts import (
    FactsRejected,
    FieldError,
    StakeholderFacts,
    Upserted,
    other_id,
)
from accounts.rules.stakeholders import FACTS, clean_person, cleaners
from accounts.rules.values import cleaned
from alignment.core import audit
from alignment.core.edits import demand_as_seen
from alignment.people.models import Program, User


def upsert_stakeholders(
    *,
    program: Program,
    rows: Sequence[StakeholderFacts],
    by: User | None,
    source: str,
    dry_run: bool = False,
    only_new: bool = False,
    is_list: bool = False,
) -> list[Upserted]:
    """Create or change one person per row; results in the order of the rows.

    A row refers to the person with its external id, else with any of its addresses. Only given keys
    change; addresses and phones are added, and removed only if the row says so. A row that breaks a
    rule is rejected alone. `source` is stored on new people and accounts. `dry_run` compares and
    writes nothing, so new people have no id. `only_new` leaves existing people as they are.
    `is_list` accepts rows that name two accounts, as lists do, using the first key of
    `AccountLinks`.
    """
    now = timezone.now()
    ready = [clean_person(row, now=now) for row in rows]
    good = [values for values, errors in ready if not errors]

    def attempt() -> list[Upserted]:
        if not dry_run:
            lock_facts(program.pk)
        links = AccountLinks(program.pk, good, source, is_list=is_list)
        book = StakeholderBook(program.pk, links)
        book.load(good)
        taken = [_take(book, values, errors, source, only_new) for values, errors in ready]
        if not dry_run:
            _write(program, book, links, by, {"source": source})
        return results_of(taken)

    return settled(attempt)


def add_stakeholder(
    *, program: Program, facts: StakeholderFacts, by: User, source: str
) -> Upserted:
    """Add a person; one who already exists is left as they are ("unchanged")."""
    [result] = upsert_stakeholders(
        program=program, rows=[facts], by=by, source=source, only_new=True
    )
    return result


def update_stakeholder(
    *,
    stakeholder: Stakeholder,
    facts: StakeholderFacts,
    by: User,
    seen: StakeholderFacts | None = None,
) -> Stakeholder:
    """Change one person as edited. Raises `FactsRejected`.

    Open leads move along to another company; closed ones stay where they were. `seen` is what the
    person editing saw: raises `Overwritten` if it has changed since.
    """
    _edit(stakeholder, facts, by, "stakeholder.update", seen)
    stakeholder.refresh_from_db()
    return stakeholder


def set_consent(
    *,
    stakeholder: Stakeholder,
    channel: str,
    granted: bool,
    source: str,
    given_at: datetime,
    by: User | None,
) -> None:
    """Record what a person said about a channel; only a later statement replaces an earlier one."""
    facts: StakeholderFacts = {
        "consents": [
            {"channel": channel, "granted": granted, "source": source, "given_at": given_at}
        ]
    }
    _edit(stakeholder, facts, by, "stakeholder.consent")


def set_do_not_contact(
    *, stakeholder: Stakeholder, do_not_contact: bool, reason: str, by: User | None
) -> None:
    """Forbid or allow all contact with a person."""
    facts: StakeholderFacts = {
        "do_not_contact": do_not_contact,
        "do_not_contact_reason": reason if do_not_contact else "",
    }
    _edit(stakeholder, facts, by, "stakeholder.do_not_contact")
    stakeholder.refresh_from_db()


def _edit(
    stakeholder: Stakeholder,
    facts: StakeholderFacts,
    by: User | None,
    action: str,
    seen: StakeholderFacts | None = None,
) -> None:
    program = stakeholder.program
    now = timezone.now()
    values, errors = clean_person(facts, now=now)
    before, _unreadable = cleaned(seen or {}, cleaners(now))
    if errors:
        raise FactsRejected(errors)

    def attempt() -> None:
        lock_facts(program.pk)
        links = AccountLinks(program.pk, [values], "edit")
        book = StakeholderBook(program.pk, links)
        book.load([values], ids=[stakeholder.pk])
        held = book.by_id(stakeholder.pk)
        if held is None:
            raise Stakeholder.DoesNotExist
        demand_as_seen(before, dict(zip(FACTS, held.row, strict=True)), values)
        _held, problems = book.apply(held, values)
        if problems:
            raise FactsRejected(problems)
        if held.changed:
            _write(program, book, links, by, {"source": "edit"})
            fields = sorted(held.changes())
            audit.record(
                by=by, action=action, target=stakeholder, program_id=program.pk, fields=fields
            )

    settled(attempt)


Taken = tuple[Held | None, bool, list[FieldError]]


def _take(
    book: StakeholderBook,
    values: dict[str, Any],
    errors: list[FieldError],
    source: str,
    only_new: bool = False,
) -> Taken:
    """The person of a row, whether the row changed them, and the errors."""
    if errors:
        return None, False, errors
    found = book.find(values)
    if found is None:
        if not values.get("emails") and not values.get("external_id"):
            return None, False, [FieldError("emails", "missing_person")]
        values = {"source": source, **values}
    elif only_new:
        return found, False, []
    elif known := other_id(found.row[EXTERNAL_ID], values):
        return None, False, [FieldError("external_id", "other_id", {"value": known})]
    before = _state(found) if found else None
    held, problems = book.apply(found, values)
    return (None, False, problems) if problems else (held, _state(held) != before, [])


def _state(held: Held) -> tuple[Any, ...]:
    details = (held.new_emails, held.new_phones, held.gone_emails, held.gone_phones)
    return held.row, *map(len, details), dict(held.said)


def _write(
    program: Program,
    book: StakeholderBook,
    links: AccountLinks,
    by: User | None,
    cause: Mapping[str, Any],
) -> None:
    write_book(program=program, book=links.book, by=by, cause=cause)
    book.settle_accounts()
    write_people(program=program, book=book, by=by, cause=cause)
