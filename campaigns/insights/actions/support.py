"""Requests of sales for support by marketing, and a single notice when one is overdue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account
from alignment.core import audit
from alignment.core.live import bus
from alignment.notifications.actions.notices import NewNotice, NoticeText, notify_many
from alignment.notifications.models import NoticeKind
from alignment.people.models import User
from alignment.reference.time_zones import place_of
from campaigns.library.models import Asset
from campaigns.opportunities.models import Opportunity

from ..models import SupportRequest
from ..queries.support import hours_of_marketing, may_take
from ..queries.topics import marketing_of
from ..rules.deadlines import due_by, end_of_day
from ..rules.texts import cleaned
from ..support_words import needed_by

State = SupportRequest.State
LATEST = timedelta(days=366)
# At most this many overdue requests are processed in one round.
AT_ONCE = 200
# Live-update name of the board and of lists of deals.
BOARD = "opportunities"

# By the database's clock. Of two concurrent runs, the second finds the rows claimed or locked.
_CLAIM = """
    UPDATE insights_supportrequest
    SET overdue_at = statement_timestamp(), updated_at = statement_timestamp()
    WHERE id IN (SELECT id FROM insights_supportrequest
                 WHERE state IN ('open', 'taken') AND overdue_at IS NULL
                   AND due_at < statement_timestamp()
                 ORDER BY due_at, id LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED)
      AND overdue_at IS NULL
    RETURNING id"""


@transaction.atomic
def ask(
    *,
    account: Account,
    by: User | None,
    what: str,
    due_at: datetime | None = None,
    due_on: date | None = None,
    opportunity: Opportunity | None = None,
) -> SupportRequest:
    """Ask marketing for something by a moment, or by the end of business of a day; all of marketing
    is notified. The deadline is computed in marketing's business hours. Raises `ValidationError` by
    field.
    """
    text = " ".join(cleaned(what).split())
    errors: dict[str, Any] = {}
    if not 0 < len(text) <= 300:
        errors["what"] = _("Say in one sentence what is needed.")
    due, wrong = _deadline(account.program_id, due_at, due_on)
    errors |= wrong
    if opportunity is not None and opportunity.account_id != account.pk:
        errors["opportunity"] = _("This is of another account.")
    if errors or due is None:
        raise ValidationError(errors)
    row = SupportRequest.objects.create(
        program=account.program,
        account=account,
        opportunity=opportunity,
        what=text,
        due_on=due_on,
        due_at=due,
        asked_by=by,
    )
    _record(row, "ask", by)
    _notify(row, "asked", marketing_of(row.program_id), by, lambda: _("Sales asks for: %(what)s"))
    return row


class AlreadyClosed(ValidationError):
    """It was delivered, declined or withdrawn before."""


class TakenAlready(Exception):
    """Somebody else already works on it; the text says who."""


@transaction.atomic
def take(*, support: SupportRequest, by: User, over: bool = False) -> SupportRequest:
    """Assign the request to `by`, a person of marketing; with `over`, even if somebody else works
    on it.

    Raises `TakenAlready` if somebody else has taken it, `PermissionDenied` for people of sales, and
    `ValidationError` once it is closed.
    """
    row = _pending(support)
    if not may_take(row.program, by):
        raise PermissionDenied(_("What sales asks for is taken on by marketing."))
    if (row.state, row.owner_id) == (State.TAKEN, by.pk):
        return row
    if row.owner_id and not over:
        raise TakenAlready(_("%(who)s works on it already.") % {"who": row.owner})
    row.state, row.owner = State.TAKEN, by
    row.save(update_fields=["state", "owner", "updated_at"])
    _record(row, "take", by)
    _notify(row, f"taken-{by.pk}", [row.asked_by_id], by, lambda: _("Marketing works on: %(what)s"))
    return row


@transaction.atomic
def deliver(
    *, support: SupportRequest, by: User | None, asset: Asset | None = None
) -> SupportRequest:
    """Deliver the request, with `asset` if the result is content. Raises `ValidationError` once
    closed, and `PermissionDenied` for people of sales, who must not stop marketing's clock.
    """
    row = _pending(support)
    if by is not None and not may_take(row.program, by):
        raise PermissionDenied(_("What sales asks for is answered by marketing."))
    row.state, row.asset, row.closed_at = State.DONE, asset, timezone.now()
    row.owner = row.owner or by
    row.save(update_fields=["state", "asset", "closed_at", "owner", "updated_at"])
    _record(row, "deliver", by, asset=asset.pk if asset else None)
    _notify(row, "done", [row.asked_by_id], by, lambda: _("It is there: %(what)s"))
    return row


@transaction.atomic
def decline(*, support: SupportRequest, by: User | None, reason: str) -> SupportRequest:
    """Decline the request with a reason; whoever asked may withdraw it in this way.

    Raises `ValidationError` without a reason or once closed, and `PermissionDenied` for other
    people of sales.
    """
    row, text = _pending(support), " ".join(cleaned(reason).split())
    if by is not None and by.pk != row.asked_by_id and not may_take(row.program, by):
        raise PermissionDenied(_("What sales asks for is answered by marketing."))
    if not 0 < len(text) <= 300:
        raise ValidationError({"reason": _("Say why, in one sentence.")})
    row.state, row.reason, row.closed_at = State.DECLINED, text, timezone.now()
    row.save(update_fields=["state", "reason", "closed_at", "updated_at"])
    _record(row, "decline", by, reason=text)
    if by is not None and by.pk == row.asked_by_id:
        whom = [row.owner_id] if row.owner_id else marketing_of(row.program_id)
        _notify(row, "declined", whom, by, lambda: _("No longer needed: %(what)s"), text)
        return row
    _notify(row, "declined", [row.asked_by_id], by, lambda: _("Marketing declines: %(what)s"), text)
    return row


@transaction.atomic
def notify_overdue() -> int:
    """Send one notice for each overdue request to its owner (or all of marketing) and to the person
    who asked. Concurrent runs never notify twice. Returns the number of requests.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"most": AT_ONCE})
        ids = [row[0] for row in cursor.fetchall()]
    rows = SupportRequest.objects.across_programs().select_related("program", "account")
    for row in rows.filter(pk__in=ids).order_by("due_at", "id"):
        whom = [row.owner_id] if row.owner_id else marketing_of(row.program_id)
        _notify(row, "overdue", [*whom, row.asked_by_id], None, lambda: _("Overdue: %(what)s"))
        bus.publish(row.program_id, *_pages(row))
    return len(ids)


