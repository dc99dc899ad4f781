"""Industries and metropolitan areas to tick: the chosen ones and those that a search finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alignment.reference.models import Cbsa, NaicsCode
from alignment.reference.queries import metros, search_naics
from alignment.reference.spoken import local_names

FOUND = 12
LONGEST_SEARCH = 80


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    title: str
    is_chosen: bool = False
    priority: str = "1"


def options(
    *,
    kind: str,
    chosen: Iterable[str],
    search: str,
    ranked: Mapping[str, str] | None = None,
) -> list[Option]:
    """Chosen ones first, then further search results; at most two queries."""
    picked = list(dict.fromkeys(chosen))
    ranks = ranked or {}
    listed = [
        Option(code, title, True, ranks.get(code, "1")) for code, title in _titles(kind, picked)
    ]
    text = search.replace("\x00", "").strip()[:LONGEST_SEARCH]
    found = _found(kind, text) if text or not picked else []
    return listed + [Option(code, title) for code, title in found if code not in picked]


def _titles(kind: str, codes: list[str]) -> list[tuple[str, str]]:
    if not codes:
        return []
    if kind == "industry":
        industries = NaicsCode.objects.filter(code__in=codes)
        return local_names(industries.order_by("code").values_list("code", "title"))
    areas = Cbsa.objects.filter(code__in=codes)
    return list(areas.order_by("title").values_list("code", "title"))


def _found(kind: str, text: str) -> list[tuple[str, str]]:
    if kind == "geography":
        return metros(text, limit=FOUND)
    if text:
        return local_names((found.code, found.title) for found in search_naics(text, limit=FOUND))
    return local_names(NaicsCode.objects.filter(level=2).values_list("code", "title"))
