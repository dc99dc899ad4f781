"""Campaigns that a touch of an account may belong to."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q

from accounts.models import Account
from campaigns.models import Campaign, CampaignAccount

MOST_CAMPAIGNS = 200


def campaigns_for(account: Account, today: date, also: int | None = None) -> list[Campaign]:
    """Campaigns that are not over, and the one with the id `also`; annotated with `has_account`.

    Those with the account in their audience come first, then by first day, latest first.
    """
    audience = CampaignAccount.objects.in_program(account.program_id).filter(account=account)
    inside = Exists(audience.filter(campaign=OuterRef("pk")))
    rows = Campaign.objects.in_program(account.program_id)
    rows = rows.filter(Q(ends_on__gte=today) | Q(pk=also or 0)).annotate(has_account=inside)
    return list(rows.order_by("-has_account", "-starts_on", "name", "pk")[:MOST_CAMPAIGNS])
