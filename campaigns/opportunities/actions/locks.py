"""Rows that a change of a deal relies on, held until its transaction ends. Others may rely on them
too; whoever wants to change one waits.
"""

from __future__ import annotations

from decimal import Decimal

from django.db import connection

from ..models import PipelineStage


def lock_rates(program_id: int) -> dict[str, Decimal]:
    """US dollars for one unit, by currency. Called before a deal is locked, since `set_rate` locks
    its rate first and then the deals.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT currency, usd FROM opportunities_exchangerate WHERE program_id = %s"
            " ORDER BY id FOR SHARE",
            [program_id],
        )
        return {"USD": Decimal(1)} | dict(cursor.fetchall())


def lock_stage(stage: PipelineStage) -> PipelineStage:
    """The stage as it is now: nobody takes it out before the deal is in it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM opportunities_pipelinestage WHERE program_id = %s AND id = %s FOR SHARE",
            [stage.program_id, stage.pk],
        )
    return PipelineStage.objects.in_program(stage.program_id).get(pk=stage.pk)
