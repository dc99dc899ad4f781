"""Imports in the admin, read-only, without a link to the uploaded file."""

from django.contrib import admin

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin

from .models import Import, ImportProblem


@admin.register(Import)
class ImportAdmin(ProgramScopedAdmin):
    list_display = ("file_name", "target", "size", "created_by", "created_at", "program")
    list_filter = (ProgramFilter, "target")
    list_select_related = ("created_by", "program")
    search_fields = ("file_name",)
    exclude = ("file",)
    ordering = ("-id",)


@admin.register(ImportProblem)
class ImportProblemAdmin(ProgramScopedAdmin):
    list_display = ("source_import", "row", "program")
    list_select_related = ("source_import", "program")
    ordering = ("-id",)
