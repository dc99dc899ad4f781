"""`/tracks/`: nurture tracks, to which the tool that runs them reports who entered and left."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Stakeholder
from alignment.core.rest import Problem, filters
from alignment.core.rest.problems import refuse_missing
from alignment.core.rest.refusals import done, refused
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView, ListView
from alignment.people.idempotency import idempotent

from ..actions import tracks as actions
from ..models import Campaign, Track, TrackMember
from .campaigns import PlansCampaigns
from .schemas import (
    AddedOut,
    StayOut,
    TrackChange,
    TrackEnterIn,
    TrackIn,
    TrackLeaveIn,
    TrackOut,
)


class TrackFilter(filters.ChangeFilterSet):
    campaign_id = filters.IdFilter(field_name="campaign_id", label="Id of the campaign")
    tool = filters.CharFilter(label="Tool that runs it", max_length=60)
    external_id = filters.CharFilter(label="The tool's id", max_length=120)

    class Meta:
        model = Track
        fields: tuple[str, ...] = ()


class StayFilter(filters.FilterSet):
    stakeholder_id = filters.IdFilter(field_name="stakeholder_id", label="Id of the person")
    is_inside = filters.BooleanFilter(
        field_name="left_at", lookup_expr="isnull", label="In the track now"
    )

    class Meta:
        model = TrackMember
        fields: tuple[str, ...] = ()


@extend_schema_view(
    get=extend_schema(summary="List nurture tracks", operation_id="tracks_list"),
    post=extend_schema(
        summary="Add a nurture track, or change what has the same tool and external id",
        description="Which keeps the campaign that it is of.",
        operation_id="tracks_add",
        request=TrackIn,
        responses={200: TrackOut, 201: TrackOut},
    ),
)
class TracksView(PlansCampaigns, ListView):
    serializer_class = TrackOut
    filterset_class = TrackFilter
    orders = filters.BY_CHANGE
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return Track.objects.in_program(self.program)

    @idempotent
    def post(self, request: Request) -> Response:
        given = checked(TrackIn(data=request.data))
        campaigns = Campaign.objects.in_program(self.program)
        campaign = campaigns.filter(pk=given.pop("campaign_id")).first()
        if campaign is None:
            raise refused("campaign_id", "There is no such campaign.")
        given.setdefault("external_id", None)
        known = self._known(given["tool"], given["external_id"])
        if known is not None:
            track = done(lambda: actions.change_track(track=known, by=self.person, **given))
            return Response(TrackOut(track).data)
        track = done(lambda: actions.add_track(campaign=campaign, by=self.person, **given))
        return Response(TrackOut(track).data, status=201)

    def _known(self, tool: str, external_id: str | None) -> Track | None:
        if external_id is None:
            return None
        return self.rows().filter(tool=tool, external_id=external_id).first()


class _OfTrack(PlansCampaigns):
    def track(self) -> Track:
        found = Track.objects.in_program(self.program).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found


@extend_schema_view(
    get=extend_schema(summary="One nurture track", operation_id="tracks_get"),
    patch=extend_schema(
        summary="Change a nurture track",
        operation_id="tracks_change",
        request=TrackChange,
        responses=TrackOut,
    ),
)
class TrackView(_OfTrack, DetailView):
    serializer_class = TrackOut

    def rows(self) -> QuerySet[Any]:
        return Track.objects.in_program(self.program)

    def patch(self, request: Request, pk: int) -> Response:
        given, track = checked(TrackChange(data=request.data)), self.track()
        changed = done(lambda: actions.change_track(track=track, by=self.person, **given))
        return Response(TrackOut(changed).data)


@extend_schema_view(
    get=extend_schema(summary="Who is or was in a track", operation_id="tracks_members_list"),
    post=extend_schema(
        summary="People entered a track",
        description="Those who are in stay in. Nobody enters who is not to be contacted.",
        operation_id="tracks_members_enter",
        request=TrackEnterIn,
        responses=AddedOut,
    ),
)
class MembersView(_OfTrack, ListView):
    serializer_class = StayOut
    filterset_class = StayFilter
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return TrackMember.objects.in_program(self.program).filter(track=self.track())

    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        given, track = checked(TrackEnterIn(data=request.data)), self.track()
        ours = Stakeholder.objects.in_program(self.program)
        refuse_missing(
            given["stakeholder_ids"], ours, "There is no such person.", "stakeholder_ids"
        )
        added = done(lambda: actions.enrol(track=track, by=self.person, **given))
        return Response({"added": added})


class LeaveView(_OfTrack):
    http_method_names = ("post", "head", "options")
    serializer_class = StayOut

    @extend_schema(
        summary="Somebody left a track, and why",
        description="409 if they are not in it.",
        operation_id="tracks_members_leave",
        request=TrackLeaveIn,
        responses=StayOut,
    )
    def post(self, request: Request, pk: int) -> Response:
        given, track = checked(TrackLeaveIn(data=request.data)), self.track()
        try:
            stay = done(lambda: actions.leave(track=track, by=self.person, **given))
        except actions.NotInTrack as gone:
            raise Problem(409, str(gone)) from gone
        return Response(StayOut(stay).data)
