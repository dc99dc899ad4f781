"""`/working-hours/`, `/closures/` and `/leave/`: when teams work and people are away."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.core.rest import filters
from alignment.core.rest.ids import IdField
from alignment.core.rest.names import NameField
from alignment.core.rest.refusals import done
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView, ListView
from alignment.people.idempotency import idempotent
from alignment.people.models import Membership, Side, Team
from alignment.people.permissions import Scope
from alignment.reference.time_zones import is_time_zone

from ..actions import hours as actions
from ..models import Closure, Leave, WorkingHours
from ..queries.hours import Calendars, calendars
from ..rules.hours import MINUTES_A_DAY

T = TypeVar("T")
MOST_RANGES = 24
WEEK = {
    "type": "array",
    "minItems": 7,
    "maxItems": 7,
    "items": {
        "type": "array",
        "maxItems": MOST_RANGES,
        "items": {
            "type": "array",
            "minItems": 2,
            "maxItems": 2,
            "items": {"type": "integer", "minimum": 0, "maximum": MINUTES_A_DAY},
        },
    },
    "description": (
        "A list per weekday, Monday first, of [start, end] in minutes after midnight of wall clock"
        " time, in order and apart: [[540, 720], [780, 1080]] is 9-12 and 13-18."
    ),
    "example": [[[540, 1020]], [[540, 1020]], [[540, 1020]], [[540, 1020]], [[540, 960]], [], []],
}


@extend_schema_field(WEEK)
class WeekField(serializers.ListField):
    child = serializers.ListField(
        child=serializers.ListField(
            child=serializers.IntegerField(min_value=0, max_value=MINUTES_A_DAY),
            min_length=2,
            max_length=2,
        ),
        max_length=MOST_RANGES,
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(min_length=7, max_length=7, **options)


class WorkingHoursOut(serializers.ModelSerializer[Team]):
    """The hours in effect for a team, its own or the defaults."""

    team_id = serializers.IntegerField(source="pk")
    team = serializers.CharField(source="name")
    side = serializers.ChoiceField(choices=Side.choices)
    time_zone = serializers.SerializerMethodField()
    week = serializers.SerializerMethodField()
    holidays = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField(help_text="Of whose holidays; empty otherwise.")
    is_set = serializers.SerializerMethodField(
        help_text="False: nobody has set them, so Monday to Friday, 9 to 17, counts."
    )

    class Meta:
        model = Team
        ref_name = "WorkingHours"
        fields = ("team_id", "team", "side", "time_zone", "week", "holidays", "state", "is_set")

    def _found(self, team: Team) -> Calendars:
        found: Calendars = self.context["calendars"]
        return found

    def get_time_zone(self, team: Team) -> str:
        return self._found(team).hours(team.pk).zone

    @extend_schema_field(WEEK)
    def get_week(self, team: Team) -> list[list[list[int]]]:
        week = self._found(team).hours(team.pk).week
        return [[list(pair) for pair in day] for day in week]

    @extend_schema_field(serializers.ChoiceField(choices=WorkingHours.Holidays.choices))
    def get_holidays(self, team: Team) -> str:
        kind = self._found(team).hours(team.pk).holidays
        return {"": "none", "federal": "federal"}.get(kind, "state")

    def get_state(self, team: Team) -> str:
        kind = self._found(team).hours(team.pk).holidays
        return "" if kind == "federal" else kind

    def get_is_set(self, team: Team) -> bool:
        return self._found(team).hours(team.pk).is_set


class WorkingHoursIn(serializers.Serializer[Any]):
    time_zone = serializers.CharField(max_length=64, help_text="An IANA name.")
    week = WeekField()
    holidays = serializers.ChoiceField(choices=WorkingHours.Holidays.choices, default="federal")
    state = serializers.CharField(
        max_length=2, required=False, default="", allow_blank=True, help_text="USPS code."
    )

    def validate_time_zone(self, value: str) -> str:
        if not is_time_zone(value):
            raise serializers.ValidationError("There is no such time zone.")
        return value


class ClosureOut(serializers.ModelSerializer[Closure]):
    team_id = serializers.IntegerField(allow_null=True, help_text="Null: the whole company.")

    class Meta:
        model = Closure
        ref_name = "Closure"
        fields = ("id", "team_id", "first_day", "last_day", "name")


class DaysIn(serializers.Serializer[Any]):
    """Checks the order of first and last day even when other fields are wrong. Needs `program` in
    the context."""

    first_day = serializers.DateField()
    last_day = serializers.DateField(help_text="Included.")

    def validate_last_day(self, last: date) -> date:
        try:
            first = self.fields["first_day"].run_validation(self.initial_data.get("first_day"))
        except serializers.ValidationError:
            return last
        if last < first:
            raise serializers.ValidationError("The last day is before the first.")
        return last


class ClosureIn(DaysIn):
    team_id = IdField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Leave out to close the whole company.",
    )
    name = NameField(max_length=80)

    def validate_team_id(self, pk: int | None) -> int | None:
        teams = Team.objects.in_program(self.context["program"])
        if pk is not None and not teams.filter(pk=pk).exists():
            raise serializers.ValidationError("There is no such team.")
        return pk


class LeaveOut(serializers.ModelSerializer[Leave]):
    user = serializers.EmailField(source="user.email")

    class Meta:
        model = Leave
        ref_name = "Leave"
        fields = ("id", "user", "first_day", "last_day", "note")


class LeaveIn(DaysIn):
    user = serializers.EmailField(help_text="Of a member of the program.")
    note = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")

    def validate_user(self, address: str) -> Membership:
        members = Membership.objects.in_program(self.context["program"]).select_related("user")
        member = members.filter(user__email=address.lower()).first()
        if member is None:
            raise serializers.ValidationError("There is no such person in the program.")
        return member


class ClosureFilter(filters.FilterSet):
    team_id = filters.IdFilter(field_name="team_id", label="Id of the team")

    class Meta:
        model = Closure
        fields: tuple[str, ...] = ()


class LeaveFilter(filters.FilterSet):
    user = filters.AddressFilter(field_name="user__email", label="E-mail address of the person")

    class Meta:
        model = Leave
        fields: tuple[str, ...] = ()


class _WithCalendars:
    """Reads all calendars once per request, in one statement."""

    def get_serializer_context(self) -> dict[str, Any]:
        context: dict[str, Any] = super().get_serializer_context()  # type: ignore[misc]
        if not getattr(self, "swagger_fake_view", False):
            context["calendars"] = calendars(self.program.pk)  # type: ignore[attr-defined]
        return context


@extend_schema_view(
    get=extend_schema(summary="List working hours by team", operation_id="working_hours_list")
)
class WorkingHoursView(_WithCalendars, ListView):
    tag = "hours"
    serializer_class = WorkingHoursOut

    def rows(self) -> QuerySet[Any]:
        return Team.objects.in_program(self.program)


@extend_schema_view(
    get=extend_schema(summary="Working hours of a team", operation_id="working_hours_get"),
    put=extend_schema(
        summary="Set the working hours of a team",
        description="Due times of running promises in business time are counted anew at once.",
        operation_id="working_hours_set",
        request=WorkingHoursIn,
        responses=WorkingHoursOut,
    ),
)
class TeamHoursView(_WithCalendars, DetailView):
    """`id` is the team's id."""

    tag = "hours"
    write_scope = Scope.HOURS_WRITE
    serializer_class = WorkingHoursOut

    def rows(self) -> QuerySet[Any]:
        return Team.objects.in_program(self.program).select_related("program")

    def put(self, request: Request, pk: int) -> Response:
        team = self.get_object()
        given = checked(WorkingHoursIn(data=request.data))
        done(lambda: actions.set_hours(team=team, by=self.person, **given))
        return Response(self.get_serializer(team).data)


