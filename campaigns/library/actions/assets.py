"""Writing the content library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.core.edits import demand_as_seen, set_fields
from alignment.core.external_ids import demand_free_id
from alignment.core.live import bus
from alignment.people.models import Program, User

from ..models import Asset
from ..queries import sectors
from ..rules import LANGUAGES

WRITTEN = ("title", "kind", "sector", "persona", "stage", "language", "message", "url")
# Forms have no field for the id that another tool gives.
SAID = (*WRITTEN, "external_id")


@transaction.atomic
def add_asset(
    *, program: Program, by: User | None, external_id: str | None = None, **said: Any
) -> Asset:
    """Add a piece of content, or change the one that has the same `external_id`.

    `said` are fields of `WRITTEN`. Raises `ValidationError` by field.
    """
    known = _known(program, external_id)
    if known is None:
        asset = Asset(program=program, external_id=external_id or None, created_by=by)
        try:
            with transaction.atomic():
                return _write(asset, "asset.add", by, said)
        except IntegrityError:
            # Another request added it since the lookup.
            known = _known(program, external_id)
            if known is None:
                raise
    return change_asset(asset=known, by=by, **said)


def _known(program: Program, external_id: str | None) -> Asset | None:
    rows = Asset.objects.in_program(program)
    return rows.filter(external_id=external_id).first() if external_id else None


@transaction.atomic
def change_asset(
    *, asset: Asset, by: User | None, seen: Mapping[str, Any] | None = None, **said: Any
) -> Asset:
    """Change the fields in `said`, a subset of `SAID`. Raises `ValidationError` by field.

    `seen` is what the form showed: raises `Overwritten` if the stored values differ from it.
    """
    locked = Asset.objects.in_program(asset.program_id).select_for_update().get(pk=asset.pk)
    demand_as_seen(seen, {name: getattr(locked, name) for name in SAID}, said)
    demand_free_id(locked, said)
    return _write(locked, "asset.change", by, said)


@transaction.atomic
def retire_asset(*, asset: Asset, is_retired: bool, by: User | None) -> Asset:
    """Stop or resume offering it for new touches; existing uses keep it. Safe to repeat."""
    locked = Asset.objects.in_program(asset.program_id).select_for_update().get(pk=asset.pk)
    if (locked.retired_at is not None) == is_retired:
        return locked
    locked.retired_at = timezone.now() if is_retired else None
    locked.save(update_fields=["retired_at", "updated_at"])
    _record(locked, "asset.retire" if is_retired else "asset.restore", by)
    return locked


def _write(asset: Asset, action: str, by: User | None, said: dict[str, Any]) -> Asset:
    """Content that is known and in which nothing changes is left alone."""
    changed = set_fields(asset, said, SAID)
    _demand_sense(asset)
    if changed:
        asset.save()
        _record(asset, action, by, fields=changed)
    return asset


def _demand_sense(asset: Asset) -> None:
    errors: dict[str, Any] = {}
    try:
        asset.clean_fields(exclude=["program", "created_by"])
    except ValidationError as refused:
        errors |= refused.error_dict
    if asset.sector and asset.sector not in dict(sectors()):
        errors["sector"] = _("Give a sector of NAICS, such as 52 or 31-33.")
    if asset.language not in dict(LANGUAGES):
        errors["language"] = _("Give the two letters of a language, such as en.")
    if errors:
        raise ValidationError(errors)


def _record(asset: Asset, action: str, by: User | None, **detail: Any) -> None:
    audit.record(by=by, action=action, target=asset, program_id=asset.program_id, **detail)
    bus.publish(asset.program_id, "library", f"asset-{asset.pk}")
