"""Writing campaigns and their costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from alignment.core.edits import demand_as_seen, set_fields
from alignment.core.external_ids import demand_free_id
from alignment.people.actions.programs import lock_program
from alignment.people.models import Program, User
from alignment.people.queries import why_not

from ..library.models import Play
from ..models import Campaign, CampaignCost
from .recording import note_change, record_change
from .spending import FIRST_YEAR, LAST_YEAR, MOST_USD, checked_cost, taken_out

WRITTEN = ("name", "goal", "budget_usd", "starts_on", "ends_on", "owner")
# Forms have no field for the id that another tool gives.
SAID = (*WRITTEN, "external_id")


@transaction.atomic
def add_campaign(
    *,
    program: Program,
    by: User | None,
    external_id: str | None = None,
    plays: Iterable[int] | None = None,
    **said: Any,
) -> Campaign:
    """Add a campaign, or change the one that has the same `external_id`.

    `said` are fields of `WRITTEN`, `plays` are ids. Raises `ValidationError` by field.
    """
    lock_program(program)
    if known := _known(program, external_id):
        return change_campaign(campaign=known, by=by, plays=plays, **said)
    campaign = Campaign(program=program, external_id=external_id or None)
    return _write(campaign, "campaign.add", by, said, plays)


def _known(program: Program, external_id: str | None) -> Campaign | None:
    rows = Campaign.objects.in_program(program)
    return rows.filter(external_id=external_id).first() if external_id else None


@transaction.atomic
def change_campaign(
    *,
    campaign: Campaign,
    by: User | None,
    seen: Mapping[str, Any] | None = None,
    plays: Iterable[int] | None = None,
    **said: Any,
) -> Campaign:
    """Change the fields in `said`, of `SAID`; `plays` replaces the previous ones. Raises `ValidationError` by
    field.

    `seen` is what the form showed: raises `Overwritten` if the stored values differ from it.
    """
    lock_program(campaign.program_id)
    rows = Campaign.objects.in_program(campaign.program_id).select_for_update()
    row = rows.get(pk=campaign.pk)
    if seen:
        now: dict[str, Any] = {name: getattr(row, name) for name in WRITTEN}
        now["plays"] = sorted(row.plays.values_list("pk", flat=True))
        demand_as_seen(seen, now, {**said, "plays": plays})
    demand_free_id(row, said)
    return _write(row, "campaign.change", by, said, plays)


def _write(
    campaign: Campaign,
    action: str,
    by: User | None,
    said: dict[str, Any],
    plays: Iterable[int] | None,
) -> Campaign:
    """A campaign that is known and in which nothing changes is left alone: whoever keeps a copy
    would take it for news."""
    former = campaign.owner_id
    changed = set_fields(campaign, said, SAID)
    chosen = None if plays is None else set(plays)
    _demand_sense(campaign, chosen, former)
    has_other_plays = chosen is not None and chosen != _plays_of(campaign)
    if changed or has_other_plays or campaign.pk is None:
        campaign.save()
    if has_other_plays:
        campaign.plays.set(chosen or ())
        changed.append("plays")
    if changed:
        record_change(campaign, action, by, campaign=campaign.pk, fields=changed)
    return campaign


def _plays_of(campaign: Campaign) -> set[int]:
    return set(campaign.plays.values_list("pk", flat=True)) if campaign.pk else set()


def _demand_sense(campaign: Campaign, plays: set[int] | None, former: int | None) -> None:
    errors: dict[str, Any] = {}
    try:
        campaign.clean_fields(exclude=["program", "owner"])
    except ValidationError as refused:
        errors |= refused.error_dict
    errors |= _wrong_days(campaign)
    if campaign.budget_usd is not None and not 0 <= campaign.budget_usd <= MOST_USD:
        errors["budget_usd"] = _("Give an amount in US dollars.")
    same_name = Campaign.objects.in_program(campaign.program_id).filter(name=campaign.name)
    if same_name.exclude(pk=campaign.pk).exists():
        errors["name"] = _("Another campaign has this name.")
    # An unchanged owner is not validated again.
    if campaign.owner_id != former and (no := why_not(campaign.program_id, campaign.owner_id)):
        errors["owner"] = no
    if plays and Play.objects.in_program(campaign.program_id).filter(pk__in=plays).count() < len(
        plays
    ):
        errors["plays"] = _("There is no such play.")
    if errors:
        raise ValidationError(errors)


def _wrong_days(campaign: Campaign) -> dict[str, str]:
    days = {"starts_on": campaign.starts_on, "ends_on": campaign.ends_on}
    errors = {
        name: _("Give a day of this century.")
        for name, day in days.items()
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR
    }
    if not errors and all(days.values()) and campaign.ends_on < campaign.starts_on:
        errors["ends_on"] = _("The last day is before the first.")
    return errors


@transaction.atomic
def add_cost(
    *,
    campaign: Campaign,
    spent_on: date,
    amount_usd: int,
    what_for: str,
    by: User | None,
    spent_until: date | None = None,
) -> CampaignCost:
    """Add money spent on a day, or evenly over days. Raises `ValidationError` by field."""
    facts = checked_cost(
        {},
        spent_on=spent_on,
        spent_until=spent_until,
        amount_usd=amount_usd,
        what_for=what_for,
        by=by,
    )
    cost = CampaignCost.objects.create(program_id=campaign.program_id, campaign=campaign, **facts)
    note_change(campaign.program_id, {campaign.pk})
    record_change(cost, "campaign.cost.add", by, campaign=campaign.pk, amount_usd=amount_usd)
    return cost


@transaction.atomic
def remove_cost(*, cost: CampaignCost, by: User | None) -> None:
    """Remove a cost that was entered by mistake. Safe to repeat."""
    if found := taken_out(cost, by):
        facts = {"campaign": found.campaign_id, "amount_usd": found.amount_usd}
        note_change(found.program_id, {found.campaign_id})
        record_change(found, "campaign.cost.remove", by, **facts)
