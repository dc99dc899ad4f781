"""One search over accounts, people, leads, deals, campaigns, content and pages.

Prefixes use ordinary indexes, words in names use trigram indexes. Matches are never sorted as a
whole, since a common word has a hundred thousand of them: only the first few are read. Of these,
exact matches come first, then matches at the beginning.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model

from accounts.models import Account, EmailAddress, Lead, Stakeholder
from accounts.queries.finding import accounts_like, people_like
from accounts.queries.names import set_known_as
from alignment.core.search_keys import SearchKey, has_words
from alignment.reference.names import name_key
from campaigns.library.models import Asset
from campaigns.models import Campaign
from campaigns.opportunities.models import Opportunity, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from django.db.models import QuerySet

    from alignment.people.models import Program

    from .places import FoundPage

T = TypeVar("T", bound=Model)

EACH = 6
LONGEST = 100
# Matches read by each kind of lookup, to choose the best among them.
READ = 40


@dataclass(frozen=True, slots=True)
class Found:
    text: str
    accounts: list[Account] = field(default_factory=list)
    people: list[Stakeholder] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    deals: list[Opportunity] = field(default_factory=list)
    campaigns: list[Campaign] = field(default_factory=list)
    assets: list[Asset] = field(default_factory=list)
    pages: list[FoundPage] = field(default_factory=list)

    @property
    def without_lead(self) -> list[Stakeholder]:
        """The people to list beside the leads, where those with an open one stand already."""
        followed = {lead.stakeholder_id for lead in self.leads}
        return [person for person in self.people if person.pk not in followed]

    @property
    def anything(self) -> bool:
        return any((self.accounts, self.people, self.leads, self.deals, *self._planned))

    @property
    def _planned(self) -> tuple[Sequence[object], ...]:
        return self.campaigns, self.assets, self.pages


def find(*, program: Program, text: str, each: int = EACH) -> Found:
    """The first few of each kind, without pages: at most twelve queries."""
    wanted = " ".join(text.replace("\x00", " ").split())[:LONGEST]
    if not wanted:
        return Found("")
    people = _people(program, wanted, each)
    leads = (
        Lead.objects.in_program(program)
        .filter(stakeholder__in=[person.pk for person in people], closed_at__isnull=True)
        .select_related("stakeholder", "account", "score")
    )
    place = {person.pk: index for index, person in enumerate(people)}
    open_leads = sorted(leads[:each], key=lambda lead: place[lead.stakeholder_id])
    named = [*people, *(lead.stakeholder for lead in open_leads)]
    set_known_as(program=program, people=named)
    accounts = accounts_named(program, wanted, each)
    return Found(
        wanted,
        accounts=accounts,
        people=people,
        leads=open_leads,
        deals=_deals(program, wanted, accounts, each),
        campaigns=_named(Campaign.objects.in_program(program), "name", wanted, each),
        assets=_named(
            Asset.objects.in_program(program).filter(retired_at=None), "title", wanted, each
        ),
    )


def _deals(
    program: Program, text: str, accounts: Sequence[Account], most: int
) -> list[Opportunity]:
    """By name, then those of the accounts found, open ones first: two queries."""
    deals = Opportunity.objects.in_program(program).select_related("account", "stage")
    theirs = deals.filter(account__in=[account.pk for account in accounts])
    found = [
        *_named(deals, "name", text, READ),
        *theirs.order_by("-opened_at", "-id")[:READ],
    ]
    return _best(found, lambda deal: int(deal.outcome != Outcome.OPEN), most)


def _named(rows: QuerySet[T], column: str, text: str, most: int) -> list[T]:
    """Rows whose name has all the words, those that begin with them first: one query."""
    found = rows.alias(key=SearchKey(column)).filter(has_words("key", text))[:READ]
    low = _plain(text)
    return _best(found, lambda row: int(not _plain(getattr(row, column)).startswith(low)), most)


def accounts_named(program: Program, text: str, most: int) -> list[Account]:
    """By name and domain, the best first: three queries."""
    accounts = Account.objects.in_program(program).select_related("verdict")
    low, key = text.lower(), name_key(text) or text.lower()
    found = [
        *accounts.filter(domain__startswith=low).order_by("domain")[:most],
        *accounts.filter(name_key__startswith=key).order_by("name_key", "id")[:most],
        *accounts_like(accounts, text)[:READ],
    ]
    return _best(found, lambda account: _account_rank(account, low, key), most)


def _account_rank(account: Account, low: str, key: str) -> int:
    domain = account.domain or ""
    if account.name_key == key or low in (domain, domain.partition(".")[0]):
        return 0
    if account.name_key.startswith(key):
        return 1
    return 2 if domain.startswith(low) else 3


def _people(program: Program, text: str, most: int) -> list[Stakeholder]:
    """By name and address, the best first: three queries."""
    people = Stakeholder.objects.in_program(program).select_related("account")
    addresses = EmailAddress.objects.in_program(program)
    ids = addresses.filter(address__startswith=text.lower()).order_by("address", "id")[:most]
    found = [*people_like(people, text, addresses=addresses)[:READ]]
    by_address = dict(ids.values_list("stakeholder_id", "address"))
    missing = by_address.keys() - {person.pk for person in found}
    found += people.filter(id__in=missing)
    low = _plain(text)
    return _best(found, lambda person: _person_rank(person, low, by_address.get(person.pk)), most)


def _person_rank(person: Stakeholder, low: str, address: str | None) -> int:
    first, last = _plain(person.first_name), _plain(person.last_name)
    if low in (address, f"{first} {last}", f"{last} {first}"):
        return 0
    if low in (first, last):
        return 1
    if f"{first} {last}".startswith(low) or last.startswith(low):
        return 2
    return 3 if address else 4


def _plain(text: str) -> str:
    """Normalized for the search: lower case, without accents."""
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _best(found: Iterable[T], rank: Callable[[T], int], most: int) -> list[T]:
    """Without duplicates; among equal ranks the first match wins."""
    return sorted({row.pk: row for row in found}.values(), key=rank)[:most]
