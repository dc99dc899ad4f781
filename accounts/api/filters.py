"""Filters for lists of accounts and people. Only conditions that an index or a page limit makes
cheap."""

from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from rest_framework.exceptions import ValidationError

from accounts.api.references import OfAccountFilter
from accounts.models import Account, Engagement, Lead, Signal, Stage, Stakeholder
from accounts.queries.finding import (
    account_of_domain,
    account_of_external_id,
    accounts_like,
)
from accounts.rules.accounts import CLEANERS
from accounts.rules.facts import BadValue, FieldError
from alignment.core.rest import filters
from alignment.core.rest.filters import IdFilter, said
from alignment.people.models import Side
from alignment.reference.industries import sector_prefixes
from alignment.reference.models import Cbsa


class FactField(forms.CharField):
    """A fact, cleaned in the same way as when it is stored."""

    def __init__(self, *args: Any, fact: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fact = fact

    def clean(self, value: Any) -> Any:
        given = super().clean(value)
        try:
            return CLEANERS[self.fact](given) if given else given
        except BadValue as bad:
            error = FieldError(self.fact, bad.code, bad.params)
            raise said(error.message) from None


class FactFilter(filters.CharFilter):
    field_class = FactField


class AccountFilter(filters.ChangeFilterSet):
    q = filters.CharFilter(
        method="by_text", label="Words of the name, or the beginning of the domain", max_length=100
    )
    domain = FactFilter(
        fact="domain",
        method="by_domain",
        label="Exact domain, or an address of it; also a former one of a merged account",
    )
    external_id = filters.CharFilter(
        max_length=120,
        method="by_external_id",
        label="Your own id; also a former one of a merged account",
    )
    state = FactFilter(fact="state", label="State: its two letters or its name")
    country = FactFilter(fact="country", label="Country, two letters")
    cbsa = FactFilter(fact="cbsa", method="by_cbsa", label="Metropolitan area, CBSA code")
    naics = FactFilter(
        fact="naics",
        method="by_naics",
        label="NAICS code, or the two digits or more it starts with",
    )
    owner_email = filters.AddressFilter(
        field_name="owner__email", label="E-mail address of the owner"
    )

    class Meta:
        model = Account
        fields: tuple[str, ...] = ()

    def by_domain(self, rows: QuerySet[Account], name: str, value: str) -> QuerySet[Account]:
        found = account_of_domain(self.request.program, value)
        return rows.filter(pk=found) if found else rows.none()

    def by_external_id(self, rows: QuerySet[Account], name: str, value: str) -> QuerySet[Account]:
        found = account_of_external_id(self.request.program, value)
        return rows.filter(pk=found) if found else rows.none()

    def by_text(self, rows: QuerySet[Account], name: str, value: str) -> QuerySet[Account]:
        return accounts_like(rows, value)

    def by_cbsa(self, rows: QuerySet[Account], name: str, value: str) -> QuerySet[Account]:
        if not Cbsa.objects.filter(code=value).exists():
            raise ValidationError({name: FieldError(name, "cbsa", {"value": value}).message})
        return rows.filter(cbsa=value)

    def by_naics(self, rows: QuerySet[Account], name: str, value: str) -> QuerySet[Account]:
        starts = (Q(naics__startswith=prefix) for prefix in sector_prefixes(value))
        return rows.filter(reduce(or_, starts))


class StakeholderFilter(filters.ChangeFilterSet):
    account_id = OfAccountFilter()
    email = filters.CharFilter(method="by_email", max_length=254, label="Any of the addresses")
    external_id = filters.CharFilter(max_length=120, label="Your own id")
    last_name = filters.CharFilter(lookup_expr="iexact", max_length=100, label="Last name")
    do_not_contact = filters.BooleanFilter(label="Must not be contacted")

    class Meta:
        model = Stakeholder
        fields: tuple[str, ...] = ()

    def by_email(self, rows: QuerySet[Stakeholder], name: str, value: str) -> QuerySet[Stakeholder]:
        # An address belongs to one person of a program, so the join repeats no row.
        return rows.filter(emails__address=value.lower())


class EngagementFilter(filters.FilterSet):
    stakeholder_id = IdFilter(field_name="stakeholder_id", label="Id of the stakeholder")
    lead_id = IdFilter(field_name="lead_id", label="Id of the lead")
    signal = filters.CharFilter(method="by_signal", max_length=60, label="Code of the signal")
    source = filters.CharFilter(max_length=60, label="Source")
    external_id = filters.CharFilter(max_length=120, label="The source's own id")
    since = filters.MomentFilter(
        field_name="occurred_at", lookup_expr="gte", label="Occurred at or after"
    )
    until = filters.MomentFilter(
        field_name="occurred_at", lookup_expr="lt", label="Occurred before"
    )

    class Meta:
        model = Engagement
        fields: tuple[str, ...] = ()

    def by_signal(self, rows: QuerySet[Engagement], name: str, value: str) -> QuerySet[Engagement]:
        signals = Signal.objects.in_program(self.request.program)
        signal = signals.filter(code=value).first()
        if signal is None:
            raise ValidationError({name: f"There is no signal “{value}”."})
        return rows.filter(signal=signal)


class SignalFilter(filters.FilterSet):
    code = filters.CharFilter(max_length=60, label="Code")
    kind = filters.ChoiceFilter(choices=Signal.Kind.choices, label="Behaviour or fact")
    side = filters.ChoiceFilter(choices=Side.choices, label="Whose")

    class Meta:
        model = Signal
        fields: tuple[str, ...] = ()


class LeadFilter(filters.ChangeFilterSet):
    stage = filters.MultipleChoiceFilter(choices=Stage.choices, label="Stage; may be repeated")
    open = filters.BooleanFilter(
        field_name="closed_at", lookup_expr="isnull", label="Open leads only, or closed ones"
    )
    account_id = OfAccountFilter()
    stakeholder_id = IdFilter(field_name="stakeholder_id", label="Id of the stakeholder")
    owner_email = filters.AddressFilter(
        field_name="owner__email", label="E-mail address of the owner"
    )
    moved_since = filters.MomentFilter(
        field_name="stage_since", lookup_expr="gte", label="Entered its stage at or after"
    )

    class Meta:
        model = Lead
        fields: tuple[str, ...] = ()
