"""ROI pages in the admin, read-only."""

from django.contrib import admin

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin

from .models import Calculator, CalculatorVersion, RoiShare, RoiVisit


@admin.register(Calculator)
class CalculatorAdmin(ProgramScopedAdmin):
    list_display = ("name", "retired_at", "created_by", "updated_at", "program")
    list_select_related = ("created_by", "program")
    search_fields = ("name",)
    ordering = ("-id",)


@admin.register(CalculatorVersion)
class CalculatorVersionAdmin(ProgramScopedAdmin):
    list_display = ("calculator", "number", "published_at", "published_by", "program")
    list_select_related = ("calculator", "published_by", "program")
    search_fields = ("calculator__name",)
    ordering = ("-id",)


@admin.register(RoiShare)
class RoiShareAdmin(ProgramScopedAdmin):
    list_display = ("account", "version", "sender", "language", "expires_at", "program")
    list_filter = (ProgramFilter, "language")
    list_select_related = ("account", "version", "program")
    search_fields = ("account__name", "sender")
    ordering = ("-id",)


@admin.register(RoiVisit)
class RoiVisitAdmin(ProgramScopedAdmin):
    list_display = ("share", "kind", "day", "times", "last_at", "program")
    list_filter = (ProgramFilter, "kind")
    list_select_related = ("share", "program")
    search_fields = ("share__account__name",)
    ordering = ("-id",)
