"""Objections without an answer: marketing is notified of each, once and immediately."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.notifications.actions.notices import Told as ToTell
from alignment.notifications.actions.notices import Words, tell_many
from alignment.notifications.models import NoticeKind
from alignment.people.models import Program

from ..models import InsightTopic, MessageChange, Note, Tag, TagKind
from ..queries.topics import marketing_of

MOST_TOLD = 200


def hear(topic: InsightTopic) -> None:
    """Somebody raised the topic. An objection without an answer becomes a gap, of which all of
    marketing is notified. Call it in the transaction of the tag.
    """
    rows = InsightTopic.objects.in_program(topic.program_id).select_for_update()
    row = rows.get(pk=topic.pk)
    if row.kind != TagKind.OBJECTION or row.answer or row.gap_since:
        return
    row.gap_since = timezone.now()
    row.save(update_fields=["gap_since", "updated_at"])
    path = page_of(row)

    def words() -> Words:
        return Words(
            _("Objection without an answer: %(topic)s") % {"topic": row.name},
            _(
                "Sales heard it and has nothing to say to it yet. Write the answer and link content."
            ),
            path,
        )

    cause = f"gap-{row.pk}-{row.gap_since:%Y%m%dT%H%M%S%f}"
    told = [ToTell(pk, NoticeKind.GAP, cause, words) for pk in marketing_of(row.program_id)]
    tell_many(program=row.program, rows=told)


def told_answer(topic: InsightTopic, program: Program) -> None:
    """Notify those who heard the objection in a deal that is still open, and the owners of these
    deals, that there is an answer.
    """
    path, when = page_of(topic), topic.answered_at

    def words() -> Words:
        return Words(
            _("An answer to the objection: %(topic)s") % {"topic": topic.name}, topic.answer, path
        )

    cause = f"answer-{topic.pk}-{when:%Y%m%dT%H%M%S%f}"
    _tell_hearers(topic, program, cause, words, but=topic.answered_by_id)


def told_change(change: MessageChange) -> None:
    """Notify the same people that the message about the topic changed."""
    topic = change.topic
    path = page_of(topic)

    def words() -> Words:
        title = _("We say something new about: %(topic)s") % {"topic": topic.name}
        return Words(title, change.says_now, path)

    cause = f"message-{change.pk}"
    _tell_hearers(topic, topic.program, cause, words, but=change.made_by_id)


def _tell_hearers(
    topic: InsightTopic,
    program: Program,
    cause: str,
    words: Callable[[], Words],
    *,
    but: int | None,
) -> None:
    """Notify those who had the conversations, and the owners of the deals, except `but`."""
    raised = Tag.objects.in_program(topic.program_id).filter(topic=topic, state=Tag.State.ACCEPTED)
    notes = Note.objects.in_program(topic.program_id).filter(
        pk__in=raised.values("note"), opportunity__outcome="open"
    )
    pairs = notes.order_by("who").values_list("who", "opportunity__owner").distinct()[:MOST_TOLD]
    users = {pk for pair in pairs for pk in pair if pk and pk != but}
    rows = [ToTell(pk, NoticeKind.GAP, cause, words) for pk in sorted(users)]
    tell_many(program=program, rows=rows)


def page_of(topic: InsightTopic) -> str:
    return reverse("workspace:insight_topic", args=[topic.program.slug, topic.pk])
