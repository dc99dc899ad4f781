"""Intent in the admin, read-only. It is reported by imports and the API."""

from django.contrib import admin

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin

from .models import AccountIntent, SiteVisits, Surge


@admin.register(Surge)
class SurgeAdmin(ProgramScopedAdmin):
    list_display = ("account", "topic", "week", "strength", "source", "program")
    list_filter = (ProgramFilter,)
    list_select_related = ("account", "program")
    search_fields = ("account__name", "topic")
    ordering = ("-id",)


@admin.register(SiteVisits)
class SiteVisitsAdmin(ProgramScopedAdmin):
    list_display = ("account", "week", "visits", "pages", "program")
    list_filter = (ProgramFilter,)
    list_select_related = ("account", "program")
    search_fields = ("account__name",)
    ordering = ("-id",)


@admin.register(AccountIntent)
class AccountIntentAdmin(ProgramScopedAdmin):
    list_display = ("account", "strength", "change", "top_topic", "as_of", "program")
    list_filter = (ProgramFilter,)
    list_select_related = ("account", "program")
    search_fields = ("account__name", "top_topic")
    ordering = ("-strength", "-account_id")
