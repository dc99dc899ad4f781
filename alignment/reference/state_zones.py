"""The main time zone of each state: where most of its people live.

Boundaries of the zones: 49 CFR part 71 (US Department of Transportation); names and rules: the IANA
time zone database. States in two zones have the one with the larger population in 2020: Alaska,
Florida, Idaho, Indiana, Kansas, Kentucky, Michigan, Nebraska, North Dakota, Oregon, South Dakota,
Tennessee, Texas.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

EASTERN, CENTRAL, MOUNTAIN = "America/New_York", "America/Chicago", "America/Denver"
PACIFIC, ALASKA, HAWAII = "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu"

_BY_ZONE = {
    EASTERN: "CT DC DE FL GA KY MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Detroit": "MI",
    "America/Indiana/Indianapolis": "IN",
    CENTRAL: "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    MOUNTAIN: "CO MT NM UT WY",
    "America/Boise": "ID",
    "America/Phoenix": "AZ",
    PACIFIC: "CA NV OR WA",
    ALASKA: "AK",
    HAWAII: "HI",
    "America/Puerto_Rico": "PR",
}
_ZONES = {state: zone for zone, states in _BY_ZONE.items() for state in states.split()}


class ZoneGroup(NamedTuple):
    """Zones that currently show the same time, as Americans name them."""

    code: str
    zone: str
    name: str | Promise


GROUPS = (
    ZoneGroup("eastern", EASTERN, pgettext_lazy("time zone", "Eastern")),
    ZoneGroup("central", CENTRAL, pgettext_lazy("time zone", "Central")),
    ZoneGroup("mountain", MOUNTAIN, pgettext_lazy("time zone", "Mountain")),
    ZoneGroup("arizona", "America/Phoenix", _("Arizona")),
    ZoneGroup("pacific", PACIFIC, pgettext_lazy("time zone", "Pacific")),
    ZoneGroup("alaska", ALASKA, _("Alaska")),
    ZoneGroup("hawaii", HAWAII, _("Hawaii")),
    ZoneGroup("atlantic", "America/Puerto_Rico", _("Puerto Rico")),
)
_SAME_CLOCK = {
    "America/Detroit": EASTERN,
    "America/Indiana/Indianapolis": EASTERN,
    "America/Boise": MOUNTAIN,
}


def main_zone(state: str | None) -> str | None:
    """The IANA name of a state's main time zone, by USPS code; None for an unknown state."""
    return _ZONES.get((state or "").upper())


def group_of(state: str | None) -> ZoneGroup | None:
    """The group of a state's main time zone."""
    zone = main_zone(state)
    zone = _SAME_CLOCK.get(zone or "", zone)
    return next((group for group in GROUPS if group.zone == zone), None)
