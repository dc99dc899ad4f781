"""Notices in the admin, read-only. Secrets, such as Slack URLs, are not shown."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin

from .models import Delivery, Endpoint, Notice, NoticeChoice


@admin.register(Notice)
class NoticeAdmin(ProgramScopedAdmin):
    list_display = ("title", "kind", "user", "created_at", "read_at", "program")
    list_filter = (ProgramFilter, "kind")
    list_select_related = ("user", "program")
    ordering = ("-id",)


@admin.register(NoticeChoice)
class NoticeChoiceAdmin(ProgramScopedAdmin):
    list_display = ("user", "kind", "mail", "program")
    list_filter = (ProgramFilter, "kind", "mail")
    list_select_related = ("user", "program")
    ordering = ("-id",)


@admin.register(Endpoint)
class EndpointAdmin(ProgramScopedAdmin):
    list_display = ("name", "kind", "host", "is_active", "failures", "program")
    list_filter = (ProgramFilter, "kind", "is_active")
    list_select_related = ("program",)
    fields = (
        "program",
        "kind",
        "name",
        "host",
        "events",
        "is_active",
        "stopped_because",
        "failures",
        "resting_until",
        "created_at",
    )
    readonly_fields = fields
    ordering = ("name",)

    @admin.display(description=_("host"))
    def host(self, row: Endpoint) -> str:
        return urlsplit(row.url).netloc


@admin.register(Delivery)
class DeliveryAdmin(ProgramScopedAdmin):
    list_display = (
        "id",
        "channel",
        "event",
        "endpoint",
        "user",
        "tries",
        "delivered_at",
        "next_try_at",
        "program",
    )
    list_filter = (ProgramFilter, "channel")
    list_select_related = ("endpoint", "user", "program")
    ordering = ("-id",)

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).defer("payload")
