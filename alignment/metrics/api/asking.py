"""The days and the slice that a request asks for: the same parameters for all figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError

from ..forms import TIERS, Asked, AskForm

if TYPE_CHECKING:
    from rest_framework.request import Request

    from alignment.people.models import Program

PARAMETERS = [
    OpenApiParameter(
        "from",
        OpenApiTypes.DATE,
        description="First day (YYYY-MM-DD), of the program's zone; 30 days in all if not given.",
    ),
    OpenApiParameter(
        "to", OpenApiTypes.DATE, description="Last day, included; today if not given."
    ),
    OpenApiParameter("team", int, description="Id of the team of the row's owner."),
    OpenApiParameter("segment", str, description='NAICS sector: "51", "31-33".'),
    OpenApiParameter(
        "tier",
        str,
        enum=[tier for tier, _name in TIERS],
        description="Of the account on the target list today.",
    ),
    OpenApiParameter("source", str),
]


NAMES = tuple(each.name for each in PARAMETERS)


def asked(request: Request, program: Program) -> Asked:
    """Raises a 400 for invalid parameters."""
    form = AskForm(request.query_params.dict(), program=program, now=timezone.now())
    if not form.is_valid():
        raise ValidationError(
            {name: [str(e) for e in errors] for name, errors in form.errors.items()}
        )
    return form.asked
