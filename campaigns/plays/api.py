"""`/plays/` and `/play-runs/`: templates of linked touches, and starting them."""

from __future__ import annotations

from datetime import time
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.references import OfAccountFilter
from accounts.duplicates.queries import of_today
from accounts.models import Account
from alignment.core.edits import Overwritten
from alignment.core.rest import Problem, filters
from alignment.core.rest.ids import IdField
from alignment.core.rest.moments import ZonedDateTimeField
from alignment.core.rest.names import NameField
from alignment.core.rest.problems import FieldError, pointer, refuse_missing
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView, ListView, ProgramApiView
from alignment.people.idempotency import idempotent
from alignment.people.models import Membership, Program, Side, User
from alignment.people.permissions import Scope
from campaigns.library.models import Play, PlayStep, TouchChannel
from campaigns.models import Campaign

from .actions.starting import MOST_ACCOUNTS, NothingToStart, Prospect, Start, preview, start_play
from .actions.templates import save_play
from .casting import Choices
from .models import PlayRun
from .rules.steps import MOST_DAYS, MOST_STEPS, InvalidPlay, Step


@extend_schema_field({"type": "string", "pattern": r"^\d{2}:\d{2}:\d{2}$"})
class WallClock(serializers.TimeField):
    """A local time of day without a time zone; OpenAPI's `time` format would imply one."""


class PlayStepOut(serializers.ModelSerializer[PlayStep]):
    at = WallClock(read_only=True)
    asset_id = serializers.IntegerField(allow_null=True)
    follows = serializers.IntegerField(
        source="follows.position", allow_null=True, default=None, help_text="Position of that step."
    )

    class Meta:
        model = PlayStep
        ref_name = "PlayStep"
        fields = (
            "position",
            "side",
            "channel",
            "after_days",
            "at",
            "minutes",
            "follows",
            "message",
            "say",
            "asset_id",
        )


class PlayOut(serializers.ModelSerializer[Play]):
    steps = PlayStepOut(many=True)

    class Meta:
        model = Play
        ref_name = "Play"
        fields = ("id", "name", "goal", "steps", "retired_at", "created_at", "updated_at")


class PlayStepIn(serializers.Serializer[Any]):
    position = serializers.IntegerField(
        required=False, help_text="As it was read; what counts is the order of the list."
    )
    side = serializers.ChoiceField(choices=Side.choices)
    channel = serializers.ChoiceField(choices=TouchChannel.choices)
    after_days = serializers.IntegerField(
        min_value=0, max_value=MOST_DAYS, help_text="Business days after the first day."
    )
    at = serializers.TimeField(default=time(10), help_text="Local time of the prospect.")
    minutes = serializers.IntegerField(min_value=5, max_value=8 * 60, default=15)
    follows = serializers.IntegerField(
        min_value=1,
        max_value=MOST_STEPS,
        required=False,
        allow_null=True,
        default=None,
        help_text="Which step of this list it takes up, counted from 1.",
    )
    message = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    say = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")
    asset_id = IdField(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs.pop("position", None)
        return attrs


class PlayIn(serializers.Serializer[Any]):
    name = NameField(max_length=120)
    goal = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    steps = serializers.ListField(child=PlayStepIn(), min_length=1, max_length=MOST_STEPS)


class PlayAnew(PlayIn):
    seen = ZonedDateTimeField(
        required=False,
        help_text="Its `updated_at` as you read it: 409 if somebody wrote it since.",
    )


class PlayRunOut(serializers.ModelSerializer[PlayRun]):
    play_id = serializers.IntegerField()
    account_id = serializers.IntegerField()
    campaign_id = serializers.IntegerField(allow_null=True)

    class Meta:
        model = PlayRun
        ref_name = "PlayRun"
        fields = (
            "id",
            "play_id",
            "account_id",
            "known_as",
            "campaign_id",
            "starts_on",
            "started_at",
            "stopped_at",
            "stopped_because",
            "updated_at",
        )


class StartIn(serializers.Serializer[Any]):
    account_ids = serializers.ListField(child=IdField(), min_length=1, max_length=MOST_ACCOUNTS)
    first_day = serializers.DateField(help_text="A day of the prospects' calendars.")
    marketing_id = IdField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Who takes part for marketing where the account has no owner there.",
    )
    sales_id = IdField(required=False, allow_null=True, default=None)
    campaign_id = IdField(
        required=False, allow_null=True, default=None, help_text="Its touches belong to it."
    )
    gives_way = serializers.BooleanField(
        default=True, help_text="Move what collides to the next free place."
    )
    again = serializers.BooleanField(
        default=False, help_text="Start it also on accounts where it runs already."
    )
    reason = serializers.CharField(
        max_length=300,
        required=False,
        allow_blank=True,
        default="",
        help_text="Starts accounts with soft conflicts too.",
    )
    dry_run = serializers.BooleanField(default=False, help_text="Only tell what it would meet.")


