"""Creating and changing companies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from accounts.actions.account_book import EXTERNAL_ID, AccountBook, Draft, Held, drafted
from accounts.actions.journal import JournalRow, write_for_accounts, write_journal
from accounts.actions.places import unknown_areas
from accounts.actions.results import results_of
from accounts.actions.writing import (
    Overtaken,
    array_literal,
    changed_rows,
    copy_rows,
    lock_facts,
    next_ids,
    settled,
)
from accounts.field.queries.held import held_facts
from accounts.field.rules import not_held
from accounts.models import Account, JournalKind
from accounts.rules.accounts import (
    AT,
    CLEANERS,
    FACTS,
    NEW_ROW,
    Cleaned,
    clean_account,
    us_misfits,
    with_keys,
)
from accounts.rules.facts import (
    AccountFacts,
    FactsRejected,
    FieldError,
    Upserted,
    other_id,
)
from accounts.rules.values import cleaned
from alignment.core import audit
from alignment.core.edits import demand_as_seen
from alignment.core.live import bus
from alignment.people.models import Program, User
from alignment.people.queries import possible_owners

MOST_NAMES_PUBLISHED = 50

TECHNOLOGIES = AT["technologies"] + 4

# Frees keys that one account gives up and another takes, so that they never collide.
_FREE_KEYS = """
UPDATE accounts_account SET domain = NULL, external_id = NULL, name_key = 'freed ' || id
WHERE program_id = %s AND id = ANY(%s)"""
_UPDATE = f"""
UPDATE accounts_account a
SET ({", ".join(FACTS)}, updated_at) = ROW({", ".join("v." + name for name in FACTS)}, %(now)s)
FROM json_to_recordset(%(rows)s) AS v (
    id bigint, seen_at timestamptz, name text, domain text, website text, description text,
    city text, state text, zip text, county_fips text, cbsa text, country text, naics text,
    industry text, employees_low bigint, employees_high bigint, revenue_low bigint,
    revenue_high bigint, technology_maturity smallint, technologies text[], budget_usd bigint,
    owner_id bigint, source text, external_id text, name_key text, city_key text)
