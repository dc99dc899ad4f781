"""What holds for people and programs without asking the database."""

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def check_time_zone(name: str) -> None:
    """Raise ValidationError (for `time_zone`) unless `name` is an IANA time zone."""
    if name not in available_timezones():
        raise ValidationError({"time_zone": _("There is no such time zone.")})