class PreviewTouch(serializers.Serializer[Any]):
    position = serializers.IntegerField(source="step.position")
    starts_at = serializers.DateTimeField(source="slot.starts")
    wished_at = serializers.DateTimeField(source="wish")
    who_id = serializers.IntegerField(source="slot.who", allow_null=True)
    stakeholder_ids = serializers.ListField(source="slot.people", child=serializers.IntegerField())
    conflicts = serializers.SerializerMethodField()
    days_after = serializers.IntegerField(
        allow_null=True,
        help_text="Business days after the step that it takes up, where the play says otherwise.",
    )

    def get_conflicts(self, placed: Any) -> list[str]:
        return [conflict.kind.value for conflict in placed.met]


class PreviewOut(serializers.Serializer[Any]):
    account_id = serializers.IntegerField(source="account.pk")
    is_refused = serializers.BooleanField()
    refused_because = serializers.SerializerMethodField(
        help_text="`nobody_to_contact`, the kinds of hard conflict of its touches, or empty."
    )
    runs_already = serializers.BooleanField(
        help_text="The play runs there; it starts only with `again`."
    )
    warns = serializers.BooleanField(help_text="It starts only with a reason.")
    touches = PreviewTouch(source="steps", many=True)

    def get_refused_because(self, found: Prospect) -> list[str]:
        if found.reaches_nobody:
            return ["nobody_to_contact"]
        met = (conflict for placed in found.steps for conflict in placed.in_the_way)
        return sorted({conflict.kind.value for conflict in met if conflict.is_hard})


class StartedOut(serializers.Serializer[Any]):
    runs = PlayRunOut(many=True)
    left_out = PreviewOut(many=True)
    preview = PreviewOut(many=True, help_text="Of a dry run.")


class _PlaysView(ProgramApiView):
    tag = "plays"
    write_scope = Scope.CALENDAR_WRITE
    serializer_class = PlayOut

    def rows(self) -> QuerySet[Any]:
        rows = Play.objects.in_program(self.program)
        return rows.prefetch_related("steps__follows")


@extend_schema_view(
    get=extend_schema(summary="List plays", operation_id="plays_list"),
    post=extend_schema(
        summary="Write a play",
        operation_id="plays_create",
        request=PlayIn,
        responses={201: PlayOut},
    ),
)
class PlaysView(_PlaysView, ListView):
    keeps_replies = True

    @idempotent
    def post(self, request: Request) -> Response:
        given = checked(PlayIn(data=request.data))
        row = _saved(self.program, self.person, given)
        return Response(PlayOut(self.rows().get(pk=row.pk)).data, status=201)


@extend_schema_view(
    get=extend_schema(summary="One play", operation_id="plays_get"),
    put=extend_schema(
        summary="Write a play anew",
        description="Runs under way keep the touches that they have. Steps are kept in the order of"
        " their days.",
        operation_id="plays_replace",
        request=PlayAnew,
    ),
)
class PlayView(_PlaysView, DetailView):
    def put(self, request: Request, pk: int) -> Response:
        given = checked(PlayAnew(data=request.data))
        row = _saved(self.program, self.person, given, self.get_object())
        return Response(PlayOut(self.rows().get(pk=row.pk)).data)


