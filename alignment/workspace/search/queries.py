"""One box over accounts, people and leads.

Beginnings are looked up in ordinary indexes, words of names in trigram indexes. Nothing sorts what
it found: a common word matches a hundred thousand rows, and the first few are read, not all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model

from accounts.models import Account, EmailAddress, Lead, Stakeholder
from accounts.queries.finding import accounts_like, people_like
from accounts.queries.names import know_by_address
from alignment.reference.names import name_key

if TYPE_CHECKING:
    from alignment.people.models import Program

T = TypeVar("T", bound=Model)

EACH = 6
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Found:
    text: str
    accounts: list[Account] = field(default_factory=list)
    people: list[Stakeholder] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        return bool(self.accounts or self.people or self.leads)


def find(*, program: Program, text: str, each: int = EACH) -> Found:
    """The first few of each kind: at most eight queries."""
    wanted = " ".join(text.replace("\x00", " ").split())[:LONGEST]
    if not wanted:
        return Found("")
    people = _people(program, wanted, each)
    leads = (
        Lead.objects.in_program(program)
        .filter(stakeholder__in=[person.pk for person in people], closed_at__isnull=True)
        .select_related("stakeholder", "account", "score")
    )
    open_leads = list(leads[:each])
    named = [*people, *(lead.stakeholder for lead in open_leads)]
    know_by_address(program=program, people=named)
    return Found(wanted, accounts_named(program, wanted, each), people, open_leads)


def accounts_named(program: Program, text: str, most: int) -> list[Account]:
    """By domain, then by how the name begins, then by its words."""
    accounts = Account.objects.in_program(program).select_related("verdict")
    low = text.lower()
    found = list(accounts.filter(domain__startswith=low).order_by("domain")[:most])
    if len(found) < most:
        begins = accounts.filter(name_key__startswith=name_key(text) or low)
        found = _more(found, list(begins.order_by("name_key", "id")[:most]), most)
    if len(found) < most:
        found = _more(found, list(accounts_like(accounts, text)[:most]), most)
    return found


def _people(program: Program, text: str, most: int) -> list[Stakeholder]:
    """By address, then by name."""
    people = Stakeholder.objects.in_program(program).select_related("account")
    addresses = EmailAddress.objects.in_program(program)
    ids = addresses.filter(address__startswith=text.lower()).order_by("address")[:most]
    found = list(people.filter(id__in=list(ids.values_list("stakeholder_id", flat=True))))
    if len(found) < most:
        found = _more(found, list(people_like(program, people, text)[:most]), most)
    return found


def _more(found: list[T], others: list[T], most: int) -> list[T]:
    """Both, none twice."""
    return list({row.pk: row for row in (*found, *others)}.values())[:most]
