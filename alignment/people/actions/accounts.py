"""Accounts of people, as the machine's operators change them in the admin."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.people.models import Membership, Role, User
from alignment.people.models.users import prove_address
from alignment.people.rules import check_time_zone

from .programs import lock_program
from .sessions import check_streams

# What is kept of an account in the audit trail; never the password.
AUDITED = ("email", "name", "language", "time_zone", "is_active", "is_staff", "is_superuser")
EDITED = (*AUDITED, "theme", "letter_keys")


@transaction.atomic
def save_account(*, user: User, by: User) -> None:
    """Store a new or changed account. Raises ValidationError by field."""
    user.email = user.email.lower()
    check_time_zone(user.time_zone)
    before = User.objects.select_for_update().filter(pk=user.pk).first() if user.pk else None
    if before and by.pk == user.pk:
        _demand_own_access(before, user)
    if before and before.is_active and not user.is_active:
        demand_other_owners(user)
    user.save(update_fields=EDITED if before else None)
    prove_address(user)
    was, now = _audited(before), _audited(user)
    changed = [name for name in AUDITED if was.get(name) != now[name]]
    audit.record(
        by=by,
        action="user.change" if before else "user.create",
        target=user,
        program_id=None,
        before={name: was[name] for name in changed if name in was},
        after={name: now[name] for name in changed},
    )
    check_streams(user.pk)


def _demand_own_access(before: User, after: User) -> None:
    for name in ("is_active", "is_superuser"):
        if getattr(before, name) and not getattr(after, name):
            text = _("You would lock yourself out: ask another operator to do it.")
            raise ValidationError({name: text})


def note_password(*, user: User, by: User) -> None:
    """Keep in the trail that somebody else set the password, or took it away; sessions end."""
    audit.record(
        by=by,
        action="user.password",
        target=user,
        program_id=None,
        usable=user.has_usable_password(),
    )
    check_streams(user.pk)


def demand_other_owners(user: User) -> None:
    """Hold the programs of this owner; raises ValidationError for those without another owner who
    can sign in.
    """
    seats = Membership.objects.across_programs().filter(user=user, role=Role.OWNER)
    alone = []
    for seat in seats.select_related("program").order_by("program_id"):
        lock_program(seat.program_id)
        owners = Membership.objects.in_program(seat.program_id).filter(role=Role.OWNER)
        if not owners.filter(user__is_active=True).exclude(pk=seat.pk).exists():
            alone.append(seat.program.name)
    if alone:
        text = _("The last owner of %(programs)s. Name another owner there first.")
        raise ValidationError({"is_active": text % {"programs": ", ".join(alone)}})


def _audited(user: User | None) -> dict[str, Any]:
    return {name: getattr(user, name) for name in AUDITED} if user else {}
