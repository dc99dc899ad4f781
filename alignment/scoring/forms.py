"""The scoring model as a form of rows, and the forms of signals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Signal
from alignment.agreements.fields import ReasonField
from alignment.core.changed_fields import ChangedFieldsForm
from alignment.core.names import NameField
from alignment.people.models import Side

from .account_score.forms import WeightsForm
from .actions.signals import SIGNAL_CODE
from .rules import ICP_MATCH, MAX_CAP, MAX_DAYS, MAX_POINTS, MAX_RULES, Rule, ScoringModel

ROW = re.compile(r"\d{1,4}")
THRESHOLDS = ("mql_at", "sql_at", "mql_min_fit", "mql_min_engagement", "fit_cap", "engagement_cap")


class RuleForm(forms.Form):
    """One rule. `what` is the ICP match or a signal."""

    key = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    dimension = forms.ChoiceField(
        label=gettext_lazy("Dimension"),
        choices=[("fit", gettext_lazy("Fit")), ("engagement", gettext_lazy("Engagement"))],
    )
    what = forms.ChoiceField(label=gettext_lazy("Signal"))
    points = forms.IntegerField(
        label=gettext_lazy("Points"), min_value=-MAX_POINTS, max_value=MAX_POINTS
    )
    min_count = forms.IntegerField(
        label=gettext_lazy("At least times"), required=False, min_value=1, max_value=1_000
    )
    window_days = forms.IntegerField(
        label=gettext_lazy("Within days"), required=False, min_value=1, max_value=MAX_DAYS
    )
    decay = forms.ChoiceField(
        label=gettext_lazy("Decay"),
        required=False,
        choices=[
            ("none", gettext_lazy("None")),
            ("linear", gettext_lazy("Linear")),
            ("half_life", gettext_lazy("Half-life")),
        ],
    )
    decay_days = forms.IntegerField(
        label=gettext_lazy("Decay days"), required=False, min_value=1, max_value=MAX_DAYS
    )
    cap = forms.IntegerField(
        label=gettext_lazy("Most points"), required=False, min_value=0, max_value=MAX_CAP
    )
    reason = ReasonField(label=gettext_lazy("Why"), required=False, max_length=500)

    def __init__(self, *args: Any, signals: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.signals = signals
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)
        for each in self.fields.values():
            # The visible labels are the column headings, so each input needs a label of its own.
            each.widget.attrs["aria-label"] = each.label
        field.choices = [("", _("Choose")), (ICP_MATCH, _("Account matches the ICP")), *signals]

    def row(self) -> dict[str, Any]:
        """The rule as stored in a version's content; invalid fields are left out."""
        values = {n: self.cleaned_data.get(n) for n in self.fields if n not in ("what", "key")}
        what = self.cleaned_data.get("what") or ""
        values["decay"] = values["decay"] or "none"
        if what == ICP_MATCH:
            values |= {"source": ICP_MATCH}
        else:
            values |= {"source": "signal", "signal": what}
        if self.cleaned_data.get("key"):
            values["key"] = self.cleaned_data["key"]
        return {name: value for name, value in values.items() if value not in (None, "")}

    def sketch(self) -> dict[str, Any] | None:
        """The rule as typed so far; None while it is not valid."""
        given = {self.add_prefix(name): value for name, value in _values(self).items()}
        copy = RuleForm(given, prefix=self.prefix, signals=self.signals)
        return copy.row() if copy.is_valid() else None

    def take_error(self, name: str, text: str) -> None:
        """Attach an error of the model to its field."""
        field = {"signal": "what", "source": "what", "key": "what"}.get(name, name)
        if not self.has_error(field):
            self.add_error(field if field in self.fields else None, text)


