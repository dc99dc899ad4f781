"""What opportunities can be narrowed by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Account
from accounts.queries.finding import accounts_like
from alignment.workspace.plan.campaigns import campaign_in, deals_of
from alignment.workspace.whose import WhoseFilter
from campaigns.opportunities.models import Opportunity, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alignment.core.scoping import ScopedQuerySet


class DealFilter(WhoseFilter):
    PERSON = "owner"
    SELECTS = ("owner", "team", "state")

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
    account = django_filters.NumberFilter(
        field_name="account_id", label=_("Account"), min_value=1, max_value=2**63 - 1
    )

    campaign = django_filters.NumberFilter(
        method="by_campaign", label=_("Campaign"), min_value=1, max_value=2**63 - 1
    )

    class Meta:
        model = Opportunity
        fields: Sequence[str] = ()

    def by_text(self, rows: ScopedQuerySet[Opportunity], _name: str, value: str) -> Any:
        accounts = accounts_like(Account.objects.in_program(self.program), value)
        return rows.filter(Q(name__icontains=value) | Q(account__in=accounts.values("pk")))

    def by_campaign(self, rows: ScopedQuerySet[Opportunity], _name: str, value: Any) -> Any:
        """Deals of the audience of a campaign that were opened in its dates."""
        found = campaign_in(self.program, int(value))
        return rows.filter(pk__in=deals_of(found).values("pk")) if found else rows.none()
