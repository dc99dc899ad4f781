"""Duplicates in the admin, read-only. Merging changes many rows, so it is done on the pages."""

from django.contrib import admin

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin

from .models import DuplicatePair, Merge


@admin.register(DuplicatePair)
class DuplicatePairAdmin(ProgramScopedAdmin):
    list_display = ("first", "second", "similarity", "ground", "state", "program")
    list_filter = (ProgramFilter, "state", "ground")
    list_select_related = ("first", "second", "program")
    search_fields = ("first__name", "second__name")
    ordering = ("-id",)


@admin.register(Merge)
class MergeAdmin(ProgramScopedAdmin):
    list_display = ("gone_name", "survivor", "by", "at", "program")
    list_filter = (ProgramFilter,)
    list_select_related = ("survivor", "by", "program")
    search_fields = ("gone_name", "survivor__name")
    ordering = ("-id",)
