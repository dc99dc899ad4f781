"""The model to test, the outcomes to test against, and the date of the test."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alignment.agreements.models import Version
from alignment.core.file_picker import FilePicker
from alignment.imports.parsing.tables import UnreadableTable
from alignment.people.models import Program
from alignment.scoring.backtest.models import Backtest
from alignment.scoring.backtest.moments import DEFAULT_DAYS, MOST_DAYS, Plan
from alignment.scoring.backtest.running import Given

from .outcome_file import read_outcomes
from .outcome_rows import NoColumn, said

SHOWN_ERRORS = 5


class BacktestForm(forms.Form):
    version = forms.ChoiceField(label=gettext_lazy("Version"))
    source = forms.ChoiceField(
        label=gettext_lazy("Outcomes"),
        choices=Backtest.Source.choices,
        initial=Backtest.Source.LEADS,
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label=gettext_lazy("List of outcomes"),
        required=False,
        widget=FilePicker(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        max_length=255,
        error_messages={"empty": gettext_lazy("The file is empty.")},
        help_text=gettext_lazy(
            "CSV or XLSX with a column “outcome” (won or lost) and one with the e-mail address"
            " or external id; a column “date” is better than none."
        ),
    )
    take = forms.ChoiceField(
        label=gettext_lazy("Scores as they stood"),
        choices=Backtest.Take.choices,
        initial=Backtest.Take.HANDOFF,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "At the hand-over people decided by the score. Later the deal itself leaves traces"
            " that only the won have."
        ),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days before the outcome"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=DEFAULT_DAYS,
        help_text=gettext_lazy("Also where a lead was never handed over."),
    )

    def __init__(self, *args: Any, program: Program, versions: list[Version], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.program = program
        self.versions = {str(version.number): version for version in versions}
        field = self.fields["version"]
        assert isinstance(field, forms.ChoiceField)
        text = _("Version %(number)d (%(state)s)")
        field.choices = [
            (str(v.number), text % {"number": v.number, "state": v.get_state_display()})
            for v in versions
        ]
        self.given: Given | None = None

    @property
    def chosen(self) -> Version:
        return self.versions[self.cleaned_data["version"]]

    @property
    def plan(self) -> Plan:
        return Plan(self.cleaned_data["take"], self.cleaned_data["days"])

    def clean(self) -> dict[str, Any]:
        """Parse the list here, so that its errors show at the field."""
        values = super().clean() or self.cleaned_data
        if values.get("source") == Backtest.Source.FILE and "file" in values:
            if not values["file"]:
                self.add_error("file", _("Choose a file."))
            else:
                self._read(values["file"])
        return values

    def _read(self, file: Any) -> None:
        try:
            self.given = read_outcomes(program=self.program, file=file, file_name=file.name)
        except UnreadableTable as unreadable:
            self.add_error("file", unreadable.message)
        except NoColumn as missing:
            self.add_error("file", str(missing))
        else:
            if not self.given.outcomes:
                self.add_error("file", _nothing_usable(self.given))


def _nothing_usable(given: Given) -> ValidationError:
    """The first errors, or that the list has no rows at all."""
    if not given.left_out:
        return ValidationError(_("The list has no rows."))
    told = [
        _("Row %(row)d: %(problem)s") % {"row": row["row"], "problem": said(row)}
        for row in given.left_out_rows[:SHOWN_ERRORS]
    ]
    return ValidationError([_("No row of this list can be used."), *told])
