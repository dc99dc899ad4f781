"""What lists of facts can be narrowed to. Only conditions that an index or a page bound serve."""

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError

from accounts.models import Account, Engagement, Lead, Signal, Stage, Stakeholder
from accounts.queries.finding import accounts_like
from alignment.core.rest import filters
from alignment.core.rest.filters import IdFilter
from alignment.people.models import Side


class AccountFilter(filters.FilterSet):
    q = filters.CharFilter(
        method="by_text", label="Words of the name, or the beginning of the domain", max_length=100
    )
    domain = filters.CharFilter(max_length=253, label="Exact domain")
    external_id = filters.CharFilter(max_length=120, label="Your own id")
    state = filters.CharFilter(max_length=2, label="State, two letters")
    country = filters.CharFilter(max_length=2, label="Country, two letters")
    cbsa = filters.CharFilter(max_length=5, label="Metropolitan area, CBSA code")
    naics = filters.CharFilter(
        lookup_expr="startswith", max_length=6, label="NAICS code, or its start"
    )
    owner = filters.CharFilter(
        field_name="owner__email", max_length=254, label="E-mail address of the owner"
    )
    updated_since = filters.MomentFilter(
        field_name="updated_at", lookup_expr="gte", label="Changed at or after"
    )

    class Meta:
        model = Account
        fields: tuple[str, ...] = ()

    def by_text(self, rows: QuerySet[Account], name: str, value: str) -> QuerySet[Account]:
        found: QuerySet[Account] = accounts_like(rows, value)
        return found


class StakeholderFilter(filters.FilterSet):
    account = IdFilter(field_name="account_id", label="Id of the account")
    email = filters.CharFilter(method="by_email", max_length=254, label="Any of the addresses")
    external_id = filters.CharFilter(max_length=120, label="Your own id")
    last_name = filters.CharFilter(lookup_expr="iexact", max_length=100, label="Last name")
    do_not_contact = filters.BooleanFilter(label="Must not be contacted")
    updated_since = filters.MomentFilter(
        field_name="updated_at", lookup_expr="gte", label="Changed at or after"
    )

    class Meta:
        model = Stakeholder
        fields: tuple[str, ...] = ()

    def by_email(self, rows: QuerySet[Stakeholder], name: str, value: str) -> QuerySet[Stakeholder]:
        # An address is one person's in a program, so the join repeats no row.
        return rows.filter(emails__address=value.lower())


class EngagementFilter(filters.FilterSet):
    stakeholder = IdFilter(field_name="stakeholder_id", label="Id of the stakeholder")
    lead = IdFilter(field_name="lead_id", label="Id of the lead")
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


class LeadFilter(filters.FilterSet):
    stage = filters.MultipleChoiceFilter(choices=Stage.choices, label="Stage; may be repeated")
    open = filters.BooleanFilter(
        field_name="closed_at", lookup_expr="isnull", label="Open leads only, or closed ones"
    )
    account = IdFilter(field_name="account_id", label="Id of the account")
    stakeholder = IdFilter(field_name="stakeholder_id", label="Id of the stakeholder")
    owner = filters.CharFilter(
        field_name="owner__email", max_length=254, label="E-mail address of the owner"
    )
    moved_since = filters.MomentFilter(
        field_name="stage_since", lookup_expr="gte", label="Entered its stage at or after"
    )

    class Meta:
        model = Lead
        fields: tuple[str, ...] = ()
