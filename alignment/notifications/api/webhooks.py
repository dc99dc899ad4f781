"""`/webhooks/` and `/deliveries/`: endpoints for events, and the state of each message."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.core.rest import filters
from alignment.core.rest.names import NameField
from alignment.core.rest.refusals import done
from alignment.core.rest.schema import example
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView, ListView, ProgramApiView
from alignment.people.permissions import Scope

from ..actions import endpoints as actions
from ..models import Delivery, Endpoint
from ..queries import of_state
from ..rules import EVENTS

T = TypeVar("T")
EVENT_CHOICES = [(event.name, event.about) for event in EVENTS.values()]
STATE_CHOICES = [("waiting", "Waiting"), ("delivered", "Delivered"), ("failed", "Given up")]


class EndpointOut(serializers.ModelSerializer[Endpoint]):
    kind = serializers.ChoiceField(choices=Endpoint.Kind.choices)
    events = serializers.ListField(child=serializers.ChoiceField(choices=EVENT_CHOICES))

    class Meta:
        model = Endpoint
        ref_name = "Webhook"
        fields = (
            "id",
            "kind",
            "name",
            "url",
            "events",
            "is_active",
            "stopped_because",
            "created_at",
        )


class EndpointMade(EndpointOut):
    """An endpoint with its secret, which only this reply contains."""

    secret = serializers.CharField(help_text="Shown this once; empty for Slack.")

    class Meta(EndpointOut.Meta):
        ref_name = "WebhookWithSecret"
        fields = (*EndpointOut.Meta.fields, "secret")  # type: ignore[assignment]


class EndpointIn(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Endpoint.Kind.choices)
    name = NameField(max_length=80)
    url = serializers.CharField(
        max_length=500, help_text="https, of a public host; for Slack an incoming webhook."
    )
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=EVENT_CHOICES), min_length=1, max_length=50
    )

    class Meta:
        ref_name = "WebhookIn"


class EndpointChange(serializers.Serializer[Any]):
    name = NameField(max_length=80, required=False)
    url = serializers.CharField(max_length=500, required=False)
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=EVENT_CHOICES),
        min_length=1,
        max_length=50,
        required=False,
    )
    is_active = serializers.BooleanField(required=False)

    class Meta:
        ref_name = "WebhookChange"


class DeliveryOut(serializers.ModelSerializer[Delivery]):
    state = serializers.SerializerMethodField()
    message_id = serializers.SerializerMethodField()
    endpoint_id = serializers.IntegerField(help_text="The webhook it is for.")
    payload = serializers.DictField()

    class Meta:
        model = Delivery
        ref_name = "Delivery"
        fields = (
            "id",
            "message_id",
            "endpoint_id",
            "event",
            "state",
            "tries",
            "status",
            "problem",
            "created_at",
            "next_try_at",
            "delivered_at",
            "payload",
        )

    @extend_schema_field(serializers.ChoiceField(choices=STATE_CHOICES))
    def get_state(self, row: Delivery) -> str:
        if row.delivered_at:
            return "delivered"
        return "waiting" if row.next_try_at else "failed"

    def get_message_id(self, row: Delivery) -> str:
        """The `webhook-id` header sent with each try."""
        return f"msg_{row.pk}"


class _Endpoints(ProgramApiView):
    """URLs and logs are only for managers of the program, so reading needs the write scope."""

    tag = "webhooks"
    read_scope = Scope.WEBHOOKS_MANAGE
    write_scope = Scope.WEBHOOKS_MANAGE
    serializer_class: type[serializers.BaseSerializer[Any]] = EndpointOut

    def rows(self) -> QuerySet[Any]:
        return Endpoint.objects.in_program(self.program).select_related("program")


@extend_schema_view(
    get=extend_schema(summary="List Slack channels and webhooks", operation_id="webhooks_list")
)
class EndpointsView(_Endpoints, ListView):
    @extend_schema(
        summary="Add a Slack channel or a webhook",
        description="The reply holds the signing secret; no other reply does.",
        operation_id="webhooks_add",
        request=EndpointIn,
        responses={201: EndpointMade},
        examples=[
            example(
                "A webhook",
                {
                    "kind": "webhook",
                    "name": "CRM",
                    "url": "https://crm.example.com/hooks/entente",
                    "events": ["handed_off", "breach"],
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        given = checked(EndpointIn(data=request.data))
        made = done(lambda: actions.add_endpoint(program=self.program, by=self.person, **given))
        return Response(EndpointMade(made).data, status=201)


@extend_schema_view(
    get=extend_schema(summary="One Slack channel or webhook", operation_id="webhooks_get")
)
class EndpointView(_Endpoints, DetailView):
    http_method_names = ("get", "patch", "delete", "head", "options")

    @extend_schema(
        summary="Change it, or switch it on or off",
        description="Switched off, it gives up what waits for it.",
        operation_id="webhooks_change",
        request=EndpointChange,
        responses=EndpointOut,
    )
    def patch(self, request: Request, pk: int) -> Response:
        row = self.get_object()
        given = checked(EndpointChange(data=request.data))
        values = {
            name: given.get(name, getattr(row, name))
            for name in ("name", "url", "events", "is_active")
        }
        done(lambda: actions.change_endpoint(endpoint=row, by=self.person, **values))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        summary="Remove it with its log",
        operation_id="webhooks_remove",
        responses={204: None},
    )
    def delete(self, request: Request, pk: int) -> Response:
        actions.remove_endpoint(endpoint=self.get_object(), by=self.person)
        return Response(status=204)


class SecretView(_Endpoints, DetailView):
    http_method_names = ("post", "head", "options")
    serializer_class = EndpointMade

    @extend_schema(
        summary="Give it a new signing secret",
        description="For 24 hours messages are signed with both. Slack has none: 422.",
        operation_id="webhooks_new_secret",
        request=None,
        responses=EndpointMade,
    )
    def post(self, request: Request, pk: int) -> Response:
        row = self.get_object()
        done(lambda: actions.change_secret(endpoint=row, by=self.person))
        return Response(self.get_serializer(row).data)


class TestView(_Endpoints, DetailView):
    http_method_names = ("post", "head", "options")
    serializer_class = DeliveryOut

    @extend_schema(
        summary="Send it a test",
        description="Look at the delivery a moment later. Switched off: 422.",
        operation_id="webhooks_test",
        request=None,
        responses={202: DeliveryOut},
    )
    def post(self, request: Request, pk: int) -> Response:
        row = self.get_object()
        sent = done(lambda: actions.send_test(endpoint=row, by=self.person))
        sent.refresh_from_db()
        return Response(self.get_serializer(sent).data, status=202)


class DeliveryFilter(filters.FilterSet):
    endpoint_id = filters.IdFilter(field_name="endpoint_id", label="Id of the webhook")
    event = filters.CharFilter(label="Event")
    state = filters.ChoiceFilter(choices=STATE_CHOICES, method="in_state", label="State")

    class Meta:
        model = Delivery
        fields: tuple[str, ...] = ()

    def in_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(of_state(value))


class _Deliveries(ProgramApiView):
    tag = "deliveries"
    read_scope = Scope.WEBHOOKS_MANAGE
    write_scope = Scope.WEBHOOKS_MANAGE
    serializer_class = DeliveryOut

    def rows(self) -> QuerySet[Any]:
        rows = Delivery.objects.in_program(self.program).filter(endpoint__isnull=False)
        return rows.select_related("endpoint", "program")


@extend_schema_view(
    get=extend_schema(summary="List messages to the outside", operation_id="deliveries_list")
)
class DeliveriesView(_Deliveries, ListView):
    filterset_class = DeliveryFilter


@extend_schema_view(
    get=extend_schema(summary="One message and what became of it", operation_id="deliveries_get")
)
class DeliveryView(_Deliveries, DetailView):
    pass


class AgainView(_Deliveries, DetailView):
    http_method_names = ("post", "head", "options")

    @extend_schema(
        summary="Send it again at once, under the same id",
        description="What has arrived, or whose endpoint is off, is refused: 422.",
        operation_id="deliveries_again",
        request=None,
        responses={202: DeliveryOut},
    )
    def post(self, request: Request, pk: int) -> Response:
        row = self.get_object()
        done(lambda: actions.send_again(delivery=row, by=self.person))
        return Response(self.get_serializer(self.get_object()).data, status=202)
