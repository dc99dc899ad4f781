"""Insights in the admin, mostly read-only: they are written on pages and by the API, which run the
trackers. The rhythm of briefings can be changed here, too.
"""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alignment.people.admin_ask import question
from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin, WrittenAdmin
from alignment.people.models import User
from alignment.people.requests import signed_in

from .actions.briefings import set_rhythm
from .actions.merging import merge_topics
from .models import (
    Briefing,
    BriefingRead,
    BriefingRhythm,
    InsightTopic,
    MessageChange,
    Note,
    NotePerson,
    SupportRequest,
    Tag,
)


@admin.register(Note)
class NoteAdmin(ProgramScopedAdmin):
    list_display = ("account", "kind", "at", "who", "source", "program")
    list_filter = (ProgramFilter, "kind")
    list_select_related = ("account", "who", "program")
    search_fields = ("account__name", "external_id")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Lists omit the texts, which may be long."""
        return super().get_queryset(request).defer("text")


@admin.register(NotePerson)
class NotePersonAdmin(ProgramScopedAdmin):
    list_display = ("note", "stakeholder", "program")
    list_select_related = ("note", "stakeholder", "program")
    search_fields = ("stakeholder__last_name",)
    ordering = ("-id",)


@admin.register(InsightTopic)
class InsightTopicAdmin(ProgramScopedAdmin):
    list_display = (
        "name",
        "kind",
        "gap_since",
        "answered_at",
        "retired_at",
        "merged_into",
        "program",
    )
    list_filter = (ProgramFilter, "kind")
    list_select_related = ("merged_into", "program")
    search_fields = ("name", "answer")
    ordering = ("-id",)
    actions = ("merge",)

    @admin.action(description=_("Merge the selected topics into the oldest of them"))
    def merge(self, request: HttpRequest, queryset: QuerySet[InsightTopic]) -> Any:
        """All or none: if one merge is refused, the reason is shown and none takes effect."""
        topics = list(queryset.order_by("pk"))
        if len(topics) < 2:
            messages.warning(request, _("Select the topics that mean the same, two or more."))
            return None
        oldest, *others = topics
        text = gettext("Merge these topics into “%(topic)s”? This cannot be undone.")
        if page := question(self, request, queryset, text % {"topic": oldest.name}):
            return page
        try:
            with transaction.atomic():
                for topic in others:
                    merge_topics(topic=topic, into=oldest, by=signed_in(request))
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            text = gettext("All that was said of the selected topics is now: %(topic)s.")
            messages.success(request, text % {"topic": oldest.name})
        return None


@admin.register(Tag)
class TagAdmin(ProgramScopedAdmin):
    list_display = ("kind", "topic", "quote", "state", "decided_by", "decided_at", "program")
    list_filter = (ProgramFilter, "kind", "state")
    list_select_related = ("topic", "decided_by", "program")
    search_fields = ("quote", "topic__name")
    ordering = ("-id",)


@admin.register(SupportRequest)
class SupportRequestAdmin(ProgramScopedAdmin):
    list_display = ("what", "account", "due_at", "asked_by", "owner", "state", "program")
    list_filter = (ProgramFilter, "state")
    list_select_related = ("account", "asked_by", "owner", "program")
    search_fields = ("what", "account__name")
    ordering = ("-id",)


@admin.register(BriefingRhythm)
class BriefingRhythmAdmin(WrittenAdmin):
    written: ClassVar[tuple[str, ...]] = ("weekday", "hour", "is_on")
    list_display = ("program", "weekday", "hour", "is_on", "next_at")
    list_filter = (ProgramFilter, "is_on")
    list_select_related = ("program",)
    ordering = ("-id",)

    def write(self, row: BriefingRhythm, *, by: User, is_new: bool, **said: Any) -> BriefingRhythm:
        return set_rhythm(program=row.program, by=by, **said)


@admin.register(Briefing)
class BriefingAdmin(ProgramScopedAdmin):
    list_display = ("week", "starts_at", "ends_at", "is_empty", "written_by", "program")
    list_filter = (ProgramFilter, "is_empty")
    list_select_related = ("written_by", "program")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Lists omit the documents."""
        return super().get_queryset(request).defer("content")


@admin.register(BriefingRead)
class BriefingReadAdmin(ProgramScopedAdmin):
    list_display = ("briefing", "user", "read_at", "program")
    list_select_related = ("briefing", "user", "program")
    ordering = ("-id",)


@admin.register(MessageChange)
class MessageChangeAdmin(ProgramScopedAdmin):
    list_display = ("topic", "says_now", "since", "ended_at", "made_by", "program")
    list_filter = (ProgramFilter,)
    list_select_related = ("topic", "made_by", "program")
    search_fields = ("topic__name", "says_now", "why")
    ordering = ("-id",)
