"""Saved views in the admin, read-only: people manage them on the lists."""

from django.contrib import admin

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin

from .models import SavedView


@admin.register(SavedView)
class SavedViewAdmin(ProgramScopedAdmin):
    list_display = ("name", "page", "owner", "team", "is_default", "program")
    list_filter = (ProgramFilter, "page")
    list_select_related = ("owner", "team", "program")
    search_fields = ("name", "owner__email", "team__name")
    ordering = ("-id",)
