"""The facts of an account as a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from accounts.rules.accounts import us_misfits
from alignment.reference.numbers import Whole
from alignment.reference.queries import search_naics
from alignment.reference.spoken import state_choices
from alignment.workspace.amounts import AmountField, RangeField
from alignment.workspace.edits import EditForm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.rules.facts import AccountFacts, FieldError
    from alignment.people.models import Membership

MATURITIES = (
    ("1", _("1 · paper and spreadsheets")),
    ("2", _("2 · first tools")),
    ("3", _("3 · a system per department")),
    ("4", _("4 · connected systems")),
    ("5", _("5 · data drives decisions")),
)
RANGES = ("employees", "revenue")


class AccountForm(EditForm):
    """Ranges are one field here but two facts; an empty field means unknown."""

    fields_of = {f"{name}_{end}": name for name in RANGES for end in ("low", "high")}

    name = forms.CharField(label=_("Name"), max_length=200)
    domain = forms.CharField(
        label=_("Domain"),
        max_length=253,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "example.com", "autocapitalize": "none"}),
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    employees = RangeField(label=_("Employees"), help_text=_("A number or a range: 500, 50-200."))
    revenue = RangeField(
        label=_("Annual revenue, USD"),
        money=True,
        help_text=_("An amount or a range: 36.9M, 10M+."),
    )
    naics = forms.CharField(
        label=_("Industry"),
        max_length=100,
        required=False,
        help_text=_("A NAICS code such as 511210, or words such as software."),
    )
    technology_maturity = forms.TypedChoiceField(
        label=_("Technology maturity"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Unknown")), *MATURITIES],
    )
    technologies = forms.CharField(
        label=_("Technologies"),
        max_length=4_000,
        required=False,
        help_text=_("Separated by commas. Empty means unknown; write - if they use none."),
    )
    budget_usd = AmountField(label=_("Budget, USD"), money=True)
    city = forms.CharField(label=_("City"), max_length=100, required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=lambda: [("", _("Unknown")), *state_choices()],
    )
    zip = forms.CharField(label=_("ZIP code"), max_length=10, required=False)
    country = forms.CharField(label=_("Country"), max_length=2, required=False, initial="US")
    owner_id = forms.TypedChoiceField(
        label=_("Owner"), required=False, coerce=int, empty_value=None
    )

    def __init__(
        self,
        *args: Any,
        members: Sequence[Membership],
        account: Account | None = None,
        **kwargs: Any,
    ) -> None:
        if account:
            kwargs.setdefault("initial", initial_of(account))
        super().__init__(*args, **kwargs)
        self.members = members
        if account:
            self.carry_initial()
        people = {member.user_id: str(member.user) for member in members}
        if account and account.owner:
            # The current owner stays a choice, even if they may no longer be given accounts.
            people[account.owner.pk] = str(account.owner)
        owner: Any = self.fields["owner_id"]
        owner.choices = [("", _("Unassigned")), *people.items()]

    def clean_naics(self) -> str | None:
        """The code, or the one industry that the words match."""
        text = self.cleaned_data["naics"].strip()
        if not text or text.isdecimal() or text[:2].isdecimal():
            return text or None
        found = search_naics(text, limit=6)
        if len(found) == 1 or (found and text.casefold() in found[0].names()):
            return found[0].code
        if not found:
            raise forms.ValidationError(gettext("No industry is called that."))
        several = pgettext("between parts of a sentence", "; ").join(str(code) for code in found)
        raise forms.ValidationError(gettext("Which one? %(codes)s") % {"codes": several})

    def clean_technologies(self) -> list[str] | None:
        text = self.cleaned_data["technologies"].strip()
        if text == "-":
            return []
        names = [name.strip().lower() for name in text.split(",")]
        return [name for name in names if name] or None

    def clean(self) -> dict[str, Any] | None:
        """Checks state and area against each other; the facts' rules only see changed fields."""
        given = super().clean() or self.cleaned_data
        self.show(us_misfits(given, (given.get("country") or "US").upper()))
        return given

    def facts(self) -> AccountFacts:
        """All facts of the form; empty fields mean unknown."""
        return self.facts_of(self.cleaned_data)  # type: ignore[return-value]

    def facts_of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        facts: dict[str, Any] = {
            name: value if value != "" else None for name, value in values.items()
        }
        for name in RANGES:
            if name in facts:
                facts[f"{name}_low"], facts[f"{name}_high"] = facts.pop(name)
        return facts

    def as_shown(self, data: dict[str, Any]) -> AccountForm:
        return AccountForm(data, members=self.members)

    def show(self, errors: Sequence[FieldError]) -> None:
        """Add the errors of the facts' rules to the fields."""
        # Both ends of a range may have the same error, which is shown once.
        for name, text in dict.fromkeys(
            (self.fields_of.get(error.field, error.field), error.message) for error in errors
        ):
            self.add_error(name if name in self.fields else None, text)


def initial_of(account: Account) -> dict[str, Any]:
    """The facts of an account as initial values of the form."""
    plain = ("name", "domain", "description", "naics", "budget_usd", "city", "state", "zip")
    technologies = account.technologies
    return {
        **{name: getattr(account, name) for name in (*plain, "country", "owner_id")},
        "technology_maturity": account.technology_maturity,
        "technologies": "-" if technologies == [] else ", ".join(technologies or ()),
        "employees": Whole(account.employees_low, account.employees_high),
        "revenue": Whole(account.revenue_low, account.revenue_high),
    }