@extend_schema_view(
    get=extend_schema(summary="List closed days", operation_id="closures_list"),
    post=extend_schema(
        summary="Close days",
        description="A team closes by its side's managers, the whole company by an owner.",
        operation_id="closures_create",
        request=ClosureIn,
        responses={201: ClosureOut},
    ),
)
class ClosuresView(ListView):
    tag = "hours"
    write_scope = Scope.HOURS_WRITE
    serializer_class = ClosureOut
    filterset_class = ClosureFilter
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return Closure.objects.in_program(self.program)

    @idempotent
    def post(self, request: Request) -> Response:
        given = checked(ClosureIn(data=request.data, context={"program": self.program}))
        team = Team.objects.in_program(self.program).filter(pk=given.pop("team_id")).first()
        closure = done(
            lambda: actions.add_closure(program=self.program, team=team, by=self.person, **given)
        )
        return Response(ClosureOut(closure).data, status=201)


@extend_schema_view(
    get=extend_schema(summary="One closure", operation_id="closures_get"),
    delete=extend_schema(
        summary="Open the days again", operation_id="closures_delete", responses={204: None}
    ),
)
class ClosureView(DetailView):
    tag = "hours"
    write_scope = Scope.HOURS_WRITE
    serializer_class = ClosureOut

    def rows(self) -> QuerySet[Any]:
        return Closure.objects.in_program(self.program).select_related("program", "team")

    def delete(self, request: Request, pk: int) -> Response:
        actions.remove_closure(closure=self.get_object(), by=self.person)
        return Response(status=204)


@extend_schema_view(
    get=extend_schema(summary="List leave", operation_id="leave_list"),
    post=extend_schema(
        summary="Plan leave",
        description="Of the key's owner, or of the people whose team they run.",
        operation_id="leave_create",
        request=LeaveIn,
        responses={201: LeaveOut},
    ),
)
class LeavesView(ListView):
    tag = "hours"
    write_scope = Scope.HOURS_WRITE
    serializer_class = LeaveOut
    filterset_class = LeaveFilter
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return Leave.objects.in_program(self.program).select_related("user")

    @idempotent
    def post(self, request: Request) -> Response:
        given = checked(LeaveIn(data=request.data, context={"program": self.program}))
        user = given.pop("user").user
        leave = done(
            lambda: actions.add_leave(program=self.program, user=user, by=self.person, **given)
        )
        return Response(LeaveOut(leave).data, status=201)


@extend_schema_view(
    get=extend_schema(summary="One leave", operation_id="leave_get"),
    delete=extend_schema(
        summary="Call leave off", operation_id="leave_delete", responses={204: None}
    ),
)
class LeaveView(DetailView):
    tag = "hours"
    write_scope = Scope.HOURS_WRITE
    serializer_class = LeaveOut

    def rows(self) -> QuerySet[Any]:
        return Leave.objects.in_program(self.program).select_related("program", "user")

    def delete(self, request: Request, pk: int) -> Response:
        actions.remove_leave(leave=self.get_object(), by=self.person)
        return Response(status=204)