@extend_schema_view(
    post=extend_schema(
        summary="Start a play",
        description="Accounts that something hard stands in the way of are left out, and told.",
        operation_id="plays_start",
        request=StartIn,
        responses={200: StartedOut, 201: StartedOut},
    ),
)
class PlayStartView(_PlaysView, DetailView):
    http_method_names = ["post", "options"]
    keeps_replies = True

    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        given = checked(StartIn(data=request.data))
        start = self._start(self.get_object(), given)
        try:
            if given["dry_run"]:
                found = preview(program=self.program, start=start)
                return Response(_started_data([], [], found))
            result = start_play(
                program=self.program,
                start=start,
                key=uuid4(),
                by=self.person,
                reason=given["reason"],
            )
        except NothingToStart as nothing:
            raise Problem(
                409, "The play is retired, has no steps, or its first day is over."
            ) from nothing
        return Response(_started_data(result.runs, result.left_out, []), status=201)

    def _start(self, play: Play, given: dict[str, Any]) -> Start:
        asked = of_today(self.program, given["account_ids"])
        ours = Account.objects.in_program(self.program)
        refuse_missing(asked, ours, "There is no such account.", "account_ids")
        found = ours.in_bulk(asked)
        # The first in the list gets the time that two of them want.
        accounts = [found[pk] for pk in dict.fromkeys(asked)]
        choices = Choices(
            self._one_of_us("marketing_id", given), self._one_of_us("sales_id", given)
        )
        return Start(
            play,
            accounts,
            given["first_day"],
            choices,
            campaign=self._campaign(given["campaign_id"]),
            gives_way=given["gives_way"],
            again=given["again"],
        )

    def _campaign(self, pk: int | None) -> Campaign | None:
        if pk is None:
            return None
        found = Campaign.objects.in_program(self.program).filter(pk=pk).first()
        if found is None:
            raise _wrong({"campaign_id": "There is no such campaign."})
        return found

    def _one_of_us(self, name: str, given: dict[str, Any]) -> User | None:
        if given[name] is None:
            return None
        side = name.removesuffix("_id")
        seats = Membership.objects.in_program(self.program).select_related("user")
        seat = seats.filter(user=given[name], team__side=side).first()
        if seat is None:
            raise _wrong({name: "Nobody of this side has this id."})
        return seat.user


class PlayRunFilter(filters.ChangeFilterSet):
    play_id = filters.IdFilter(field_name="play_id", label="Id of the play")
    account_id = OfAccountFilter()

    class Meta:
        model = PlayRun
        fields: tuple[str, ...] = ()


@extend_schema_view(get=extend_schema(summary="List runs of plays", operation_id="play_runs_list"))
class PlayRunsView(ListView):
    tag = "plays"
    serializer_class = PlayRunOut
    filterset_class = PlayRunFilter
    orders = filters.BY_CHANGE

    def rows(self) -> QuerySet[Any]:
        return PlayRun.objects.in_program(self.program)


@extend_schema_view(get=extend_schema(summary="One run of a play", operation_id="play_runs_get"))
class PlayRunView(DetailView):
    tag = "plays"
    serializer_class = PlayRunOut

    def rows(self) -> QuerySet[Any]:
        return PlayRun.objects.in_program(self.program)


def _started_data(
    runs: list[PlayRun], left_out: list[Prospect], found: list[Prospect]
) -> dict[str, Any]:
    answer = {"runs": runs, "left_out": left_out, "preview": found}
    return dict(StartedOut(answer).data)


def _saved(program: Program, person: User, given: dict[str, Any], play: Play | None = None) -> Play:
    steps = [
        Step(position=number, asset=step.pop("asset_id"), **step)
        for number, step in enumerate(given["steps"], 1)
    ]
    try:
        return save_play(
            program=program,
            by=person,
            name=given["name"],
            goal=given["goal"],
            steps=steps,
            play=play,
            read_at=given.get("seen"),
        )
    except Overwritten as late:
        text = "Somebody wrote this play since you read it: read it again."
        raise Problem(409, text) from late
    except InvalidPlay as invalid:
        raise _wrong(invalid.errors) from invalid
    except ValidationError as taken:
        raise _wrong({"name": _("Another play has this name.")}) from taken


def _wrong(errors: dict[str, str]) -> Problem:
    """Turn places of the rules into JSON pointers: `steps.2.at` becomes `/steps/1/at`."""
    told: list[FieldError] = [
        {"pointer": pointer(*_path(place)), "detail": text} for place, text in errors.items()
    ]
    return Problem(422, "Some values were not accepted.", errors=told)


def _path(place: str) -> list[str | int]:
    parts = ("asset_id" if part == "asset" else part for part in place.split("."))
    return [int(part) - 1 if part.isdigit() else part for part in parts]
