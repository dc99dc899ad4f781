"""The initial pipeline of a program."""

from django.db import transaction

from alignment.people.models import Program

from ..defaults import USUAL_CONTENT, usual_stages
from ..models import PipelineStage


@transaction.atomic
def install_defaults(*, program: Program) -> None:
    """Give a program without a pipeline the usual one; safe to repeat."""
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
