"""The time zones to choose from: one per place, by region, without former names."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

REGIONS = (
    ("Africa", _("Africa")),
    ("America", _("America")),
    ("Asia", _("Asia")),
    ("Atlantic", _("Atlantic")),
    ("Australia", _("Australia")),
    ("Europe", _("Europe")),
    ("Indian", _("Indian Ocean")),
    ("Pacific", _("Pacific")),
)

Group = tuple[str, list[tuple[str, str]]]


def is_time_zone(name: str) -> bool:
    """Whether the time zone database knows the name, former names included."""
    return name in available_timezones()


def time_zones(now: str = "") -> list[Group]:
    """Choices by region. The current zone `now` is among them, even under a former name."""
    names = _places()
    first = ["UTC"] if now in ("", "UTC", *names) else ["UTC", now]
    groups = [("", [(name, name) for name in first])]
    for region, label in REGIONS:
        inside = [(name, _place(name)) for name in names if name.startswith(f"{region}/")]
        groups.append((str(label), inside))
    return groups


@cache
def _places() -> tuple[str, ...]:
    """Zones that the database lists for a country, which excludes aliases."""
    lines = files("tzdata").joinpath("zoneinfo/zone.tab").read_text().splitlines()
    named = {line.split("\t")[2] for line in lines if line and not line.startswith("#")}
    return tuple(sorted(named & available_timezones()))


def place_of(zone: str) -> str:
    """ "New York" for "America/New_York"."""
    return zone.rpartition("/")[2].replace("_", " ")


def _place(name: str) -> str:
    return name.partition("/")[2].replace("_", " ").replace("/", ", ")
