"""The base of every API view."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import translation
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, ListField, ListSerializer, Serializer
from rest_framework.views import APIView

from .bodies import refuse_encoded, refuse_large
from .periods import unknown
from .problems import FieldError, Problem, errors_at, pointer
from .schema import ProblemSchema


class ApiRequest(Request):
    """Refuses a missing body, unless the view can do without: nothing is not the same as an empty
    object.
    """

    @property
    def data(self) -> Any:
        if self.stream is None:
            if not self.parser_context["view"].needs_body:
                return {}
            raise Problem(400, "The body is empty.")
        return super().data


class Negotiation(DefaultContentNegotiation):
    def filter_renderers(self, renderers: Any, format: Any) -> Any:  # noqa: A002 (the name is the framework's)
        """An unknown format is a wrong parameter (400) rather than a missing page (404)."""
        found = [renderer for renderer in renderers if renderer.format == format]
        if not found:
            known = " or ".join(dict.fromkeys(renderer.format for renderer in renderers))
            raise ValidationError({"format": f"{known}."})
        return found


class ApiView(GenericAPIView[Any]):
    """Speaks English, refuses large bodies early, and reports the remaining rate limit."""

    schema = ProblemSchema()
    content_negotiation_class = Negotiation
    # False where nothing in the body is required.
    needs_body = True

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        return ApiRequest(
            request,
            parsers=self.get_parsers(),
            authenticators=self.get_authenticators(),
            negotiator=self.get_content_negotiator(),
            parser_context=self.get_parser_context(request),
        )

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        translation.activate("en")
        super().initial(request, *args, **kwargs)
        refuse_encoded(request)
        if self.reads_json:
            refuse_large(request)

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """The methods are in the `Allow` header; their parameters are in the OpenAPI document."""
        return Response()

    @property
    def reads_json(self) -> bool:
        return self.request.content_type != "multipart/form-data"

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        allowance = getattr(request, "allowance", None)
        if allowance is not None:
            for name, value in allowance.headers.items():
                response[name] = value
        return super().finalize_response(request, response, *args, **kwargs)


def upsert_status(rows: QuerySet[Any], **key: Any) -> int:
    """200 if a POST changes the row with this key, 201 if it adds one; without a key it adds."""
    is_known = None not in key.values() and rows.filter(**key).exists()
    return 200 if is_known else 201


def checked(serializer: BaseSerializer[Any], *steps: str | int) -> Any:
    """The validated body; raises `Problem` 422 that points at each wrong or unknown field."""
    errors = complaints(serializer, *steps)
    if errors:
        raise Problem(422, "Some values were not accepted.", errors=errors)
    return serializer.validated_data


def complaints(serializer: BaseSerializer[Any], *steps: str | int) -> list[FieldError]:
    """What is wrong with the body, field by field; empty if it is valid."""
    serializer.is_valid()
    errors = errors_at(serializer.errors, *steps)
    told = {error["pointer"] for error in errors}
    strangers = _strangers(serializer, serializer.initial_data, *steps)
    return errors + [error for error in strangers if error["pointer"] not in told]


def _strangers(field: Any, data: Any, *steps: str | int) -> Iterator[FieldError]:
    """An error for each name that no field has, in objects and lists inside too: left out silently,
    a misspelt one would change nothing and still give 200."""
    if isinstance(field, ListField | ListSerializer) and isinstance(data, list):
        for index, row in enumerate(data):
            yield from _strangers(field.child, row, *steps, index)
    elif isinstance(field, Serializer) and isinstance(data, Mapping):
        for name, value in data.items():
            if name in field.fields:
                yield from _strangers(field.fields[name], value, *steps, name)
            else:
                text = unknown(name, field.fields, "There is no such field.")
                yield {"pointer": pointer(*steps, name), "detail": text}


class NothingHere(APIView):
    """The reply to every unknown URL."""

    schema = None
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Problem(404, "There is nothing here. Addresses end with a slash.")
