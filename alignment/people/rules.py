"""Rules for people and programs that need no database."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _

from alignment.reference.time_zones import is_time_zone


def check_time_zone(name: str) -> None:
    """Raise ValidationError (for `time_zone`) unless `name` is an IANA time zone."""
    if not is_time_zone(name):
        raise ValidationError({"time_zone": _("There is no such time zone.")})


# What an address may have by RFC 5321, and what the column of users holds.
LONGEST_ADDRESS = 254

check_address_length = MaxLengthValidator(LONGEST_ADDRESS)


# The first match counts: Edge and Opera also claim to be Chrome, and Chrome to be Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_of(user_agent: str) -> str:
    """ "Firefox · macOS" for a user agent string; an unknown one is returned, cut short."""
    found = [
        next((name for mark, name in names if mark in user_agent), "")
        for names in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(word for word in found if word) or user_agent[:60]
