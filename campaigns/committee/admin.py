"""Buying committees in the admin, read-only. They are edited on the page of the deal and by the
API, which keep the hierarchy free of cycles.
"""

from django.contrib import admin

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin

from .models import CommitteeMember


@admin.register(CommitteeMember)
class CommitteeMemberAdmin(ProgramScopedAdmin):
    list_display = ("stakeholder", "opportunity", "role", "stance", "influence", "owner", "program")
    list_filter = (ProgramFilter, "role", "stance")
    list_select_related = ("stakeholder", "opportunity", "owner", "program")
    search_fields = ("stakeholder__last_name", "opportunity__name", "note")
    ordering = ("-id",)
