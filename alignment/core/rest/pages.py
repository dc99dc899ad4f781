"""Cursor pagination: each page starts after the last row seen, whatever was added meanwhile."""

import base64
import binascii
import datetime
import json
from decimal import Decimal, InvalidOperation
from operator import attrgetter
from typing import Any, cast

from django.db.models import DateTimeField, Model, Q, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from alignment.core.addresses import HIGHEST_ID

from .moments import parse_moment

DEFAULT_LIMIT = 50
HIGHEST_LIMIT = 200
LARGEST = Decimal(10) ** 20
NEXT = "Address of the next page; null on the last one."


def limit_of(request: Request) -> int:
    """`?limit=`, 1 to 200."""
    text = request.query_params.get("limit")
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise ValidationError({"limit": f"A whole number from 1 to {HIGHEST_LIMIT}."})
    if not 1 <= int(text) <= HIGHEST_LIMIT:
        raise ValidationError({"limit": f"From 1 to {HIGHEST_LIMIT}."})
    return int(text)


def write_cursor(*values: Any) -> str:
    """An opaque text for a position in an order; clients only hand it back."""
    packed = json.dumps(values, separators=(",", ":"), default=str).encode()
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def read_cursor(text: str, *kinds: type[Any]) -> list[Any]:
    """The values of a cursor, converted to the expected kinds; raises `ValidationError`."""
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        values = json.loads(packed)
        if len(values) != len(kinds):
            raise ValueError
        return [_as(kind, value) for kind, value in zip(kinds, values, strict=True)]
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise ValidationError({"cursor": "Not a cursor of this list."}) from error


def _as(kind: type[Any], value: Any) -> Any:
    if kind is datetime.datetime:
        return parse_moment(value)
    if kind in (datetime.date, Decimal) and type(value) is str:
        return datetime.date.fromisoformat(value) if kind is datetime.date else _number(value)
    if type(value) is not kind or (kind is int and not 0 <= value <= HIGHEST_ID):
        raise ValueError
    return value


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not number.is_finite() or abs(number) > LARGEST:
        raise ValueError(text)
    return number


def next_address(request: Request, cursor: str | None) -> str | None:
    """The address of the page at `cursor`, with the parameters of this one; None on the last."""
    if cursor is None:
        return None
    return replace_query_param(request.build_absolute_uri(), "cursor", cursor)


class CursorPages(BasePagination):
    """Orders by `id`, or by one of the view's `orders`: another column and then `id`. Such a column
    holds a datetime or a whole number unless the view's `order_kinds` says otherwise.
    """

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        order = self._order(request, view)
        rows: QuerySet[Any] = queryset.order_by(*order)
        cursor = request.query_params.get("cursor")
        if cursor:
            kinds: dict[str, type[Any]] = getattr(view, "order_kinds", {})
            kind = kinds.get(order[0].removeprefix("-")) or _kind_of(queryset.model, order[0])
            rows = rows.filter(_behind(order, cursor, kind))
        limit = limit_of(request)
        found = list(rows[: limit + 1])
        self.next_cursor = _cursor_at(found[limit - 1], order) if len(found) > limit else None
        return found[:limit]

    def _order(self, request: Request, view: Any) -> tuple[str, ...]:
        orders: dict[str, tuple[str, ...]] = getattr(view, "orders", {"-id": ("-id",)})
        wanted = request.query_params.get("order") or next(iter(orders))
        if wanted not in orders:
            raise ValidationError({"order": "One of " + ", ".join(orders) + "."})
        return orders[wanted]

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"items": data, "next": next_address(self.request, self.next_cursor)})

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        orders = list(getattr(view, "orders", {"-id": ()}))
        parameters = [LIMIT_PARAMETER, CURSOR_PARAMETER]
        if len(orders) > 1:
            parameters.append(_parameter("order", {"type": "string", "enum": orders}, "Order."))
        return parameters

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["items", "next"],
            "properties": {
                "items": {"type": "array", "items": schema.get("items", schema)},
                "next": {"type": ["string", "null"], "format": "uri", "description": NEXT},
            },
        }


def _parameter(name: str, schema: dict[str, Any], text: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": text}


LIMIT_PARAMETER = _parameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": HIGHEST_LIMIT, "default": DEFAULT_LIMIT},
    "Rows on a page.",
)
CURSOR_PARAMETER = _parameter(
    "cursor", {"type": "string"}, "Where the page starts; taken from `next` of the page before."
)


def _kind_of(model: type[Model], column: str) -> type[Any]:
    """The type of the first column of an order: datetime or int."""
    *relations, name = column.removeprefix("-").split("__")
    for relation in relations:
        model = cast("type[Model]", model._meta.get_field(relation).related_model)
    is_moment = isinstance(model._meta.get_field(name), DateTimeField)
    return datetime.datetime if is_moment else int


def _behind(order: tuple[str, ...], cursor: str, kind: type[Any]) -> Q:
    last = order[-1].removeprefix("-")
    step = "lt" if order[-1].startswith("-") else "gt"
    if len(order) == 1:
        (row_id,) = read_cursor(cursor, int)
        return Q(**{f"{last}__{step}": row_id})
    first = order[0].removeprefix("-")
    value, row_id = read_cursor(cursor, kind, int)
    # Implied by the second condition; it only lets the index be used.
    return Q(**{f"{first}__{step}e": value}) & (
        Q(**{f"{first}__{step}": value}) | Q(**{f"{last}__{step}": row_id})
    )


def _cursor_at(row: Model, order: tuple[str, ...]) -> str:
    columns = (name.removeprefix("-").replace("__", ".") for name in order)
    return write_cursor(*(attrgetter(column)(row) for column in columns))
