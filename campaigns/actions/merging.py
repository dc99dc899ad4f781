"""Two accounts are merged: audiences that had the one that goes have the survivor."""

from __future__ import annotations

from accounts.models import Account
from alignment.people.models import User

from ..models import Campaign, CampaignAccount
from .recording import note_change


def warnings_of(_survivor: Account, _gone: Account) -> list[str]:
    """Nothing of a campaign ends."""
    return []


def lock_merge(_survivor: Account, gone: Account) -> None:
    """Lock the campaigns that will change, in id order."""
    rows = Campaign.objects.in_program(gone.program_id).select_for_update(no_key=True)
    list(rows.filter(pk__in=_campaigns_of(gone)).order_by("pk").values_list("pk"))


def settle_merge(_survivor: Account, gone: Account, _by: User | None) -> None:
    """Must run in the transaction that merges `gone`, before its links move."""
    note_change(gone.program_id, _campaigns_of(gone))


def _campaigns_of(account: Account) -> set[int]:
    rows = CampaignAccount.objects.in_program(account.program_id).filter(account=account)
    return set(rows.values_list("campaign_id", flat=True))
