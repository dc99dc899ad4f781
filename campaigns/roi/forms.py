"""The editor of a calculator, and sharing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Stakeholder
from alignment.core.names import NameField
from campaigns.opportunities.models import Opportunity
from campaigns.opportunities.rules import CURRENCIES

from .models import Calculator, RoiShare
from .rules.content import (
    LONGEST,
    MOST_FORMULAS,
    MOST_INPUTS,
    Content,
    Input,
    Outcome,
    Words,
)
from .rules.expressions import MOST_CHARACTERS
from .words import plain

UNIT_CHOICES = [
    ("money", _("Money")),
    ("percent", _("Percent")),
    ("months", _("Months")),
    ("number", _("Number")),
]


def _words(label: Any, most: int, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=False, **options)


class CalculatorForm(forms.Form):
    name = NameField(
        label=_("Name"), max_length=120, help_text=_("For us; prospects do not see it.")
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=[(c, c) for c in CURRENCIES])
    title_en = forms.CharField(label=_("Title, English"), max_length=LONGEST["title"])
    title_fr = _words(_("Title, French"), LONGEST["title"])
    intro_en = _words(
        _("Introduction, English"), LONGEST["intro"], widget=forms.Textarea(attrs={"rows": 2})
    )
    intro_fr = _words(
        _("Introduction, French"), LONGEST["intro"], widget=forms.Textarea(attrs={"rows": 2})
    )


class _Row(forms.Form):
    """A row without a name in English and without a key is left out."""

    label_en = _words(_("English"), LONGEST["label"])
    label_fr = _words(_("French"), LONGEST["label"])
    key = forms.CharField(
        label=_("Name in formulas"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )
    unit = forms.ChoiceField(
        label=_("Unit"), choices=UNIT_CHOICES, initial="number", required=False
    )
    # Filling in any field of `naming` makes a row count; a row that counts requires `needed`.
    naming: ClassVar[tuple[str, ...]] = ("label_en", "key")
    needed: ClassVar[tuple[str, ...]] = ("unit",)

    @property
    def is_row(self) -> bool:
        given = self.cleaned_data
        return any(given.get(name) for name in self.naming) and not given.get("DELETE")

    def clean(self) -> dict[str, Any]:
        if self.is_row:
            for name in self.needed:
                if self.cleaned_data.get(name, "") in (None, "") and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        return self.cleaned_data

    @classmethod
    def blank(cls) -> dict[str, Any]:
        """The initial values of an empty row."""
        fields = cls.base_fields.items()
        return {name: field.initial for name, field in fields if field.initial is not None}

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        key = given["key"] or slugify(given["label_en"]).replace("-", "_")[:40].rstrip("_")
        return {
            "key": key,
            "label": Words(given["label_en"], given["label_fr"]),
            "unit": given["unit"],
        }


def _bound(label: Any, initial: float) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        initial=initial,
        required=False,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )


class InputForm(_Row):
    default = _bound(_("At first"), 0)
    low = _bound(_("At least"), 0)
    high = _bound(_("At most"), 1_000_000)
    step = _bound(_("Step"), 1)
    needed = ("unit", "default", "low", "high", "step")

    def row(self) -> Input:
        given = self.cleaned_data
        numbers = {name: given[name] for name in ("default", "low", "high", "step")}
        return Input(**self.said(), **numbers)


class OutcomeForm(_Row):
    expression = forms.CharField(
        label=_("Formula"),
        max_length=MOST_CHARACTERS,
        required=False,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )
    shown = forms.BooleanField(label=_("Shown to the prospect"), required=False, initial=True)
    naming = ("label_en", "key", "expression")

    def row(self) -> Outcome:
        given = self.cleaned_data
        return Outcome(**self.said(), expression=given["expression"], shown=given["shown"])


class _Rows(BaseFormSet):  # type: ignore[type-arg]
    def kept(self) -> list[Any]:
        return [form for form in self.forms if form.is_row]

    def put(self, number: str, name: str, text: str) -> None:
        """Put an error of the content at its field: row 2, `label.en`."""
        self.kept()[int(number) - 1].add_error(name.replace(".", "_"), text)


class Editor:
    """The form of a calculator, with the rows of its inputs and formulas."""

    def __init__(
        self, data: Any = None, *, name: str = "", content: Content | None = None, blank: int = 1
    ) -> None:
        self.form = CalculatorForm(data, initial=_initial(name, content))
        self.inputs = _rows(InputForm, "inputs", MOST_INPUTS, data, blank, content)
        self.formulas = _rows(OutcomeForm, "formulas", MOST_FORMULAS, data, blank, content)

    def is_valid(self) -> bool:
        # Every form is validated, without short-circuiting, so that all errors show at once.
        return all([self.form.is_valid(), self.inputs.is_valid(), self.formulas.is_valid()])

    def content(self) -> Content:
        given = self.form.cleaned_data
        return Content(
            title=Words(given["title_en"], given["title_fr"]),
            intro=Words(given["intro_en"], given["intro_fr"]),
            currency=given["currency"],
            inputs=tuple(form.row() for form in self.inputs.kept()),
            formulas=tuple(form.row() for form in self.formulas.kept()),
        )

    def take_errors(self, errors: dict[str, str]) -> None:
        """Put errors of the rules at their fields: `formulas.2.expression`, `title.en`."""
        for place, text in errors.items():
            kind, _dot, rest = place.partition(".")
            number, _dot, name = rest.partition(".")
            if number.isdigit():
                (self.inputs if kind == "inputs" else self.formulas).put(number, name, text)
            else:
                field = place.replace(".", "_")
                self.form.add_error(field if field in self.form.fields else None, text)


ROWS: dict[str, type[_Row]] = {"inputs": InputForm, "formulas": OutcomeForm}


def with_another_row(posted: QueryDict, prefix: str) -> QueryDict:
    """The submitted data plus an empty row of "inputs" or "formulas" at the end."""
    data, number = posted.copy(), _number_of_rows(posted, prefix)
    data[f"{prefix}-TOTAL_FORMS"] = str(number + 1)
    for name, value in ROWS[prefix].blank().items():
        data[f"{prefix}-{number}-{name}"] = "on" if value is True else str(value)
    return data


def without_row(posted: QueryDict, prefix: str, gone: int) -> QueryDict:
    """The submitted data without the row `gone` of "inputs" or "formulas"; later rows move up."""
    data, number = posted.copy(), _number_of_rows(posted, prefix)
    if not 0 <= gone < number:
        return data
    for row in range(gone, number):
        for name in (*ROWS[prefix].base_fields, "DELETE"):
            data.pop(f"{prefix}-{row}-{name}", None)
            if (behind := f"{prefix}-{row + 1}-{name}") in posted:
                data.setlist(f"{prefix}-{row}-{name}", posted.getlist(behind))
    stored = posted.get(f"{prefix}-INITIAL_FORMS", "")
    if stored.isdecimal() and gone < int(stored[:3]):
        data[f"{prefix}-INITIAL_FORMS"] = str(int(stored[:3]) - 1)
    data[f"{prefix}-TOTAL_FORMS"] = str(number - 1)
    return data


def _number_of_rows(posted: QueryDict, prefix: str) -> int:
    typed = posted.get(f"{prefix}-TOTAL_FORMS", "")
    return int(typed) if typed.isdecimal() and len(typed) < 3 else 0


def _rows(
    form: type[_Row], prefix: str, most: int, data: Any, blank: int, content: Content | None
) -> Any:
    factory = formset_factory(
        form, formset=_Rows, extra=blank, can_delete=True, max_num=most, absolute_max=most + 5
    )
    rows = getattr(content, prefix, ())
    return factory(data, initial=[_initial_row(row) for row in rows], prefix=prefix)


def _initial(name: str, content: Content | None) -> dict[str, Any]:
    if content is None:
        return {"name": name}
    return {
        "name": name,
        "currency": content.currency,
        "title_en": content.title.en,
        "title_fr": content.title.fr,
        "intro_en": content.intro.en,
        "intro_fr": content.intro.fr,
    }


def _initial_row(row: Input | Outcome) -> dict[str, Any]:
    said = {
        "label_en": row.label.en,
        "label_fr": row.label.fr,
        "key": row.key,
        "unit": row.unit,
    }
    if isinstance(row, Outcome):
        return {**said, "expression": row.expression, "shown": row.shown}
    return {**said, **{n: plain(getattr(row, n)) for n in ("default", "low", "high", "step")}}


class ShareForm(forms.Form):
    """Whom a page is for, and how long it stays open."""

    calculator = forms.ModelChoiceField(
        Calculator.objects.none(), label=_("Calculator"), empty_label=None
    )
    stakeholder = forms.ModelChoiceField(
        Stakeholder.objects.none(),
        label=_("For whom"),
        empty_label=_("Nobody in particular"),
        required=False,
        help_text=_("Opening and using it count for this person’s score."),
    )
    opportunity = forms.ModelChoiceField(
        Opportunity.objects.none(), label=_("Opportunity"), empty_label="—", required=False
    )
    sender = forms.CharField(
        label=_("Our company’s name"),
        max_length=120,
        help_text=_("All that the page says about us."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=RoiShare.Language.choices)
    days = forms.IntegerField(label=_("Open for, days"), min_value=1, max_value=365, initial=30)

    def __init__(
        self, *args: Any, account: Account, calculators: Sequence[Calculator], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        program = account.program_id
        people = Stakeholder.objects.in_program(program).filter(account=account)
        deals = Opportunity.objects.in_program(program).filter(account=account)
        offered = Calculator.objects.in_program(program).filter(
            pk__in=[each.pk for each in calculators]
        )
        rows: Any = {
            "calculator": offered.select_related("program").order_by("name"),
            "stakeholder": people.order_by("last_name", "first_name"),
            "opportunity": deals.order_by("-opened_at"),
        }
        for name, found in rows.items():
            self.fields[name].queryset = found  # type: ignore[attr-defined]
