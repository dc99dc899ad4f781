"""Sectors, and the content of a program."""

from __future__ import annotations

from alignment.core.scoping import ScopedQuerySet
from alignment.people.models import Program
from alignment.reference.models import NaicsCode
from alignment.reference.spoken import local_names

from .models import Asset

SECTOR_LEVEL = 2
MOST_PERSONAS = 200
MOST_OFFERED = 500


def sectors() -> list[tuple[str, str]]:
    """Code and name of each NAICS sector, in order; one statement."""
    rows = NaicsCode.objects.filter(level=SECTOR_LEVEL).order_by("code")
    return local_names(rows.values_list("code", "title"))


def personas_of(program: Program) -> list[str]:
    """The personas that content of the program is written for, as its authors spelled them."""
    rows = Asset.objects.in_program(program).exclude(persona="").order_by("persona")
    return list(rows.values_list("persona", flat=True).distinct()[:MOST_PERSONAS])


def assets_offered(program: Program) -> ScopedQuerySet[Asset]:
    """Content for the choices of a form: not retired, by title, 500 at most."""
    rows = Asset.objects.in_program(program).filter(retired_at__isnull=True)
    return rows.order_by("title", "pk")[:MOST_OFFERED]


def asset_in(program: Program, asset_id: int) -> Asset | None:
    return (
        Asset.objects.in_program(program).select_related("created_by").filter(pk=asset_id).first()
    )
