"""Runs of plays in the admin, read-only."""

from django.contrib import admin

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin

from .models import PlayRun, RunTouch


@admin.register(PlayRun)
class PlayRunAdmin(ProgramScopedAdmin):
    list_display = ("play", "account", "starts_on", "started_by", "started_at", "program")
    list_filter = (ProgramFilter,)
    list_select_related = ("play", "account", "started_by", "program")
    search_fields = ("play__name", "account__name")
    ordering = ("-id",)


@admin.register(RunTouch)
class RunTouchAdmin(ProgramScopedAdmin):
    list_display = ("run", "position", "touch", "program")
    list_filter = (ProgramFilter,)
    list_select_related = ("run", "touch", "program")
    search_fields = ("run__play__name",)
    ordering = ("-id",)
