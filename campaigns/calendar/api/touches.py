"""`/touches/`: the shared calendar."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.references import OfAccountFilter
from accounts.models import Account, Stakeholder
from accounts.rules.engagements import FIRST_DAY
from alignment.core.rest import filters
from alignment.core.rest.problems import refuse_missing
from alignment.core.rest.refusals import refused
from alignment.core.rest.schema import PROBLEM_TYPE
from alignment.core.rest.views import checked, upsert_status
from alignment.people.api_views import DetailView, ListView, ProgramApiView
from alignment.people.idempotency import idempotent
from alignment.people.models import Membership, Program, Side
from alignment.people.permissions import Scope
from campaigns.library.models import Asset, TouchChannel
from campaigns.models import Campaign

from ..actions import outcome
from ..actions.changing import change_touch, set_source
from ..actions.planning import try_touch
from ..actions.upserting import upsert_touch
from ..models import LONGEST_DAYS, Touch
from .refusals import CollisionProblem, collision_data, done
from .shapes import (
    PLANNED,
    TouchChange,
    TouchCheckIn,
    TouchDoneIn,
    TouchIn,
    TouchOut,
    TouchResultIn,
    TouchSkipIn,
    VerdictOut,
)

COLLIDES = {(409, PROBLEM_TYPE): CollisionProblem}


def touches(program: Program) -> QuerySet[Touch]:
    """Touches with everything the API shows of them: two statements per page."""
    rows = Touch.objects.in_program(program).select_related(
        "program", "account", "who", "overridden_by", "follows"
    )
    return rows.prefetch_related("people")


class TouchFilter(filters.ChangeFilterSet):
    account_id = OfAccountFilter()
    stakeholder_id = filters.IdFilter(
        field_name="people__stakeholder_id", label="Id of a stakeholder"
    )
    side = filters.ChoiceFilter(choices=Side.choices)
    channel = filters.ChoiceFilter(choices=TouchChannel.choices)
    who = filters.AddressFilter(field_name="who__email", label="E-mail address of who does it")
    state = filters.ChoiceFilter(choices=Touch.State.choices)
    source = filters.CharFilter(label="The tool that it comes from", max_length=60)
    external_id = filters.CharFilter(label="The tool's own id", max_length=120)
    since = filters.MomentFilter(method="ending_after", label="Ends after this moment")
    until = filters.MomentFilter(
        field_name="starts_at", lookup_expr="lt", label="Starts before this moment"
    )

    class Meta:
        model = Touch
        fields: tuple[str, ...] = ()

    def ending_after(self, rows: Any, _name: str, moment: Any) -> Any:
        # The first bound allows an index scan. No touch is earlier than the first day.
        moment = max(moment, FIRST_DAY)
        oldest = moment - timedelta(days=LONGEST_DAYS)
        return rows.filter(starts_at__gt=oldest, ends_at__gt=moment)


@extend_schema_view(
    get=extend_schema(summary="List touches", operation_id="touches_list"),
    post=extend_schema(
        summary="Plan a touch, or change what has the same source and external id",
        description=(
            "Of a known touch only given fields change, as with PATCH; the same said again changes"
            " nothing, even after it was done. Judged against what both teams plan and the contact"
            " policy. Where it collides hard it is refused (409); where it collides softly it is,"
            " too, until it comes with `override_reason`. Both replies hold the conflicts and the"
            " nearest free places."
        ),
        operation_id="touches_create",
        request=TouchIn,
        responses={200: TouchOut, 201: TouchOut, **COLLIDES},
        examples=[PLANNED],
    ),
)
class TouchesView(ListView):
    tag = "touches"
    write_scope = Scope.CALENDAR_WRITE
    serializer_class = TouchOut
    filterset_class = TouchFilter
    keeps_replies = True
    orders = {
        "starts_at": ("starts_at", "id"),
        "-starts_at": ("-starts_at", "-id"),
        "-updated_at": ("-updated_at", "-id"),
        "-id": ("-id",),
    }

    def rows(self) -> QuerySet[Any]:
        return touches(self.program)

    @idempotent
    def post(self, request: Request) -> Response:
        given = fields_of(
            self.program, checked(TouchIn(data=request.data, context={"program": self.program}))
        )
        reason = given.pop("override_reason")
        key = {"source": given.get("source", ""), "external_id": given.get("external_id")}
        status = upsert_status(Touch.objects.in_program(self.program), **key)
        touch = done(
            self.program,
            lambda: upsert_touch(program=self.program, by=self.person, reason=reason, **given),
        )
        return Response(sent(self.program, touch), status=status)


@extend_schema_view(
    post=extend_schema(
        summary="Check a touch without planning it",
        operation_id="touches_check",
        request=TouchCheckIn,
        responses=VerdictOut,
    )
)
class TouchCheckView(ProgramApiView):
    tag = "touches"
    write_scope = Scope.CALENDAR_WRITE

    def post(self, request: Request) -> Response:
        given = fields_of(
            self.program,
            checked(TouchCheckIn(data=request.data, context={"program": self.program})),
        )
        conflicts, free = done(
            self.program,
            lambda: try_touch(program=self.program, by=self.person, **given),
        )
        may_plan = not any(conflict.is_hard for conflict in conflicts)
        verdict = {"may_plan": may_plan, "needs_reason": may_plan and bool(conflicts)}
        return Response(verdict | collision_data(self.program, conflicts, free))


@extend_schema_view(
    get=extend_schema(summary="One touch", operation_id="touches_get"),
    patch=extend_schema(
        summary="Move or change a planned touch",
        description="Judged anew, as when it was planned. `source` and `external_id`, which the"
        " other tool made for it, can be given whatever its state.",
        operation_id="touches_change",
        request=TouchChange,
        responses={200: TouchOut, **COLLIDES},
    ),
)
class TouchView(DetailView):
    tag = "touches"
    write_scope = Scope.CALENDAR_WRITE
    serializer_class = TouchOut

    def rows(self) -> QuerySet[Any]:
        return touches(self.program)

    def patch(self, request: Request, pk: int) -> Response:
        touch = self.get_object()
        given = fields_of(self.program, checked(TouchChange(data=request.data, partial=True)))
        reason = given.pop("override_reason", "")
        if "starts_at" in given and "ends_at" not in given:
            given["ends_at"] = given["starts_at"] + (touch.ends_at - touch.starts_at)
        key = {name: given.pop(name) for name in ("source", "external_id") if name in given}

        @transaction.atomic
        def change() -> Touch:
            changed = change_touch(touch=touch, by=self.person, reason=reason, **given)
            return set_source(touch=changed, by=self.person, **key)

        return Response(sent(self.program, done(self.program, change)))


class _Outcome(ProgramApiView):
    """Reports the outcome of a touch."""

    tag = "touches"
    write_scope = Scope.CALENDAR_WRITE
    serializer_class = TouchOut
    filter_backends = ()
    body: Any

    def rows(self) -> QuerySet[Any]:
        return touches(self.program)

    def post(self, request: Request, pk: int) -> Response:
        touch = self.get_object()
        given = checked(self.body(data=request.data)) if self.body else {}
        changed = done(self.program, lambda: self.act(touch, given))
        return Response(sent(self.program, changed))

    def act(self, touch: Touch, given: Any) -> Touch:
        raise NotImplementedError


@extend_schema_view(
    post=extend_schema(
        summary="Say that a touch was done",
        description="Done a business day or more late, the rest of its thread moves as many.",
        operation_id="touches_done",
        request=TouchDoneIn,
        responses={200: TouchOut, **COLLIDES},
    )
)
class TouchDoneView(_Outcome):
    body = TouchDoneIn
    needs_body = False

    def act(self, touch: Touch, given: Any) -> Touch:
        return outcome.finish_touch(touch=touch, by=self.person, **given)


@extend_schema_view(
    post=extend_schema(
        summary="Say what came of a touch that is done",
        operation_id="touches_result",
        request=TouchResultIn,
        responses=TouchOut,
    )
)
class TouchResultView(_Outcome):
    body = TouchResultIn

    def act(self, touch: Touch, given: Any) -> Touch:
        return outcome.set_result(touch=touch, by=self.person, **given)


@extend_schema_view(
    post=extend_schema(
        summary="Skip a touch",
        description="Its slot is free again; what takes it up is warned of.",
        operation_id="touches_skip",
        request=TouchSkipIn,
        responses=TouchOut,
    )
)
class TouchSkipView(_Outcome):
    body = TouchSkipIn

    def act(self, touch: Touch, given: Any) -> Touch:
        return outcome.skip_touch(touch=touch, by=self.person, because=given["reason"])


@extend_schema_view(
    post=extend_schema(
        summary="Plan a done or skipped touch again",
        description="Where and when it was; 409 where somebody has taken its place since.",
        operation_id="touches_reopen",
        request=None,
        responses={200: TouchOut, **COLLIDES},
    )
)
class TouchReopenView(_Outcome):
    body = None

    def act(self, touch: Touch, given: Any) -> Touch:
        return outcome.reopen_touch(touch=touch, by=self.person)


def sent(program: Program, touch: Touch) -> Any:
    return TouchOut(touches(program).get(pk=touch.pk)).data


def fields_of(program: Program, given: dict[str, Any]) -> dict[str, Any]:
    """The objects that a body refers to. Raises a 422 that points at those that do not exist."""
    found = dict(given)
    named = (("account", Account), ("asset", Asset), ("campaign", Campaign), ("follows", Touch))
    for name, model in named:
        if f"{name}_id" not in found:
            continue
        pk = found.pop(f"{name}_id")
        rows: Any = model.objects
        found[name] = rows.in_program(program).filter(pk=pk).first() if pk else None
        if pk and found[name] is None:
            raise refused(f"{name}_id", "There is no such thing in this program.")
    if found.get("who"):
        members = Membership.objects.in_program(program).select_related("user")
        member = members.filter(user__email=found["who"].lower()).first()
        if member is None:
            raise refused("who", "There is no such person in the program.")
        found["who"] = member.user
    if "stakeholder_ids" in found:
        found["people"] = found.pop("stakeholder_ids")
        ours = Stakeholder.objects.in_program(program)
        refuse_missing(found["people"], ours, "There is no such person.", "stakeholder_ids")
        found.setdefault("is_whole_committee", False)
    return found
