"""A new e-mail address of one's own."""

from collections.abc import Callable
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models.functions import Now

from alignment.core import audit
from alignment.people.mail import send_confirmation
from alignment.people.models import AddressConfirmation, User

from .waiting_mail import send_waiting

# Who asked so long ago has asked again.
PATIENCE = timedelta(days=3)


def ask_to_confirm(address: EmailAddress) -> None:
    """Keep that the person is to be sent a link to confirm the address, once however often asked."""
    AddressConfirmation.objects.update_or_create(
        user=address.user,
        email=address.email,
        defaults={"asked_at": Now(), "next_try_at": Now()},
    )


def send_confirmations() -> int:
    """Send the links that were asked for; returns how many were dealt with."""
    AddressConfirmation.objects.filter(asked_at__lt=Now() - PATIENCE).delete()
    return send_waiting(AddressConfirmation.objects.all(), _confirm)


def _confirm(asked: AddressConfirmation) -> None:
    """Nothing is sent where the person has kept the old address since."""
    unproven = EmailAddress.objects.filter(verified=False).select_related("user")
    address = unproven.filter(user=asked.user_id, email=asked.email).first()
    if address is not None:
        send_confirmation(address)
    asked.delete()


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
