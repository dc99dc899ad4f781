"""Forms for what sales found out about an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.field.models import Competitor, CriterionFinding, Relationship

from .forms import AccountForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.exceptions import ValidationError

    from accounts.models import Stakeholder
    from alignment.people.models import Membership

Outcome = CriterionFinding.Outcome
# The fields of the facts' form that hold the correct value for each kind of criterion.
FIELDS: dict[str, tuple[str, ...]] = {
    "revenue": ("revenue",),
    "employees": ("employees",),
    "industry": ("naics",),
    "maturity": ("technology_maturity",),
    "technology": ("technologies",),
    "budget": ("budget_usd",),
    "geography": ("city", "state", "zip"),
}
STRENGTHS = (
    (1, _("1 · weak: they complain")),
    (2, _("2 · tolerated")),
    (3, _("3 · works well enough")),
    (4, _("4 · liked")),
    (5, _("5 · strong: deep in daily work")),
)


class DayInput(forms.DateInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class FindingForm(AccountForm):
    """The fields of the facts' form on which the criterion depends, initially empty."""

    outcome = forms.ChoiceField(label=_("What you found"))
    seen = forms.CharField(
        label=_("What you saw"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who said it or where it stands, for marketing to read."),
    )

    def __init__(self, *args: Any, kind: str, is_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, members=(), **kwargs)
        shown = ("outcome", *FIELDS[kind], "seen")
        self.fields = {name: self.fields[name] for name in shown}
        self.initial = {}
        outcomes = [Outcome.CONFIRMED, Outcome.REFUTED] if is_known else [Outcome.FILLED]
        choices: Any = self.fields["outcome"]
        choices.choices = [(item.value, item.label) for item in outcomes]
        if not is_known:
            choices.initial = Outcome.FILLED.value
        else:
            choices.widget = forms.RadioSelect(choices=choices.choices)
        self.first_value = FIELDS[kind][0]
        for name in FIELDS[kind]:
            self.fields[name].initial = None

    def values(self) -> dict[str, Any]:
        """The corrected facts; all None if nothing was entered."""
        said = ("outcome", "seen")
        return self.facts_of({n: v for n, v in self.cleaned_data.items() if n not in said})

    def refuse(self, refused: ValidationError) -> None:
        """Add the errors of the action to the fields."""
        for name, texts in refused.message_dict.items():
            field = self.first_value if name == "value" else name
            for text in texts:
                self.add_error(field if field in self.fields else None, text)


class NotedForm(forms.Form):
    """Adds an entry, or edits `row`. Adding an entry that exists keeps the values of fields left
    empty.
    """

    # The fields that identify a row, which an edit cannot change.
    keys: ClassVar[Sequence[str]] = ()

    def __init__(self, *args: Any, row: Relationship | Competitor | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        for name in self.keys if row else ():
            self.fields[name].disabled = True
        for name in self.fields if row else ():
            self.initial[name] = getattr(row, f"{name}_id", None) or getattr(row, name)

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {n: v for n, v in given.items() if self.row or (v is not None and v != "")}


class RelationshipForm(NotedForm):
    keys = ("user", "stakeholder")

    user = forms.TypedChoiceField(label=_("Who of us"), coerce=int)
    stakeholder = forms.TypedChoiceField(label=_("Knows whom"), coerce=int)
    # No default: whatever is saved counts as a fact.
    strength = forms.TypedChoiceField(
        label=_("How well"), coerce=int, choices=[("", "—"), *Relationship.Strength.choices]
    )
    since = forms.DateField(label=_("Since"), required=False, widget=DayInput())
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(
        self,
        *args: Any,
        members: Sequence[Membership],
        people: Sequence[Stakeholder],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        ours: Any = self.fields["user"]
        ours.choices = [(member.user_id, str(member.user)) for member in members]
        theirs: Any = self.fields["stakeholder"]
        theirs.choices = [("", "—"), *((person.pk, str(person)) for person in people)]


class HandOverForm(forms.Form):
    user = forms.TypedChoiceField(label=_("Who takes over"), coerce=int)

    def __init__(self, *args: Any, members: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ours: Any = self.fields["user"]
        ours.choices = [(member.user_id, str(member.user)) for member in members]


class CompetitorForm(NotedForm):
    keys = ("name",)

    name = forms.CharField(
        label=_("Incumbent"), max_length=120, help_text=_("Whose product they use today.")
    )
    contract_ends = forms.DateField(label=_("Contract ends"), required=False, widget=DayInput())
    # No default, since a guess must not become a fact.
    strength = forms.TypedChoiceField(
        label=_("How strong there"), coerce=int, choices=[("", "—"), *STRENGTHS]
    )
    source = forms.CharField(label=_("How we know"), max_length=120, required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
