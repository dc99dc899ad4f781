"""Validating a touch as planned, apart from collisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Stakeholder
from accounts.rules.engagements import FIRST_DAY
from alignment.people.models import Membership, Program, Role, User
from campaigns.library.models import Asset
from campaigns.models import Campaign

from ..models import OURS, Touch

# Nobody plans further ahead; a later date is a typo.
AHEAD = timedelta(days=3_653)
# A touch entered on the evening of its day still counts as planned.
LATE = timedelta(days=1)
# Messages by error code, in the reader's language.
WRONG: Mapping[str, Any] = {
    "over": _("This is over. Report it as done instead of planning it."),
    "to_come": _("This is yet to come."),
    "moved_to_past": _("This is over. Say that it was done instead."),
    "observer": _("Observers only read. Choose somebody of a team."),
    "no_day": _("Choose a day from 2000 on, within ten years."),
    "ends_first": _("It ends before it starts."),
    "too_long": _("A touch lasts three months at most."),
    "nobody": _("Choose whom it reaches."),
    "strangers": _("Choose people of this account."),
    "elsewhere": _("Choose a touch of the same account."),
    "not_of_program": _("Choose somebody of this program."),
    "no_choice": _("There is no such choice."),
    "no_source": _("Name the tool that the external id is of."),
}


def check_new(touch: Touch) -> None:
    """Check a touch that is not planned yet. Raises `ValidationError`."""
    if _is_over(touch):
        raise _refusal({"starts_at": "over"})
    _check_who(touch)


def check_noted(touch: Touch) -> None:
    """Check an unplanned touch that took place. Raises `ValidationError`."""
    if touch.starts_at > timezone.now():
        raise _refusal({"starts_at": "to_come"})
    _check_who(touch)


def _is_over(touch: Touch) -> bool:
    """Whether it ended more than a day ago; a touch that still lasts is not over."""
    return max(touch.starts_at, touch.ends_at) < timezone.now() - LATE


def check_changed(touch: Touch, before: datetime, former: int | None) -> None:
    """Check a changed touch; unchanged values are not checked again. Raises `ValidationError`."""
    if former != touch.who_id:
        _check_who(touch)
    if touch.starts_at != before and _is_over(touch):
        raise _refusal({"starts_at": "moved_to_past"})


def _check_who(touch: Touch) -> None:
    check_person(touch.program, touch.who)


def check_person(program: Program, who: User | None) -> None:
    """Observers are read-only members, so touches can't be theirs. Raises `ValidationError`."""
    seats = Membership.objects.in_program(program).filter(user=who)
    if who and seats.filter(role=Role.OBSERVER).exists():
        raise _refusal({"who": "observer"})


def _refusal(codes: Mapping[str, str]) -> ValidationError:
    """An error by field, from codes of `WRONG`."""
    return ValidationError(
        {name: ValidationError(WRONG[code], code=code) for name, code in codes.items()}
    )


def check_source(touch: Touch) -> None:
    """An id of another tool means nothing without the tool. Raises `ValidationError`."""
    if touch.external_id is not None and touch.source in ("", OURS):
        raise _refusal({"source": "no_source"})


def check_plan(touch: Touch, people: Sequence[int]) -> None:
    errors: dict[str, str] = {}
    if not FIRST_DAY <= touch.starts_at <= timezone.now() + AHEAD:
        errors["starts_at"] = "no_day"
    if touch.starts_at >= touch.ends_at:
        errors["ends_at"] = "ends_first"
    elif touch.is_too_long:
        errors["ends_at"] = "too_long"
    if not people:
        errors["people"] = "nobody"
    elif _count(touch, people) != len(people):
        errors["people"] = "strangers"
    if touch.follows and touch.follows.account_id != touch.account_id:
        errors["follows"] = "elsewhere"
    errors |= _strangers(touch)
    if errors:
        raise _refusal(errors)


def _count(touch: Touch, people: Sequence[int]) -> int:
    rows = Stakeholder.objects.in_program(touch.program_id)
    return rows.filter(account=touch.account_id, pk__in=people).count()


def _strangers(touch: Touch) -> dict[str, str]:
    """Error codes for people and objects that are not in the program."""
    errors = {}
    seats = Membership.objects.in_program(touch.program_id)
    if touch.who_id and not seats.filter(user=touch.who_id).exists():
        errors["who"] = "not_of_program"
    for name, model in (("asset", Asset), ("campaign", Campaign)):
        pk = getattr(touch, f"{name}_id")
        if pk and not model.objects.in_program(touch.program_id).filter(pk=pk).exists():
            errors[name] = "no_choice"
    return errors