WHERE a.id = v.id AND a.program_id = %(program)s AND a.updated_at = v.seen_at"""


def upsert_accounts(
    *,
    program: Program,
    rows: Sequence[AccountFacts],
    by: User | None,
    source: str,
    queue: bool = True,
    dry_run: bool = False,
) -> list[Upserted]:
    """Create or change one account per row; results in the order of the rows. See `upsert_cleaned`."""
    return upsert_cleaned(
        program=program,
        rows=[clean_account(row) for row in rows],
        by=by,
        source=source,
        queue=queue,
        dry_run=dry_run,
    )


def add_account(*, program: Program, facts: AccountFacts, by: User, source: str) -> Upserted:
    """Add an account; one that already exists is left as it is ("unchanged")."""
    row = clean_account(facts)
    [result] = upsert_cleaned(program=program, rows=[row], by=by, source=source, only_new=True)
    return result


def upsert_cleaned(
    *,
    program: Program,
    rows: Sequence[Cleaned],
    by: User | None,
    source: str,
    queue: bool = True,
    dry_run: bool = False,
    only_new: bool = False,
    is_list: bool = False,
    drafts: Sequence[Draft | None] = (),
) -> list[Upserted]:
    """Create or change one account per cleaned row; results in the order of the rows.

    A row refers to the account with its external id, else its domain, else (without a domain) its
    name and city. Only given keys change. A row that breaks a rule is rejected alone. `source` is
    stored on new accounts. `queue=False` is for callers that judge the accounts themselves in the
    same transaction; `dry_run` compares and writes nothing, so new accounts have no id. `only_new`
    leaves existing accounts as they are. Facts that sales saw for itself stay, whatever a row says
    (see `accounts.field`); people change them with `update_account`. `is_list` drops the US state
    of a company abroad, which is common in lists, and reports an error beside the result. `drafts`
    are what `draft_account` returned for each row.
    """
    _find_owners(program, rows)
    for values, errors in rows:
        errors.extend(unknown_areas(values))

    def attempt() -> list[Upserted]:
        if not dry_run:
            lock_facts(program.pk)
        book = AccountBook(program.pk)
        book.load_for(values for values, errors in rows if not errors)
        seen = held_facts(program.pk, [held.id for held in book.known if held.id is not None])
        taken = [
            _take(book, values, errors, draft, source, seen, only_new, is_list)
            for (values, errors), draft in zip_longest(rows, drafts)
        ]
        if not dry_run:
            write_book(program=program, book=book, by=by, cause={"source": source}, queue=queue)
        return [
            result._replace(renamed=True)
            if result.outcome == "updated" and held is not None and held.renamed
            else result
            for result, (held, _moved, _errors) in zip(results_of(taken), taken, strict=True)
        ]

    return settled(attempt)


def draft_account(row: Cleaned, *, source: str) -> Draft | None:
    """A cleaned row as a new account for `upsert_cleaned`; None if that needs the database.

    It lets importers do this work before they have to wait for the database.
    """
    values, errors = row
    if errors or not _names_company(values) or "owner_email" in values or "owner_id" in values:
        return None
    return drafted(_as_new(values, source))


def update_account(
    *, account: Account, facts: AccountFacts, by: User, seen: AccountFacts | None = None
) -> Account:
    """Change one account as a person edited it. Raises `FactsRejected`.

    `seen` is what the person saw: raises `Overwritten` if it has changed since.
    """
    program = account.program
    values, errors = clean_account(facts)
    before, _unreadable = cleaned(seen or {}, CLEANERS)
    _find_owners(program, [(values, errors)], stays=account.owner_id)
    errors += unknown_areas(values)
    if errors:
        raise FactsRejected(errors)

    def attempt() -> None:
        lock_facts(program.pk)
        book = AccountBook(program.pk)
        book.load(ids=[account.pk])
        book.load_for([values])
        held = book.by_id(account.pk)
        if held is None:
            raise Account.DoesNotExist
        demand_as_seen(before, dict(zip(FACTS, held.row, strict=True)), values)
        book.load(keys=[_key_after(held, values)])
        _held, problems = book.apply(held, values)
        if problems:
            raise FactsRejected(problems)
        changes = held.changes()
        write_book(program=program, book=book, by=by, cause={"source": "edit"})
        if changes:
            audit.record(
                by=by,
                action="account.update",
                target=account,
                program_id=program.pk,
                fields=sorted(changes),
            )

    settled(attempt)
    account.refresh_from_db()
    return account


def write_book(
    *,
    program: Program,
    book: AccountBook,
    by: User | None,
    cause: Mapping[str, Any],
    queue: bool = True,
) -> None:
    """Store a book's changes, with journal, judging queue and live names."""
    now = timezone.now()
    changed = [held for held in book.known if held.changed]
    if not changed and not book.new:
        return
    _update(program.pk, changed, now)
    _insert(program.pk, book.new, now)
    told: dict[str, Any] = {"program_id": program.pk, "at": now, "by": by, "cause": cause}
    write_for_accounts(
        kind=JournalKind.ACCOUNT_CREATED, account_ids=[h.id for h in book.new], **told
    )
    events = (
        JournalRow(JournalKind.ACCOUNT_CHANGED, held.id, detail={"changes": held.changes()})
        for held in changed
    )
    write_journal(rows=events, **told)
    touched = [held.id for held in (*book.new, *changed) if held.id is not None]
    if queue:
        queue_for_judgement(program_id=program.pk, account_ids=touched)
    each = touched if len(touched) <= MOST_NAMES_PUBLISHED else []
    bus.publish(program.pk, "accounts", *(f"account-{pk}" for pk in each))


def queue_for_judgement(*, program_id: int, account_ids: Iterable[int]) -> None:
    """Queue accounts to be judged again; the consumer picks them up within seconds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_accountchange (program_id, account_id)"
            " SELECT %s, unnest(%s::bigint[])",
            [program_id, list(account_ids)],
        )


def queue_leads_that_left(*, program_id: int, lead_ids: Sequence[int]) -> None:
    """Queue leads that no longer belong to an account, to be scored without one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_accountchange (program_id, lead_id)"
            " SELECT %s, unnest(%s::bigint[])",
            [program_id, list(lead_ids)],
        )


Taken = tuple[Held | None, bool, list[FieldError]]


