"""Objections without an answer: marketing is notified of each, once and immediately."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.notifications.actions.notices import NewNotice, NoticeText, notify_many
from alignment.notifications.models import NoticeKind
from alignment.people.models import Program

from ..models import InsightTopic, MessageChange, Note, Tag, TagKind
from ..queries.topics import marketing_of

MOST_NOTIFIED = 200


def topic_raised(topic: InsightTopic) -> None:
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

    def words() -> NoticeText:
        return NoticeText(
            _("Objection without an answer: %(topic)s") % {"topic": row.name},
            _(
                "Sales heard it and has nothing to say to it yet. Write the answer and link content."
            ),
            path,
        )

    cause = f"gap-{row.pk}-{row.gap_since:%Y%m%dT%H%M%S%f}"
    notices = [NewNotice(pk, NoticeKind.GAP, cause, words) for pk in marketing_of(row.program_id)]
    notify_many(program=row.program, rows=notices)


def notify_answered(topic: InsightTopic, program: Program) -> None:
    """Notify those who heard the objection in a deal that is still open, and the owners of these
    deals, that there is an answer.
    """
    path, when = page_of(topic), topic.answered_at

    def words() -> NoticeText:
        return NoticeText(
            _("An answer to the objection: %(topic)s") % {"topic": topic.name}, topic.answer, path
        )

    cause = f"answer-{topic.pk}-{when:%Y%m%dT%H%M%S%f}"
    _notify_raisers(topic, program, cause, words, but=topic.answered_by_id)


def notify_message_changed(change: MessageChange) -> None:
    """Notify the same people that the message about the topic changed."""
    topic = change.topic
    path = page_of(topic)

    def words() -> NoticeText:
        title = _("We say something new about: %(topic)s") % {"topic": topic.name}
        return NoticeText(title, change.says_now, path)

    cause = f"message-{change.pk}"
    _notify_raisers(topic, topic.program, cause, words, but=change.made_by_id)


def _notify_raisers(
    topic: InsightTopic,
    program: Program,
    cause: str,
    words: Callable[[], NoticeText],
    *,
    but: int | None,
) -> None:
    """Notify those who had the conversations, and the owners of the deals, except `but`."""
    raised = Tag.objects.in_program(topic.program_id).filter(topic=topic, state=Tag.State.ACCEPTED)
    notes = Note.objects.in_program(topic.program_id).filter(
        pk__in=raised.values("note"), opportunity__outcome="open"
    )
    pairs = (
        notes.order_by("who").values_list("who", "opportunity__owner").distinct()[:MOST_NOTIFIED]
    )
    users = {pk for pair in pairs for pk in pair if pk and pk != but}
    rows = [NewNotice(pk, NoticeKind.GAP, cause, words) for pk in sorted(users)]
    notify_many(program=program, rows=rows)


def page_of(topic: InsightTopic) -> str:
    return reverse("workspace:insight_topic", args=[topic.program.slug, topic.pk])
