"""`/roi-calculators/`: building and publishing them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.core.rest import Problem, filters
from alignment.core.rest.problems import FieldError, pointer
from alignment.core.rest.refusals import done
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView, ListView, ProgramApiView
from alignment.people.idempotency import idempotent
from alignment.people.permissions import Permission, Scope

from ..actions.writing import publish_calculator, retire_calculator, save_calculator
from ..models import Calculator
from ..rules.content import InvalidContent
from .schemas import CalculatorChange, CalculatorIn, CalculatorOut, content_from

# Names in the API of fields that the rules name differently.
NAMES = {"low": "min", "high": "max"}


class BuildsCalculators(ProgramApiView):
    tag = "roi"
    write_scope = Scope.CALENDAR_WRITE
    write_permission = Permission.PLAN_TOUCHES
    serializer_class = CalculatorOut

    def rows(self) -> QuerySet[Any]:
        return Calculator.objects.in_program(self.program).prefetch_related("versions")

    def saved(self, request: Request, calculator: Calculator | None = None) -> dict[str, Any]:
        given = checked(CalculatorIn(data=request.data))
        content = content_from(given["content"])
        try:
            row = done(
                lambda: save_calculator(
                    program=self.program,
                    by=self.person,
                    name=given["name"],
                    content=content,
                    calculator=calculator,
                )
            )
        except InvalidContent as invalid:
            raise _wrong(invalid.errors) from invalid
        return self.shown(row)

    def shown(self, row: Calculator) -> dict[str, Any]:
        return dict(CalculatorOut(self.rows().get(pk=row.pk)).data)


class CalculatorFilter(filters.FilterSet):
    is_retired = filters.BooleanFilter(
        field_name="retired_at", lookup_expr="isnull", exclude=True, label="No longer offered"
    )

    class Meta:
        model = Calculator
        fields: tuple[str, ...] = ()


@extend_schema_view(
    get=extend_schema(summary="List ROI calculators", operation_id="roi_calculators_list"),
    post=extend_schema(
        summary="Write an ROI calculator, as a draft",
        operation_id="roi_calculators_create",
        request=CalculatorIn,
        responses={201: CalculatorOut},
    ),
)
class CalculatorsView(BuildsCalculators, ListView):
    filterset_class = CalculatorFilter
    keeps_replies = True

    @idempotent
    def post(self, request: Request) -> Response:
        return Response(self.saved(request), status=201)


@extend_schema_view(
    get=extend_schema(summary="One ROI calculator", operation_id="roi_calculators_get"),
    put=extend_schema(
        summary="Write the draft of the next version",
        description="What is published stays as it is, and so do pages that were sent.",
        operation_id="roi_calculators_replace",
        request=CalculatorIn,
    ),
    patch=extend_schema(
        summary="Offer an ROI calculator no longer, or again",
        operation_id="roi_calculators_change",
        request=CalculatorChange,
    ),
)
class CalculatorView(BuildsCalculators, DetailView):
    def put(self, request: Request, pk: int) -> Response:
        return Response(self.saved(request, self.get_object()))

    def patch(self, request: Request, pk: int) -> Response:
        given = checked(CalculatorChange(data=request.data))
        row = retire_calculator(
            calculator=self.get_object(), is_retired=given["is_retired"], by=self.person
        )
        return Response(self.shown(row))


@extend_schema_view(
    post=extend_schema(
        summary="Publish the draft",
        operation_id="roi_calculators_publish",
        request=None,
        responses=CalculatorOut,
    )
)
class CalculatorPublishView(BuildsCalculators, DetailView):
    http_method_names = ["post", "options"]

    def post(self, request: Request, pk: int) -> Response:
        row = self.get_object()
        done(lambda: publish_calculator(calculator=row, by=self.person))
        return Response(self.shown(row))


def _wrong(errors: dict[str, str]) -> Problem:
    """Turn places of the rules into JSON pointers: `formulas.2.expression` becomes
    `/content/formulas/1/expression`.
    """
    told: list[FieldError] = [
        {"pointer": pointer("content", *_path(place)), "detail": text}
        for place, text in errors.items()
    ]
    return Problem(422, "Some values were not accepted.", errors=told)


def _path(place: str) -> list[str | int]:
    return [int(part) - 1 if part.isdigit() else NAMES.get(part, part) for part in place.split(".")]
