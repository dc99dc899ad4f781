"""A rep's work on a lead: claim it, attempt contact, give feedback, send it back, close it.

Scoring moves the lead; this module records the work around it and asks for reasons. `LeadMoved` is
raised for the loser of a race, with who was first, and for steps that the lead's stage does not
allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.followers import hint_followers
from accounts.models import JournalEvent, JournalKind, Lead, Stage
from accounts.models.leads import CLOSED_STAGES
from alignment.core import audit
from alignment.core.live import bus
from alignment.core.moments import database_now
from alignment.core.scoping import ScopedManager
from alignment.notifications.actions.notices import NoticeText, announce, notify
from alignment.notifications.models import NoticeKind
from alignment.people.models import Side, User
from alignment.scoring.actions import leads as scoring
from alignment.scoring.actions import returns
from alignment.scoring.actions.leads import ImpossibleStep, LeadMoved

from ..handoff_defaults import shown
from ..models import Attempt, Feedback, HandOff, ReasonCode
from ..notice_data import lead_data
from ..queries.handoffs import managers_of
from ..rules import attempts
from .handoffs import settle

M = TypeVar("M", Attempt, Feedback)
# Before the hand-over there is nothing to judge.
JUDGED = (Stage.MQL, Stage.SQL, Stage.OPPORTUNITY, Stage.RECYCLED, *CLOSED_STAGES)


class ReasonRefused(Exception):
    """The program does not offer this reason for this use; the message says so."""


class AlreadySaid(Exception):
    """`word` is newer feedback on the lead that the person has not seen."""

    def __init__(self, word: Feedback) -> None:
        super().__init__(str(word))
        self.word = word


class MomentRefused(Exception):
    """The time is in the future or too long ago; the message says which."""


@transaction.atomic
def claim(*, lead: Lead, by: User) -> Lead:
    """Claim a lead that nobody owns. One of several concurrent callers wins; others get
    `LeadMoved`."""
    claimed = scoring.claim(lead=lead, by=by)
    settle(lead=claimed, owner=by, by=by)
    return claimed


@transaction.atomic
def assign(*, lead: Lead, owner: User | None, by: User) -> Lead:
    """Assign the lead to a member of sales, or to nobody. Running promises keep running; none
    begins for a lead that was closed or sent back."""
    assigned = scoring.assign(lead=lead, owner=owner, by=by)
    if owner is not None:
        settle(lead=assigned, owner=owner, by=by)
    return assigned


@transaction.atomic
def log_attempt(
    *,
    lead: Lead,
    by: User,
    channel: str,
    outcome: str,
    at: datetime,
    note: str = "",
    form_key: UUID | None = None,
) -> Attempt:
    """Record that `by` tried to reach the person; speaking with them also counts as reached.

    The journal event has the database's time of recording, so that backdating can't keep a promise.
    `at` is when the person says it happened; raises `MomentRefused` if that is in the future or
    more than a year ago. Automatic mail is never recorded here. A `form_key` used before for this
    lead returns the earlier attempt.
    """
    check_moment(at)
    locked = _locked(lead)
    if (sent := _sent_before(Attempt.objects, locked, form_key)) is not None:
        return sent
    _demand_open(locked)
    attempt = Attempt.objects.create(
        program_id=locked.program_id,
        lead=locked,
        by=by,
        channel=channel,
        outcome=outcome,
        note=note,
        at=at,
        form_key=form_key,
    )
    detail = {"attempt": attempt.pk, "channel": channel, "outcome": outcome, "note": note}
    kinds = [JournalKind.CONTACTED]
    if outcome == Attempt.Outcome.REACHED:
        kinds.append(JournalKind.REACHED)
    _record(locked, kinds, by, {**detail, "at": _on_the_databases_clock(at).isoformat()})
    return attempt


def _on_the_databases_clock(at: datetime) -> datetime:
    """Convert `at` by its age to the database's clock: the application's may be hours off."""
    moment = database_now() - (timezone.now() - at) + timedelta(milliseconds=500)
    return moment.replace(microsecond=0)


@transaction.atomic
def give_feedback(
    *,
    lead: Lead,
    by: User,
    fits: bool,
    reasons: Sequence[ReasonCode] = (),
    note: str = "",
    form_key: UUID | None = None,
    seen: int | None = None,
) -> Feedback:
    """Say whether a lead was worth handing over; a no needs at least one reason.

    Raises `ImpossibleStep` for a lead that never was an MQL, `ReasonRefused` for a no without a
    reason that the program offers. The newest feedback counts; earlier ones are kept. A `form_key`
    used before for this lead returns the earlier feedback. `seen` is the id of the newest feedback
    that the person knows of, 0 for none: raises `AlreadySaid` if there is a newer one. None skips
    this check.
    """
    locked = _locked(lead)
    if (sent := _sent_before(Feedback.objects, locked, form_key)) is not None:
        return sent
    if seen is not None:
        _demand_newest(locked, seen)
    if locked.stage not in JUDGED:
        raise ImpossibleStep(_("This lead has not been handed over yet."))
    known = set(
        ReasonCode.objects.in_program(locked.program_id)
        .filter(use=ReasonCode.Use.FEEDBACK, is_retired=False, pk__in=[r.pk for r in reasons])
        .values_list("pk", flat=True)
    )
    if fits:
        reasons = ()
    elif not reasons or any(reason.pk not in known for reason in reasons):
        raise ReasonRefused(_("Say why it does not fit: choose at least one reason."))
    word = Feedback.objects.create(
        program_id=locked.program_id,
        lead=locked,
        by=by,
        fits=fits,
        note=note,
        form_key=form_key,
    )
    word.reasons.set(reasons)
    codes = [reason.code for reason in reasons]
    names = [reason.name for reason in reasons]
    detail = {"feedback": word.pk, "fits": fits, "codes": codes, "reasons": names, "note": note}
    _record(locked, [JournalKind.FEEDBACK_GIVEN], by, detail)
    _notify_marketing(locked, word, reasons)
    return word


@transaction.atomic
def disqualify(*, lead: Lead, by: User, code: str, note: str = "") -> Lead:
    """Close the lead for good. Raises `ReasonRefused` unless the program offers the code."""
    reason = offered(lead.program_id, ReasonCode.Use.DISQUALIFY, code)
    words = _reason_text(reason, note)
    return scoring.disqualify(lead=lead, by=by, reason=words, code=reason.code)


@transaction.atomic
def recycle(*, lead: Lead, by: User, code: str, until: date, note: str = "") -> Lead:
    """Send the lead back to nurture until a day. Raises `ReasonRefused` for a code not offered."""
    reason = offered(lead.program_id, ReasonCode.Use.RECYCLE, code)
    words = _reason_text(reason, note)
    return scoring.recycle(lead=lead, by=by, reason=words, code=reason.code, until=until)


@transaction.atomic
def bring_back(*, lead: Lead, by: User) -> Lead:
    """Undo a disqualification. A lead that got its owner while it was closed is handed over now."""
    return _handed_over(returns.bring_back(lead=lead, by=by), by)


@transaction.atomic
def take_back(*, lead: Lead, by: User) -> Lead:
    """Undo a return to nurture. A lead that got its owner in nurture is handed over now."""
    return _handed_over(returns.take_back(lead=lead, by=by), by)


def _handed_over(back: Lead, by: User) -> Lead:
    if back.owner is not None:
        settle(lead=back, owner=back.owner, by=by)
    return back


def seen(*, lead: Lead, by: User) -> None:
    """Note when the owner first opened the lead."""
    if lead.owner_id != by.pk:
        return
    unseen = HandOff.objects.in_program(lead.program_id).filter(
        lead=lead, owner=by, seen_at__isnull=True, handed_at__isnull=False
    )
    if unseen.update(seen_at=Now(), updated_at=Now()):
        bus.publish(lead.program_id, "handoffs")


def check_moment(at: datetime) -> None:
    """Raises `MomentRefused` unless an attempt at that time is plausible."""
    now = database_now()
    if attempts.too_late(at, now=now):
        raise MomentRefused(_("This is in the future. Record the attempt once it has happened."))
    if attempts.too_early(at, now=now):
        raise MomentRefused(_("This is more than a year ago."))


def offered(program_id: int, use: str, code: str) -> ReasonCode:
    """The reason of that code, if the program offers it for this use. Raises `ReasonRefused`."""
    rows = ReasonCode.objects.in_program(program_id)
    reason = rows.filter(use=use, code=code, is_retired=False).first()
    if reason is None:
        raise ReasonRefused(_("Choose one of the reasons that both teams agreed on."))
    return reason


def _reason_text(reason: ReasonCode, note: str) -> str:
    """The text for the journal: the reason's current name, and the note."""
    return f"{reason.name}. {note}".strip() if note else reason.name


