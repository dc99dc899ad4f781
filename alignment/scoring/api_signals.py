"""`/signals/`: what the program counts, by the codes that other systems send."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import SignalFilter
from accounts.api.serializers import SignalOut
from accounts.models import Signal
from alignment.core.rest import Problem, pointer
from alignment.core.rest.names import NameField
from alignment.core.rest.schema import example
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView, ListView
from alignment.people.idempotency import idempotent
from alignment.people.models import Side
from alignment.people.permissions import Permission

from .actions.signals import SIGNAL_CODE, SignalRefused, put_signal, rename_signal


class CodeField(serializers.RegexField):
    """Refuses numbers: DRF would take one as a text of digits, a code that no event sends."""

    default_error_messages = {
        "invalid": "A text of lowercase letters, digits, - and _, such as webinar_attended."
    }

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class SignalIn(serializers.Serializer[Any]):
    """A signal as a client writes it."""

    code = CodeField(f"^{SIGNAL_CODE}$", max_length=60)
    name = NameField(max_length=120)
    kind = serializers.ChoiceField(
        choices=Signal.Kind.choices,
        required=False,
        help_text="`behaviour` is counted, of a `fact` the latest word counts. Never changes.",
    )
    side = serializers.ChoiceField(
        choices=Side.choices, required=False, help_text="Whose it is; `marketing` if new."
    )

    class Meta:
        ref_name = "SignalWrite"


class SignalChange(serializers.Serializer[Any]):
    name = NameField(max_length=120, required=False)
    side = serializers.ChoiceField(choices=Side.choices, required=False)

    class Meta:
        ref_name = "SignalChange"


@extend_schema_view(
    get=extend_schema(summary="List signals", operation_id="signals_list"),
    post=extend_schema(
        summary="Create or rename a signal",
        description=(
            "A signal is found by its `code`: a known one takes the name and, where given, the"
            " side; what it counts and its `kind` stay. A program counts at most 32 signals."
            " For owners and managers, as on the page of the signals."
        ),
        operation_id="signals_upsert",
        request=SignalIn,
        responses={
            200: OpenApiResponse(SignalOut, "There was one with this code."),
            201: OpenApiResponse(SignalOut, "Created."),
        },
        examples=[
            example(
                "A behaviour",
                {
                    "code": "webinar_attended",
                    "name": "Webinar attended",
                    "kind": "behaviour",
                    "side": "marketing",
                },
                request_only=True,
            )
        ],
    ),
)
class SignalsView(ListView):
    tag = "signals"
    write_permission = Permission.EDIT_AGREEMENTS
    serializer_class = SignalOut
    filterset_class = SignalFilter
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return Signal.objects.in_program(self.program)

    @idempotent
    def post(self, request: Request) -> Response:
        given = checked(SignalIn(data=request.data))
        try:
            signal, is_new = put_signal(program=self.program, by=self.person, **given)
        except SignalRefused as refused:
            raise _problem(refused) from refused
        return Response(SignalOut(signal).data, status=201 if is_new else 200)


@extend_schema_view(
    get=extend_schema(summary="One signal", operation_id="signals_get"),
    patch=extend_schema(
        summary="Rename a signal",
        description="Another name or side. The code, the kind and what it counts stay.",
        operation_id="signals_rename",
        request=SignalChange,
        responses=SignalOut,
    ),
)
class SignalView(DetailView):
    tag = "signals"
    write_permission = Permission.EDIT_AGREEMENTS
    serializer_class = SignalOut
    lookup_field = "code"

    def rows(self) -> QuerySet[Any]:
        return Signal.objects.in_program(self.program)

    @transaction.atomic
    def patch(self, request: Request, code: str) -> Response:
        signal: Signal = self.get_object()
        given = checked(SignalChange(data=request.data))
        try:
            renamed = rename_signal(signal=signal, by=self.person, **given)
        except SignalRefused as refused:
            raise _problem(refused) from refused
        return Response(SignalOut(renamed).data)


def _problem(refused: SignalRefused) -> Problem:
    return Problem(
        422,
        "Some values were not accepted.",
        errors=[{"pointer": pointer(refused.field), "detail": str(refused)}],
    )
