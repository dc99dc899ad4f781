"""A new e-mail address of one's own."""

from collections.abc import Callable

from django.db import transaction

from alignment.core import audit
from alignment.people.models import User


@transaction.atomic
def confirm_address(*, user: User, confirm: Callable[[], bool]) -> bool:
    """Run `confirm`, and keep in the trail from which address to which the person moved."""
    before = user.email
    if not confirm():
        return False
    user.refresh_from_db(fields=["email"])
    if user.email != before:
        audit.record(
            by=user,
            action="user.change",
            target=user,
            program_id=None,
            before={"email": before},
            after={"email": user.email},
        )
    return True
