"""Merging two topics that mean the same, with everything that refers to them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.people.models import User

from ..models import InsightTopic, MessageChange, Tag
from ..rules.merging import Mark, settle
from .gaps import notify_answered, topic_raised
from .recording import record_topic_change
from .topics import phrases_of

# At most this many ids are passed to one statement.
AT_ONCE = 5_000


@transaction.atomic
def merge_topics(*, topic: InsightTopic, into: InsightTopic, by: User | None) -> InsightTopic:
    """Merge `topic` into `into`, which is returned and gets its tags, its tracked phrases and, if
    `into` has none, its answer. All other rows that refer to `topic` are moved, too.

    The name stays taken, so that nobody adds the synonym again; its page redirects to `into`. Safe
    to repeat. Raises `ValidationError` for topics of different kinds, for the same topic, and if
    either was merged into another one.
    """
    rows = InsightTopic.objects.in_program(topic.program_id).select_for_update()
    rows = rows.filter(pk__in=[topic.pk, into.pk])
    # Locking in the order of ids keeps two opposite merges from deadlocking.
    found = {row.pk: row for row in rows.order_by("pk")}
    if len(found) < 2:
        raise ValidationError({"into": _("Choose another topic of the program.")})
    leaving, staying = found[topic.pk], found[into.pk]
    if leaving.merged_into_id == staying.pk:
        return staying
    _demand_alike(leaving, staying)
    phrases = phrases_of([*staying.phrases, *leaving.phrases])
    moved = _move(leaving, staying)
    was_gap = leaving.gap_since
    _take_over(leaving, staying, phrases)
    record_topic_change(leaving, "merged", by, into=staying.pk)
    record_topic_change(staying, "merge", by, merged=leaving.pk, name=leaving.name, moved=moved)
    if staying.answer and was_gap:
        notify_answered(staying, staying.program)
    elif not staying.answer and staying.tags.filter(state=Tag.State.ACCEPTED).exists():
        topic_raised(staying)
    return staying


def links() -> list[ForeignObjectRel]:
    """All foreign keys to topics, including those without a reverse accessor."""
    fields = InsightTopic._meta.get_fields(include_hidden=True)
    return [field for field in fields if isinstance(field, ForeignObjectRel)]


def _demand_alike(leaving: InsightTopic, staying: InsightTopic) -> None:
    if leaving.kind != staying.kind:
        raise ValidationError({"into": _("They are of different kinds.")})
    for row in (leaving, staying):
        if row.merged_into_id:
            text = _("“%(topic)s” was merged into another topic already.")
            raise ValidationError({"into": text % {"topic": row.name}})


def _move(leaving: InsightTopic, staying: InsightTopic) -> dict[str, int]:
    """The number of rows moved to `staying`, by foreign key."""
    _settle_tags(leaving, staying)
    _settle_messages(leaving, staying)
    moved = {}
    for link in links():
        model: Any = link.related_model
        name = link.field.name
        rows = model.objects.in_program(leaving.program_id).filter(**{name: leaving})
        moved[f"{model._meta.label}.{name}"] = rows.update(**{name: staying})
    return {name: count for name, count in moved.items() if count}


def _settle_tags(leaving: InsightTopic, staying: InsightTopic) -> None:
    """Resolve conflicts in notes that have tags of both topics."""
    tags = Tag.objects.in_program(leaving.program_id)
    both = tags.filter(topic=leaving, note__in=tags.filter(topic=staying).values("note"))
    marks: dict[int, dict[int | None, list[Mark]]] = defaultdict(lambda: defaultdict(list))
    columns = ("note", "topic", "id", "state", "is_tracked", "start", "end")
    rows = tags.filter(topic__in=(leaving, staying), note__in=both.values("note"))
    for note, topic, *mark in rows.order_by("id").values_list(*columns):
        marks[note][topic].append(Mark(*mark))
    dropped: list[int] = []
    by_hand: list[int] = []
    for of in marks.values():
        settled = settle(of[leaving.pk], of[staying.pk])
        dropped += settled.dropped
        by_hand += settled.by_hand
    for start in range(0, len(dropped), AT_ONCE):
        tags.filter(pk__in=dropped[start : start + AT_ONCE]).delete()
    for start in range(0, len(by_hand), AT_ONCE):
        tags.filter(pk__in=by_hand[start : start + AT_ONCE]).update(is_tracked=False)


def _settle_messages(leaving: InsightTopic, staying: InsightTopic) -> None:
    """A topic has only one message in use: if both have one, that of `leaving` ends."""
    in_use = MessageChange.objects.in_program(leaving.program_id).filter(ended_at__isnull=True)
    if in_use.filter(topic=staying).exists():
        in_use.filter(topic=leaving).update(ended_at=timezone.now())


def _take_over(leaving: InsightTopic, staying: InsightTopic, phrases: list[str]) -> None:
    """`staying` takes over the answer of `leaving` if it has none. `leaving` keeps its own texts
    for its history.
    """
    now = timezone.now()
    staying.phrases = phrases
    if not staying.answer:
        for name in ("answer", "asset_id", "answered_at", "answered_by_id"):
            setattr(staying, name, getattr(leaving, name))
    staying.asset_id = staying.asset_id or (leaving.asset_id if staying.answer else None)
    since = [gap for gap in (staying.gap_since, leaving.gap_since) if gap]
    staying.gap_since = min(since) if since and not staying.answer else None
    leaving.merged_into, leaving.phrases, leaving.gap_since = staying, [], None
    leaving.retired_at = leaving.retired_at or now
    leaving.save()
    staying.save()
