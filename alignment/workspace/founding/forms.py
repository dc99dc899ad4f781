"""The form of a new program."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alignment.core.names import NameField
from alignment.people.actions.programs import LONGEST_SLUG
from alignment.people.forms import ZoneForm

# Where the first customers sell.
FIRST_ZONE = "America/New_York"


class NewProgramForm(ZoneForm):
    name = NameField(label=_("Name"), max_length=120)
    slug = forms.SlugField(
        label=_("Address"),
        required=False,
        max_length=LONGEST_SLUG,
        help_text=_("After /p/, and for good. Left empty, it is made from the name."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        initial=FIRST_ZONE,
        help_text=_("Where you sell: days, reports and due times are counted in this zone."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"time_zone": FIRST_ZONE}, **kwargs)
