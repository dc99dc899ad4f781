"""The filters of the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Account
from accounts.queries.finding import accounts_like
from alignment.core.addresses import HIGHEST_ID
from alignment.people.models import Side
from alignment.workspace.owner_filter import OwnerFilter
from campaigns.calendar.models import Touch
from campaigns.library.models import TouchChannel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alignment.core.scoping import ScopedQuerySet


class TouchFilter(OwnerFilter):
    PERSON = "who"
    SELECTS = ("side", "team", "who", "channel", "state")

    q = django_filters.CharFilter(method="by_account", label=_("Account"), max_length=100)
    side = django_filters.ChoiceFilter(
        label=_("Side"), choices=Side.choices, empty_label=_("Both sides")
    )
    team = django_filters.ChoiceFilter(
        method="by_team", label=_("Team"), empty_label=_("Every team")
    )
    who = django_filters.ChoiceFilter(
        method="by_person", label=_("Who"), empty_label=_("Everybody")
    )
    channel = django_filters.ChoiceFilter(
        label=_("Channel"), choices=TouchChannel.choices, empty_label=_("Every channel")
    )
    state = django_filters.ChoiceFilter(
        label=pgettext_lazy("of a touch", "State"),
        choices=Touch.State.choices,
        empty_label=pgettext_lazy("of a touch", "Any state"),
    )
    message = django_filters.CharFilter(lookup_expr="icontains", label=_("Message"), max_length=100)
    account = django_filters.NumberFilter(
        method="by_account_id", label=_("Account"), min_value=1, max_value=HIGHEST_ID
    )

    class Meta:
        model = Touch
        fields: Sequence[str] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("q", "message"):
            label = str(self.form.fields[name].label)
            self.form.fields[name].widget.attrs |= {"class": "input", "aria-label": label}

    def by_account(
        self, rows: ScopedQuerySet[Touch], _name: str, value: str
    ) -> ScopedQuerySet[Touch]:
        accounts = Account.objects.in_program(self.program)
        return rows.filter(account__in=accounts_like(accounts, value).values("pk"))

    def by_account_id(
        self, rows: ScopedQuerySet[Touch], _name: str, value: Any
    ) -> ScopedQuerySet[Touch]:
        return rows.filter(account=int(value))
