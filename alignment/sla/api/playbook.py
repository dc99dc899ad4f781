"""`/reason-codes/`, `/next-actions/`, `/territories/`: settings for hand-offs."""

from functools import partial
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Signal
from alignment.core.rest import Problem, filters
from alignment.core.rest.names import NameField
from alignment.core.rest.problems import FieldError
from alignment.core.rest.refusals import done
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView, ListView, ProgramApiView
from alignment.people.idempotency import idempotent
from alignment.people.models import Membership
from alignment.people.permissions import Permission, Scope
from alignment.reference.models import State

from ..access import may_route
from ..actions import handoff_config as actions
from ..models import NextActionRule, ReasonCode, Territory
from ..queries.handoff_config import sales_members, sales_teams


class ReasonOut(serializers.ModelSerializer[ReasonCode]):
    class Meta:
        model = ReasonCode
        ref_name = "ReasonCode"
        fields = ("id", "use", "code", "name", "is_retired")


class ReasonIn(serializers.Serializer[Any]):
    use = serializers.ChoiceField(choices=ReasonCode.Use.choices)
    name = NameField(max_length=80)

    class Meta:
        ref_name = "ReasonCodeIn"


class ReasonChange(serializers.Serializer[Any]):
    name = NameField(max_length=80, required=False)
    is_retired = serializers.BooleanField(required=False)

    class Meta:
        ref_name = "ReasonCodeChange"


class ReasonFilter(filters.FilterSet):
    use = filters.ChoiceFilter(choices=ReasonCode.Use.choices, label="Used to")
    is_retired = filters.BooleanFilter(label="No longer offered")

    class Meta:
        model = ReasonCode
        fields: tuple[str, ...] = ()


@extend_schema_view(
    get=extend_schema(summary="List reason codes", operation_id="reason_codes_list"),
    post=extend_schema(
        summary="Add a reason code",
        description="Its code is made of its name and never changes.",
        operation_id="reason_codes_add",
        request=ReasonIn,
        responses={201: ReasonOut},
    ),
)
class ReasonsView(ListView):
    tag = "handoffs"
    write_scope = Scope.AGREEMENTS_WRITE
    write_permission = Permission.EDIT_AGREEMENTS
    serializer_class = ReasonOut
    filterset_class = ReasonFilter
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return ReasonCode.objects.in_program(self.program)

    @idempotent
    def post(self, request: Request) -> Response:
        given = checked(ReasonIn(data=request.data))
        add = partial(actions.add_reason, program=self.program, by=self.person)
        made = done(lambda: add(**given))
        return Response(ReasonOut(made).data, status=201)


@extend_schema_view(
    get=extend_schema(summary="One reason code", operation_id="reason_codes_get"),
    patch=extend_schema(
        summary="Rename a reason code, or offer it no longer",
        operation_id="reason_codes_change",
        request=ReasonChange,
        responses=ReasonOut,
    ),
)
class ReasonView(DetailView):
    tag = "handoffs"
    write_scope = Scope.AGREEMENTS_WRITE
    write_permission = Permission.EDIT_AGREEMENTS
    serializer_class = ReasonOut

    def rows(self) -> QuerySet[Any]:
        return ReasonCode.objects.in_program(self.program)

    def patch(self, request: Request, pk: int) -> Response:
        row: ReasonCode = self.get_object()
        given = checked(ReasonChange(data=request.data))
        change = partial(actions.change_reason, reason=row, by=self.person)
        changed = done(lambda: change(**given))
        return Response(ReasonOut(changed).data)


class RuleOut(serializers.ModelSerializer[NextActionRule]):
    signals: Any = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = NextActionRule
        ref_name = "NextActionRule"
        fields = (
            "id",
            "position",
            "signals",
            "action",
            "content",
            "talking_point",
            "reason",
            "is_active",
        )


class RuleIn(serializers.Serializer[Any]):
    signals = serializers.ListField(
        child=serializers.SlugField(max_length=60),
        required=False,
        max_length=10,
        help_text="Codes of signals, all of which must have been seen; none: always.",
    )
    action = NameField(max_length=120)
    content = serializers.CharField(max_length=160, required=False, allow_blank=True)
    talking_point = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
    is_active = serializers.BooleanField(required=False)

    class Meta:
        ref_name = "NextActionRuleIn"

    def validate_signals(self, asked: list[str]) -> list[str]:
        known = Signal.objects.in_program(self.context["program"]).filter(code__in=asked)
        unknown = set(asked) - set(known.values_list("code", flat=True))
        if unknown:
            detail = f"There is no such signal: {', '.join(sorted(unknown))}."
            raise serializers.ValidationError(detail)
        return asked


class RuleChange(RuleIn):
    action = NameField(max_length=120, required=False)

    class Meta:
        ref_name = "NextActionRuleChange"


