"""Filters for lists of promises."""

from alignment.core.rest import filters
from alignment.core.rest.filters import IdFilter
from alignment.people.models import Side

from ..models import Clock, Dispute, Escalation


class ClockFilter(filters.ChangeFilterSet):
    side = filters.ChoiceFilter(choices=Side.choices, label="Who owes it")
    clause = filters.CharFilter(max_length=40, label="Key of the clause in the contract")
    state = filters.MultipleChoiceFilter(
        choices=Clock.State.choices, label="State; may be repeated"
    )
    owner_email = filters.AddressFilter(
        field_name="owner__email", label="E-mail address of the owner"
    )
    lead_id = IdFilter(field_name="lead_id", label="Id of the lead")
    due_since = filters.MomentFilter(
        field_name="due_at", lookup_expr="gte", label="Due at or after"
    )
    due_until = filters.MomentFilter(field_name="due_at", lookup_expr="lt", label="Due before")
    excused = filters.BooleanFilter(
        field_name="dispute__granted", label="Excused by the other side, or refused"
    )

    class Meta:
        model = Clock
        fields: tuple[str, ...] = ()


class EscalationFilter(filters.FilterSet):
    side = filters.ChoiceFilter(
        field_name="clock__side", choices=Side.choices, label="Who owes the promise"
    )
    clock_id = IdFilter(field_name="clock_id", label="Id of the clock")
    lead_id = IdFilter(field_name="clock__lead_id", label="Id of the lead")
    answered = filters.BooleanFilter(
        field_name="acknowledged_at", lookup_expr="isnull", exclude=True, label="Answered or not"
    )

    class Meta:
        model = Escalation
        fields: tuple[str, ...] = ()


class DisputeFilter(filters.FilterSet):
    side = filters.ChoiceFilter(
        field_name="clock__side", choices=Side.choices, label="Who owes the promise"
    )
    clock_id = IdFilter(field_name="clock_id", label="Id of the clock")
    lead_id = IdFilter(field_name="clock__lead_id", label="Id of the lead")
    decided = filters.BooleanFilter(
        field_name="granted", lookup_expr="isnull", exclude=True, label="Decided or not"
    )

    class Meta:
        model = Dispute
        fields: tuple[str, ...] = ()
