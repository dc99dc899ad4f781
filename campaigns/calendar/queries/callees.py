"""Whom a call reaches, and at which numbers."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Channel, Consent, Phone, Stakeholder

from ..models import Touch

# Limits for a call to a whole committee; more numbers are on the people's own pages.
MOST_CALLED, MOST_NUMBERS = 20, 5


@dataclass(frozen=True, slots=True)
class Callee:
    """`numbers` start with the primary one; they must not be dialled if `is_barred`."""

    person: Stakeholder
    numbers: list[str]
    said_no: bool

    @property
    def is_barred(self) -> bool:
        return self.said_no or self.person.do_not_contact


def callees(touch: Touch) -> list[Callee]:
    """For a touch fetched with its people and their stakeholders: two statements in all."""
    people = [row.stakeholder for row in touch.people.all()[:MOST_CALLED]]
    phones = Phone.objects.in_program(touch.program_id).filter(stakeholder__in=people)
    numbers: dict[int, list[str]] = {person.pk: [] for person in people}
    for pk, number in phones.order_by("-is_primary", "number").values_list(
        "stakeholder_id", "number"
    ):
        numbers[pk].append(number)
    refusals = Consent.objects.in_program(touch.program_id).filter(
        stakeholder__in=people, channel=Channel.PHONE, granted=False
    )
    refused = set(refusals.values_list("stakeholder_id", flat=True))
    return [
        Callee(person, numbers[person.pk][:MOST_NUMBERS], person.pk in refused) for person in people
    ]
