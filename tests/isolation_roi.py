"""The stranger's ROI pages: see isolation_world."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Account, Stakeholder
from campaigns.opportunities.models import Opportunity
from campaigns.roi.defaults import LATE_LEADS
from campaigns.roi.models import Calculator, CalculatorVersion, RoiShare, RoiVisit
from campaigns.roi.rules.content import Words

from .cast import Cast


def hers_roi(cast: Cast, number: int) -> None:
    """Rows with that primary key and her MARK in every text."""
    hers, now = cast.other_program, timezone.now()
    row: dict[str, Any] = {"pk": number, "program": hers}
    calculator = Calculator.objects.create(**row, name="Zanzibar calculator")
    content = replace(LATE_LEADS, title=Words("Zanzibar title"), intro=Words("Zanzibar intro"))
    version = CalculatorVersion.objects.create(
        **row, calculator=calculator, number=1, content=content.as_json(), published_at=now
    )
    share = RoiShare.objects.create(
        **row,
        version=version,
        account=Account.objects.in_program(hers).get(pk=number),
        stakeholder=Stakeholder.objects.in_program(hers).get(pk=number),
        opportunity=Opportunity.objects.in_program(hers).get(pk=number),
        sender="Zanzibar Spices",
        language="en",
        secret_hash=f"zanzibar-roi-{number}",
        created_by=cast.stranger,
        expires_at=now + timedelta(days=1),
    )
    RoiVisit.objects.create(
        **row, share=share, kind="used", day=now.date(), first_at=now, last_at=now
    )
