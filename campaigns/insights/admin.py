"""Insights in the admin: to look things up. They are written on their pages and by the API, where
trackers look at them."""

from django.contrib import admin

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin

from .models import InsightTopic, Note, NotePerson, Tag


@admin.register(Note)
class NoteAdmin(ProgramScopedAdmin):
    list_display = ("account", "kind", "at", "who", "source", "program")
    list_filter = (ProgramFilter, "kind")
    list_select_related = ("account", "who", "program")
    search_fields = ("account__name", "external_id")
    ordering = ("-id",)


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
