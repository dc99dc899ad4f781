"""`/leads/{id}/score/`: why a lead has its score, now or at a past moment."""

from datetime import datetime

from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.engagements import FIRST_DAY, too_early
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import open_version
from alignment.core.addresses import HIGHEST_ID
from alignment.core.rest.filters import NO_MOMENT
from alignment.core.rest.moments import NoZone, parse_moment
from alignment.people.api_views import ProgramApiView
from alignment.people.models import Program
from alignment.scoring.explain import explain
from alignment.scoring.explain_past import explain_at, ruling_version

from .lead_schemas import ExplanationOut, described

OPEN = "draft"


class LeadScoreView(ProgramApiView):
    tag = "leads"
    filter_backends = ()
    asks = ("at", "version")
    pagination_class = None
    serializer_class = ExplanationOut

    @extend_schema(
        summary="Why a lead has its score",
        description=(
            "Each rule of the model in force, what it gave, on what evidence and until when. The"
            " points of the lines and `capped` add up to `total`. With `at` the lead as it stood"
            " then: only what had happened by that moment counts, under the model that ruled then."
            " The ICP verdict is today's, because facts of accounts have no history."
        ),
        operation_id="leads_score",
        parameters=[
            OpenApiParameter(
                "at",
                OpenApiTypes.DATETIME,
                description="A moment that has passed, with its zone. Default: now.",
            ),
            OpenApiParameter(
                "version",
                OpenApiTypes.STR,
                pattern=r"^(draft|[0-9]{1,9})$",
                description="Number of a model, or `draft` for the open one. Default: what ruled.",
            ),
        ],
        responses=ExplanationOut,
    )
    def get(self, request: Request, pk: int) -> Response:
        asked = request.query_params
        if pk > HIGHEST_ID:
            raise Http404
        if "at" not in asked and "version" not in asked:
            found = explain(program=self.program, lead_id=pk)
            if found is None:
                raise Http404
            return Response(described(found))
        at = read_at(asked["at"]) if "at" in asked else timezone.now()
        version = self._version(asked.get("version"), at)
        past = explain_at(program=self.program, lead_id=pk, at=at, versions=[version])
        if past is None:
            raise Http404
        return Response(described(past[0], at=at))

    def _version(self, text: str | None, at: datetime) -> Version | None:
        return ruling_version(self.program, at) if text is None else named(self.program, text)


def read_at(text: str) -> datetime:
    """Parse a past moment; anything else is an error of the parameter."""
    try:
        at = parse_moment(text)
    except NoZone:
        raise ValidationError({"at": 'Has no time zone; add "Z" or an offset.'}) from None
    except ValueError:
        raise ValidationError({"at": NO_MOMENT}) from None
    if at > timezone.now():
        raise ValidationError({"at": "In the future."})
    if too_early(at):
        raise ValidationError({"at": f"Before {FIRST_DAY.year}."})
    return at


def named(program: Program, text: str) -> Version:
    """A version of the scoring model by its number, or the open one."""
    if text == OPEN:
        found = open_version(program, Kind.SCORING)
        if found is None:
            raise ValidationError({"version": "No version is open."})
        return found
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise ValidationError({"version": 'A number, or "draft".'})
    rows = Version.objects.in_program(program).filter(kind=Kind.SCORING, number=int(text))
    numbered = rows.first()
    if numbered is None:
        raise ValidationError({"version": "There is no such version."})
    return numbered
