"""The payloads of webhooks for the OpenAPI document: one entry per event."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiWebhook, extend_schema
from rest_framework import serializers

from ..rules import EVENTS, Event

HEADERS = (
    " Signed by the Standard Webhooks scheme: headers `webhook-id` (the same for each try),"
    " `webhook-timestamp` and `webhook-signature`. Answer with 2xx within 15 seconds; anything"
    " else is tried again for three days, 410 switches the webhook off."
)


class Message(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=[(e.name, e.about) for e in EVENTS.values()])
    timestamp = serializers.DateTimeField(help_text="When it was written.")
    text = serializers.CharField(help_text="One sentence for people.")
    data: Any = serializers.DictField(help_text="By type; see its example.")

    class Meta:
        ref_name = "WebhookMessage"


def _documented(event: Event) -> OpenApiWebhook:
    example = {
        "type": event.name,
        "timestamp": "2026-11-27T14:40:00.123456+00:00",
        "text": event.about,
        "data": dict(event.example),
    }
    return OpenApiWebhook(
        name=event.name,
        decorator=extend_schema(
            summary=event.about,
            description=event.about + HEADERS,
            tags=["webhooks"],
            request=Message,
            responses={204: None},
            examples=[OpenApiExample(event.name, value=example)],
        ),
    )


(
    handed_off,
    nobody_to_own,
    warning,
    breach,
    escalation,
    feedback,
    dispute,
    agreement,
) = (_documented(event) for event in EVENTS.values())
