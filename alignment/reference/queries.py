"""Looking up industries and places."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from alignment.core import prepared
from alignment.reference.industries import sector_prefixes
from alignment.reference.models import Cbsa, City, County, NaicsCode, State, ZipCode
from alignment.reference.names import city_key
from alignment.reference.rules import fold
from alignment.reference.spoken import industries_called, local_names

CACHED_CITIES = 50_000


class Place(NamedTuple):
    """A location, as far as it is known."""

    state: str | None
    county_fips: str | None
    cbsa_code: str | None


NOWHERE = Place(None, None, None)


class PlaceIndex:
    """All ZIP codes and cities in memory (about 15 MB), for imports. One per process."""

    def __init__(self) -> None:
        cbsa_of = dict(County.objects.values_list("fips", "cbsa_id"))
        self.counties = frozenset(cbsa_of)
        self.areas = frozenset(Cbsa.objects.values_list("code", flat=True))
        places: dict[tuple[str, str | None, str | None], Place] = {}

        def place(state: str, county: str | None, cbsa: str | None) -> Place:
            return places.setdefault((state, county, cbsa), Place(state, county, cbsa))

        self._zips = {
            code: place(state, county, cbsa_of[county])
            for code, state, county in ZipCode.objects.values_list("zip", "state_id", "county_id")
        }
        self._cities = {
            (key, state): place(state, county, cbsa)
            for key, state, county, cbsa in City.objects.values_list(
                "key", "state_id", "county_id", "cbsa_id"
            )
        }
        self._states = {
            code: place(code, None, None) for code in State.objects.values_list("code", flat=True)
        }
        self._spellings: dict[tuple[str, str], Place] = {}

    @classmethod
    def load(cls) -> PlaceIndex:
        """The index of this process; the first call reads the tables (some 0.3 s)."""
        return _loaded_index()

    @classmethod
    def forget(cls) -> None:
        """Make the next ``load`` read the tables again."""
        _loaded_index.cache_clear()

    def locate(self, zip: str = "", city: str = "", state: str = "") -> Place:  # noqa: A002
        """The place of a five-digit ZIP code, else of city and state (USPS code).

        A ZIP code in another state than the given one is treated as a typing error. An unknown
        state gives ``NOWHERE`` unless the ZIP code determines the place.
        """
        found = self._zips.get(zip) if zip else None
        if found is not None and (not state or found.state == state):
            return found
        if not state:
            return NOWHERE
        if city:
            spelling = (city, state)
            place = self._spellings.get(spelling)
            if place is None:
                place = self._cities.get((city_key(city), state)) or self._only_state(state)
                if len(self._spellings) >= CACHED_CITIES:
                    self._spellings.clear()
                self._spellings[spelling] = place
            return place
        return self._only_state(state)

    def _only_state(self, state: str) -> Place:
        return self._states.get(state, NOWHERE)


@lru_cache(maxsize=1)
def _loaded_index() -> PlaceIndex:
    return PlaceIndex()


_NAMES = """
SELECT code, title FROM reference_naicscode WHERE code = ANY(%(codes)s)
UNION ALL SELECT code, name FROM reference_state WHERE code = ANY(%(states)s)
UNION ALL SELECT code, title FROM reference_cbsa WHERE code = ANY(%(areas)s)"""


def names_of(
    *, codes: Iterable[str], states: Iterable[str], areas: Iterable[str]
) -> dict[str, str]:
    """The names of NAICS codes, states and CBSAs, whose codes never collide; one statement."""
    asked = {"codes": list(codes), "states": list(states), "areas": list(areas)}
    found = prepared.fetch(_NAMES, asked) if any(asked.values()) else []
    return dict(local_names(found))


def metros(text: str = "", *, limit: int = 1000) -> list[tuple[str, str]]:
    """(code, title) of metropolitan areas, then micropolitan ones, for pickers."""
    found = Cbsa.objects.order_by("kind", "title")
    for word in text.split():
        found = found.filter(title__icontains=word)
    return list(found.values_list("code", "title")[:limit])


def naics_children(code: str = "") -> QuerySet[NaicsCode]:
    """One level of the industry tree: the parts of ``code``, or all sectors."""
    return NaicsCode.objects.filter(parent=code or None)


def search_naics(text: str, *, limit: int = 20) -> list[NaicsCode]:
    """Industries whose code starts with ``text`` or whose title, in English or in the reader's
    language, has all its words.

    Broader industries come first among equally good matches.
    """
    words = fold(text).split()
    if not words:
        return []
    if len(words) == 1 and words[0].isdigit():
        prefix = words[0]
        wanted = Q(code__startswith=prefix)
        if prefix[:2] in {"31", "32", "33", "44", "45", "48", "49"} and len(prefix) <= 2:
            wanted |= Q(code__contains="-", code__in=_sectors_of(prefix))
        return list(NaicsCode.objects.filter(wanted).order_by("level", "code")[:limit])
    wanted = Q()
    for word in words:
        wanted &= Q(title__icontains=word)
    wanted |= Q(code__in=industries_called(text))
    starts = Case(
        When(title__istartswith=words[0], then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    found = NaicsCode.objects.filter(wanted).annotate(rank=starts)
    return list(found.order_by("rank", "level", "code")[:limit])


def _sectors_of(prefix: str) -> list[str]:
    return [
        sector
        for sector in ("31-33", "44-45", "48-49")
        if any(two.startswith(prefix) for two in sector_prefixes(sector))
    ]
