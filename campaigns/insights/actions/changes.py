"""Recording how messages change because of what customers said."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.core.live import bus
from alignment.people.models import User
from campaigns.library.models import Asset

from ..models import ANSWERED_KINDS, LONGEST_MESSAGE, Briefing, InsightTopic, MessageChange
from ..rules.texts import cleaned
from .gaps import notify_message_changed
from .recording import AHEAD, LIVE
from .topics import answer_topic, locked

LIVE_CHANGES = "messages"
LONGEST_WHY = 500
# Two people recorded changes at once if a message would be in use for less than this.
LEAST_LIFE = timedelta(minutes=1)


class Overtaken(Exception):
    """Somebody recorded `newest`, another message of the topic, that this person had not seen."""

    def __init__(self, newest: MessageChange) -> None:
        super().__init__(newest.says_now)
        self.newest = newest


@transaction.atomic
def record_change(
    *,
    topic: InsightTopic,
    by: User | None,
    says_now: str,
    why: str,
    said_before: str | None = None,
    since: datetime | None = None,
    asset: Asset | None = None,
    briefing: Briefing | None = None,
    is_answer: bool = True,
    seen: int | None = None,
) -> MessageChange:
    """Record a new message about the topic from `since` on (default: now), which ends the message
    in use until then. `said_before` defaults to the current answer. With `is_answer`, the new
    message becomes the answer for sales, too. People who heard the objection in an open deal are
    notified. Recording the same message again returns the existing row.

    Raises `ValidationError` by field. `seen` is the id of the newest change that the person knew, 0
    for none: raises `Overtaken` if the topic has a newer one.
    """
    # The lock serializes changes of one topic.
    row = locked(topic)
    change = MessageChange(
        program_id=row.program_id,
        topic=row,
        said_before=row.answer if said_before is None else cleaned(said_before),
        says_now=cleaned(says_now),
        why=" ".join(cleaned(why).split()),
        since=_since(since),
        asset=asset,
        briefing=briefing,
        made_by=by,
    )
    rows = MessageChange.objects.in_program(row.program_id).filter(topic=row)
    # The one in use; since a merge of topics, one that ended may have begun after it.
    newest = rows.order_by(F("ended_at").desc(nulls_first=True), "-since", "-pk").first()
    if newest is not None and _is_sent_twice(change, newest):
        return newest
    if seen is not None and newest is not None and newest.pk > seen:
        raise Overtaken(newest)
    _demand_sense(change, newest, is_seen=seen is not None)
    if newest is not None and newest.ended_at is None:
        rows.filter(pk=newest.pk).update(ended_at=change.since)
    change.save()
    is_told = is_answer and (row.answer, row.asset_id) != (change.says_now, change.asset_id)
    if is_told:
        answer_topic(topic=row, by=by, answer=change.says_now, asset=asset)
    else:
        notify_message_changed(change)
    _record(change, "record", by, since=change.since.isoformat(), why=change.why)
    return change


@transaction.atomic
def end_change(*, change: MessageChange, by: User | None) -> MessageChange:
    """Stop using the message without a successor. Safe to repeat."""
    rows = MessageChange.objects.in_program(change.program_id).select_for_update()
    row = rows.get(pk=change.pk)
    if row.ended_at is not None:
        return row
    row.ended_at = max(timezone.now(), row.since + timedelta(microseconds=1))
    row.save(update_fields=["ended_at"])
    _record(row, "end", by)
    return row


def _is_sent_twice(change: MessageChange, newest: MessageChange) -> bool:
    """Whether the newest message is in use, was recorded a moment ago and says the same."""
    same = (newest.says_now, newest.asset_id) == (change.says_now, change.asset_id)
    return same and newest.ended_at is None and newest.made_at > timezone.now() - LEAST_LIFE


def _demand_sense(change: MessageChange, newest: MessageChange | None, *, is_seen: bool) -> None:
    errors = _texts(change) | _moment(change, newest, is_seen=is_seen)
    if change.topic.kind not in ANSWERED_KINDS:
        errors["topic"] = _("Choose an objection or a competitor.")
    if change.asset is not None and change.asset.program_id != change.program_id:
        errors["asset"] = _("There is no such content.")
    if change.briefing is not None and change.briefing.program_id != change.program_id:
        errors["briefing"] = _("There is no such briefing.")
    if errors:
        raise ValidationError(errors)


def _texts(change: MessageChange) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    most = {"most": LONGEST_MESSAGE}
    if not 0 < len(change.says_now) <= LONGEST_MESSAGE:
        errors["says_now"] = _("Write what we say now, in %(most)s characters at most.") % most
    elif change.says_now == change.said_before:
        errors["says_now"] = _("This is what we said before.")
    if len(change.said_before) > LONGEST_MESSAGE:
        errors["said_before"] = _("A message has at most %(most)s characters.") % most
    if not 0 < len(change.why) <= LONGEST_WHY:
        errors["why"] = _("Say in a sentence why.")
    return errors


def _since(given: datetime | None) -> datetime:
    """Now, if a browser clock is slightly ahead of the server's."""
    now = timezone.now()
    return now if given is None or now < given <= now + AHEAD else given


def _moment(
    change: MessageChange, newest: MessageChange | None, *, is_seen: bool
) -> dict[str, Any]:
    """`is_seen`: a person who saw the previous message may replace it, however recent it is."""
    if change.since > timezone.now():
        return {"since": _("Give a moment that has been.")}
    if newest is not None and change.since <= (newest.ended_at or newest.since):
        return {"since": _("The message before was in use then. Give a later moment.")}
    if newest is not None and not is_seen and change.since < newest.since + LEAST_LIFE:
        return {"since": _("Another message began less than a minute before. Look at it first.")}
    return {}


def _record(change: MessageChange, action: str, by: User | None, **detail: Any) -> None:
    audit.record(
        by=by,
        action=f"message.{action}",
        target=change,
        program_id=change.program_id,
        topic=change.topic_id,
        **detail,
    )
    bus.publish(change.program_id, LIVE, LIVE_CHANGES, f"topic-{change.topic_id}")