def _deadline(
    program_id: int, due_at: datetime | None, due_on: date | None
) -> tuple[datetime | None, dict[str, Any]]:
    """The deadline, and errors by field."""
    field = "due_at" if due_on is None else "due_on"
    if (due_at is None) == (due_on is None):
        return None, {field: _("Give a day or a moment.")}
    now, working = timezone.now(), hours_of_marketing(program_id)
    too_far = {field: _("Give a moment to come, within a year.")}
    # The last day of all has no end.
    if due_on is not None and due_on > (now + LATEST).date():
        return None, too_far
    until = due_at or end_of_day(working, cast("date", due_on))
    if not now < until <= now + LATEST:
        return None, too_far
    return due_by(working, now, until), {}


def _pages(row: SupportRequest) -> list[str]:
    """Live-update names of the pages that show it."""
    names = ["support", f"account-{row.account_id}"]
    return [*names, f"opportunity-{row.opportunity_id}", BOARD] if row.opportunity_id else names


def _pending(support: SupportRequest) -> SupportRequest:
    rows = SupportRequest.objects.in_program(support.program_id).select_for_update()
    row = rows.get(pk=support.pk)
    if not row.is_pending:
        raise AlreadyClosed({"state": _("This request is closed already.")})
    return row


def _record(row: SupportRequest, action: str, by: User | None, **detail: Any) -> None:
    audit.record(by=by, action=f"support.{action}", target=row, program_id=row.program_id, **detail)
    bus.publish(row.program_id, *_pages(row))


def _notify(
    row: SupportRequest,
    event: str,
    users: Sequence[int | None],
    by: User | None,
    title: Callable[[], str],
    text: str = "",
) -> None:
    """Notify `users`, except the one who acted. `title` is rendered in each reader's language and
    has a placeholder `what`.
    """
    path = reverse("workspace:support", args=[row.program.slug])

    def words() -> NoticeText:
        about = _("%(account)s, needed by %(until)s") % {
            "account": row.account.name,
            "until": _until(row),
        }
        return NoticeText(title() % {"what": row.what}, text or about, path)

    whom = sorted({pk for pk in users if pk and (by is None or pk != by.pk)})
    told = [NewNotice(pk, NoticeKind.SUPPORT, f"support-{row.pk}-{event}", words) for pk in whom]
    notify_many(program=row.program, rows=told)


def _until(row: SupportRequest) -> str:
    """The deadline in the program's time zone, since a notice is not rendered for one reader."""
    zone = row.program.time_zone
    with timezone.override(ZoneInfo(zone)):
        words = needed_by(row, zone)
    return words if row.due_on else f"{words} ({place_of(zone)})"
