"""Asking marketing for support, taking it up, and telling once of what is overdue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Account
from alignment.core import audit
from alignment.core.live import bus
from alignment.notifications.actions.notices import Told, Words, tell_many
from alignment.notifications.models import NoticeKind
from alignment.people.models import User
from campaigns.library.models import Asset
from campaigns.opportunities.models import Opportunity

from ..models import SupportRequest
from ..queries.topics import marketing_of
from ..rules.texts import cleaned

State = SupportRequest.State
LATEST = timedelta(days=366)
# So many overdue requests are told of in one round.
AT_ONCE = 200


@transaction.atomic
def ask(
    *,
    account: Account,
    by: User | None,
    what: str,
    due_at: datetime,
    opportunity: Opportunity | None = None,
) -> SupportRequest:
    """Ask marketing for something until a moment; all of marketing is told. Raises
    `ValidationError` by field."""
    text = " ".join(cleaned(what).split())
    errors: dict[str, Any] = {}
    if not 0 < len(text) <= 300:
        errors["what"] = _("Say in one sentence what is needed.")
    if not timezone.now() < due_at <= timezone.now() + LATEST:
        errors["due_at"] = _("Give a moment to come, within a year.")
    if opportunity is not None and opportunity.account_id != account.pk:
        errors["opportunity"] = _("This is of another account.")
    if errors:
        raise ValidationError(errors)
    row = SupportRequest.objects.create(
        program=account.program,
        account=account,
        opportunity=opportunity,
        what=text,
        due_at=due_at,
        asked_by=by,
    )
    _told(row, "ask", by)
    _tell(row, "asked", marketing_of(row.program_id), by, lambda: _("Sales asks for: %(what)s"))
    return row


@transaction.atomic
def take(*, support: SupportRequest, by: User) -> SupportRequest:
    """Somebody takes it on, or takes it over. Raises `ValidationError` once it is closed."""
    row = _pending(support)
    if (row.state, row.owner_id) == (State.TAKEN, by.pk):
        return row
    row.state, row.owner = State.TAKEN, by
    row.save(update_fields=["state", "owner"])
    _told(row, "take", by)
    _tell(row, f"taken-{by.pk}", [row.asked_by_id], by, lambda: _("Marketing works on: %(what)s"))
    return row


@transaction.atomic
def deliver(
    *, support: SupportRequest, by: User | None, asset: Asset | None = None
) -> SupportRequest:
    """It is there, with the content if it is content. Raises `ValidationError` once closed."""
    row = _pending(support)
    row.state, row.asset, row.closed_at = State.DONE, asset, timezone.now()
    row.owner = row.owner or by
    row.save(update_fields=["state", "asset", "closed_at", "owner"])
    _told(row, "deliver", by, asset=asset.pk if asset else None)
    _tell(row, "done", [row.asked_by_id], by, lambda: _("It is there: %(what)s"))
    return row


@transaction.atomic
def decline(*, support: SupportRequest, by: User | None, reason: str) -> SupportRequest:
    """It will not come, and why. Raises `ValidationError` without a reason or once closed."""
    row, text = _pending(support), " ".join(cleaned(reason).split())
    if not 0 < len(text) <= 300:
        raise ValidationError({"reason": _("Say why, in one sentence.")})
    row.state, row.reason, row.closed_at = State.DECLINED, text, timezone.now()
    row.save(update_fields=["state", "reason", "closed_at"])
    _told(row, "decline", by, reason=text)
    _tell(row, "declined", [row.asked_by_id], by, lambda: _("Marketing declines: %(what)s"), text)
    return row


@transaction.atomic
def tell_overdue() -> int:
    """Tell once of each request whose moment has passed: its owner, or all of marketing, and who
    asked. Run at once by several, each request is told of by one. Returns how many."""
    rows = SupportRequest.objects.across_programs().filter(
        state__in=(State.OPEN, State.TAKEN), overdue_at__isnull=True, due_at__lt=timezone.now()
    )
    due = rows.select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "id")
    found = list(due.select_related("program", "account")[:AT_ONCE])
    ids = [row.pk for row in found]
    rows.filter(pk__in=ids).update(overdue_at=timezone.now())
    for row in found:
        whom = [row.owner_id] if row.owner_id else marketing_of(row.program_id)
        _tell(row, "overdue", [*whom, row.asked_by_id], None, lambda: _("Overdue: %(what)s"))
        bus.publish(row.program_id, "support")
    return len(found)


def _pending(support: SupportRequest) -> SupportRequest:
    rows = SupportRequest.objects.in_program(support.program_id).select_for_update(of=("self",))
    row = rows.select_related("program", "account").get(pk=support.pk)
    if not row.is_pending:
        raise ValidationError({"state": _("This request is closed already.")})
    return row


def _told(row: SupportRequest, action: str, by: User | None, **detail: Any) -> None:
    audit.record(by=by, action=f"support.{action}", target=row, program_id=row.program_id, **detail)
    names = ["support", f"account-{row.account_id}"]
    if row.opportunity_id:
        names.append(f"opportunity-{row.opportunity_id}")
    bus.publish(row.program_id, *names)


def _tell(
    row: SupportRequest,
    event: str,
    users: Sequence[int | None],
    by: User | None,
    title: Callable[[], str],
    text: str = "",
) -> None:
    """Everybody but who did it. `title` is in the language of each, with a place for `what`."""
    path = reverse("workspace:support", args=[row.program.slug])

    def words() -> Words:
        until = date_format(row.due_at.astimezone(UTC), "SHORT_DATETIME_FORMAT")
        about = _("%(account)s, needed by %(until)s (UTC)") % {
            "account": row.account.name,
            "until": until,
        }
        return Words(title() % {"what": row.what}, text or about, path)

    whom = sorted({pk for pk in users if pk and (by is None or pk != by.pk)})
    told = [Told(pk, NoticeKind.SUPPORT, f"support-{row.pk}-{event}", words) for pk in whom]
    tell_many(program=row.program, rows=told)
