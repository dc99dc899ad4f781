"""The accounts that a campaign targets."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account
from alignment.people.models import User

from ..models import Campaign, CampaignAccount
from .recording import note_change, record_change

MOST_ACCOUNTS = 5_000


@transaction.atomic
def add_accounts(*, campaign: Campaign, account_ids: Iterable[int], by: User | None) -> int:
    """Add accounts to the audience; returns how many were new.

    Raises `ValidationError` and adds nothing if one is not of the program, or if the audience would
    exceed `MOST_ACCOUNTS`.
    """
    # The lock keeps concurrent additions within the limit.
    Campaign.objects.in_program(campaign.program_id).select_for_update().get(pk=campaign.pk)
    wanted = set(account_ids)
    ours = Account.objects.in_program(campaign.program_id).filter(pk__in=wanted)
    if ours.count() < len(wanted):
        raise ValidationError({"account_ids": _("There is no such account.")})
    audience = CampaignAccount.objects.in_program(campaign.program_id).filter(campaign=campaign)
    new = wanted - set(audience.filter(account__in=wanted).values_list("account_id", flat=True))
    if audience.count() + len(new) > MOST_ACCOUNTS:
        text = _("A campaign has at most %(most)d accounts.") % {"most": MOST_ACCOUNTS}
        raise ValidationError({"account_ids": text})
    rows = [
        CampaignAccount(program_id=campaign.program_id, campaign=campaign, account_id=pk)
        for pk in sorted(new)
    ]
    CampaignAccount.objects.bulk_create(rows)
    if new:
        note_change(campaign.program_id, {campaign.pk})
        record_change(
            campaign, "campaign.audience.add", by, campaign=campaign.pk, accounts=sorted(new)
        )
    return len(new)


@transaction.atomic
def remove_account(*, member: CampaignAccount, by: User | None) -> None:
    """Planned touches of the campaign at the account stay, since they belong to the calendar."""
    note_change(member.program_id, {member.campaign_id})
    record_change(
        member,
        "campaign.audience.remove",
        by,
        campaign=member.campaign_id,
        account=member.account_id,
    )
    member.delete()
