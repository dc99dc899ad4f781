"""Changing the pipeline itself, and exchange rates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.core.live import bus
from alignment.people.models import Program, User

from ..models import ExchangeRate, Opportunity, Outcome, PipelineStage
from ..queries.pipeline import MOST_STAGES, stages_of
from ..rules import CURRENCIES
from .recording import LIVE

# For one unit of any currency offered here; a rate beyond is a typing mistake and would also change
# sums of the past.
LOWEST_RATE, HIGHEST_RATE = Decimal("0.001"), Decimal(10)
WRITTEN = ("name", "probability", "guidance", "quiet_after_days", "buying_stage")


@transaction.atomic
def add_stage(*, program: Program, by: User | None, **said: Any) -> PipelineStage:
    """Add an open stage before won and lost. A removed stage of the same name comes back, with its
    guidance unless `said` has another.

    Content for a new stage defaults to that of the stage before. Raises `ValidationError` by field.
    """
    held = _locked_stages(program)
    _demand_room(held)
    last = PipelineStage.objects.in_program(program).order_by("-position").first()
    before = [s for s in held if s.outcome == Outcome.OPEN]
    gone = PipelineStage.objects.in_program(program).filter(retired_at__isnull=False)
    known = gone.filter(name=str(said.get("name", "")).strip()).first()
    buying = before[-1].buying_stage if before else ""
    stage = known or PipelineStage(program=program, buying_stage=buying)
    stage.position, stage.retired_at = last.position + 1 if last else 1, None
    if known and not str(said.get("guidance", "")).strip():
        said = said | {"guidance": known.guidance}
    return _write(stage, "pipeline.add", by, said)


@transaction.atomic
def change_stage(*, stage: PipelineStage, by: User | None, **said: Any) -> PipelineStage:
    """Change fields of `WRITTEN`; won and lost keep their probability."""
    _locked_stages(stage.program_id)
    row = PipelineStage.objects.in_program(stage.program_id).get(pk=stage.pk)
    return _write(row, "pipeline.change", by, said)


@transaction.atomic
def place_stage(*, stage: PipelineStage, earlier: bool, by: User | None) -> None:
    """Move it one place forward or back among the open stages; nothing happens at the ends."""
    held = [s for s in _locked_stages(stage.program_id) if s.outcome == Outcome.OPEN]
    here = next((i for i, s in enumerate(held) if s.pk == stage.pk), None)
    there = None if here is None else here + (-1 if earlier else 1)
    if here is None or there is None or not 0 <= there < len(held):
        return
    one, other = held[here], held[there]
    one.position, other.position = other.position, one.position
    one.save(update_fields=["position"])
    other.save(update_fields=["position"])
    _record(one, "pipeline.order", by, position=one.position)


@transaction.atomic
def remove_stage(*, stage: PipelineStage, by: User | None) -> None:
    """Remove an open stage. History keeps its name, and `restore_stage` brings it back.

    Raises `ValidationError` for won, lost, the last open stage, or a stage that contains deals.
    """
    held = _locked_stages(stage.program_id)
    open_ones = [s for s in held if s.outcome == Outcome.OPEN]
    if stage.pk not in {s.pk for s in open_ones}:
        raise ValidationError(_("Won and lost stay: every deal ends in one of them."))
    if len(open_ones) == 1:
        raise ValidationError(_("A pipeline needs an open stage."))
    if Opportunity.objects.in_program(stage.program_id).filter(stage=stage).exists():
        raise ValidationError(_("Deals stand in this stage. Move them on first."))
    _record(stage, "pipeline.remove", by, name=stage.name)
    stage.retired_at = timezone.now()
    stage.save(update_fields=["retired_at"])


@transaction.atomic
def restore_stage(*, stage: PipelineStage, by: User | None) -> PipelineStage:
    """Bring a removed stage back, at its former place among the others. Safe to repeat. Raises
    `ValidationError` by field if the pipeline is full.
    """
    held = _locked_stages(stage.program_id)
    row = PipelineStage.objects.in_program(stage.program_id).get(pk=stage.pk)
    if row.retired_at is None:
        return row
    _demand_room(held)
    row.retired_at = None
    row.save(update_fields=["retired_at"])
    _record(row, "pipeline.restore", by, name=row.name, position=row.position)
    return row


@transaction.atomic
def set_rate(*, program: Program, currency: str, usd: Decimal, by: User | None) -> ExchangeRate:
    """Set the worth of one unit of `currency` in US dollars; the sums of all its deals follow, past
    ones too. The lock on the rate waits for deals that are just being written with the former one.

    Raises `ValidationError` by field.
    """
    if currency not in CURRENCIES or currency == "USD":
        raise ValidationError({"currency": _("Choose another currency than the dollar.")})
    if not LOWEST_RATE <= usd <= HIGHEST_RATE:
        raise ValidationError({"usd": _("Give the US dollars for one, such as 1.08.")})
    rate, _made = ExchangeRate.objects.in_program(program).update_or_create(
        currency=currency, defaults={"usd": usd, "program": program}
    )
    with connection.cursor() as cursor:
        for statement in _SUMS_FOLLOW:
            cursor.execute(statement, {"usd": usd, "program": program.pk, "currency": currency})
    _record(rate, "pipeline.rate", by, currency=currency, usd=str(usd))
    return rate


_SUMS_FOLLOW = (
    """
    UPDATE opportunities_opportunity
    SET amount_usd = round(COALESCE(amount, 0) * %(usd)s, 2), updated_at = now()
    WHERE program_id = %(program)s AND currency = %(currency)s
        AND amount_usd <> round(COALESCE(amount, 0) * %(usd)s, 2)""",
    """
    UPDATE opportunities_opportunitystep
    SET usd_before = CASE WHEN currency_before = %(currency)s
                          THEN round(COALESCE(amount_before, 0) * %(usd)s, 2) ELSE usd_before END,
        usd_after = CASE WHEN currency_after = %(currency)s
                         THEN round(COALESCE(amount_after, 0) * %(usd)s, 2) ELSE usd_after END
    WHERE program_id = %(program)s AND %(currency)s IN (currency_before, currency_after)""",
)


def _locked_stages(program: Program | int) -> list[PipelineStage]:
    """The stages in use; the lock serializes changes of the pipeline, and waits for deals that come
    into one of them. It lets those name their other stages, or each would wait for the other.
    """
    rows = PipelineStage.objects.in_program(program).select_for_update(no_key=True)
    list(rows.order_by("pk"))
    return stages_of(program)


def _demand_room(held: list[PipelineStage]) -> None:
    if sum(s.outcome == Outcome.OPEN for s in held) >= MOST_STAGES:
        text = _("A pipeline has at most %(most)d stages.") % {"most": MOST_STAGES}
        raise ValidationError({"name": text})


def _write(
    stage: PipelineStage, action: str, by: User | None, said: dict[str, Any]
) -> PipelineStage:
    changed = {name: said[name] for name in WRITTEN if name in said}
    for name, value in changed.items():
        setattr(stage, name, value.strip() if isinstance(value, str) else value)
    _demand_sense(stage)
    stage.save()
    _record(stage, action, by, fields=sorted(changed))
    return stage


def _demand_sense(stage: PipelineStage) -> None:
    errors: dict[str, Any] = {}
    try:
        stage.clean_fields(exclude=["program", "outcome", "position"])
    except ValidationError as refused:
        errors |= refused.error_dict
    certain = {Outcome.WON: 100, Outcome.LOST: 0}.get(Outcome(stage.outcome))
    if certain is not None:
        stage.probability, stage.buying_stage = certain, ""
    if stage.probability is not None and not 0 <= stage.probability <= 100:
        errors["probability"] = _("From 0 to 100 percent.")
    if stage.quiet_after_days is not None and not 1 <= stage.quiet_after_days <= 365:
        errors["quiet_after_days"] = _("From 1 to 365 days.")
    rows = PipelineStage.objects.in_program(stage.program_id).exclude(pk=stage.pk)
    if same_name := rows.filter(name=stage.name).first():
        errors["name"] = (
            _("A stage that was taken out has this name: bring it back, or choose another.")
            if same_name.retired_at
            else _("Another stage has this name.")
        )
    if errors:
        raise ValidationError(errors)


def _record(
    target: PipelineStage | ExchangeRate, action: str, by: User | None, **said: Any
) -> None:
    audit.record(by=by, action=action, target=target, program_id=target.program_id, **said)
    bus.publish(target.program_id, LIVE)
