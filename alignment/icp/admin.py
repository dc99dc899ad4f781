"""Verdicts in the admin: to look up."""

from django.contrib import admin

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin

from .models import Verdict


@admin.register(Verdict)
class VerdictAdmin(ProgramScopedAdmin):
    list_display = ("account", "answer", "grade", "version", "judged_at", "program")
    list_filter = (ProgramFilter, "answer")
    list_select_related = ("account", "version", "program")
    search_fields = ("account__name", "account__domain")
    fields = ("program", "account", "version", "answer", "grade", "judged_at")
    ordering = ("-account_id",)
