"""Forms of the import pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alignment.core.figures import file_size
from alignment.imports.looking import chosen, detected
from alignment.imports.models import Import
from alignment.imports.parsing.encodings import ENCODINGS, encoding_name
from alignment.imports.parsing.mapping import ColumnMapping
from alignment.imports.parsing.scales import UNKNOWN_SCALE, header_scale
from alignment.imports.parsing.tables import UnreadableTable
from alignment.imports.parsing.targets import TARGETS
from alignment.reference.time_zones import is_time_zone

CURRENCIES = ("EUR", "GBP", "CAD", "CHF")
SCALES = (
    ("1", _("as written")),
    ("1000", _("in thousands")),
    ("1000000", _("in millions")),
    ("1000000000", _("in billions")),
)
SEPARATORS: Mapping[str, str | Promise] = {
    ",": _("Comma ( , )"),
    ";": _("Semicolon ( ; )"),
    "\t": _("Tab"),
    "|": _("Vertical bar ( | )"),
}


class UploadForm(forms.Form):
    """A file and what kind of list it is."""

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
        """Reject early what would be refused anyway, before it is copied."""
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            limit = file_size(settings.IMPORT_MAX_BYTES)
            message = gettext("This file is larger than %(limit)s.") % {"limit": limit}
            raise forms.ValidationError(message)
        return file

    def clean_source(self) -> str:
        """The field itself refuses NUL."""
        return str(self.cleaned_data["source"]).strip()


def mapping_from(data: Mapping[str, str], upload: Import) -> list[ColumnMapping]:
    """The mapping as submitted; columns that are left out are not in it."""
    fields = TARGETS[upload.kind].fields
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
    """The chosen scale; for a newly mapped column, the one in its header. The unit of amounts of
    money is never assumed."""
    if chosen is not None:
        return int(chosen) if chosen in dict(SCALES) else UNKNOWN_SCALE
    if not TARGETS[upload.kind].fields[field].numeric:
        return 1
    said = header_scale(upload.options["headers"][index])
    return UNKNOWN_SCALE if said == 1 and field == "revenue" else said


def options_from(data: Mapping[str, str]) -> dict[str, Any]:
    """Time zone and exchange rates; invalid values are left out."""
    rates = {}
    for currency in CURRENCIES:
        rate = _rate(data.get(f"rate-{currency}", ""))
        if rate is not None:
            rates[currency] = str(rate)
    zone = data.get("time_zone", "")
    return {"rates": rates, "time_zone": zone if is_time_zone(zone) else ""}


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading options of a text file as the page shows them: choices, values, and errors."""

    encodings: list[tuple[str, str]]
    separators: list[tuple[str, str]]
    encoding: str
    separator: str
    wrong_encoding: str = ""
    wrong_separator: str = ""


def reading_of(
    upload: Import, data: Mapping[str, str] | None = None, refused: UnreadableTable | None = None
) -> Reading | None:
    """The reading options of a text file, as stored or as submitted; a workbook has none."""
    if upload.options.get("kind") != "csv":
        return None
    encoding, separator = reading_from(data or {}, upload)
    encodings = [(codec, str(name)) for codec, name in ENCODINGS.items()]
    marks = [(mark, str(name)) for mark, name in SEPARATORS.items()]
    found, mark = detected(upload, "encoding"), detected(upload, "separator")
    at_separator = bool(refused and refused.key == "too_many_columns")
    said = refused.message if refused else ""
    return Reading(
        encodings=[("", _detected(encoding_name(found))), *encodings],
        separators=[("", _detected(str(SEPARATORS.get(mark, mark)))), *marks],
        encoding=encoding,
        separator=separator,
        wrong_encoding="" if at_separator else said,
        wrong_separator=said if at_separator else "",
    )


def reading_from(data: Mapping[str, str], upload: Import) -> tuple[str, str]:
    """Encoding and separator as submitted, "" for the detected ones; unknown values change
    nothing."""
    encoding, separator = data.get("encoding"), data.get("separator")
    return (
        encoding if encoding in ("", *ENCODINGS) else chosen(upload, "encoding"),
        separator if separator in ("", *SEPARATORS) else chosen(upload, "separator"),
    )


def _detected(name: str) -> str:
    return gettext("Detected: %(name)s") % {"name": name} if name else gettext("Detect it")


def needs_of(upload: Import) -> str:
    """The fields each row needs, as a phrase: "Name or Domain"."""
    target = TARGETS[upload.kind]
    either = gettext(" or ").join(str(target.fields[name].label) for name in target.one_of)
    required = (str(field.label) for field in target.fields.values() if field.required)
    return ", ".join([either, *required])


def _rate(text: str) -> Decimal | None:
    try:
        rate = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return rate if rate.is_finite() and 0 < rate < 1_000_000 else None


def fields_of(upload: Import) -> list[tuple[str, str, bool]]:
    """The fields a column can feed: name, label, and whether rows require it."""
    target = TARGETS[upload.kind]
    return [
        (name, str(field.label), field.required or name in target.one_of)
        for name, field in target.fields.items()
    ]
