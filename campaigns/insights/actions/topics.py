"""Managing topics, the phrases of their trackers, and their answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.core.edits import demand_as_seen
from alignment.core.same_names import called
from alignment.people.actions.programs import lock_program
from alignment.people.models import Program, User
from campaigns.library.models import Asset

from ..models import ANSWERED_KINDS, InsightTopic, Tag, TagKind
from ..queries.topics import MOST_TOPICS
from ..rules.texts import cleaned
from ..rules.trackers import LONGEST_PHRASE, MOST_PHRASES, words_of
from .gaps import notify_answered, topic_raised
from .recording import record_topic_change
from .suggesting import look_again


@transaction.atomic
def add_topic(
    *, program: Program, by: User | None, kind: str, name: str, phrases: Iterable[str] = ()
) -> InsightTopic:
    """Add a topic with the phrases that its tracker finds. Raises `ValidationError` by field."""
    if kind not in TagKind.values:
        raise ValidationError({"kind": _("Choose what kind of passage it is.")})
    # The lock makes sure that names stay unique and the number of topics within its limit.
    lock_program(program)
    if InsightTopic.objects.in_program(program).count() >= MOST_TOPICS:
        text = _("A program has at most %(most)s topics.") % {"most": MOST_TOPICS}
        raise ValidationError({"name": text})
    topic = InsightTopic(program=program, kind=kind, created_by=by)
    _set(topic, name, phrases)
    topic.save()
    look_again(topic)
    record_topic_change(topic, "add", by, kind=kind, name=topic.name)
    return topic


@transaction.atomic
def change_topic(
    *,
    topic: InsightTopic,
    by: User | None,
    name: str | None = None,
    phrases: Iterable[str] | None = None,
) -> InsightTopic:
    """Change the name, which keeps all tags, or the phrases, which are searched in the newest notes
    at once. Raises `ValidationError` by field.
    """
    lock_program(topic.program_id)
    row = locked(topic)
    before = (row.name, row.phrases)
    _set(row, row.name if name is None else name, row.phrases if phrases is None else phrases)
    if before == (row.name, row.phrases):
        return row
    row.save()
    if before[1] != row.phrases:
        look_again(row)
    record_topic_change(row, "change", by, name=row.name, phrases=row.phrases)
    return row


@transaction.atomic
def answer_topic(
    *,
    topic: InsightTopic,
    by: User | None,
    answer: str,
    asset: Asset | None = None,
    seen: Mapping[str, Any] | None = None,
) -> InsightTopic:
    """Set the answer to the topic and the content that goes with it. An empty text removes the
    answer, and an objection that was raised becomes a gap again. Raises `ValidationError` by field.

    `seen` is what the form showed: raises `Overwritten` if the stored values differ from it.
    """
    row, said = locked(topic), cleaned(answer)
    now = {"answer": row.answer, "asset": row.asset}
    demand_as_seen(seen, now, {"answer": said, "asset": asset})
    if row.kind not in ANSWERED_KINDS:
        raise ValidationError({"answer": _("Objections and competitors are answered.")})
    _demand_answer(row, said, asset)
    if (row.answer, row.asset) == (said, asset):
        return row
    is_new = said != row.answer
    row.answer, row.asset = said, asset
    row.answered_at, row.answered_by = (timezone.now(), by) if said else (None, None)
    row.gap_since = None
    row.save()
    if said and is_new:
        notify_answered(row, row.program)
    elif not said and row.tags.filter(state=Tag.State.ACCEPTED).exists():
        topic_raised(row)
    record_topic_change(row, "answer", by, answer=said, asset=asset.pk if asset else None)
    return row


@transaction.atomic
def retire_topic(*, topic: InsightTopic, is_retired: bool, by: User | None) -> InsightTopic:
    """Stop or resume tracking its phrases; existing tags stay. Safe to repeat."""
    row = locked(topic)
    if (row.retired_at is not None) == is_retired:
        return row
    row.retired_at = timezone.now() if is_retired else None
    row.save(update_fields=["retired_at", "updated_at"])
    look_again(row)
    record_topic_change(row, "retire" if is_retired else "restore", by)
    return row


def locked(topic: InsightTopic) -> InsightTopic:
    """The locked row in its current state. Raises `ValidationError` if it was merged away."""
    rows = InsightTopic.objects.in_program(topic.program_id).select_for_update()
    row = rows.get(pk=topic.pk)
    if row.merged_into_id:
        raise ValidationError(_("This topic was merged into another one: change that."))
    return row


def _set(topic: InsightTopic, name: str, phrases: Iterable[str]) -> None:
    errors: dict[str, Any] = {}
    topic.name = " ".join(cleaned(name).split())
    try:
        topic.phrases = phrases_of(phrases)
    except ValidationError as refused:
        errors["phrases"] = refused
        topic.phrases = []
    try:
        topic.clean_fields(exclude=["program", "asset", "answered_by", "created_by"])
    except ValidationError as refused:
        errors |= refused.error_dict
    same = InsightTopic.objects.in_program(topic.program_id).filter(
        called(topic.name), kind=topic.kind
    )
    if topic.name and same.exclude(pk=topic.pk).exists():
        errors["name"] = _("There is a topic of this kind with this name.")
    if errors:
        raise ValidationError(errors)


def phrases_of(given: Iterable[str]) -> list[str]:
    """The phrases without duplicates (ignoring case and accents), in order. Raises
    `ValidationError`.
    """
    kept: dict[tuple[str, ...], str] = {}
    for phrase in given:
        text = " ".join(cleaned(phrase).split())
        words = words_of(text)
        if text and not words:
            raise ValidationError(_("“%(text)s” has no letter.") % {"text": text})
        if len(text) > LONGEST_PHRASE:
            most = {"most": LONGEST_PHRASE}
            raise ValidationError(_("A phrase has at most %(most)s characters.") % most)
        if words:
            kept.setdefault(words, text)
    if len(kept) > MOST_PHRASES:
        raise ValidationError(_("A topic has at most %(most)s phrases.") % {"most": MOST_PHRASES})
    return list(kept.values())


def _demand_answer(topic: InsightTopic, answer: str, asset: Asset | None) -> None:
    errors: dict[str, Any] = {}
    longest = InsightTopic._meta.get_field("answer").max_length or 0
    if len(answer) > longest:
        errors["answer"] = _("An answer has at most %(most)s characters.") % {"most": longest}
    if asset is not None and asset.program_id != topic.program_id:
        errors["asset"] = _("There is no such content.")
    if asset is not None and not answer:
        errors["answer"] = _("Say what we answer; the content supports it.")
    if errors:
        raise ValidationError(errors)
