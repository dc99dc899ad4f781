"""Opening and editing deals; `moving` moves them along the pipeline."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account, JournalKind, Lead, Stage
from alignment.core.edits import demand_as_seen
from alignment.core.external_ids import demand_free_id
from alignment.people.models import User
from alignment.people.queries import possible_owners
from alignment.scoring.actions.leads import advance

from ..models import Opportunity, OpportunityLead, OpportunityStep, Outcome, PipelineStage
from ..queries.pipeline import first_stage
from ..rules import CENT, CURRENCIES, MOST, in_dollars
from .locks import lock_rates, lock_stage
from .recording import journal, record_change, record_step

WRITTEN = (
    "name",
    "amount",
    "currency",
    "close_on",
    "owner",
    "source",
    "next_step",
    "external_id",
)
FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_LEADS = 50


@transaction.atomic
def open_opportunity(
    *,
    account: Account,
    by: User | None,
    leads: Sequence[int] = (),
    stage: PipelineStage | None = None,
    external_id: str | None = None,
    opened_at: datetime | None = None,
    **said: Any,
) -> Opportunity:
    """Open a deal in the first stage, or in the open stage given.

    `leads` are ids of SQL leads of the account that become part of it; `said` are fields of
    `WRITTEN`. If a deal has the same `external_id`, it is changed instead, and takes the leads that
    it has not yet. Raises `ValidationError` by field.
    """
    known = _known(account, external_id)
    if known is None:
        deal = Opportunity(
            program_id=account.program_id, account=account, external_id=external_id or None
        )
        try:
            with transaction.atomic():
                return _open(deal, stage, opened_at or timezone.now(), by, leads, said)
        except IntegrityError:
            # Another request opened it since the lookup.
            known = _known(account, external_id)
            if known is None:
                raise
    deal = change_opportunity(opportunity=known, by=by, **said)
    add_leads(opportunity=deal, leads=leads, by=by)
    return deal


def _known(account: Account, external_id: str | None) -> Opportunity | None:
    rows = Opportunity.objects.in_program(account.program_id)
    return rows.filter(external_id=external_id).first() if external_id else None


def _open(
    deal: Opportunity,
    stage: PipelineStage | None,
    at: datetime,
    by: User | None,
    leads: Sequence[int],
    said: dict[str, Any],
) -> Opportunity:
    rates = lock_rates(deal.program_id)
    deal.stage = first = lock_stage(stage or first_stage(deal.program_id))
    _demand_beginning(first, at)
    deal.opened_at = deal.stage_since = at
    _set(deal, said, rates)
    deal.save()
    record_step(
        deal,
        OpportunityStep.Kind.OPENED,
        at,
        by,
        to_stage=first,
        amount_after=deal.amount,
        currency_after=deal.currency,
        usd_after=deal.amount_usd,
        close_after=deal.close_on,
        owner_after=deal.owner,
    )
    add_leads(opportunity=deal, leads=leads, by=by)
    record_change(deal, "open", by, stage=first.name)
    journal(deal, JournalKind.OPPORTUNITY_OPENED, at, by, to=first.name, to_stage_id=first.pk)
    return deal


@transaction.atomic
def change_opportunity(
    *,
    opportunity: Opportunity,
    by: User | None,
    seen: Mapping[str, Any] | None = None,
    **said: Any,
) -> Opportunity:
    """Change the fields in `said`, a subset of `WRITTEN`. Raises `ValidationError` by field.

    `seen` is what the form showed: raises `Overwritten` if the stored values differ from it.
    """
    rates, deal = lock_rates(opportunity.program_id), locked(opportunity)
    demand_as_seen(seen, {name: getattr(deal, name) for name in WRITTEN}, said)
    demand_free_id(deal, said)
    before = _Before(deal.amount, deal.currency, deal.amount_usd, deal.close_on, deal.owner)
    changed = _set(deal, said, rates)
    if not changed:
        return deal
    deal.save()
    _keep_history(deal, before, by)
    record_change(deal, "change", by, fields=changed)
    return deal


# A lead that was sent back has left its deal, and rises to the next one.
_IN_A_DEAL = (Stage.OPPORTUNITY, Stage.WON, Stage.LOST)


@transaction.atomic
def add_leads(*, opportunity: Opportunity, leads: Sequence[int], by: User | None) -> None:
    """Add leads of the account to the deal, which turns an SQL into an opportunity. Nothing happens
    to those that are part of it already, unless they were sent back and rose again.

    Raises `ValidationError` if the deal is closed, or if one is of another account, not yet an SQL,
    or part of another deal.
    """
    wanted = set(leads)
    if not wanted:
        return
    links = OpportunityLead.objects.in_program(opportunity.program_id).filter(lead__in=wanted)
    _lock_deals(opportunity, links)
    rows = Lead.objects.in_program(opportunity.program_id).select_for_update()
    found = list(rows.filter(pk__in=wanted, account=opportunity.account_id).order_by("pk"))
    if len(found) < len(wanted) or len(wanted) > MOST_LEADS:
        raise ValidationError({"leads": _("There is no such lead at this account.")})
    deals = dict(links.values_list("lead", "opportunity"))
    for lead in found:
        if deals.get(lead.pk) != opportunity.pk or _rose_again(lead, opportunity):
            _add_lead(lead, opportunity, deals.get(lead.pk), by)
    if any(deals.get(pk) != opportunity.pk for pk in wanted):
        note_change(opportunity.program_id, {opportunity.pk, *deals.values()})


def _lock_deals(opportunity: Opportunity, links: QuerySet[OpportunityLead]) -> None:
    """The deal and those that the leads come from: deals are locked before their leads."""
    ids = {opportunity.pk, *links.values_list("opportunity_id", flat=True)}
    rows = Opportunity.objects.in_program(opportunity.program_id).filter(pk__in=ids)
    list(rows.select_for_update().order_by("pk").values_list("pk"))


def _rose_again(lead: Lead, opportunity: Opportunity) -> bool:
    return lead.stage == Stage.SQL and opportunity.outcome == Outcome.OPEN


def _add_lead(lead: Lead, opportunity: Opportunity, former: int | None, by: User | None) -> None:
    if former not in (None, opportunity.pk) and lead.stage in _IN_A_DEAL:
        raise ValidationError({"leads": _("One of these leads is part of another opportunity.")})
    if lead.stage not in (Stage.SQL, Stage.OPPORTUNITY):
        raise ValidationError({"leads": _("Only an SQL can become part of an opportunity.")})
    if opportunity.outcome != Outcome.OPEN:
        raise ValidationError({"leads": _("Only an open opportunity takes leads.")})
    OpportunityLead.objects.in_program(opportunity.program_id).update_or_create(
        lead=lead,
        defaults={"opportunity": opportunity},
        create_defaults={"program_id": opportunity.program_id, "opportunity": opportunity},
    )
    if lead.stage == Stage.SQL and by is not None:
        advance(lead=lead, stage=Stage.OPPORTUNITY, by=by, reason=opportunity.name)


def note_change(program_id: int, deals: Collection[int]) -> None:
    """Say that something that belongs to these deals changed: their leads or their committees."""
    rows = Opportunity.objects.in_program(program_id).filter(pk__in=deals)
    rows.update(updated_at=timezone.now())


def locked(opportunity: Opportunity) -> Opportunity:
    """The current row, locked until the transaction ends."""
    rows = Opportunity.objects.in_program(opportunity.program_id)
    return rows.select_for_update().get(pk=opportunity.pk)


def _set(deal: Opportunity, said: dict[str, Any], rates: Mapping[str, Decimal]) -> list[str]:
    """Set the fields; returns the names of those that changed."""
    changed = []
    for name in WRITTEN:
        if name not in said:
            continue
        value = said[name].strip() if isinstance(said[name], str) else said[name]
        if name == "amount" and value is not None:
            value = Decimal(value).quantize(CENT)
        if getattr(deal, name) != value:
            setattr(deal, name, value)
            changed.append(name)
    _demand_sense(deal, changed, rates)
    deal.amount_usd = in_dollars(deal.amount, rates[deal.currency])
    return changed


def _demand_sense(
    deal: Opportunity, changed: Collection[str], rates: Mapping[str, Decimal]
) -> None:
    errors: dict[str, Any] = {}
    try:
        deal.clean_fields(exclude=["program", "account", "stage", "owner"])
    except ValidationError as refused:
        errors |= refused.error_dict
    if deal.amount is not None and not 0 <= deal.amount <= MOST:
        errors["amount"] = _("Give an amount of 0 or more.")
    if deal.currency not in CURRENCIES:
        errors["currency"] = _("Give one of these currencies: %(codes)s.") % {
            "codes": ", ".join(CURRENCIES)
        }
    elif deal.currency not in rates:
        text = _("Give its rate to the dollar on the page of the pipeline first.")
        errors["currency"] = text
    if deal.close_on and not FIRST_YEAR <= deal.close_on.year <= LAST_YEAR:
        errors["close_on"] = _("Give a day of this century.")
    owners = possible_owners(deal.program_id)
    new_owner = deal.owner_id if "owner" in changed else None
    if new_owner and not owners.filter(user=new_owner).exists():
        errors["owner"] = _("This person may not own opportunities in this program.")
    if errors:
        raise ValidationError(errors)


def _demand_beginning(stage: PipelineStage, at: datetime) -> None:
    if stage.outcome != Outcome.OPEN or stage.retired_at is not None:
        raise ValidationError({"stage": _("A deal begins in an open stage.")})
    if at > timezone.now():
        raise ValidationError({"opened_at": _("Give a moment that has been.")})
    if at.year < FIRST_YEAR:
        raise ValidationError({"opened_at": _("Give a day of this century.")})


class _Before(NamedTuple):
    amount: Decimal | None
    currency: str
    usd: Decimal
    close_on: date | None
    owner: User | None


def _keep_history(deal: Opportunity, before: _Before, by: User | None) -> None:
    now, kinds = timezone.now(), OpportunityStep.Kind
    # Another currency is another amount, even if both are worth the same today.
    if before.usd != deal.amount_usd or (deal.amount and before.currency != deal.currency):
        record_step(
            deal,
            kinds.AMOUNT,
            now,
            by,
            amount_before=before.amount,
            currency_before=before.currency,
            usd_before=before.usd,
            amount_after=deal.amount,
            currency_after=deal.currency,
            usd_after=deal.amount_usd,
        )
    if before.close_on != deal.close_on:
        pair = {"close_before": before.close_on, "close_after": deal.close_on}
        record_step(deal, kinds.CLOSE, now, by, **pair)
    if before.owner != deal.owner:
        record_step(deal, kinds.OWNER, now, by, owner_before=before.owner, owner_after=deal.owner)