def _take(
    book: AccountBook,
    values: dict[str, Any],
    errors: list[FieldError],
    draft: Draft | None,
    source: str,
    seen: Mapping[int, set[str]],
    only_new: bool = False,
    is_list: bool = False,
) -> Taken:
    """The account of a row, whether the row changed it, and the errors."""
    if errors:
        return None, False, errors
    found = book.find(values)
    noise = us_misfits(values, _country_after(found, values)) if is_list else []
    if noise:
        draft = None
        values = {k: v for k, v in values.items() if k not in {error.field for error in noise}}
    if found is None:
        if not _names_company(values):
            return None, False, [FieldError("name", "missing_company")]
        held, problems = book.add(draft or drafted(_as_new(values, source)))
        return (None, False, problems) if problems else (held, True, noise)
    if only_new:
        return found, False, []
    values = book.aliases.meant_for(found, values)
    if known := other_id(found.row[EXTERNAL_ID], values):
        return None, False, [FieldError("external_id", "other_id", {"value": known})]
    if found.id is not None and found.id in seen:
        values = not_held(values, seen[found.id])
    before = found.row
    held, problems = book.apply(found, values)
    return (None, False, problems) if problems else (held, held.row is not before, noise)


def _country_after(found: Held | None, values: Mapping[str, Any]) -> str:
    before: Sequence[Any] = found.row if found else NEW_ROW
    return str(values.get("country", before[AT["country"]]))


def _names_company(values: Mapping[str, Any]) -> bool:
    return "name" in values or bool(values.get("domain"))


def _as_new(values: Mapping[str, Any], source: str) -> dict[str, Any]:
    return with_keys({"name": values.get("domain"), "source": source, **values})


def _key_after(held: Held, values: Mapping[str, Any]) -> tuple[str, str]:
    name, city = held.key
    return values.get("name_key", name), values.get("city_key", city)


def _insert(program_id: int, new: Sequence[Held], now: datetime) -> None:
    if not new:
        return
    for held, pk in zip(new, next_ids("accounts_account", len(new)), strict=True):
        held.id = pk
    columns = ("id", "program_id", "created_at", "updated_at", *FACTS)
    copy_rows("accounts_account", columns, (_stored(held, program_id, now) for held in new))


def _stored(held: Held, program_id: int, now: datetime) -> list[Any]:
    row = [held.id, program_id, now, now, *held.row]
    row[TECHNOLOGIES] = array_literal(row[TECHNOLOGIES])
    return row


def _update(program_id: int, changed: Sequence[Held], now: datetime) -> None:
    if not changed:
        return
    with connection.cursor() as cursor:
        if rekeyed := [held.id for held in changed if held.rekeyed]:
            cursor.execute(_FREE_KEYS, [program_id, rekeyed])
        cursor.execute(
            _UPDATE, {"rows": changed_rows(changed, FACTS), "now": now, "program": program_id}
        )
        if cursor.rowcount != len(changed):
            raise Overtaken


def _find_owners(program: Program, rows: Sequence[Cleaned], *, stays: int | None = None) -> None:
    """Replace owners given by address or id by the ids of people who may own, or add an error.

    The current owner (`stays`) is always accepted.
    """
    naming = [(v, e) for v, e in rows if "owner_email" in v or "owner_id" in v]
    if not naming:
        return
    owners = _owners(program, [values for values, _errors in naming])
    if stays:
        owners[stays] = stays
    for values, errors in naming:
        named = {f: values.pop(f) for f in ("owner_email", "owner_id") if f in values}
        for field, given in named.items():
            if given is not None and given not in owners:
                errors.append(FieldError(field, "owner", {"value": str(given)}))
            else:
                values["owner_id"] = None if given is None else owners[given]


def _owners(program: Program, rows: Sequence[Mapping[str, Any]]) -> dict[str | int, int]:
    """Ids of people who may own accounts, by address and id, for the owners named in the rows."""
    addresses = {row["owner_email"] for row in rows if row.get("owner_email")}
    ids = {row["owner_id"] for row in rows if row.get("owner_id")}
    if not addresses and not ids:
        return {}
    found: dict[str | int, int] = {}
    members = possible_owners(program).filter(Q(user__email__in=addresses) | Q(user_id__in=ids))
    for pk, address in members.values_list("user_id", "user__email"):
        found[pk] = found[address.lower()] = pk
    return found
