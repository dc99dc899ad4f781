"""How people without a name are shown."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import EmailAddress, Stakeholder
from alignment.people.models import Program


def set_known_as(*, program: Program | int, people: Iterable[Stakeholder | None]) -> None:
    """Set the primary address as `known_as` of people without a name: one query if there are
    any."""
    nameless = [person for person in people if person and not person.full_name]
    if not nameless:
        return
    addresses = primary_addresses(program=program, ids={person.pk for person in nameless})
    for person in nameless:
        person.known_as = addresses.get(person.pk, "")


def primary_addresses(*, program: Program | int, ids: Iterable[int]) -> dict[int, str]:
    """The primary address of each stakeholder who has one, else the oldest: one query."""
    rows = EmailAddress.objects.in_program(program).filter(stakeholder__in=ids)
    # The dict keeps the last one per person.
    return dict(rows.order_by("is_primary", "-id").values_list("stakeholder_id", "address"))
