"""The audit trail of accounts elsewhere, such as Google's, with which a person signs in."""

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from alignment.core import audit
from alignment.people.models import User


def record_connected(*, user: User, account: SocialAccount) -> None:
    """The person, or whoever proved that an address of theirs is their own, connected it."""
    _record(user, user, "connected_account.add", account)


def record_disconnected(*, user: User, account: SocialAccount) -> None:
    _record(user, user, "connected_account.remove", account)


@transaction.atomic
def disconnect(*, account: SocialAccount, by: User) -> None:
    """An operator disconnects it for somebody."""
    _record(account.user, by, "connected_account.remove", account)
    account.delete()


def _record(user: User, by: User, action: str, account: SocialAccount) -> None:
    """Which account, by the provider's own id: what it is called there may change."""
    audit.record(
        by=by,
        action=action,
        target=user,
        program_id=None,
        provider=account.provider,
        account=account.uid,
        email=str(account.extra_data.get("email") or account.extra_data.get("mail") or ""),
    )
