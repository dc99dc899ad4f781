"""Request schemas of engagements, for the OpenAPI document."""

from typing import Any

from rest_framework import serializers

from alignment.core.rest.schema import FieldErrorSchema, example

Shape = serializers.Serializer[Any]


class PersonRef(Shape):
    """A stakeholder, by exactly one of these fields."""

    email = serializers.EmailField(required=False, max_length=254)
    external_id = serializers.CharField(required=False, max_length=120)
    id = serializers.IntegerField(required=False, min_value=1)

    class Meta:
        ref_name = "StakeholderReference"


class EventIn(Shape):
    stakeholder = PersonRef()
    signal = serializers.CharField(max_length=60, help_text="Code of a signal of the program.")
    occurred_at = serializers.DateTimeField(help_text="With its time zone; 2000 to now.")
    source: Any = serializers.CharField(max_length=60, help_text="The system that saw it.")
    external_id = serializers.CharField(
        max_length=120, help_text="The source's own id: the event counts once."
    )
    value: Any = serializers.BooleanField(
        required=False, help_text="For facts: true or false; the latest word counts."
    )
    properties = serializers.DictField(
        required=False, help_text="Anything worth keeping, up to 8 KB."
    )

    class Meta:
        ref_name = "EngagementIn"


class EngagementBatch(Shape):
    events = serializers.ListField(child=EventIn(), min_length=1, max_length=1000)

    class Meta:
        ref_name = "EngagementBatch"


class EngagementResult(Shape):
    outcome = serializers.ChoiceField(choices=["created", "duplicate", "rejected"])
    id = serializers.IntegerField(
        allow_null=True,
        help_text="Of the engagement; for a `duplicate` the one that is known. Null if `rejected`.",
    )
    errors: Any = FieldErrorSchema(many=True, required=False)

    class Meta:
        ref_name = "EngagementResult"


class EngagementResults(Shape):
    created = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    rejected = serializers.IntegerField()
    results = EngagementResult(many=True, help_text="In the order of the events.")

    class Meta:
        ref_name = "EngagementResults"


EVENTS_EXAMPLES = [
    example(
        "A visit of the pricing page",
        {
            "events": [
                {
                    "stakeholder": {"email": "jane.doe@acme.example"},
                    "signal": "pricing_page_view",
                    "occurred_at": "2026-11-20T15:04:05-05:00",
                    "source": "website",
                    "external_id": "visit-81723",
                    "properties": {"url": "https://www.example.com/pricing"},
                }
            ]
        },
        request_only=True,
    ),
    example(
        "One row kept, one rejected",
        {
            "created": 1,
            "duplicates": 0,
            "rejected": 1,
            "results": [
                {"outcome": "created", "id": 4711},
                {
                    "outcome": "rejected",
                    "id": None,
                    "errors": [
                        {"pointer": "/events/1/signal", "detail": "There is no signal “pricing”."}
                    ],
                },
            ],
        },
        response_only=True,
        status_codes=["200"],
    ),
]
