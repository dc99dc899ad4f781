"""The list of people, and all data on the page of one person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Q

from accounts.models import Channel, Consent, EmailAddress, Lead, Phone, Stakeholder
from accounts.queries.names import set_known_as
from alignment.scoring.queries import ruling
from alignment.workspace.paging import Ordering, Page, page_of
from alignment.workspace.timeline import Timeline, timeline_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import Program
    from alignment.scoring.rules import ScoringModel

PAGE = 50
COUNT_UP_TO = 10_000
EXPORT_BATCH = 1_000
MOST_CONTACTS = 50
MOST_LEADS = 100
ORDERINGS = {
    "name": Ordering(("last_name", "first_name", "id"), (str, str, int)),
    "newest": Ordering(("id",), (int,), descending=True),
}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person with their open lead, if any, and the first address."""

    person: Stakeholder
    lead: Lead | None
    email: str


@dataclass(frozen=True, slots=True)
class PersonRecord:
    person: Stakeholder
    emails: list[EmailAddress]
    phones: list[Phone]
    consents: list[tuple[Channel, Consent | None]]
    leads: list[Lead]
    model: ScoringModel
    timeline: Timeline

    @property
    def open_lead(self) -> Lead | None:
        return next((lead for lead in self.leads if not lead.closed_at), None)


def person_page(
    *,
    program: Program,
    rows: ScopedQuerySet[Stakeholder],
    sort: str,
    asked: Mapping[str, str],
    size: int = PAGE,
) -> Page[PersonRow]:
    """Three queries for any length of the page."""
    page = page_of(rows.select_related("account"), ORDERINGS[sort], asked, size=size)
    ids = [person.pk for person in page.rows]
    leads = {
        lead.stakeholder_id: lead
        for lead in Lead.objects.in_program(program)
        .filter(stakeholder__in=ids, closed_at__isnull=True)
        .select_related("score")
    }
    addresses = EmailAddress.objects.in_program(program).filter(stakeholder__in=ids)
    emails = dict(addresses.order_by("is_primary", "-id").values_list("stakeholder_id", "address"))
    for person in page.rows:
        person.known_as = emails.get(person.pk, "")
    found = [PersonRow(p, leads.get(p.pk), emails.get(p.pk, "")) for p in page.rows]
    return Page(found, page.after, page.before)


def export_batches(
    *, program: Program, rows: ScopedQuerySet[Stakeholder], sort: str
) -> Iterator[list[PersonRow]]:
    """All people in their order, page by page."""
    asked: dict[str, str] = {}
    while True:
        page = person_page(program=program, rows=rows, sort=sort, asked=asked, size=EXPORT_BATCH)
        if page.rows:
            yield page.rows
        if not page.after:
            return
        asked = {"after": page.after}


def count_of(rows: ScopedQuerySet[Stakeholder]) -> int:
    """The number of rows, counted up to `COUNT_UP_TO` + 1."""
    return rows.order_by().values("id")[: COUNT_UP_TO + 1].count()


def person_in(*, program: Program, person_id: int) -> Stakeholder | None:
    """The person with the account, if they belong to this program."""
    rows = Stakeholder.objects.in_program(program).select_related("account", "program")
    found = rows.filter(pk=person_id).first()
    set_known_as(program=program, people=[found])
    return found


def person_record(person: Stakeholder, *, before: str = "") -> PersonRecord:
    """All queries of the page, in bounded number."""
    program = person.program
    leads = list(
        Lead.objects.in_program(program)
        .filter(stakeholder=person)
        .select_related("owner", "score", "account")
        .order_by(F("closed_at").desc(nulls_first=True), "-opened_at")[:MOST_LEADS]
    )
    said = {consent.channel: consent for consent in person.consents.all()}
    ids = [lead.pk for lead in leads]
    about = Q(lead__in=ids)
    if person.account_id:
        about |= Q(account=person.account_id, stakeholder=person)
    emails, phones = ways_to_reach(person)
    return PersonRecord(
        person=person,
        emails=emails,
        phones=phones,
        consents=[(channel, said.get(channel)) for channel in Channel],
        leads=leads,
        model=ruling(program).compiled.model,
        timeline=timeline_of(program=program, lead_ids=ids, journal=about, before=before),
    )


def ways_to_reach(person: Stakeholder) -> tuple[list[EmailAddress], list[Phone]]:
    """Addresses and phones, the primary ones first: two queries."""
    return (
        list(person.emails.order_by("-is_primary", "address")[:MOST_CONTACTS]),
        list(person.phones.order_by("-is_primary", "number")[:MOST_CONTACTS]),
    )
