"""Finding the people that the rows of a batch name."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import EmailAddress, Stakeholder
from alignment.imports.taking.batches import Values
from alignment.people.models import Program


class People:
    """The people named in a batch of rows, by address and by external id."""

    def __init__(self, program: Program, rows: Sequence[Values]) -> None:
        addresses = {row["email"] for row in rows if row.get("email")}
        ids = {row["stakeholder_external_id"] for row in rows if row.get("stakeholder_external_id")}
        self._by_address = dict(
            EmailAddress.objects.in_program(program)
            .filter(address__in=addresses)
            .values_list("address", "stakeholder_id")
        )
        self._by_id: dict[str | None, int] = dict(
            Stakeholder.objects.in_program(program)
            .filter(external_id__in=ids)
            .values_list("external_id", "id")
        )

    def find(self, row: Values) -> int | None:
        return self._by_id.get(row.get("stakeholder_external_id")) or self._by_address.get(
            row.get("email", "")
        )
