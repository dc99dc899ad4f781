"""All foreign keys to an account, found in the models themselves.

So models of rooms above, which this one does not know, move along when accounts are merged. A test
lists all links: a new one must be added there, with what a merge does to it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.apps import apps
from django.db import IntegrityError, models, transaction

from accounts.models import Account


class Link(NamedTuple):
    """A foreign key to `Account`."""

    model: type[models.Model]
    field: str

    @property
    def name(self) -> str:
        return f"{self.model._meta.label}.{self.field}"


# They belong to the removed account: derived data, its queue entries, its pairs.
LEFT_BEHIND = frozenset(
    {
        "icp.Verdict.account",
        "accounts.AccountChange.account",
        "accounts.AccountToScore.account",
        "intent.AccountIntent.account",
        "scoring.AccountScore.account",
        "duplicates.DuplicatePair.first",
        "duplicates.DuplicatePair.second",
        # A confirmed list keeps its wording as of that day.
        "selection.ListedTarget.account",
    }
)


def links() -> list[Link]:
    """Every foreign key and one-to-one to `Account`, tables between two models included."""
    return [
        Link(model, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.remote_field.model is Account
    ]


def move_links(gone: Account, survivor: Account) -> dict[str, int]:
    """Make everything that refers to `gone` refer to `survivor`; returns the rows moved, by link.

    If both have a row of which there may be only one (a campaign's account, a competitor's name),
    the survivor's stays. Call it in the transaction that removes `gone`.
    """
    moved: dict[str, int] = {}
    for link in links():
        if link.name not in LEFT_BEHIND and (number := _move(link, gone, survivor)):
            moved[link.name] = number
    return moved


def _move(link: Link, gone: Account, survivor: Account) -> int:
    rows = link.model._base_manager.filter(**{link.field: gone.pk})
    change = {link.field: survivor.pk}
    try:
        with transaction.atomic():
            return int(rows.update(**change))
    except IntegrityError:
        return sum(_move_one(rows, pk, change) for pk in list(rows.values_list("pk", flat=True)))


def _move_one(rows: models.QuerySet[models.Model], pk: int, change: dict[str, Any]) -> int:
    try:
        with transaction.atomic():
            return int(rows.filter(pk=pk).update(**change))
    except IntegrityError:
        rows.filter(pk=pk).delete()
        return 0
