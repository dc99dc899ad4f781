"""How views describe themselves in the OpenAPI document, including the errors each can return."""

from typing import Any, cast

from django_filters import ChoiceFilter, MultipleChoiceFilter
from drf_spectacular.contrib.django_filters import DjangoFilterExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.serializers import PolymorphicProxySerializerExtension
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers

from .filters import IdFilter, WholeFilter
from .pages import CURSOR_PARAMETER, LIMIT_PARAMETER, NEXT

PROBLEM_TYPE = "application/problem+json"

IDEMPOTENCY_KEY = OpenApiParameter(
    name="Idempotency-Key",
    location=OpenApiParameter.HEADER,
    required=False,
    type={"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    description=(
        "Your name for this request. Sent again within 24 hours, it gets the first reply again,"
        " with the header `Idempotent-Replayed: true`, and nothing happens twice. The same key with"
        " another request is refused (422); while the first is still running: 409."
    ),
)

ERRORS: dict[int, str] = {
    400: "The request is malformed, or a parameter was not accepted.",
    401: "The key is missing, unknown, expired or revoked.",
    403: "The key has not the scope, or its owner not the role.",
    404: "There is no such thing in this program.",
    405: "This address does not take that method.",
    406: "The API answers JSON only.",
    409: "A request with this Idempotency-Key is still running.",
    413: "The body is too large.",
    415: "The body must be JSON (or, for files, multipart/form-data).",
    422: "Well-formed, but some values were not accepted; `errors` points at each.",
    429: "Too many requests; `Retry-After` says when to go on.",
    503: "The database does not answer; `Retry-After` says when to try again.",
}
EMPTY_TEXT = {"type": "string", "maxLength": 0}
ALWAYS = (400, 401, 403, 404, 405, 406, 429, 503)
WITH_BODY = (409, 413, 415, 422)


class FieldErrorSchema(serializers.Serializer[Any]):
    pointer = serializers.CharField(
        required=False, help_text="JSON pointer into the request body.", allow_blank=True
    )
    parameter = serializers.CharField(required=False, help_text="Name of the query parameter.")
    detail = serializers.CharField()

    class Meta:
        ref_name = "FieldError"


class ProblemBody(serializers.Serializer[Any]):
    """An error (RFC 9457)."""

    type = serializers.CharField(default="about:blank")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors: Any = FieldErrorSchema(many=True, required=False)

    class Meta:
        ref_name = "Problem"


PROBLEM_EXAMPLE = {
    "type": "about:blank",
    "title": "Unprocessable Entity",
    "status": 422,
    "detail": "Some values were not accepted.",
    "errors": [{"pointer": "/events/3/occurred_at", "detail": "Needs a time zone, such as Z."}],
}


class FilterParameters(DjangoFilterExtension):  # type: ignore[no-untyped-call]
    """Uses the filter's own type; the base class guesses it from the model's column."""

    priority = 1

    def resolve_filter_field(self, *args: Any) -> Any:
        resolve: Any = super().resolve_filter_field
        found, asked = resolve(*args), args[-1]
        for parameter in found:
            if isinstance(asked, IdFilter | WholeFilter):
                parameter["schema"] = {"type": "integer", "minimum": asked.extra["min_value"]}
            elif isinstance(asked, ChoiceFilter | MultipleChoiceFilter):
                _choices_as_text(parameter["schema"])
        return found


class OneOrMany(PolymorphicProxySerializerExtension):  # type: ignore[no-untyped-call]
    """An object or a batch of them: unknown names aside, a batch also looks like an object, so
    "exactly one" would be wrong.
    """

    priority = 1

    def map_serializer(self, *args: Any) -> Any:
        describe: Any = super().map_serializer
        schema = describe(*args)
        return {"anyOf": schema["oneOf"]}


def _choices_as_text(schema: dict[str, Any]) -> None:
    """Choices are sent as strings, even where the column stores numbers."""
    one = schema.get("items", schema)
    one |= {"type": "string", "enum": [str(choice) for choice in one["enum"]]}


class ProblemSchema(AutoSchema):
    """Adds the error replies, the idempotency header and the right tag to each operation."""

    def get_tags(self) -> list[str]:
        return [getattr(self.view, "tag", None) or super().get_tags()[0]]

    def get_override_parameters(self) -> list[Any]:
        found = list(super().get_override_parameters())
        if self.method == "POST" and getattr(self.view, "keeps_replies", False):
            found.append(IDEMPOTENCY_KEY)
        return found

    def _get_request_body(self, direction: Any = "request") -> Any:
        describe: Any = super()._get_request_body
        body, view = describe(direction), cast("Any", self.view)
        if body and view.needs_body:
            body["required"] = True
        return body

    def _insert_field_validators(self, field: Any, schema: Any) -> None:
        insert: Any = super()._insert_field_validators
        insert(field, schema)
        if EMPTY_TEXT in schema.get("oneOf", ()):
            # An empty text also matches the other schema, so "exactly one" would be wrong.
            schema["anyOf"] = schema.pop("oneOf")

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        codes = ALWAYS + (WITH_BODY if self.method in ("POST", "PUT", "PATCH") else ())
        for code in codes:
            bodies.setdefault(str(code), self._problem_response(code))
        return bodies

    def _problem_response(self, code: int) -> Any:
        respond: Any = self._get_response_for_code
        response = respond(ProblemBody, str(code), media_types=[PROBLEM_TYPE])
        response["description"] = ERRORS[code]
        if code == 422:
            response["content"][PROBLEM_TYPE]["examples"] = {"Problem": {"value": PROBLEM_EXAMPLE}}
        return response


def example(name: str, value: Any, **options: Any) -> OpenApiExample:
    """An example with its name as title."""
    return OpenApiExample(name, value=value, **options)


# The parameters of lists that no queryset holds.
PAGE_PARAMETERS = [
    OpenApiParameter(each["name"], each["schema"], description=each["description"])
    for each in (LIMIT_PARAMETER, CURSOR_PARAMETER)
]
PAGE_NAMES = tuple(each.name for each in PAGE_PARAMETERS)


def next_field() -> serializers.URLField:
    """`next` of a page of such a list."""
    return serializers.URLField(allow_null=True, help_text=NEXT)
