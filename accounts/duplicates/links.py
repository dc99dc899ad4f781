"""All foreign keys to an account, found in the models themselves.

So models of rooms above, which this one does not know, move along when accounts are merged. A test
lists all links: a new one must be added there, with what a merge does to it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

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


# Their `updated_at` says when a provider reported them, which a merge does not change.
REPORTED = frozenset({"intent.Surge.account", "intent.SiteVisits.account"})


def links() -> list[Link]:
    """Every foreign key and one-to-one to `Account`, tables between two models included."""
    return [
        Link(model, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.remote_field.model is Account
    ]


class Moved(NamedTuple):
    """What became of the rows that referred to the removed account."""

    # How many rows moved, by link.
    numbers: dict[str, int]
    # Rows that gave way to one of the survivor's: their model and their ids.
    dropped: dict[type[models.Model], list[int]]


def move_links(gone: Account, survivor: Account) -> Moved:
    """Make everything that refers to `gone` refer to `survivor`. Rows that say when they changed
    did so now: whoever keeps a copy of them has to learn the other account.

    If both have a row of which there may be only one (a campaign's account, a competitor's name),
    the survivor's stays. Call it in the transaction that removes `gone`.
    """
    moved = Moved({}, {})
    for link in links():
        if link.name in LEFT_BEHIND:
            continue
        number, dropped = _move(link, gone, survivor)
        if number:
            moved.numbers[link.name] = number
        if dropped:
            moved.dropped[link.model] = dropped
    return moved


def _move(link: Link, gone: Account, survivor: Account) -> tuple[int, list[int]]:
    """How many rows moved, and the ids of those that were dropped."""
    rows = link.model._base_manager.filter(**{link.field: gone.pk})
    change: dict[str, Any] = {link.field: survivor.pk}
    if link.name not in REPORTED and _says_when_it_changed(link.model):
        change["updated_at"] = timezone.now()
    try:
        with transaction.atomic():
            return rows.update(**change), []
    except IntegrityError:
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        dropped = [pk for pk in ids if not _move_one(rows, pk, change)]
        return len(ids) - len(dropped), dropped


def _says_when_it_changed(model: type[models.Model]) -> bool:
    return any(field.name == "updated_at" for field in model._meta.local_fields)


def _move_one(rows: models.QuerySet[models.Model], pk: int, change: dict[str, Any]) -> bool:
    try:
        with transaction.atomic():
            return bool(rows.filter(pk=pk).update(**change))
    except IntegrityError:
        rows.filter(pk=pk).delete()
        return False
