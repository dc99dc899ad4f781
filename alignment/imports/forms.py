"""What the pages of imports send."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alignment.imports.models import Import
from alignment.imports.parsing.mapping import ColumnMapping
from alignment.imports.parsing.scales import UNKNOWN_SCALE, header_scale
from alignment.imports.parsing.targets import TARGETS
from alignment.reference.time_zones import is_time_zone

CURRENCIES = ("EUR", "GBP", "CAD", "CHF")
SCALES = (
    ("1", _("as written")),
    ("1000", _("in thousands")),
    ("1000000", _("in millions")),
    ("1000000000", _("in billions")),
)


class UploadForm(forms.Form):
    """A list and what it holds."""

    target = forms.ChoiceField(
        label=_("What the list holds"), choices=Import.Target.choices, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=_("File"),
        error_messages={"empty": _("The file is empty."), "required": _("Choose a file.")},
        max_length=255,
    )
    source = forms.CharField(
        label=_("Source"),
        required=False,
        max_length=60,
        help_text=_(
            "Where the list comes from, such as “Trade fair Austin”. Noted on what is new."
        ),
    )

    def clean_file(self) -> Any:
        """Refuse what would be refused anyway, before it is copied."""
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            limit = filesizeformat(settings.IMPORT_MAX_BYTES)
            message = gettext("This file is larger than %(limit)s.") % {"limit": limit}
            raise forms.ValidationError(message)
        return file

    def clean_source(self) -> str:
        """NUL is refused by the field itself."""
        return str(self.cleaned_data["source"]).strip()


def mapping_from(data: Mapping[str, str], upload: Import) -> list[ColumnMapping]:
    """The mapping as the page shows it; columns that are left out are not in it."""
    fields = TARGETS[upload.target].fields  # type: ignore[index]
    columns = []
    for index in range(len(upload.options.get("headers", ()))):
        name = data.get(f"field-{index}", "")
        if name not in fields:
            continue
        columns.append(
            ColumnMapping(
                index,
                name,
                scale=_scale(data.get(f"scale-{index}"), upload, index, name),
                decimal_comma=data.get(f"comma-{index}") == "on",
                day_first=data.get(f"dayfirst-{index}") == "on",
            )
        )
    return columns


def _scale(chosen: str | None, upload: Import, index: int, field: str) -> int:
    """What was chosen; of a column that feeds its field only now, what its header says. What a sum
    of money counts is never taken for granted."""
    if chosen is not None:
        return int(chosen) if chosen in dict(SCALES) else UNKNOWN_SCALE
    if not TARGETS[upload.target].fields[field].numeric:  # type: ignore[index]
        return 1
    said = header_scale(upload.options["headers"][index])
    return UNKNOWN_SCALE if said == 1 and field == "revenue" else said


def options_from(data: Mapping[str, str]) -> dict[str, Any]:
    """Time zone and exchange rates; what makes no sense is left out."""
    rates = {}
    for currency in CURRENCIES:
        rate = _rate(data.get(f"rate-{currency}", ""))
        if rate is not None:
            rates[currency] = str(rate)
    zone = data.get("time_zone", "")
    return {"rates": rates, "time_zone": zone if is_time_zone(zone) else ""}


def _rate(text: str) -> Decimal | None:
    try:
        rate = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return rate if rate.is_finite() and 0 < rate < 1_000_000 else None


def fields_of(upload: Import) -> list[tuple[str, str, bool]]:
    """The fields a column can feed: name, label, and whether rows cannot do without."""
    target = TARGETS[upload.target]  # type: ignore[index]
    return [
        (name, str(field.label), field.required or name in target.one_of)
        for name, field in target.fields.items()
    ]
