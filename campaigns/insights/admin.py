"""Insights in the admin: to look things up. They are written on their pages and by the API, where
trackers look at them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin

from .models import InsightTopic, Note, NotePerson, SupportRequest, Tag


@admin.register(Note)
class NoteAdmin(ProgramScopedAdmin):
    list_display = ("account", "kind", "at", "who", "source", "program")
    list_filter = (ProgramFilter, "kind")
    list_select_related = ("account", "who", "program")
    search_fields = ("account__name", "external_id")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Lists go without the texts, which may be long."""
        return super().get_queryset(request).defer("text")


@admin.register(NotePerson)
class NotePersonAdmin(ProgramScopedAdmin):
    list_display = ("note", "stakeholder", "program")
    list_select_related = ("note", "stakeholder", "program")
    search_fields = ("stakeholder__last_name",)
    ordering = ("-id",)


@admin.register(InsightTopic)
class InsightTopicAdmin(ProgramScopedAdmin):
    list_display = ("name", "kind", "gap_since", "answered_at", "retired_at", "program")
    list_filter = (ProgramFilter, "kind")
    list_select_related = ("program",)
    search_fields = ("name", "answer")
    ordering = ("-id",)


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
