"""The contract as a form: a row per promise, each with the steps of its ladder."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from alignment.agreements.fields import ReasonField
from alignment.people.models import Side

from .. import words
from ..rules.contract import (
    BUSINESS,
    CHANNELS,
    CONDITION,
    CONDITIONS,
    ELAPSED,
    ENDS,
    MAX_MINUTES,
    MAX_REASON,
    MAX_RUNGS,
    STARTS,
    TIMED,
    Rung,
    SlaClause,
)

MINUTES, HOURS = "minutes", "hours"
HOUR = 60
UNITS = [(MINUTES, gettext_lazy("minutes")), (HOURS, gettext_lazy("hours"))]
# Elapsed time, or one of the calendars whose hours count.
COUNTED = [
    (ELAPSED, gettext_lazy("Any hour")),
    ("team", gettext_lazy("Hours of the team")),
    ("rep", gettext_lazy("Hours of the rep")),
    ("prospect", gettext_lazy("Hours of the prospect")),
]
NUMBER = re.compile(r"\d{1,3}")


class RungForm(forms.Form):
    """A step of a ladder. The first counts from the breach, each later one from the step before."""

    to = forms.ChoiceField(
        label=gettext_lazy("To"),
        choices=[
            ("manager", gettext_lazy("Managers of the side that owes it")),
            ("other_manager", gettext_lazy("Managers of the other side")),
            ("owner", gettext_lazy("Owner of the program")),
        ],
    )
    after_minutes = forms.IntegerField(
        label=gettext_lazy("After minutes"), min_value=0, max_value=MAX_MINUTES
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Through"),
        choices=[
            ("app", gettext_lazy("App")),
            ("email", gettext_lazy("E-mail")),
            ("slack", "Slack"),
            ("webhook", gettext_lazy("Webhook")),
        ],
        widget=forms.CheckboxSelectMultiple,
    )

    def row(self, step: int) -> dict[str, Any]:
        return {
            "step": step,
            "to": self.cleaned_data.get("to"),
            "after_minutes": self.cleaned_data.get("after_minutes"),
            "channels": [c for c in CHANNELS if c in self.cleaned_data.get("channels", [])],
        }


class ClauseForm(forms.Form):
    """One promise, without its ladder. Which fields it has depends on its kind."""

    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        choices=[(TIMED, TIMED), (CONDITION, CONDITION)], widget=forms.HiddenInput
    )
    owes = forms.ChoiceField(label=gettext_lazy("Who owes it"), choices=Side.choices)
    ends = forms.ChoiceField(label=pgettext_lazy("what is owed", "What"))
    condition = forms.ChoiceField(label=pgettext_lazy("what is owed", "What"))
    amount = forms.IntegerField(label=gettext_lazy("Within"), min_value=1, max_value=MAX_MINUTES)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNITS)
    counted = forms.ChoiceField(label=gettext_lazy("Which hours count"), choices=COUNTED)
    starts = forms.ChoiceField(label=pgettext_lazy("from which moment it counts", "From"))
    warn_at = forms.CharField(
        label=gettext_lazy("Warnings, %"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    reason = ReasonField(label=gettext_lazy("Why"), required=False, max_length=MAX_REASON)

    ONLY_TIMED = ("ends", "amount", "unit", "counted", "warn_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_timed = self["kind"].value() != CONDITION
        for name in ("condition",) if self.is_timed else self.ONLY_TIMED:
            del self.fields[name]
        self._choose("ends", [(code, words.ends_words(code)) for code in ENDS])
        self._choose("condition", [(code, words.condition_words(code)) for code in CONDITIONS])
        to_words = words.starts_words if self.is_timed else words.at_words
        self._choose("starts", [(code, to_words(code)) for code in STARTS])
        if not self.is_timed:
            self.fields["starts"].label = _("When")

    def _choose(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields.get(name)
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Choose")), *choices]

    def clean_warn_at(self) -> list[int]:
        """Accepts percentages separated by commas or spaces; ignores percent signs."""
        parts = re.split(r"[\s,;%]+", self.cleaned_data["warn_at"].strip())
        found = [part for part in parts if part]
        if not all(NUMBER.fullmatch(part) and 1 <= int(part) <= 99 for part in found):
            raise ValidationError(_("Give percentages from 1 to 99, such as 50, 80."))
        return sorted({int(part) for part in found})

    def row(self) -> dict[str, Any]:
        """The promise as it is stored in a version's content, without its ladder."""
        given = self.cleaned_data
        values = {name: given.get(name) for name in ("key", "kind", "owes", "starts", "reason")}
        if self.is_timed:
            counted = given.get("counted")
            minutes = (given.get("amount") or 0) * (HOUR if given.get("unit") == HOURS else 1)
            values |= {"ends": given.get("ends"), "minutes": minutes, "warn_at": given["warn_at"]}
            values["time"] = ELAPSED if counted == ELAPSED else BUSINESS
            if counted != ELAPSED:
                values["hours_of"] = counted
        else:
            values["condition"] = given.get("condition")
        return {name: value for name, value in values.items() if value not in (None, "", [])}

    def take_error(self, name: str, text: str) -> None:
        """Attach an error of the contract to its field."""
        field = {"minutes": "amount", "time": "counted", "hours_of": "counted"}.get(name, name)
        if field not in self.fields or field in ("key", "kind"):
            self.add_error(None, text)
        elif not self.has_error(field):
            self.add_error(field, text)


class NoteForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Why it changes"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PromiseRow:
    """A promise with its ladder. Rows and steps keep their numbers when they are moved."""

    def __init__(self, number: str, clause: ClauseForm, rungs: list[tuple[str, RungForm]]) -> None:
        self.number = number
        # Whether the steps are shown as fields or only as a sentence.
        self.is_open = False
        self.clause = clause
        self.rungs = rungs

    @classmethod
    def sent(cls, number: str, data: Mapping[str, Any], steps: Sequence[str]) -> PromiseRow:
        kept = list(dict.fromkeys(s for s in steps if NUMBER.fullmatch(s)))[:MAX_RUNGS]
        rungs = [(step, RungForm(data, prefix=f"rung-{number}-{step}")) for step in kept]
        return cls(number, ClauseForm(data, prefix=f"clause-{number}"), rungs)

    @classmethod
    def filled(
        cls, number: str, clause: Mapping[str, Any], rungs: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> PromiseRow:
        forms_of = [
            (step, RungForm(initial=dict(rung), prefix=f"rung-{number}-{step}"))
            for step, rung in rungs
        ]
        return cls(number, ClauseForm(initial=dict(clause), prefix=f"clause-{number}"), forms_of)

    @classmethod
    def of(cls, number: str, clause: SlaClause) -> PromiseRow:
        rungs = [(str(i), _rung_initial(rung)) for i, rung in enumerate(clause.ladder)]
        return cls.filled(number, _initial(clause), rungs)

    @property
    def is_full(self) -> bool:
        return len(self.rungs) >= MAX_RUNGS

    @property
    def title(self) -> str:
        """The promise's title, from the choices made so far."""
        code = str(self.clause["ends" if self.clause.is_timed else "condition"].value() or "")
        if not code:
            return _("New promise")
        return words.ends_words(code) if self.clause.is_timed else words.condition_words(code)

    @property
    def ladder_words(self) -> str:
        """What a breach causes, from the steps filled in so far."""
        sketch = self.sketch()
        if sketch is None:
            return _("If it is broken")
        rungs = tuple(
            Rung(rung["to"], rung["after_minutes"], tuple(rung["channels"]))
            for rung in sketch.get("ladder", [])
        )
        said = words.ladder(SlaClause("", sketch["owes"], TIMED, sketch["starts"], ladder=rungs))
        return said[0].upper() + said[1:]

    @property
    def has_wrong_steps(self) -> bool:
        return any(rung.errors for _step, rung in self.rungs)

    @property
    def is_wrong(self) -> bool:
        return bool(self.clause.errors) or self.has_wrong_steps

    def loosened(self) -> PromiseRow:
        """The same values without errors, for a form that is not being saved yet."""
        rungs = [(step, _values(rung)) for step, rung in self.rungs]
        return PromiseRow.filled(self.number, _values(self.clause), rungs)

    def is_valid(self) -> bool:
        every = [self.clause, *(rung for _step, rung in self.rungs)]
        wrong = [form for form in every if not form.is_valid()]
        return not wrong

    def row(self) -> dict[str, Any]:
        ladder = [rung.row(i) for i, (_step, rung) in enumerate(self.rungs, 1)]
        return {**self.clause.row(), **({"ladder": ladder} if ladder else {})}

    def sketch(self) -> dict[str, Any] | None:
        """The promise as filled in so far; None if that makes no valid promise yet."""
        data = _given(self.clause)
        for _step, rung in self.rungs:
            data |= _given(rung)
        copy = PromiseRow.sent(self.number, data, [step for step, _rung in self.rungs])
        return copy.row() if copy.is_valid() else None

    def add_rung(self) -> None:
        if self.is_full:
            return
        step = str(max((int(step) for step, _rung in self.rungs), default=-1) + 1)
        start = {"to": "owner", "after_minutes": 30, "channels": ["app", "email"]}
        self.rungs.append((step, RungForm(initial=start, prefix=f"rung-{self.number}-{step}")))

    def remove_rung(self, step: str) -> None:
        self.rungs = [pair for pair in self.rungs if pair[0] != step]

    def move_rung(self, step: str, by: int) -> None:
        place = next((i for i, pair in enumerate(self.rungs) if pair[0] == step), None)
        if place is not None and 0 <= place + by < len(self.rungs):
            self.rungs.insert(place + by, self.rungs.pop(place))

    def take_error(self, path: Sequence[str], text: str) -> None:
        """`path` is for example `["minutes"]` or `["ladder", "0", "channels"]`."""
        if path[0] != "ladder":
            self.clause.take_error(path[0], text)
        elif len(path) == 3 and int(path[1]) < len(self.rungs):
            rung = self.rungs[int(path[1])][1]
            rung.add_error(path[2] if path[2] in rung.fields else None, text)
        else:
            self.clause.add_error(None, text)


def _values(form: forms.Form) -> dict[str, Any]:
    return {name: form[name].value() for name in form.fields}


def _given(form: forms.Form) -> dict[str, Any]:
    """The values as a browser would send them."""
    return {form.add_prefix(name): value for name, value in _values(form).items()}


def _initial(clause: SlaClause) -> dict[str, Any]:
    whole = clause.minutes % HOUR == 0
    values: dict[str, Any] = {
        name: getattr(clause, name)
        for name in ("key", "kind", "owes", "starts", "ends", "condition", "reason")
    }
    return values | {
        "amount": clause.minutes // HOUR if whole else clause.minutes,
        "unit": HOURS if whole else MINUTES,
        "counted": ELAPSED if clause.time == ELAPSED else clause.hours_of,
        "warn_at": ", ".join(map(str, clause.warn_at)),
    }


def _rung_initial(rung: Rung) -> dict[str, Any]:
    return {"to": rung.to, "after_minutes": rung.after_minutes, "channels": list(rung.channels)}
