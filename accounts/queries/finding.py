"""Finding companies and people by typed text: the same rules in lists, search and the API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Q, QuerySet

from accounts.models import Account, AccountAlias, EmailAddress, Stakeholder
from alignment.core import prepared
from alignment.core.search_keys import SHORTEST_PART, SearchKey, has_words
from alignment.people.models import Program

Accounts = TypeVar("Accounts", bound=QuerySet[Account])
People = TypeVar("People", bound=QuerySet[Stakeholder])

# The limit for a short text that would match too many addresses.
MOST_ADDRESSES = 1_000
MOST_PEOPLE_FOUND = 2_000
MOST_ACCOUNTS_FOUND = 200


def accounts_like(rows: Accounts, text: str) -> Accounts:
    """Companies whose name has all the words, or whose domain begins with the text."""
    domain = Q(domain__startswith=text.replace("\x00", " ").strip().lower())
    return rows.alias(key=SearchKey("name")).filter(has_words("key", text) | domain)


# Each part of an import passes thousands of keys, for which IN is ten times slower than ANY.
_ALIASES = """
SELECT value, account_id FROM accounts_accountalias
WHERE program_id = %(program)s AND kind = %(kind)s AND value = ANY(%(values)s::text[])"""


def aliases_of(program: Program | int, kind: str, values: Iterable[str]) -> dict[str, int]:
    """Accounts by a former key from a merge: one statement, none without values."""
    wanted = list(values)
    if not wanted:
        return {}
    program_id = getattr(program, "pk", program)
    asked = {"program": program_id, "kind": str(kind), "values": wanted}
    return dict(prepared.fetch(_ALIASES, asked))


def account_of_domain(program: Program, domain: str) -> int | None:
    """The account that has this domain, currently or formerly."""
    wanted = domain.strip().lower()
    rows = Account.objects.in_program(program).filter(domain=wanted)
    found = rows.values_list("pk", flat=True).first()
    return found or aliases_of(program, AccountAlias.Kind.DOMAIN, [wanted]).get(wanted)


def account_of_external_id(program: Program, external_id: str) -> int | None:
    """The account that has this external id, currently or formerly."""
    rows = Account.objects.in_program(program).filter(external_id=external_id)
    found = rows.values_list("pk", flat=True).first()
    kind = AccountAlias.Kind.EXTERNAL_ID
    return found or aliases_of(program, kind, [external_id]).get(external_id)


def people_like(rows: People, text: str, *, addresses: QuerySet[EmailAddress]) -> People:
    """People whose name has all the words, or with one of `addresses` that begins with the text."""
    start = text.replace("\x00", " ").strip().lower()
    wanted = has_words("key", text)
    if len(start) >= SHORTEST_PART and " " not in start:
        found = addresses.filter(address__startswith=start)
        ids = found.values_list("stakeholder_id", flat=True)[:MOST_ADDRESSES]
        wanted |= Q(id__in=list(ids))
    return rows.alias(key=SearchKey("first_name", "last_name")).filter(wanted)


def leads_like(
    text: str,
    *,
    people: QuerySet[Stakeholder],
    accounts: QuerySet[Account],
    addresses: QuerySet[EmailAddress],
) -> Q:
    """Leads of these people by name or address, and of these companies by name; both are looked up
    first, which keeps the list fast: three statements.
    """
    persons = people_like(people, text, addresses=addresses).order_by()
    companies = accounts_like(accounts, text).order_by()
    return Q(stakeholder_id__in=list(persons.values_list("id", flat=True)[:MOST_PEOPLE_FOUND])) | Q(
        account_id__in=list(companies.values_list("id", flat=True)[:MOST_ACCOUNTS_FOUND])
    )
