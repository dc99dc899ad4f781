"""Building calculators: drafts, and publishing them."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.core.live import bus
from alignment.people.models import Program, User

from ..models import Calculator, CalculatorVersion
from ..rules.content import Content, check
from ..rules.reckoning import reckon
from .signals import install_signals

LIVE = "roi"


def save_calculator(
    *,
    program: Program,
    by: User | None,
    name: str,
    content: Content,
    calculator: Calculator | None = None,
) -> Calculator:
    """Write a new calculator, or the draft of the next version of `calculator`.

    Published versions and the pages already sent stay unchanged. Raises `InvalidContent` by place,
    and `ValidationError` for a name that another calculator has.
    """
    check(content)
    try:
        with transaction.atomic():
            row = _locked(calculator) if calculator else Calculator(program=program, created_by=by)
            row.name = name
            row.save()
            draft = _write_draft(row, content)
            _record(row, "roi_calculator.saved", by, version=draft.number)
    except IntegrityError as error:
        if "calculator_name_in_program" not in str(error):
            raise
        raise ValidationError({"name": _("Another calculator has this name.")}) from error
    return row


@transaction.atomic
def publish_calculator(*, calculator: Calculator, by: User | None) -> CalculatorVersion:
    """Publish the draft. Raises `ValidationError` if there is none, or if a page would open without
    a result.
    """
    row = _locked(calculator)
    draft = row.versions.filter(published_at__isnull=True).first()
    if draft is None:
        raise ValidationError({"version": _("There is no draft to publish.")})
    _refuse_without_result(draft.said)
    draft.published_at, draft.published_by = timezone.now(), by
    draft.save(update_fields=["published_at", "published_by", "updated_at"])
    install_signals(program=row.program, by=by)
    _record(row, "roi_calculator.published", by, version=draft.number)
    return draft


@transaction.atomic
def retire_calculator(*, calculator: Calculator, is_retired: bool, by: User | None) -> Calculator:
    """Stop or resume offering it for new pages; pages already sent stay open. Safe to repeat."""
    row = _locked(calculator)
    if (row.retired_at is not None) == is_retired:
        return row
    row.retired_at = timezone.now() if is_retired else None
    row.save(update_fields=["retired_at", "updated_at"])
    _record(row, "roi_calculator.retired" if is_retired else "roi_calculator.brought_back", by)
    return row


def _write_draft(row: Calculator, content: Content) -> CalculatorVersion:
    newest = row.versions.order_by("-number").first()
    if newest is not None and newest.published_at is None:
        newest.content = content.as_json()
        newest.save(update_fields=["content", "updated_at"])
        return newest
    number = newest.number + 1 if newest else 1
    return CalculatorVersion.objects.create(
        program_id=row.program_id, calculator=row, number=number, content=content.as_json()
    )


def _refuse_without_result(content: Content) -> None:
    """A published version cannot be changed, and prospects first see the default values."""
    defaults = {each.key: each.default for each in content.inputs}
    lacking = [
        result.outcome
        for result in reckon(content, defaults)
        if result.outcome.shown and result.value is None
    ]
    if lacking:
        text = _("With the numbers that the page opens with, “%(name)s” has no result.")
        raise ValidationError(
            {"version": text % {"name": lacking[0].label.said(get_language() or "en")}}
        )


def _locked(calculator: Calculator) -> Calculator:
    rows = Calculator.objects.in_program(calculator.program_id)
    return rows.select_for_update().get(pk=calculator.pk)


def _record(row: Calculator, action: str, by: User | None, **detail: int) -> None:
    audit.record(by=by, action=action, target=row, program_id=row.program_id, **detail)
    bus.publish(row.program_id, LIVE)
