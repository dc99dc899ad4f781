"""Ids that other tools give to our rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def demand_free_id(row: Any, said: Mapping[str, Any], **within: Any) -> None:
    """Raises `ValidationError` if `said` gives the row the external id of another one, among those
    with the values `within`.
    """
    given = said.get("external_id")
    if given is None:
        return
    others = type(row).objects.in_program(row.program_id).exclude(pk=row.pk)
    if others.filter(external_id=given, **within).exists():
        raise ValidationError({"external_id": _("Another one has this id.")})
