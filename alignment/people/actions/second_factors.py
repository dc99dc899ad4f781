"""The audit trail of second factors: one-time codes, passkeys and recovery codes."""

from collections.abc import Callable
from typing import TypeVar

from allauth.mfa.models import Authenticator
from django.db import transaction

from alignment.core import audit
from alignment.people.models import User

T = TypeVar("T")


@transaction.atomic
def record_factors(*, user: User, by: User, change: Callable[[], T]) -> T:
    """Run `change`, and keep which factors of the person it added and removed; no secrets."""
    # So that two changes at once do not each record the other's.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    before = _factors_of(user)
    result = change()
    after = _factors_of(user)
    for pk in sorted(before.keys() - after.keys()):
        _record(user, by, "second_factor.remove", before[pk])
    for pk in sorted(after.keys() - before.keys()):
        _record(user, by, "second_factor.add", after[pk])
    return result


def _factors_of(user: User) -> dict[int, Authenticator]:
    return {factor.pk: factor for factor in Authenticator.objects.filter(user=user)}


def _record(user: User, by: User, action: str, factor: Authenticator) -> None:
    named = {"name": str(factor)} if factor.type == Authenticator.Type.WEBAUTHN else {}
    audit.record(
        by=by, action=action, target=user, program_id=None, factor=str(factor.type), **named
    )
