"""One form for each kind of criterion."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alignment.core.figures import decimal_comma, whole
from alignment.reference.models import Cbsa, NaicsCode
from alignment.reference.numbers import NotANumber, parse_number
from alignment.reference.queries import states

from .rules import MAX_VALUES, Criterion
from .words import kind_title

LARGEST_AMOUNT = 10**15
LONGEST_REASON = 500


class AmountField(forms.CharField):
    """A whole number as people write it in their language: 500, 1,450, 20M, $1.2B."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "amount": gettext_lazy("Write a number, such as 500, 1,450 or 20M."),
        "whole": gettext_lazy("Write a whole number."),
    }

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        try:
            number = parse_number(text or "", decimal_comma=decimal_comma(), counting=True)
        except NotANumber as error:
            raise ValidationError(self.error_messages["amount"]) from error
        if number is None and text:
            raise ValidationError(self.error_messages["amount"])
        if number is None:
            return None
        if number != int(number):
            raise ValidationError(self.error_messages["whole"])
        if not 0 <= number <= LARGEST_AMOUNT:
            raise ValidationError(self.error_messages["amount"])
        return int(number)

    def prepare_value(self, value: Any) -> Any:
        return whole(value) if isinstance(value, int) else value


class CriterionForm(forms.Form):
    """What every criterion has: its weight and the reason both teams agreed on."""

    kind: ClassVar[str] = ""

    weight = forms.ChoiceField(
        label=gettext_lazy("Weight"),
        choices=[
            ("must", gettext_lazy("Must: without it no match")),
            ("preferred", gettext_lazy("Preferred: raises the grade")),
            ("exclude", gettext_lazy("Excluded: with it no match")),
        ],
        widget=forms.RadioSelect,
        initial="must",
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One sentence that a new colleague would understand."),
    )

    def values(self) -> dict[str, Any]:
        """The criterion as a version's content keeps it, without its key."""
        cleaned = {name: v for name, v in self.cleaned_data.items() if v not in (None, "", [])}
        return {"kind": self.kind, **cleaned}

    def take_errors(self, errors: dict[str, str]) -> None:
        """Put errors such as `criteria.3.min` at their fields."""
        for path, text in errors.items():
            name = path.rpartition(".")[2]
            self.add_error(name if name in self.fields else None, text)


class _RangeForm(CriterionForm):
    min = AmountField(label=gettext_lazy("From"), required=False)
    max = AmountField(label=gettext_lazy("To"), required=False)

    field_order = ["min", "max", "weight", "reason"]


class EmployeesForm(_RangeForm):
    kind = "employees"


class RevenueForm(_RangeForm):
    kind = "revenue"


class BudgetForm(CriterionForm):
    kind = "budget"
    min = AmountField(label=gettext_lazy("At least, in dollars"))

    field_order = ["min", "weight", "reason"]


class MaturityForm(CriterionForm):
    kind = "maturity"
    min = forms.TypedChoiceField(
        label=gettext_lazy("At least"), coerce=int, choices=[(n, str(n)) for n in range(1, 6)]
    )

    field_order = ["min", "weight", "reason"]


class TechnologyForm(CriterionForm):
    kind = "technology"
    names = forms.CharField(
        label=gettext_lazy("Any of"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Names separated by commas, such as salesforce, snowflake."),
    )

    field_order = ["names", "weight", "reason"]

    def clean_names(self) -> list[str]:
        names = [name.strip().lower() for name in self.cleaned_data["names"].split(",")]
        return list(dict.fromkeys(name for name in names if name))


class _PickerForm(CriterionForm):
    """Codes are ticked in a picker, so any known code is a valid choice."""

    picked: ClassVar[str] = ""
    model: ClassVar[type[NaicsCode] | type[Cbsa]] = NaicsCode

    def chosen(self) -> list[str]:
        """The ticked codes, valid or not: nothing that was typed is lost."""
        values = self[self.picked].value() or []
        return [str(value) for value in values][:MAX_VALUES]

    def _known(self, codes: list[str]) -> list[str]:
        unique = list(dict.fromkeys(codes))[: MAX_VALUES + 1]
        known = set(self.model.objects.filter(pk__in=unique).values_list("pk", flat=True))
        unknown = [code for code in unique if code not in known]
        if unknown:
            raise ValidationError(_("“%(code)s” is not known.") % {"code": unknown[0]})
        return unique


class _Codes(forms.MultipleChoiceField):
    def valid_value(self, value: str) -> bool:
        return len(value) <= 10


class IndustryForm(_PickerForm):
    kind = "industry"
    picked = "codes"
    codes = _Codes(
        label=gettext_lazy("Industries"),
        error_messages={"required": gettext_lazy("Choose at least one industry.")},
    )

    field_order = ["codes", "weight", "reason"]

    def clean_codes(self) -> list[str]:
        return self._known(self.cleaned_data["codes"])


class GeographyForm(_PickerForm):
    kind = "geography"
    picked = "cbsas"
    model = Cbsa
    states = forms.MultipleChoiceField(
        label=gettext_lazy("States"), required=False, widget=forms.CheckboxSelectMultiple
    )
    cbsas = _Codes(label=gettext_lazy("Metropolitan areas"), required=False)

    field_order = ["states", "cbsas", "weight", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["states"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = states()

    def clean_cbsas(self) -> list[str]:
        return self._known(self.cleaned_data["cbsas"])


FORMS: dict[str, type[CriterionForm]] = {
    form.kind: form
    for form in (
        EmployeesForm,
        RevenueForm,
        IndustryForm,
        GeographyForm,
        MaturityForm,
        TechnologyForm,
        BudgetForm,
    )
}


def kinds() -> list[tuple[str, str]]:
    """What a criterion can look at, for the menu that adds one."""
    return [(kind, kind_title(kind)) for kind in FORMS]


def initial_of(criterion: Criterion) -> dict[str, Any]:
    """A criterion as its form shows it."""
    return {
        "weight": criterion.weight,
        "reason": criterion.reason,
        "min": criterion.minimum,
        "max": criterion.maximum,
        "codes": list(criterion.codes),
        "names": ", ".join(criterion.names),
        "states": list(criterion.states),
        "cbsas": list(criterion.cbsas),
    }
