"""Making pages for prospects behind a secret address, and closing them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account, Stakeholder
from alignment.core import audit
from alignment.core.live import bus
from alignment.people.models import User
from alignment.people.tokens import hash_secret, new_secret
from campaigns.opportunities.models import Opportunity

from ..models import Calculator, CalculatorVersion, RoiShare
from ..rules.content import lacks_french
from .signals import install_signals
from .visit_notices import live_names

LONGEST_DAYS = 365
# Open pages of one account: a forgotten address is a risk.
MOST_OPEN = 50


@dataclass(frozen=True, slots=True)
class Recipient:
    """The person or account a page is for."""

    account: Account
    stakeholder: Stakeholder | None = None
    opportunity: Opportunity | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """The page and its secret, which is not stored anywhere."""

    share: RoiShare
    secret: str


@transaction.atomic
def share_calculator(
    *,
    calculator: Calculator,
    to: Recipient,
    sender: str,
    language: str,
    days: int,
    by: User | None,
) -> Shared:
    """Make a page of the newest published version, open for `days` (1 to 365).

    Raises `ValidationError` by field.
    """
    # The lock keeps two concurrent requests from exceeding the limit together.
    account = (
        Account.objects.in_program(calculator.program_id)
        .select_for_update()
        .filter(pk=to.account.pk)
        .first()
    )
    version = _newest(calculator)
    errors = _errors(calculator, version, to, account) | _errors_of_words(
        version, sender, language, days
    )
    if errors or version is None or account is None:
        raise ValidationError(errors)
    secret, now = new_secret(), timezone.now()
    share = RoiShare.objects.create(
        program_id=calculator.program_id,
        version=version,
        account=account,
        stakeholder=to.stakeholder,
        opportunity=to.opportunity,
        sender=sender.strip(),
        language=language,
        secret_hash=hash_secret(secret),
        created_by=by,
        expires_at=now + timedelta(days=days),
    )
    install_signals(program=calculator.program, by=by)
    _record(share, "roi_page.shared", by)
    return Shared(share, secret)


@transaction.atomic
def revoke_share(*, share: RoiShare, by: User | None) -> bool:
    """Close a page at once. False if it was closed already."""
    rows = RoiShare.objects.in_program(share.program_id).filter(pk=share.pk)
    if not rows.filter(revoked_at__isnull=True).update(revoked_at=timezone.now()):
        return False
    _record(share, "roi_page.revoked", by)
    return True


def _newest(calculator: Calculator) -> CalculatorVersion | None:
    published = calculator.versions.filter(published_at__isnull=False)
    return published.order_by("-number").first()


def _errors(
    calculator: Calculator,
    version: CalculatorVersion | None,
    to: Recipient,
    account: Account | None,
) -> dict[str, str]:
    errors: dict[str, str] = {}
    if version is None or calculator.retired_at:
        errors["calculator"] = _("Publish the calculator first.")
    if account is None:
        errors["account"] = _("There is no such account.")
    elif _open_pages(account) >= MOST_OPEN:
        errors["account"] = _("This account has many open pages: close some first.")
    if to.stakeholder and to.stakeholder.account_id != to.account.pk:
        errors["stakeholder"] = _("This person is not at the account.")
    if to.opportunity and to.opportunity.account_id != to.account.pk:
        errors["opportunity"] = _("This deal is not with the account.")
    return errors


def _errors_of_words(
    version: CalculatorVersion | None, sender: str, language: str, days: int
) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not 0 < len(sender.strip()) <= 120:
        errors["sender"] = _("Say which company it comes from.")
    if language not in RoiShare.Language.values:
        errors["language"] = _("Choose English or French.")
    elif language == "fr" and version and (missing := lacks_french(version.said)):
        errors["language"] = _("There is no French yet for: %(words)s") % {
            "words": ", ".join(missing[:3])
        }
    if not 1 <= days <= LONGEST_DAYS:
        errors["days"] = _("Between 1 and %(most)d days.") % {"most": LONGEST_DAYS}
    return errors


def _open_pages(account: Account) -> int:
    rows = RoiShare.objects.in_program(account.program_id).filter(account=account)
    return rows.filter(revoked_at__isnull=True, expires_at__gt=timezone.now()).count()


def _record(share: RoiShare, action: str, by: User | None) -> None:
    audit.record(
        by=by,
        action=action,
        target=share,
        program_id=share.program_id,
        account=share.account_id,
    )
    bus.publish(share.program_id, *live_names(share))