class ThresholdsForm(forms.Form):
    mql_at = forms.IntegerField(label=gettext_lazy("MQL from"), min_value=1, max_value=10_000)
    sql_at = forms.IntegerField(label=gettext_lazy("SQL from"), min_value=1, max_value=10_000)
    mql_min_fit = forms.IntegerField(
        label=gettext_lazy("Fit at least, for an MQL"),
        required=False,
        min_value=0,
        max_value=10_000,
    )
    mql_min_engagement = forms.IntegerField(
        label=gettext_lazy("Engagement at least, for an MQL"),
        required=False,
        min_value=0,
        max_value=10_000,
    )
    fit_cap = forms.IntegerField(
        label=gettext_lazy("Fit at most"), required=False, min_value=0, max_value=10_000
    )
    engagement_cap = forms.IntegerField(
        label=gettext_lazy("Engagement at most"), required=False, min_value=0, max_value=10_000
    )
    note = forms.CharField(
        label=gettext_lazy("Why it changes"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ModelForm:
    """Thresholds and rows of rules, submitted together. A row keeps its number when it is moved."""

    def __init__(
        self,
        *,
        signals: list[tuple[str, str]],
        data: Mapping[str, Any] | None = None,
        rows: list[str] | None = None,
        model: ScoringModel | None = None,
        note: str = "",
    ) -> None:
        self.signals = signals
        self.data = data
        if data is None:
            model = model or ScoringModel()
            self.rows = [str(i) for i in range(len(model.rules))]
            self.thresholds = ThresholdsForm(initial=_thresholds(model) | {"note": note})
            self.weights = WeightsForm.of(model.account)
            self.rules = [
                self._form(str(i), initial=_initial(rule)) for i, rule in enumerate(model.rules)
            ]
        else:
            asked = dict.fromkeys(r for r in rows or [] if ROW.fullmatch(r))
            self.rows = list(asked)[:MAX_RULES]
            self.thresholds = ThresholdsForm(data)
            self.weights = WeightsForm(data, prefix=WeightsForm.PREFIX)
            self.rules = [self._form(row, data=data) for row in self.rows]

    def _form(self, row: str, **kwargs: Any) -> RuleForm:
        return RuleForm(prefix=f"rule-{row}", signals=self.signals, **kwargs)

    @property
    def lines(self) -> list[tuple[str, RuleForm]]:
        return list(zip(self.rows, self.rules, strict=True))

    def loosened(self) -> ModelForm:
        """The same values without error messages, for a form that is not being saved yet."""
        copy = ModelForm(signals=self.signals)
        copy.rows = list(self.rows)
        copy.thresholds = ThresholdsForm(initial=_values(self.thresholds))
        copy.weights = WeightsForm(initial=_values(self.weights), prefix=WeightsForm.PREFIX)
        copy.rules = [copy._form(row, initial=_values(form)) for row, form in self.lines]
        return copy

    def add(self, dimension: str) -> None:
        number = str(max((int(row) for row in self.rows), default=-1) + 1)
        if len(self.rows) >= MAX_RULES:
            return
        self.rows.append(number)
        self.rules.append(self._form(number, initial={"dimension": dimension, "min_count": 1}))

    def remove(self, row: str) -> None:
        if row in self.rows:
            place = self.rows.index(row)
            del self.rows[place], self.rules[place]

    def move(self, row: str, step: int) -> None:
        if row not in self.rows:
            return
        place = self.rows.index(row)
        other = place + step
        if 0 <= other < len(self.rows):
            self.rows.insert(other, self.rows.pop(place))
            self.rules.insert(other, self.rules.pop(place))

    def is_valid(self) -> bool:
        forms = (self.thresholds, self.weights, *self.rules)
        wrong = [form for form in forms if not form.is_valid()]
        return not wrong

    def content(self) -> dict[str, Any]:
        """The content to store in a version; keys of new rules are derived from their signals."""
        cleaned = self.thresholds.cleaned_data
        values = {n: cleaned[n] for n in THRESHOLDS if cleaned.get(n) is not None}
        rules = [form.row() for form in self.rules]
        _name(rules)
        return {**values, **self.weights.content(), "rules": rules}

    def sketch(self) -> tuple[dict[str, Any], dict[str, str]]:
        """The model as typed so far, and a mapping of rule key to row."""
        written = ThresholdsForm(_values(self.thresholds))
        written.is_valid()
        cleaned = written.cleaned_data
        values = {n: cleaned[n] for n in THRESHOLDS if cleaned.get(n) is not None}
        rows = [(row, rule) for row, form in self.lines if (rule := form.sketch()) is not None]
        rules = [rule for _row, rule in rows]
        _name(rules)
        return {**values, "rules": rules}, {rule["key"]: row for row, rule in rows}

    @property
    def why(self) -> str:
        return str(self.thresholds.cleaned_data.get("note") or "")

    def take_errors(self, errors: dict[str, str]) -> None:
        """Attach errors of the model, such as `rules.2.points`, to their fields."""
        for path, text in errors.items():
            parts = path.split(".")
            if parts[0] == "rules" and len(parts) == 3:
                self.rules[int(parts[1])].take_error(parts[2], text)
            elif parts[0] == "account":
                self.weights.take_error(parts[-1], text)
            else:
                known = path if path in self.thresholds.fields else None
                self.thresholds.add_error(known, text)


def _name(rules: list[dict[str, Any]]) -> None:
    taken = {rule["key"] for rule in rules if "key" in rule}
    for rule in rules:
        if "key" in rule:
            continue
        base = key = str(rule.get("signal") or rule.get("source") or "rule")[:50]
        number = 2
        while key in taken:
            key, number = f"{base}-{number}", number + 1
        rule["key"] = key
        taken.add(key)


def _values(form: forms.Form) -> dict[str, Any]:
    return {name: form[name].value() for name in form.fields}


def _thresholds(model: ScoringModel) -> dict[str, Any]:
    return {name: getattr(model, name) for name in THRESHOLDS}


def _initial(rule: Rule) -> dict[str, Any]:
    values = {
        name: getattr(rule, name)
        for name in (
            "key",
            "dimension",
            "points",
            "min_count",
            "window_days",
            "decay",
            "decay_days",
            "cap",
            "reason",
        )
    }
    return values | {"what": ICP_MATCH if rule.source == ICP_MATCH else rule.signal}


class SignalForm(forms.Form):
    """A new signal. The code is what other systems send."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=60,
        help_text=gettext_lazy("What other systems send: lower case, such as pricing_page_view."),
    )
    name = NameField(label=gettext_lazy("Name"), max_length=120)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=Signal.Kind.choices, widget=forms.RadioSelect
    )
    side = forms.ChoiceField(label=gettext_lazy("Whose"), choices=Side.choices)

    code_pattern: ClassVar[re.Pattern[str]] = re.compile(SIGNAL_CODE)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip().lower()
        if not self.code_pattern.fullmatch(code):
            raise ValidationError(_("Use letters without accents, digits, - and _."))
        return code


class SignalNameForm(ChangedFieldsForm):
    name = NameField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy(
            "A name that came with Entente is shown to each person in their language; "
            "your own is shown as you write it."
        ),
    )
    side = forms.ChoiceField(label=gettext_lazy("Whose"), choices=Side.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.carry_initial()