class _Rules(ProgramApiView):
    """Shared by both views of rules."""

    tag = "handoffs"
    write_scope = Scope.AGREEMENTS_WRITE
    write_permission = Permission.EDIT_AGREEMENTS
    serializer_class = RuleOut

    def rows(self) -> QuerySet[Any]:
        return NextActionRule.objects.in_program(self.program)

    def given(self, shape: type[RuleIn]) -> dict[str, Any]:
        context = {"program": self.program}
        values: dict[str, Any] = checked(shape(data=self.request.data, context=context))
        return values


@extend_schema_view(
    get=extend_schema(
        summary="List rules for the next best action",
        description="The first in use, by `position`, whose signals were all seen wins.",
        operation_id="next_actions_list",
    ),
    post=extend_schema(
        summary="Add a rule at the end",
        operation_id="next_actions_add",
        request=RuleIn,
        responses={201: RuleOut},
    ),
)
class RulesView(_Rules, ListView):
    keeps_replies = True

    @idempotent
    def post(self, request: Request) -> Response:
        values = self.given(RuleIn)
        save = partial(actions.save_rule, program=self.program, rule=None, by=self.person)
        made = done(lambda: save(**values))
        return Response(RuleOut(made).data, status=201)


@extend_schema_view(
    get=extend_schema(summary="One rule", operation_id="next_actions_get"),
    patch=extend_schema(
        summary="Change a rule",
        operation_id="next_actions_change",
        request=RuleChange,
        responses=RuleOut,
    ),
    delete=extend_schema(
        summary="Delete a rule", operation_id="next_actions_delete", responses={204: None}
    ),
)
class RuleView(_Rules, DetailView):
    def patch(self, request: Request, pk: int) -> Response:
        rule = self.get_object()
        values = self.given(RuleChange)
        save = partial(actions.save_rule, program=self.program, rule=rule, by=self.person)
        changed = done(lambda: save(**values))
        return Response(RuleOut(changed).data)

    def delete(self, request: Request, pk: int) -> Response:
        actions.delete_rule(rule=self.get_object(), by=self.person)
        return Response(status=204)


class TerritoryOut(serializers.ModelSerializer[Territory]):
    owner_email = serializers.EmailField(source="user.email", default=None, allow_null=True)
    team = serializers.CharField(source="team.name", default=None, allow_null=True)

    class Meta:
        model = Territory
        ref_name = "Territory"
        fields = ("id", "state", "owner_email", "team")


class TerritoryIn(serializers.Serializer[Any]):
    state = serializers.CharField(max_length=2, min_length=2, help_text="Two letters.")
    owner_email = serializers.EmailField(max_length=254, required=False, allow_null=True)
    team = serializers.CharField(max_length=80, required=False, allow_null=True)

    class Meta:
        ref_name = "TerritoryIn"


@extend_schema_view(
    get=extend_schema(summary="List territories", operation_id="territories_list"),
    put=extend_schema(
        summary="Give a state to somebody, to a team, or to nobody in particular",
        description=(
            "With `owner_email` or `team`, the name of a sales team that takes turns; with neither"
            " the state goes by turns of all. For sales' managers and owners."
        ),
        operation_id="territories_set",
        request=TerritoryIn,
        responses={204: None},
    ),
)
class TerritoriesView(ListView):
    tag = "handoffs"
    write_scope = Scope.AGREEMENTS_WRITE
    write_permission = Permission.EDIT_AGREEMENTS
    serializer_class = TerritoryOut

    def rows(self) -> QuerySet[Any]:
        return Territory.objects.in_program(self.program).select_related("user", "team")

    def put(self, request: Request) -> Response:
        seats = Membership.objects.in_program(self.program).select_related("team")
        member = seats.filter(user=self.person).first()
        if member is None or not may_route(member):
            raise Problem(403, "Sales' managers and owners decide.")
        given = checked(TerritoryIn(data=request.data))
        state = given["state"].upper()
        if not State.objects.filter(code=state).exists():
            raise _wrong("/state", "There is no such state.")
        holder = self._holder(given.get("owner_email"), given.get("team"))
        actions.set_territories(program=self.program, holders={state: holder}, by=self.person)
        return Response(status=204)

    def _holder(self, address: str | None, team: str | None) -> actions.Holder | None:
        if address and team:
            raise _wrong("/team", "A person or a team, not both.")
        if address:
            members = [m.user for m in sales_members(self.program)]
            found = [user for user in members if user.email == address.lower()]
            if not found:
                raise _wrong("/owner_email", "Not a member of sales in this program.")
            return found[0]
        if team:
            teams = [row for row in sales_teams(self.program) if row.name == team]
            if not teams:
                raise _wrong("/team", "There is no such sales team.")
            return teams[0]
        return None


def _wrong(pointer: str, detail: str) -> Problem:
    error: FieldError = {"pointer": pointer, "detail": detail}
    return Problem(422, "Some values were not accepted.", errors=[error])
