"""`/touch-feeds/`: secret addresses for reading touches in calendar programs."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.core.addresses import full_url
from alignment.core.rest.ids import IdField
from alignment.core.rest.refusals import done, refused
from alignment.core.rest.views import checked
from alignment.people.api_auth import demand_scope
from alignment.people.api_views import DetailView, ListView, ProgramApiView
from alignment.people.models import Team
from alignment.people.permissions import Permission, Scope, may
from alignment.people.queries import seat_of
from alignment.people.tokens import hash_secret

from ..actions.feeds import open_touch_feed, revoke_touch_feed
from ..models import TouchFeed
from ..queries.feeds import open_feeds


class TouchFeedOut(serializers.ModelSerializer[TouchFeed]):
    team_id = serializers.IntegerField(allow_null=True)
    owner_id = serializers.IntegerField()

    class Meta:
        model = TouchFeed
        ref_name = "TouchFeed"
        fields = ("id", "scope", "team_id", "owner_id", "created_at", "read_at")


class NewTouchFeedOut(TouchFeedOut):
    """With its address, in this reply only."""

    address = serializers.SerializerMethodField(
        help_text="Shown this once: whoever has it reads the touches."
    )

    class Meta(TouchFeedOut.Meta):
        ref_name = "NewTouchFeed"
        fields = (*TouchFeedOut.Meta.fields, "address")  # type: ignore[assignment]

    def get_address(self, _feed: TouchFeed) -> str:
        return full_url(reverse("touch_feed", args=[self.context["secret"]]))


class TouchFeedIn(serializers.Serializer[Any]):
    scope = serializers.ChoiceField(choices=TouchFeed.Scope.choices)
    team_id = IdField(required=False, allow_null=True, default=None, help_text="With scope `team`.")


class _FeedsView(ProgramApiView):
    tag = "touches"
    write_scope = Scope.CALENDAR_WRITE
    keeps_ones_own = True
    serializer_class = TouchFeedOut

    def rows(self) -> QuerySet[Any]:
        """Feeds of the key's owner, or of everybody for people who manage keys, as on the page."""
        seat = seat_of(user=self.person, program=self.program)
        everybodys = seat is not None and may(seat.role, Permission.MANAGE_KEYS)
        return open_feeds(self.program, self.person, everybodys=everybodys)


@extend_schema_view(
    get=extend_schema(
        summary="List calendar feeds that work",
        description="Without their addresses, of which only a hash is kept.",
        operation_id="touch_feeds_list",
    ),
    post=extend_schema(
        summary="Make a calendar feed",
        description=(
            "Of the key's owner. The reply holds the address; no other reply does. A key needs the"
            " scope `read` too, because the feed outlives it. Observers make feeds of scope"
            " `person` alone."
        ),
        operation_id="touch_feeds_create",
        request=TouchFeedIn,
        responses={201: NewTouchFeedOut},
    ),
)
class TouchFeedsView(_FeedsView, ListView):
    # Without `Idempotency-Key`, because a stored reply would contain the secret.
    def post(self, request: Request) -> Response:
        demand_scope(request, Scope.READ)
        given = checked(TouchFeedIn(data=request.data))
        team = self._team(given["team_id"])
        secret = done(
            lambda: open_touch_feed(
                program=self.program, scope=given["scope"], team=team, by=self.person
            ),
            team="team_id",
        )
        feed = self.rows().get(secret_hash=hash_secret(secret))
        return Response(NewTouchFeedOut(feed, context={"secret": secret}).data, status=201)

    def _team(self, pk: int | None) -> Team | None:
        if pk is None:
            return None
        team = Team.objects.in_program(self.program).filter(pk=pk).first()
        if team is None:
            raise refused("team_id", "There is no such team.")
        return team


@extend_schema_view(
    get=extend_schema(summary="One calendar feed that works", operation_id="touch_feeds_get"),
    delete=extend_schema(
        summary="Revoke a calendar feed",
        description="Its address works no longer.",
        operation_id="touch_feeds_revoke",
        responses={204: None},
    ),
)
class TouchFeedView(_FeedsView, DetailView):
    http_method_names = ("get", "delete", "head", "options")

    def delete(self, request: Request, pk: int) -> Response:
        revoke_touch_feed(feed=self.get_object(), by=self.person)
        return Response(status=204)
