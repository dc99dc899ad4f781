"""The pipeline that a program starts with."""

from django.db import transaction

from alignment.people.models import Program

from ..defaults import USUAL_CONTENT, usual_stages
from ..models import PipelineStage


@transaction.atomic
def install_defaults(*, program: Program) -> None:
    """Give a program the usual pipeline where it has none; safe to repeat."""
    rows = PipelineStage.objects.in_program(program)
    if rows.exists():
        return
    PipelineStage.objects.bulk_create(
        PipelineStage(
            program=program,
            position=number,
            buying_stage=USUAL_CONTENT.get(stage["name"], ""),
            **stage,
        )
        for number, stage in enumerate(usual_stages(), start=1)
    )
