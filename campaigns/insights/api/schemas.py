"""Serializers of notes, tags and topics."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.references import OfAccount
from alignment.core.rest.ids import IdField
from alignment.core.rest.moments import MomentField
from alignment.core.rest.names import NameField
from campaigns.library.queries import sectors

from ..models import LONGEST_NOTE, InsightTopic, Note, Tag, TagKind
from ..rules.trackers import LONGEST_PHRASE, LONGEST_QUOTE, MOST_PHRASES

COLUMNS = (
    "id",
    "source",
    "external_id",
    "account_id",
    "opportunity_id",
    "stage_id",
    "touch_id",
    "lead_id",
    "kind",
    "at",
    "who_id",
)


class NoteRow(serializers.ModelSerializer[Note]):
    account_id = serializers.IntegerField()
    opportunity_id = serializers.IntegerField(allow_null=True)
    stage_id = serializers.IntegerField(
        allow_null=True, help_text="Where the opportunity stood when it was said."
    )
    touch_id = serializers.IntegerField(allow_null=True)
    lead_id = serializers.IntegerField(allow_null=True)
    who_id = serializers.IntegerField(allow_null=True, help_text="Who of us.")
    opening = serializers.CharField(help_text="Its first 240 characters.")

    class Meta:
        model = Note
        ref_name = "NoteRow"
        fields: tuple[str, ...] = (*COLUMNS, "opening", "created_at", "updated_at")


class NoteOut(NoteRow):
    opening = None  # type: ignore[assignment]
    stakeholder_ids = serializers.SerializerMethodField()

    class Meta:
        model = Note
        ref_name = "Note"
        fields = (*COLUMNS, "stakeholder_ids", "text", "created_at", "updated_at")

    def get_stakeholder_ids(self, note: Note) -> list[int]:
        return sorted(link.stakeholder_id for link in note.people.all())


class NoteChange(serializers.Serializer[Any]):
    """Fields left out stay unchanged."""

    kind = serializers.ChoiceField(choices=Note.Kind.choices, required=False)
    text = serializers.CharField(max_length=LONGEST_NOTE, required=False)
    at = MomentField(required=False, help_text="Now, unless it was before.")
    opportunity_id = IdField(allow_null=True, required=False)
    touch_id = IdField(allow_null=True, required=False)
    lead_id = IdField(allow_null=True, required=False)
    who_id = IdField(
        allow_null=True,
        required=False,
        help_text="Who of us; a member of the program. Not said, a new note is of the key's owner.",
    )
    stakeholder_ids = serializers.ListField(
        child=IdField(),
        max_length=50,
        required=False,
        help_text="People of the account who were there.",
    )
    source: Any = serializers.CharField(
        max_length=60, required=False, help_text="The tool it comes from; with an external id."
    )
    external_id = serializers.CharField(
        max_length=120,
        allow_null=True,
        required=False,
        help_text="The tool's own id: sent again with POST, it changes that note.",
    )


class NoteIn(OfAccount, NoteChange):
    kind = serializers.ChoiceField(choices=Note.Kind.choices)
    text = serializers.CharField(max_length=LONGEST_NOTE)


class TagOut(serializers.ModelSerializer[Tag]):
    note_id = serializers.IntegerField()
    topic_id = serializers.IntegerField(allow_null=True)
    topic_name = serializers.SerializerMethodField()
    decided_by_id = serializers.IntegerField(allow_null=True)

    class Meta:
        model = Tag
        ref_name = "InsightTag"
        fields = (
            "id",
            "note_id",
            "kind",
            "topic_id",
            "topic_name",
            "start",
            "end",
            "quote",
            "state",
            "is_tracked",
            "decided_by_id",
            "decided_at",
            "created_at",
        )

    def get_topic_name(self, tag: Tag) -> str | None:
        return tag.topic.name if tag.topic else None


class MarkIn(serializers.Serializer[Any]):
    quote = serializers.CharField(
        max_length=LONGEST_QUOTE, help_text="The passage as the note has it."
    )
    topic_id = IdField(allow_null=True, required=False)
    kind = serializers.ChoiceField(
        choices=TagKind.choices, required=False, help_text="Only needed without a topic."
    )


class TopicOut(serializers.ModelSerializer[InsightTopic]):
    phrases = serializers.ListField(child=serializers.CharField(), read_only=True)
    asset_id = serializers.IntegerField(allow_null=True)
    answered_by_id = serializers.IntegerField(allow_null=True)
    merged_into_id = serializers.IntegerField(
        allow_null=True, help_text="The topic that it is part of now."
    )

    class Meta:
        model = InsightTopic
        ref_name = "InsightTopic"
        fields = (
            "id",
            "kind",
            "name",
            "phrases",
            "answer",
            "asset_id",
            "answered_at",
            "answered_by_id",
            "gap_since",
            "retired_at",
            "merged_into_id",
            "created_at",
            "updated_at",
        )


class TopicMergeIn(serializers.Serializer[Any]):
    into_id = IdField(help_text="Another topic of the same kind.")


class TopicChange(serializers.Serializer[Any]):
    """Fields left out stay unchanged."""

    name = NameField(max_length=80, required=False)
    phrases = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_PHRASE),
        max_length=MOST_PHRASES,
        required=False,
        help_text="Words to look for; case and accents do not matter.",
    )
    is_retired = serializers.BooleanField(
        required=False, help_text="Its words are looked for no longer."
    )


class TopicIn(TopicChange):
    kind = serializers.ChoiceField(choices=TagKind.choices)
    name = NameField(max_length=80)
    is_retired = None  # type: ignore[assignment]


class AnswerSeen(serializers.Serializer[Any]):
    answer = serializers.CharField(max_length=2_000, allow_blank=True, required=False)
    asset_id = IdField(allow_null=True, required=False)


class AnswerIn(serializers.Serializer[Any]):
    answer = serializers.CharField(
        max_length=2_000, allow_blank=True, help_text="Empty: there is no answer."
    )
    asset_id = IdField(allow_null=True, required=False)
    seen = AnswerSeen(
        required=False,
        help_text="The answer that you read. Where somebody else wrote another one since, nothing is"
        " changed (409).",
    )


class NumbersAsked(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=TagKind.choices, default=TagKind.OBJECTION)
    sector = serializers.CharField(required=False, max_length=6, help_text="Of NAICS: 52, 31-33.")
    stage_id = IdField(required=False)
    competitor_id = IdField(
        required=False, help_text="A topic of that kind, named by the same account."
    )
    since = MomentField(required=False)

    def validate_sector(self, value: str) -> str:
        if value not in dict(sectors()):
            raise serializers.ValidationError("There is no such sector.")
        return value


class NumbersOut(serializers.Serializer[Any]):
    """Accepted tags only. A topic counts once per conversation."""

    topic_id = serializers.IntegerField(source="topic.pk")
    name = serializers.CharField(source="topic.name")
    has_answer = serializers.SerializerMethodField()
    conversations = serializers.IntegerField(source="notes")
    accounts = serializers.IntegerField()
    opportunities = serializers.IntegerField(source="deals")
    won = serializers.IntegerField(source="result.won")
    lost = serializers.IntegerField(source="result.lost")
    last_at = serializers.DateTimeField(allow_null=True)

    def get_has_answer(self, row: Any) -> bool:
        return bool(row.topic.answer)


class TopicNumbersOut(serializers.Serializer[Any]):
    items = NumbersOut(many=True)
