"""The stranger's findings, relationships and competitors: see isolation_world."""

from datetime import date
from typing import Any

from django.utils import timezone

from accounts.field.models import Competitor, CriterionFinding, HeldFact, Relationship
from accounts.models import Account, Stakeholder

from .cast import Cast


def hers_field(cast: Cast, number: int) -> None:
    """Rows with that primary key and her MARK in every text."""
    hers, stella = cast.other_program, cast.stranger
    row: dict[str, Any] = {"pk": number, "program": hers}
    account = Account.objects.in_program(hers).get(pk=number)
    person = Stakeholder.objects.in_program(hers).get(pk=number)
    finding = CriterionFinding.objects.create(
        **row,
        account=account,
        criterion="zanzibar",
        words="Zanzibar criterion",
        outcome="refuted",
        seen="Zanzibar sight",
        source="zanzibar",
        listed_by="zanzibar",
        by=stella,
        at=timezone.now(),
    )
    HeldFact.objects.create(**row, account=account, fact="zip", finding=finding)
    Relationship.objects.create(
        **row, user=stella, stakeholder=person, strength=4, note="Zanzibar note"
    )
    Competitor.objects.create(
        **row,
        account=account,
        name="Zanzibar rival",
        strength=2,
        contract_ends=date(2027, 1, 31),
        source="Zanzibar source",
        note="Zanzibar note",
    )
