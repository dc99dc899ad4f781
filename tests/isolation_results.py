"""The stranger's costs and baselines: see isolation_world."""

from datetime import date
from typing import Any

from alignment.metrics.results.models import Baseline, BaselineFigure, Cost

from .cast import Cast


def hers_results(cast: Cast, number: int) -> None:
    """Rows with that primary key and her MARK in every text."""
    row: dict[str, Any] = {"pk": number, "program": cast.other_program}
    Cost.objects.create(
        **row,
        spent_on=date(2026, 11, 2),
        spent_until=date(2026, 11, 2),
        amount_usd=number,
        what_for="Zanzibar fair",
        side="sales",
        created_by=cast.stranger,
    )
    baseline = Baseline.objects.create(**row, source="Zanzibar CRM", frozen_by=cast.stranger)
    BaselineFigure.objects.create(**row, baseline=baseline, metric="zanzibar", value=number)
