"""Recording what we say otherwise because of what customers said."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.core.live import bus
from alignment.people.models import User
from campaigns.library.models import Asset

from ..models import ANSWERED_KINDS, LONGEST_MESSAGE, Briefing, InsightTopic, MessageChange
from ..rules.texts import cleaned
from .gaps import told_change
from .telling import LIVE
from .topics import answer_topic, locked

LIVE_CHANGES = "messages"
LONGEST_WHY = 500
# Clocks of browsers go a little before ours.
AHEAD = timedelta(minutes=10)
# Nobody hears a message that is in use for less: two people recorded at once.
LEAST_LIFE = timedelta(minutes=1)


class Overtaken(Exception):
    """Somebody recorded another message of the topic, `newest`, that this person did not see."""

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
    """From `since` on (now, if not said) we say something else about the topic; the message that
    was in use until then ends. `said_before` is today's answer unless said. `is_answer` makes the
    new one what sales answers, too. Whoever heard the
    objection in a deal that is open is told. The same message again is the row that there is.
    Raises `ValidationError` by field. `seen` is the id of the newest change that the person knew
    of, 0 for none: raises `Overtaken` for a newer one of the topic.
    """
    # Two who record at once wait for each other.
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
    newest = rows.order_by("-since", "-pk").first()
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
        told_change(change)
    _told(change, "record", by, since=change.since.isoformat(), why=change.why)
    return change


@transaction.atomic
def end_change(*, change: MessageChange, by: User | None) -> MessageChange:
    """We no longer say it, and nothing recorded takes its place. Safe to repeat."""
    rows = MessageChange.objects.in_program(change.program_id).select_for_update()
    row = rows.get(pk=change.pk)
    if row.ended_at is not None:
        return row
    row.ended_at = max(timezone.now(), row.since + timedelta(microseconds=1))
    row.save(update_fields=["ended_at"])
    _told(row, "end", by)
    return row


def _is_sent_twice(change: MessageChange, newest: MessageChange) -> bool:
    """Whether what is in use was recorded a moment ago, and says the same."""
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
    """Now, where a clock goes a little before ours."""
    now = timezone.now()
    return now if given is None or now < given <= now + AHEAD else given


def _moment(
    change: MessageChange, newest: MessageChange | None, *, is_seen: bool
) -> dict[str, Any]:
    """Who saw the message before may replace it however young it is."""
    if change.since > timezone.now():
        return {"since": _("Give a moment that has been.")}
    if newest is not None and change.since <= (newest.ended_at or newest.since):
        return {"since": _("The message before was in use then. Give a later moment.")}
    if newest is not None and not is_seen and change.since < newest.since + LEAST_LIFE:
        return {"since": _("Another message began less than a minute before. Look at it first.")}
    return {}


def _told(change: MessageChange, action: str, by: User | None, **detail: Any) -> None:
    audit.record(
        by=by,
        action=f"message.{action}",
        target=change,
        program_id=change.program_id,
        topic=change.topic_id,
        **detail,
    )
    bus.publish(change.program_id, LIVE, LIVE_CHANGES, f"topic-{change.topic_id}")
