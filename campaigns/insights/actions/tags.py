"""Tagging passages, and accepting or dismissing suggested tags."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.people.models import User

from ..models import THEIR_WORDS, InsightTopic, Note, Tag, TagKind
from ..rules.trackers import LONGEST_QUOTE, place_of
from .gaps import topic_raised
from .recording import record_tag_change

MOST_TAGS = 500
WITHOUT_TOPIC = (TagKind.COMMITMENT, TagKind.NEXT_STEP)


@transaction.atomic
def mark(
    *, note: Note, by: User | None, quote: str, kind: str = "", topic: InsightTopic | None = None
) -> Tag:
    """Tag a passage of the note. `kind` is only needed without `topic`, which has one.

    Tagging the same passage in the same way again returns the existing tag. Raises
    `ValidationError` by field: if the note does not contain the passage, is an internal one, or has
    500 tags.
    """
    kind = _kind(kind, topic)
    topic = _as_it_is(topic)
    # The lock serializes tags of one note, and holds its text.
    note = Note.objects.in_program(note.program_id).select_for_update().get(pk=note.pk)
    if note.kind not in THEIR_WORDS:
        raise ValidationError({"quote": _("This is our own note: nobody of theirs said it.")})
    start, end = _place(note, quote)
    rows = Tag.objects.in_program(note.program_id).filter(note=note)
    known = rows.filter(kind=kind, topic=topic, start=start, end=end).first()
    if known is not None:
        return accept(tag=known, by=by)
    if rows.count() >= MOST_TAGS:
        raise ValidationError({"quote": _("This note has too many tags.")})
    tag = Tag.objects.create(
        program_id=note.program_id,
        note=note,
        topic=topic,
        kind=kind,
        start=start,
        end=end,
        quote=note.text[start:end],
        state=Tag.State.ACCEPTED,
        decided_by=by,
        decided_at=timezone.now(),
    )
    _counts(tag, "mark", by)
    return tag


@transaction.atomic
def accept(*, tag: Tag, by: User | None) -> Tag:
    """Confirm a suggestion, which counts from now on. Safe to repeat."""
    return _decide(tag, Tag.State.ACCEPTED, by)


@transaction.atomic
def dismiss(*, tag: Tag, by: User | None) -> Tag:
    """Reject a suggestion: it does not count and is not suggested again. Safe to repeat."""
    return _decide(tag, Tag.State.DISMISSED, by)


def close_gaps(program_id: int, topics: Collection[int]) -> None:
    """Topics that nobody raises any more are no longer gaps."""
    # Whoever raises a topic holds it, and only a statement begun after that sees their tag.
    lock_topics(program_id, topics)
    raised = Tag.objects.in_program(program_id).filter(state=Tag.State.ACCEPTED, topic__in=topics)
    rows = InsightTopic.objects.in_program(program_id).filter(
        pk__in=topics, gap_since__isnull=False
    )
    rows.exclude(pk__in=raised.values("topic")).update(gap_since=None)


def lock_topics(program_id: int, topics: Collection[int]) -> None:
    """Lock the topics until the transaction ends; before their notes and tags, as a merge does."""
    rows = InsightTopic.objects.in_program(program_id).select_for_update().filter(pk__in=topics)
    list(rows.order_by("pk").values_list("pk", flat=True))


def _decide(tag: Tag, state: Tag.State, by: User | None) -> Tag:
    if tag.topic_id:
        lock_topics(tag.program_id, [tag.topic_id])
    row = Tag.objects.in_program(tag.program_id).select_for_update().get(pk=tag.pk)
    if row.state == state:
        return row
    _follow_merge(row)
    row.state, row.decided_by, row.decided_at = state, by, timezone.now()
    row.save(update_fields=["state", "decided_by", "decided_at", "topic", "is_tracked"])
    _counts(row, "accept" if state == Tag.State.ACCEPTED else "dismiss", by)
    return row


def _as_it_is(topic: InsightTopic | None) -> InsightTopic | None:
    """The topic, or the one it was merged into. The lock makes a merge wait until the tag is
    stored.
    """
    if topic is None:
        return None
    rows = InsightTopic.objects.in_program(topic.program_id).select_for_update()
    return rows.get(pk=topic.pk).merged_into or topic


def _follow_merge(tag: Tag) -> None:
    """The tag's topic may have been merged into another one while its tracker suggested the tag."""
    if tag.topic is None or (current := _as_it_is(tag.topic)) == tag.topic:
        return
    twins = Tag.objects.in_program(tag.program_id).filter(note=tag.note_id, topic=current)
    tag.topic, tag.is_tracked = current, not twins.filter(is_tracked=True).exists()


def _counts(tag: Tag, action: str, by: User | None) -> None:
    """Update the gap of the topic: the tag now counts, or no longer does."""
    if tag.topic and tag.state == Tag.State.ACCEPTED:
        topic_raised(tag.topic)
    elif tag.topic_id:
        close_gaps(tag.program_id, [tag.topic_id])
    record_tag_change(tag, action, by)


def _kind(kind: str, topic: InsightTopic | None) -> str:
    if topic is not None:
        if kind and kind != topic.kind:
            raise ValidationError({"kind": _("The topic is of another kind.")})
        return topic.kind
    if kind not in WITHOUT_TOPIC:
        raise ValidationError({"topic": _("Say what it is about.")})
    return kind


def _place(note: Note, quote: str) -> tuple[int, int]:
    """The position of the passage in the note. A passage that is too long is not searched for,
    since the time grows with the product of both lengths.
    """
    too_long = _("A passage has at most %(most)s characters.") % {"most": LONGEST_QUOTE}
    if len(" ".join(quote.split())) > LONGEST_QUOTE:
        raise ValidationError({"quote": too_long})
    place = place_of(note.text, quote)
    if place is None:
        raise ValidationError({"quote": _("The note does not have this passage.")})
    if place[1] - place[0] > LONGEST_QUOTE:
        raise ValidationError({"quote": too_long})
    return place
