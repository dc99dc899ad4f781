"""One form for each kind of criterion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alignment.agreements.fields import ReasonField
from alignment.reference.models import Cbsa, NaicsCode
from alignment.reference.spoken import state_choices

from .fields import AmountField, CodesField, PrioritiesField, PrioritiesInput
from .pickers import Option
from .rules import MAX_VALUES, WEIGHTS, Criterion
from .words import kind_title

LONGEST_REASON = 500


class CriterionForm(forms.Form):
    """What every criterion has: its weight and the reason that both teams agreed on."""

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
    reason = ReasonField(
        label=gettext_lazy("Why"),
        max_length=LONGEST_REASON,
        error_messages={"required": gettext_lazy("Say why: both sides will sign this.")},
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One sentence that a new colleague would understand."),
    )

    def values(self) -> dict[str, Any]:
        """The criterion as stored in a version's content, without its key."""
        cleaned = {name: v for name, v in self.cleaned_data.items() if v not in (None, "", [], {})}
        return {"kind": self.kind, **cleaned}

    def take_errors(self, errors: dict[str, str]) -> None:
        """Attach errors such as `criteria.3.min` to their fields."""
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


class BudgetConfirmedForm(CriterionForm):
    kind = "budget_confirmed"
    confirmed = forms.TypedChoiceField(
        label=gettext_lazy("The budget is there"),
        coerce=lambda value: value == "yes",
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        widget=forms.RadioSelect,
        initial="yes",
        help_text=gettext_lazy(
            "The latest word of any lead of the account counts: the signal “Budget confirmed”."
        ),
    )

    field_order = ["confirmed", "weight", "reason"]


class MaturityForm(CriterionForm):
    kind = "maturity"
    min = forms.TypedChoiceField(
        label=gettext_lazy("At least"), coerce=int, choices=[(n, str(n)) for n in range(1, 6)]
    )

    field_order = ["min", "weight", "reason"]


class TechnologyForm(CriterionForm):
    kind = "technology"
    weight = forms.ChoiceField(
        label=gettext_lazy("Weight"),
        choices=[
            ("must", gettext_lazy("Required: without one of them no match")),
            ("preferred", gettext_lazy("Preferred: raises the grade")),
            ("exclude", gettext_lazy("Forbidden: with one of them no match")),
        ],
        widget=forms.RadioSelect,
        initial="must",
    )
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


class PickerForm(CriterionForm):
    """Codes are ticked in a picker, so any known code is a valid choice."""

    picked: ClassVar[str] = ""
    model: ClassVar[type[NaicsCode] | type[Cbsa]] = NaicsCode

    def chosen(self) -> list[str]:
        """The ticked codes, valid or not: nothing that was entered is lost."""
        values = self[self.picked].value() or []
        return [str(value) for value in values][:MAX_VALUES]

    def _known(self, codes: list[str]) -> list[str]:
        unique = list(dict.fromkeys(codes))[: MAX_VALUES + 1]
        known = set(self.model.objects.filter(pk__in=unique).values_list("pk", flat=True))
        unknown = [code for code in unique if code not in known]
        if unknown:
            raise ValidationError(_("“%(code)s” is not known.") % {"code": unknown[0]})
        return unique


class IndustryForm(PickerForm):
    kind = "industry"
    picked = "codes"
    codes = CodesField(
        label=gettext_lazy("Industries"),
        error_messages={"required": gettext_lazy("Choose at least one industry.")},
    )

    field_order = ["codes", "weight", "reason"]

    def clean_codes(self) -> list[str]:
        return self._known(self.cleaned_data["codes"])


class GeographyForm(PickerForm):
    kind = "geography"
    picked = "cbsas"
    model = Cbsa
    states = forms.MultipleChoiceField(
        label=gettext_lazy("States"), required=False, widget=forms.CheckboxSelectMultiple
    )
    cbsas = CodesField(label=gettext_lazy("Metropolitan areas"), required=False)
    priorities = PrioritiesField(
        label=gettext_lazy("Priorities"), required=False, widget=PrioritiesInput
    )

    field_order = ["states", "cbsas", "weight", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["states"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = self._states = state_choices()

    def clean_cbsas(self) -> list[str]:
        return self._known(self.cleaned_data["cbsas"])

    def clean(self) -> dict[str, Any]:
        """Keeps priorities only of places that are chosen."""
        cleaned = super().clean() or {}
        chosen = {*cleaned.get("states", ()), *cleaned.get("cbsas", ())}
        given = cleaned.get("priorities", {})
        cleaned["priorities"] = {place: n for place, n in given.items() if place in chosen}
        return cleaned

    def ranked(self) -> dict[str, str]:
        """Place -> its priority as entered in the form."""
        value = self["priorities"].value() or {}
        return {place: str(number) for place, number in value.items()}

    def state_options(self) -> list[Option]:
        """Every state, ticked or not, with its priority."""
        ticked, ranked = self["states"].value() or [], self.ranked()
        return [
            Option(code, name, code in ticked, ranked.get(code, "1")) for code, name in self._states
        ]


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
        BudgetConfirmedForm,
    )
}
# Kinds whose excluding lists people look for by name.
EXCLUDING = ("industry", "technology")


def kinds() -> list[tuple[str, str, str]]:
    """The kinds of criteria, for the menu that adds one: kind, title, query string."""
    found = []
    for kind in FORMS:
        found.append((kind, kind_title(kind), ""))
        if kind in EXCLUDING:
            found.append((kind, kind_title(kind, "exclude"), "?weight=exclude"))
    return found


def form_of(
    kind: str, data: Any = None, *, asked: Mapping[str, str] | None = None
) -> CriterionForm:
    """An empty form, or one with the submitted data; `asked` may name the initial weight."""
    weight = (asked or {}).get("weight", "")
    initial = {"weight": weight} if weight in WEIGHTS else {}
    return FORMS[kind](data, initial=initial)


def initial_of(criterion: Criterion) -> dict[str, Any]:
    """The initial values with which a form shows a criterion."""
    return {
        "weight": criterion.weight,
        "reason": criterion.reason,
        "min": criterion.minimum,
        "max": criterion.maximum,
        "codes": list(criterion.codes),
        "names": ", ".join(criterion.names),
        "states": list(criterion.states),
        "cbsas": list(criterion.cbsas),
        "priorities": dict(criterion.priorities),
        "confirmed": "yes" if criterion.confirmed else "no",
    }
