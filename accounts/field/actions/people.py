"""Which of our people know whom at an account, and whose product it uses."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.journal import write_removals
from accounts.actions.scores import queue_for_score
from accounts.field.models import Competitor, Relationship
from accounts.models import Account, Removed, Stakeholder
from alignment.core import audit
from alignment.core.live import bus
from alignment.core.same_names import called
from alignment.people.models import User
from alignment.people.queries import why_not

FIRST_YEAR, LAST_YEAR = 1950, 2100


class Unsaid(Enum):
    UNSAID = "unsaid"


# In an existing row, arguments left at this default stay as they are.
UNSAID: Literal[Unsaid.UNSAID] = Unsaid.UNSAID


@transaction.atomic
def set_relationship(
    *,
    stakeholder: Stakeholder,
    user: User,
    strength: int,
    since: date | Unsaid | None = UNSAID,
    note: str | Unsaid = UNSAID,
    by: User | None,
) -> Relationship:
    """Record how well `user` knows `stakeholder`; in an existing row, unsaid values stay.

    Raises `ValidationError` by field. `since` is a calendar date without a time zone, today in the
    program's at the latest.
    """
    if no := why_not(stakeholder.program_id, user.pk):
        raise ValidationError({"user": no})
    today = timezone.localdate(timezone=ZoneInfo(stakeholder.program.time_zone))
    if isinstance(since, date) and not date(FIRST_YEAR, 1, 1) <= since <= today:
        raise ValidationError({"since": _("Give a day that has been.")})
    said = _given_values(strength=strength, since=since, note=note)
    _demand_clean(Relationship(program_id=stakeholder.program_id, **said))
    row, _made = Relationship.objects.in_program(stakeholder.program_id).update_or_create(
        user=user,
        stakeholder=stakeholder,
        defaults={**said, "program_id": stakeholder.program_id},
    )
    _record(row, "relationship.set", by, account_id=stakeholder.account_id, user=user.pk)
    return row


@transaction.atomic
def remove_relationship(*, relationship: Relationship, by: User | None) -> None:
    """Delete a relationship that ended or was an error."""
    account_id = relationship.stakeholder.account_id
    _record(relationship, "relationship.remove", by, account_id=account_id)
    _drop(relationship, by)


def _drop(relationship: Relationship, by: User | None) -> None:
    write_removals(
        program_id=relationship.program_id,
        what=Removed.RELATIONSHIP,
        ids=[relationship.pk],
        account_id=relationship.stakeholder.account_id,
        stakeholder_id=relationship.stakeholder_id,
        by=by,
    )
    relationship.delete()


@transaction.atomic
def hand_over_relationship(
    *, relationship: Relationship, user: User, by: User | None
) -> Relationship:
    """`user` takes over from somebody who left; a better relationship of their own is kept.

    Raises `ValidationError` by field.
    """
    program = relationship.program_id
    if no := why_not(program, user.pk):
        raise ValidationError({"user": no})
    rows = Relationship.objects.in_program(program)
    row = rows.select_for_update().get(pk=relationship.pk)
    before = row.user_id
    if before == user.pk:
        return row
    row.user = user
    # They have only been introduced; how well they get on is for them to say.
    row.strength, row.since = Relationship.Strength.MET, None
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        # They know the person already.
        _drop(row, by)
        row = rows.get(user=user, stakeholder=row.stakeholder_id)
    about = {"user": user.pk, "instead_of": before}
    _record(row, "relationship.hand_over", by, account_id=row.stakeholder.account_id, **about)
    return row


@transaction.atomic
def set_competitor(
    *,
    account: Account,
    name: str,
    contract_ends: date | Unsaid | None = UNSAID,
    strength: int,
    source: str | Unsaid = UNSAID,
    note: str | Unsaid = UNSAID,
    by: User | None,
) -> Competitor:
    """Record a competitor at an account; the same name in any capitalisation is one row, in which
    unsaid values stay."""
    said = _given_values(
        name=name, contract_ends=contract_ends, strength=strength, source=source, note=note
    )
    if isinstance(contract_ends, date) and not FIRST_YEAR <= contract_ends.year <= LAST_YEAR:
        raise ValidationError({"contract_ends": _("Give a day of this century.")})
    if not 1 <= strength <= 5:
        raise ValidationError({"strength": _("From 1 (weak) to 5 (strong).")})
    _demand_clean(Competitor(program_id=account.program_id, **said))
    same = Competitor.objects.in_program(account.program_id).filter(called(said["name"]))
    row, _made = same.update_or_create(
        account=account, defaults={**said, "program_id": account.program_id}
    )
    _record(row, "competitor.set", by, account_id=account.pk, name=row.name)
    return row


@transaction.atomic
def remove_competitor(*, competitor: Competitor, by: User | None) -> None:
    _record(competitor, "competitor.remove", by, account_id=competitor.account_id)
    write_removals(
        program_id=competitor.program_id,
        what=Removed.COMPETITOR,
        ids=[competitor.pk],
        account_id=competitor.account_id,
        by=by,
    )
    competitor.delete()


def _given_values(**given: Any) -> dict[str, Any]:
    return {
        name: value.strip() if isinstance(value, str) else value
        for name, value in given.items()
        if value is not UNSAID
    }


def _demand_clean(row: Relationship | Competitor) -> None:
    row.clean_fields(exclude=["program", "account", "user", "stakeholder"])


def _record(
    row: Relationship | Competitor,
    action: str,
    by: User | None,
    *,
    account_id: int | None,
    **detail: Any,
) -> None:
    audit.record(by=by, action=action, target=row, program_id=row.program_id, **detail)
    if account_id:
        if isinstance(row, Relationship):
            queue_for_score(program_id=row.program_id, account_ids=[account_id])
        bus.publish(row.program_id, f"account-{account_id}")
