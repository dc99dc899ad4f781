"""The weights of the account score in the form of a draft."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from .rules import FULL, LIMITS, MOST_FURTHER, MOST_WARM_AT, AccountWeights, content_of


def _most(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=FULL)


class WeightsForm(forms.Form):
    """The most points of each part, which sum to 100, and the settings within two of the parts."""

    PREFIX = "account"

    fit = _most(gettext_lazy("Fit at most"))
    engagement = _most(gettext_lazy("Engagement at most"))
    intent = _most(gettext_lazy("Intent at most"))
    relationships = _most(gettext_lazy("Relationships at most"))
    warm_at = forms.IntegerField(
        label=gettext_lazy("A person is warm from"),
        min_value=1,
        max_value=MOST_WARM_AT,
        help_text=gettext_lazy("Points of the lead."),
    )
    further = forms.IntegerField(
        label=gettext_lazy("Each further person"),
        min_value=0,
        max_value=MOST_FURTHER,
        help_text=gettext_lazy("Added, of 100, for each warm or known person after the first."),
    )

    @classmethod
    def of(cls, weights: AccountWeights) -> WeightsForm:
        """The form with a model's weights."""
        return cls(initial=asdict(weights), prefix=cls.PREFIX)

    def content(self) -> dict[str, Any]:
        """What a version stores: nothing if the weights are the shipped ones."""
        kept = content_of(AccountWeights(**{name: self.cleaned_data[name] for name in LIMITS}))
        return {} if kept is None else {"account": kept}

    def take_error(self, name: str, text: str) -> None:
        """Attach an error of the model to its field."""
        self.add_error(name if name in self.fields else None, text)
