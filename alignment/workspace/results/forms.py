"""Forms of a cost outside of campaigns and of a baseline."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alignment.metrics.queries.deals import RATE
from alignment.metrics.queries.registry import METRICS
from alignment.metrics.results.actions.baselines import Entered
from alignment.metrics.results.queries import TARGETS
from alignment.people.models import Side
from alignment.workspace.accounts.field_forms import DayInput
from alignment.workspace.plan.campaign_forms import CostForm


class ResultCostForm(CostForm):
    side = forms.ChoiceField(label=_("Whose money"), choices=Side.choices)


class MeasuredForm(forms.Form):
    first = forms.DateField(label=_("First day"), widget=DayInput())
    last = forms.DateField(label=_("Last day"), widget=DayInput())


class EnteredForm(forms.Form):
    """A value and its sample size for each result; empty ones are not part of the baseline."""

    source = forms.CharField(
        label=_("Where the figures come from"),
        max_length=300,
        help_text=_("Such as the CRM report of 2025 and who made it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in TARGETS:
            definition = METRICS[key].definition
            self.fields[key] = forms.FloatField(
                label=definition.name,
                required=False,
                help_text={
                    "days": _("In days."),
                    "dollars": _("In US dollars."),
                    "share": _("In percent."),
                }[str(definition.unit)],
            )
            self.fields[f"{key}-sample"] = forms.IntegerField(
                label=_("%(metric)s: deals it rests on") % {"metric": definition.name},
                required=False,
            )

    def figures(self) -> dict[str, Entered]:
        given = self.cleaned_data
        return {
            key: Entered(given[key] / (100 if key == RATE else 1), given[f"{key}-sample"])
            for key in TARGETS
            if given[key] is not None
        }
