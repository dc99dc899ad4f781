"""The draft of a contact policy as a form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alignment.agreements.fields import ReasonField

from .rules import BOUNDS, CLAUSES, MAX_REASON, ContactPolicy, reasons_of

MOST_NOTED = 2_000
QUIET = ("quiet_from", "quiet_until")
LABELS = {
    "per_stakeholder": _("Touches for one person"),
    "per_account": _("Touches for one account"),
    "window_days": _("Days in which they are counted"),
    "gap_hours": _("Hours between two of us"),
    "pause_days": _("Days of rest for marketing"),
}


def _reason() -> ReasonField:
    return ReasonField(label=_("Why"), required=False, max_length=MAX_REASON)


def _time(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget)


class PolicyForm(forms.Form):
    """Numbers within the bounds of the rules, quiet hours as times, one reason per clause."""

    quiet_from = _time(_("Quiet from"))
    quiet_until = _time(_("Quiet until"))
    note = forms.CharField(
        label=_("Why it changes"),
        required=False,
        max_length=MOST_NOTED,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in LABELS.items():
            least, most = BOUNDS[name]
            self.fields[name] = forms.IntegerField(label=label, min_value=least, max_value=most)
        for clause in CLAUSES:
            self.fields[f"reason_{clause}"] = _reason()

    @classmethod
    def of(cls, policy: ContactPolicy, content: Mapping[str, Any], note: str) -> PolicyForm:
        initial: dict[str, Any] = {name: getattr(policy, name) for name in LABELS}
        initial |= {name: _clock(getattr(policy, name)) for name in QUIET}
        initial |= {f"reason_{name}": reason for name, reason in reasons_of(content).items()}
        return cls(initial=initial | {"note": note})

    def content(self) -> dict[str, Any]:
        """The content to be stored in a version."""
        given = self.cleaned_data
        reasons = {name: given[f"reason_{name}"] for name in CLAUSES if given[f"reason_{name}"]}
        numbers = {name: given[name] for name in LABELS}
        quiet = {name: given[name].hour * 60 + given[name].minute for name in QUIET}
        return numbers | quiet | ({"reasons": reasons} if reasons else {})

    @property
    def why(self) -> str:
        return str(self.cleaned_data["note"])

    @property
    def groups(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """Title, explanation and fields of each rule."""
        return [
            (
                gettext("How often"),
                gettext("Both teams counted, whatever the channel."),
                self._some("per_stakeholder", "window_days", "reason_per_stakeholder")
                + self._some("per_account", "reason_per_account"),
            ),
            (
                gettext("How close"),
                gettext("Between touches of different people, unless one takes up the other."),
                self._some("gap_hours", "reason_gap_hours"),
            ),
            (
                gettext("When nobody is disturbed"),
                gettext("In the prospect's local time. The same time twice: no quiet hours."),
                self._some("quiet_from", "quiet_until", "reason_quiet"),
            ),
            (
                gettext("While sales talks to the decision-maker"),
                gettext("Before and after each touch of sales; the rest of the committee goes on."),
                self._some("pause_days", "reason_pause_days"),
            ),
        ]

    def _some(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names]

    def take_errors(self, errors: Mapping[str, str]) -> None:
        """Put errors of the policy at their fields."""
        for place, text in errors.items():
            self.add_error(place if place in self.fields else None, text)


def _clock(minute: int) -> time:
    return time(*divmod(minute, 60))
