"""What is planned, in the admin: to look things up."""

from django.contrib import admin

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin

from .calendar.models import Occurrence, Touch, TouchFeed
from .library.models import Asset, Play
from .models import Campaign


@admin.register(Asset)
class AssetAdmin(ProgramScopedAdmin):
    list_display = ("title", "kind", "sector", "language", "program")
    list_filter = (ProgramFilter, "kind")
    list_select_related = ("program",)
    search_fields = ("title", "message")
    ordering = ("-id",)


@admin.register(Play)
class PlayAdmin(ProgramScopedAdmin):
    list_display = ("name", "goal", "program")
    list_filter = (ProgramFilter,)
    list_select_related = ("program",)
    search_fields = ("name",)
    ordering = ("-id",)


@admin.register(Campaign)
class CampaignAdmin(ProgramScopedAdmin):
    list_display = ("name", "starts_on", "ends_on", "budget_usd", "program")
    list_filter = (ProgramFilter,)
    list_select_related = ("program",)
    search_fields = ("name",)
    ordering = ("-id",)


@admin.register(Touch)
class TouchAdmin(ProgramScopedAdmin):
    list_display = ("account", "channel", "side", "who", "starts_at", "state", "program")
    list_filter = (ProgramFilter, "channel", "side", "state")
    list_select_related = ("account", "who", "program")
    search_fields = ("account__name", "message")
    ordering = ("-id",)


@admin.register(TouchFeed)
class TouchFeedAdmin(ProgramScopedAdmin):
    list_display = ("owner", "scope", "team", "created_at", "read_at", "revoked_at", "program")
    list_filter = (ProgramFilter, "scope")
    list_select_related = ("owner", "team", "program")
    ordering = ("-id",)


@admin.register(Occurrence)
class OccurrenceAdmin(ProgramScopedAdmin):
    list_display = ("source", "external_id", "touch", "waits", "program")
    list_filter = (ProgramFilter, "waits")
    list_select_related = ("touch", "program")
    search_fields = ("source", "external_id")
    ordering = ("-id",)
