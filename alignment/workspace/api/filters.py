"""Filters by verdicts and agreements in addition to facts, the same as on the page."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from rest_framework.exceptions import ValidationError

from accounts.api.filters import AccountFilter
from accounts.models import Account
from alignment.core.rest import filters
from alignment.core.scoping import ScopedQuerySet
from alignment.icp.models import Answer
from alignment.icp.queries import icp_in_force
from alignment.icp.rules import Criterion
from alignment.people.models import Program
from alignment.reference.models import Cbsa
from alignment.workspace.accounts.answers import AnswerFilter, masks_of
from alignment.workspace.accounts.shared_filters import INTENT, LEADS, TIERS, Narrowing
from alignment.workspace.reference_names import industries_like, metros_like


class JudgedAccountFilter(Narrowing, AccountFilter):
    verdict = filters.ChoiceFilter(
        method="by_verdict", choices=Answer.choices, label="Verdict of the ICP in force"
    )
    answer = AnswerFilter(
        method="by_answers",
        label=(
            "`criterion:yes`, `:no` or `:unknown`, with a key of the profile in force; repeated,"
            " an account answers all as asked. An exclusion that does not apply is a yes"
        ),
    )
    tier = filters.ChoiceFilter(
        method="by_tier", choices=TIERS, label="Tier on the target list, on it (any), or none"
    )
    intent = filters.ChoiceFilter(method="by_intent", choices=INTENT, label="Intent")
    leads = filters.ChoiceFilter(
        method="by_leads", choices=LEADS, label="Open leads, none, or one in this stage"
    )
    score_min = filters.WholeFilter(
        field_name="account_score__score", lookup_expr="gte", label="Account score, from"
    )
    industry = filters.CharFilter(
        method="by_industry",
        max_length=100,
        label=(
            "First digits of NAICS, of 2017 or 2022, a sector such as 31-33, or words of its titles"
        ),
    )
    metro = filters.CharFilter(
        method="by_metro",
        max_length=100,
        label="Metropolitan area: CBSA code, or words of its name",
    )
    employees_min = filters.WholeFilter(method="at_least", label="Employees, from")
    employees_max = filters.WholeFilter(method="at_most", label="Employees, to")
    revenue_min = filters.WholeFilter(method="at_least", label="Yearly revenue in USD, from")
    revenue_max = filters.WholeFilter(method="at_most", label="Yearly revenue in USD, to")

    @property
    def program(self) -> Program:  # type: ignore[override]
        found: Program = self.request.program
        return found

    @cached_property
    def criteria(self) -> Sequence[Criterion]:  # type: ignore[override]
        return icp_in_force(self.program)[0].criteria

    def by_answers(self, rows: ScopedQuerySet[Account], _name: str, value: list[str]) -> Any:
        """A page tolerates an outdated link; an API client gets an error for an unknown key."""
        if value and masks_of(value, self.criteria) is None:
            keys = ", ".join(criterion.key for criterion in self.criteria)
            raise ValidationError({"answer": f"criterion:yes|no|unknown. Criteria: {keys}."})
        return super().by_answers(rows, _name, value)

    def by_industry(self, rows: ScopedQuerySet[Account], _name: str, value: str) -> Any:
        if not industries_like(value):
            raise ValidationError({"industry": "No industry of NAICS is called that."})
        return super().by_industry(rows, _name, value)

    def by_metro(self, rows: ScopedQuerySet[Account], _name: str, value: str) -> Any:
        if not Cbsa.objects.filter(code__in=metros_like(value)).exists():
            raise ValidationError({"metro": "No metropolitan area is called that."})
        return super().by_metro(rows, _name, value)
