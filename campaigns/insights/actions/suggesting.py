"""Tags suggested by trackers. Suggestions do not count until somebody accepts them."""

from __future__ import annotations

from collections.abc import Mapping

from ..models import THEIR_WORDS, InsightTopic, Note, Tag
from ..queries.notes import having_any
from ..queries.topics import trackers
from ..rules.trackers import LONGEST_SENTENCE, first_finds, place_of, sentence_around

# When the phrases of a topic change, at most this many of the newest matching notes are searched.
LOOKED_THROUGH = 200


def follow_text(note: Note) -> None:
    """After a change of the note's text: move tags along with their passages, renew suggestions.

    Call it in the transaction of the change.
    """
    rows = Tag.objects.in_program(note.program_id).filter(note=note)
    rows.filter(state=Tag.State.SUGGESTED).delete()
    tags = list(rows)
    for tag in tags:
        tag.start, tag.end = place_of(note.text, tag.quote) or (None, None)
    rows.bulk_update(tags, ["start", "end"])
    suggest(note, trackers(note.program_id))


def suggest(note: Note, topics: Mapping[int, InsightTopic]) -> int:
    """Suggest a tag for each topic of which a phrase occurs in the note, unless the note has a tag
    of the topic, even a dismissed one. Internal notes get none. Returns the number of suggestions.
    """
    if note.kind not in THEIR_WORDS:
        return 0
    known = set(
        Tag.objects.in_program(note.program_id).filter(note=note).values_list("topic", flat=True)
    )
    phrases = {pk: topic.phrases for pk, topic in topics.items() if pk not in known}
    made = []
    for found in first_finds(note.text, phrases):
        if found.end - found.start > LONGEST_SENTENCE:
            continue
        start, end = sentence_around(note.text, found.start, found.end)
        made.append(
            Tag(
                program_id=note.program_id,
                note=note,
                topic_id=found.key,
                kind=topics[found.key].kind,
                start=start,
                end=end,
                quote=note.text[start:end],
                state=Tag.State.SUGGESTED,
                is_tracked=True,
            )
        )
    Tag.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def look_again(topic: InsightTopic) -> int:
    """Renew the suggestions in the newest notes after the phrases of a topic changed."""
    tags = Tag.objects.in_program(topic.program_id).filter(topic=topic)
    tags.filter(state=Tag.State.SUGGESTED).delete()
    if not topic.phrases or topic.retired_at:
        return 0
    rows = having_any(Note.objects.in_program(topic.program_id), topic.phrases)
    notes = rows.order_by("-at", "-id")[:LOOKED_THROUGH]
    return sum(suggest(note, {topic.pk: topic}) for note in notes)
