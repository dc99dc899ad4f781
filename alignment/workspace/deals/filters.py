"""The filters of opportunities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Account
from accounts.queries.finding import accounts_like
from alignment.core.addresses import HIGHEST_ID
from alignment.workspace.owner_filter import OwnerFilter
from alignment.workspace.plan.campaigns import campaign_in
from alignment.workspace.plan.doings import deals_of
from campaigns.opportunities.models import Opportunity, Outcome

from .forecast import LATER, OVERDUE, UNDATED, expected_in, month_key, months_ahead, won_in
from .standing import at_risk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import Program


class DealFilter(OwnerFilter):
    PERSON = "owner"
    SELECTS = ("owner", "team", "state", "close", "risk")

    q = django_filters.CharFilter(
        method="by_text", label=_("Opportunity or account"), max_length=100
    )
    owner = django_filters.ChoiceFilter(
        method="by_person", label=_("Owner"), empty_label=_("Any owner")
    )
    team = django_filters.ChoiceFilter(
        method="by_team", label=_("Team"), empty_label=_("Every team")
    )
    state = django_filters.ChoiceFilter(
        field_name="outcome",
        label=pgettext_lazy("of an opportunity", "State"),
        choices=Outcome.choices,
        empty_label=pgettext_lazy("of an opportunity", "Any state"),
    )
    close = django_filters.ChoiceFilter(
        method="by_close", label=_("Expected close"), empty_label=_("Any close date")
    )
    risk = django_filters.ChoiceFilter(
        method="by_risk",
        label=_("Risk"),
        choices=[("yes", _("At risk")), ("no", _("Not at risk"))],
        empty_label=_("At risk or not"),
    )
    won = django_filters.CharFilter(method="by_won", max_length=7)
    account = django_filters.NumberFilter(
        field_name="account_id", label=_("Account"), min_value=1, max_value=HIGHEST_ID
    )

    campaign = django_filters.NumberFilter(
        method="by_campaign", label=_("Campaign"), min_value=1, max_value=HIGHEST_ID
    )

    class Meta:
        model = Opportunity
        fields: Sequence[str] = ()

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        months = [
            (month_key(month), capfirst(date_format(month, "YEAR_MONTH_FORMAT")))
            for month in months_ahead(program)
        ]
        self.base_filters["close"].extra["choices"] = [
            (OVERDUE, _("Overdue")),
            *months,
            (LATER, _("Later")),
            (UNDATED, _("No date")),
        ]
        super().__init__(*args, program=program, **kwargs)

    def by_close(
        self, rows: ScopedQuerySet[Opportunity], _name: str, value: str
    ) -> ScopedQuerySet[Opportunity]:
        return rows.filter(expected_in(self.program, value))

    def by_won(
        self, rows: ScopedQuerySet[Opportunity], _name: str, value: str
    ) -> ScopedQuerySet[Opportunity]:
        return rows.filter(won_in(self.program, value))

    def by_risk(
        self, rows: ScopedQuerySet[Opportunity], _name: str, value: str
    ) -> ScopedQuerySet[Opportunity]:
        found = at_risk(self.program)
        is_open = rows.filter(outcome=Outcome.OPEN)
        return is_open.filter(pk__in=found) if value == "yes" else is_open.exclude(pk__in=found)

    def by_text(
        self, rows: ScopedQuerySet[Opportunity], _name: str, value: str
    ) -> ScopedQuerySet[Opportunity]:
        accounts = accounts_like(Account.objects.in_program(self.program), value)
        return rows.filter(Q(name__icontains=value) | Q(account__in=accounts.values("pk")))

    def by_campaign(
        self, rows: ScopedQuerySet[Opportunity], _name: str, value: Any
    ) -> ScopedQuerySet[Opportunity]:
        """Deals of the campaign's audience that were opened between its dates."""
        found = campaign_in(self.program, int(value))
        return rows.filter(pk__in=deals_of(found).values("pk")) if found else rows.none()
