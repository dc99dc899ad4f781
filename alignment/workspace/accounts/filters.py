"""The filters of the list of accounts: a form, its query, and its chips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from accounts.queries.finding import accounts_like
from alignment.icp.models import Answer
from alignment.icp.queries import icp_in_force
from alignment.icp.words import in_words
from alignment.reference.spoken import state_choices
from alignment.workspace.selects import QuickSelect

from .answers import AnswerFilter, AnswerRow, answer_rows, bits_set, said_of
from .shared_filters import INTENT, LEADS, TIERS, AmountFilter, Narrowing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alignment.core.scoping import ScopedQuerySet
    from alignment.icp.rules import Criterion
    from alignment.people.models import Membership, Program

# A new filter needs its declaration below, a method if necessary, and its name in one of these: on
# the bar, or behind "More filters".
ON_THE_BAR = ("verdict", "unknown", "state", "owner", "leads")
BEHIND = (
    "tier",
    "intent",
    "score_min",
    "industry",
    "metro",
    "employees_min",
    "employees_max",
    "revenue_min",
    "revenue_max",
)


# Stands for any criterion; it cannot be the key of one.
ANYTHING = "*"


def _names(criteria: Sequence[Criterion]) -> dict[str, str]:
    """Key -> text of each criterion of the profile in force."""
    said = in_words(criteria)
    return {
        criterion.key: f"{words.title} · {words.wanted}"
        for criterion, words in zip(criteria, said, strict=True)
    }


class GapField(forms.ChoiceField):
    """Accepts any value: a link may name a criterion that no longer exists, which must find no
    accounts rather than all.
    """

    def valid_value(self, value: str) -> bool:
        return True


class GapFilter(django_filters.Filter):
    field_class = GapField


class AccountFilter(Narrowing, django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_text", label=_("Name or domain"), max_length=100)
    verdict = django_filters.ChoiceFilter(
        widget=QuickSelect,
        method="by_verdict",
        label=_("Verdict"),
        choices=Answer.choices,
        empty_label=_("Any verdict"),
    )
    state = django_filters.ChoiceFilter(
        widget=QuickSelect,
        label=_("State"),
        choices=state_choices,
        empty_label=_("Any state"),
    )
    owner = django_filters.ChoiceFilter(
        widget=QuickSelect, method="by_owner", label=_("Owner"), empty_label=_("Any owner")
    )
    leads = django_filters.ChoiceFilter(
        widget=QuickSelect,
        method="by_leads",
        label=_("Leads"),
        choices=LEADS,
        empty_label=_("With or without leads"),
    )
    hot = django_filters.BooleanFilter(
        method="by_heat", label=_("With an MQL or SQL"), widget=forms.CheckboxInput
    )
    metro = django_filters.CharFilter(
        method="by_metro",
        label=_("Metropolitan area"),
        max_length=100,
        widget=forms.TextInput(attrs={"list": "metros-like"}),
    )
    industry = django_filters.CharFilter(
        method="by_industry",
        label=_("Industry"),
        max_length=100,
        widget=forms.TextInput(attrs={"list": "industries-like"}),
    )
    employees_min = AmountFilter(method="at_least", label=_("Employees, from"))
    employees_max = AmountFilter(method="at_most", label=_("Employees, to"))
    revenue_min = AmountFilter(method="at_least", label=_("Revenue from, USD"))
    revenue_max = AmountFilter(method="at_most", label=_("Revenue to, USD"))
    score_min = AmountFilter(
        field_name="account_score__score", lookup_expr="gte", label=_("Account score, from")
    )
    intent = django_filters.ChoiceFilter(
        widget=QuickSelect,
        method="by_intent",
        label=_("Intent"),
        choices=INTENT,
        empty_label=_("Any intent"),
    )
    tier = django_filters.ChoiceFilter(
        widget=QuickSelect,
        method="by_tier",
        label=_("Target list"),
        choices=TIERS,
        empty_label=_("Target or not"),
    )
    met = django_filters.CharFilter(method="by_answer", label=_("Meets"), max_length=60)
    missed = django_filters.CharFilter(method="by_answer", label=_("Does not meet"), max_length=60)
    unknown = GapFilter(widget=QuickSelect, method="by_answer", label=_("To find out"), choices=())
    answer = AnswerFilter(method="by_answers", label=_("Criteria"))

    class Meta:
        model = Account
        fields: Sequence[str] = ()

    def __init__(
        self, *args: Any, program: Program, members: Sequence[Membership], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.program = program
        self.criteria = criteria = icp_in_force(program)[0].criteria
        self.keys = [criterion.key for criterion in criteria]
        self.names = _names(criteria)
        self.filters["unknown"].extra["choices"] = [
            ("", _("Known or unknown")),
            (ANYTHING, _("Anything to find out")),
            *self.names.items(),
        ]
        people = [(f"person:{member.user_id}", str(member.user)) for member in members]
        self.filters["owner"].extra["choices"] = [("nobody", _("Unassigned")), *people]
        for name in ON_THE_BAR:
            field = self.form.fields[name]
            field.widget.attrs |= {"class": "select", "aria-label": str(field.label)}

    def narrowed(self, *without: str) -> Any:
        """The rows after applying all filters except these."""
        self.form.is_valid()
        rows: Any = self.queryset.all()
        for name, value in self.form.cleaned_data.items():
            if name not in without:
                rows = self.filters[name].filter(rows, value)
        return rows

    def by_text(
        self, rows: ScopedQuerySet[Account], _name: str, value: str
    ) -> ScopedQuerySet[Account]:
        return accounts_like(rows, value)

    def by_owner(
        self, rows: ScopedQuerySet[Account], _name: str, value: str
    ) -> ScopedQuerySet[Account]:
        if value == "nobody":
            return rows.filter(owner__isnull=True)
        return rows.filter(owner_id=int(value.removeprefix("person:")))

    def by_answer(
        self, rows: ScopedQuerySet[Account], name: str, value: str
    ) -> ScopedQuerySet[Account]:
        """Accounts with this answer to a criterion of the profile in force."""
        if name == "unknown" and value == ANYTHING:
            return rows.filter(verdict__program=self.program, verdict__unknown_mask__gt=0)
        if value not in self.keys:
            return rows.none()
        bit = 1 << self.keys.index(value)
        answers = rows.filter(verdict__program=self.program)
        masks = {"met": "yes", "unknown": "unknown", "missed": "neither"}
        return bits_set(answers, **{masks[name]: bit})

    def suggest(self, **addresses: str) -> None:
        """Let text fields fetch suggestions while somebody types."""
        for name, address in addresses.items():
            attrs = self.form.fields[name].widget.attrs
            attrs |= {
                "hx-get": address,
                "hx-trigger": "input changed delay:200ms",
                "hx-target": f"#{attrs['list']}",
                "hx-sync": "this:replace",
            }

    @property
    def bar(self) -> list[Any]:
        return [self.form[name] for name in ON_THE_BAR]

    @property
    def behind(self) -> list[Any]:
        return [self.form[name] for name in BEHIND]

    @property
    def answers(self) -> list[AnswerRow]:
        """The criteria of the profile as choices."""
        return answer_rows(self.names, self.data.getlist("answer") if self.data else ())

    def said_of(self, value: str) -> str:
        """One of the requested answers as text."""
        return said_of(self.names, value)
