"""The audit row and the live update that follow every change of insights."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from alignment.core import audit
from alignment.core.live import bus
from alignment.people.models import User

from ..models import InsightTopic, Note, Tag

LIVE = "insights"
# Clocks of browsers and call recorders may be slightly ahead of the server's.
AHEAD = timedelta(minutes=10)


def record_note_change(note: Note, action: str, by: User | None, **detail: Any) -> None:
    audit.record(
        by=by,
        action=f"note.{action}",
        target=note,
        program_id=note.program_id,
        account=note.account_id,
        **detail,
    )
    names = [LIVE, f"note-{note.pk}", f"account-{note.account_id}"]
    if note.opportunity_id:
        names.append(f"opportunity-{note.opportunity_id}")
    bus.publish(note.program_id, *names)


def record_topic_change(topic: InsightTopic, action: str, by: User | None, **detail: Any) -> None:
    audit.record(
        by=by, action=f"topic.{action}", target=topic, program_id=topic.program_id, **detail
    )
    bus.publish(topic.program_id, LIVE, f"topic-{topic.pk}")


def record_tag_change(tag: Tag, action: str, by: User | None) -> None:
    audit.record(
        by=by,
        action=f"tag.{action}",
        target=tag,
        program_id=tag.program_id,
        note=tag.note_id,
        topic=tag.topic_id,
        kind=tag.kind,
    )
    names = [LIVE, f"note-{tag.note_id}"]
    if tag.note.opportunity_id:
        names.append(f"opportunity-{tag.note.opportunity_id}")
    bus.publish(tag.program_id, *names)
