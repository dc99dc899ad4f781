"""The parameters of a metric: the same in the URL of the page and of the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from alignment.people.models import Team

from .rules import Period, Slice

if TYPE_CHECKING:
    from alignment.people.models import Program

USUAL_DAYS = 30
MOST_DAYS = 731
FIRST_YEAR, LAST_YEAR = 2000, 2100
TIERS = (
    ("1", _("Tier 1")),
    ("2", _("Tier 2")),
    ("3", _("Tier 3")),
    ("none", _("Not a target")),
)
PARAMETERS = ("from", "to", "compare", "team", "segment", "tier", "source")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, at the time `now`."""

    period: Period
    part: Slice
    compares: bool
    now: datetime

    @property
    def as_of(self) -> datetime:
        """When the previous period was as old as this one is now. Comparing at equal age matters,
        because recent leads have had less time to progress."""
        return self.period.before().as_old_as(self.period, self.now)


def _within_reach(day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise forms.ValidationError(_("Give days between 2000 and 2100."))


class DayField(forms.DateField):
    """A day that other days can be computed from."""

    def __init__(self) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], required=False, validators=[_within_reach])


class AskForm(forms.Form):
    """`from` and `to` are days in the program's zone, both included; the last 30 by default."""

    compare = forms.ChoiceField(choices=[("previous", _("The period before"))], required=False)
    segment = forms.RegexField(r"^\d\d(-\d\d)?$", required=False)
    tier = forms.ChoiceField(choices=TIERS, required=False)
    source = forms.CharField(max_length=60, required=False)

    def __init__(self, data: Mapping[str, Any], *, program: Program, now: datetime) -> None:
        super().__init__(data)
        self.program = program
        self.now = now
        self.today = now.astimezone(ZoneInfo(program.time_zone)).date()
        self.fields["from"] = DayField()
        self.fields["to"] = DayField()
        self.fields["team"] = forms.ModelChoiceField(
            Team.objects.in_program(program), required=False
        )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if self.errors.keys() & {"from", "to"}:
            return given
        last = given.get("to") or self.today
        first = given.get("from") or last - timedelta(days=USUAL_DAYS - 1)
        if first > last:
            self.add_error("from", _("The first day lies after the last."))
        elif (last - first).days >= MOST_DAYS:
            self.add_error("from", _("Ask for two years at most."))
        else:
            given["period"] = Period(first, last, self.program.time_zone)
        return given

    @property
    def asked(self) -> Asked:
        """Call it on a valid form."""
        given = self.cleaned_data
        team = given["team"]
        part = Slice(
            team=team.pk if team else None,
            segment=given["segment"] or None,
            tier=given["tier"] or None,
            source=given["source"] or None,
        )
        return Asked(given["period"], part, bool(given["compare"]), self.now)

    @property
    def usual(self) -> Asked:
        """The defaults, for invalid parameters."""
        first = self.today - timedelta(days=USUAL_DAYS - 1)
        period = Period(first, self.today, self.program.time_zone)
        return Asked(period, Slice(), compares=True, now=self.now)