def _locked(lead: Lead) -> Lead:
    rows = Lead.objects.in_program(lead.program_id)
    return rows.select_for_update(no_key=True).get(pk=lead.pk)


def _demand_open(locked: Lead) -> None:
    if locked.stage in CLOSED_STAGES:
        raise LeadMoved(_("This lead is closed."))


def _sent_before(rows: ScopedManager[M], locked: Lead, form_key: UUID | None) -> M | None:
    """What an earlier submission of the same form created. The lead is locked, so the second of two
    concurrent ones finds the first."""
    if form_key is None:
        return None
    return rows.in_program(locked.program_id).filter(lead=locked, form_key=form_key).first()


def _demand_newest(locked: Lead, seen: int) -> None:
    newest = Feedback.objects.in_program(locked.program_id).filter(lead=locked).first()
    if newest is not None and newest.pk != seen:
        raise AlreadySaid(newest)


def _record(lead: Lead, kinds: Sequence[str], by: User, detail: dict[str, Any]) -> None:
    JournalEvent.objects.bulk_create(
        [
            JournalEvent(
                program_id=lead.program_id,
                kind=kind,
                at=Now(),
                account_id=lead.account_id,
                stakeholder_id=lead.stakeholder_id,
                lead=lead,
                actor=by,
                detail=detail,
            )
            for kind in kinds
        ]
    )
    audit.record(
        by=by, action=f"lead.{kinds[0]}", target=lead, program_id=lead.program_id, **detail
    )
    hint_followers()
    bus.publish(lead.program_id, "leads", "handoffs", f"lead-{lead.pk}")


def _notify_marketing(lead: Lead, word: Feedback, reasons: Sequence[ReasonCode]) -> None:
    slug = lead.program.slug

    def words() -> NoticeText:
        title = (
            _("%(lead)s fits, says %(who)s")
            if word.fits
            else _("%(lead)s does not fit, says %(who)s")
        )
        said = ", ".join(shown(reason.name) for reason in reasons)
        lines = [said, word.note]
        return NoticeText(
            title % {"lead": lead.stakeholder, "who": word.by},
            "\n".join(line for line in lines if line),
            reverse("workspace:lead", args=[slug, lead.pk]),
        )

    notify(
        program=lead.program,
        users=managers_of(lead.program_id, Side.MARKETING),
        kind=NoticeKind.FEEDBACK,
        cause=f"feedback-{word.pk}",
        words=words,
    )
    account = lead.account.name if lead.account else ""
    data = {
        "lead": lead_data(
            lead.program, lead_id=lead.pk, name=str(lead.stakeholder), account=account
        ),
        "fits": word.fits,
        "reasons": [reason.code for reason in reasons],
        "note": word.note,
    }
    announce(
        program=lead.program,
        event="feedback",
        cause=f"feedback-{word.pk}",
        data=data,
        text=words().title,
    )
