"""Promises in the admin, read-only: they change through events and answers."""

from django.contrib import admin

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin

from .models import Clock, Dispute, Escalation, SlaSettings


@admin.register(Clock)
class ClockAdmin(ProgramScopedAdmin):
    list_display = ("clause", "lead", "side", "state", "owner", "due_at", "met_at", "program")
    list_filter = (ProgramFilter, "side", "state")
    list_select_related = ("lead__stakeholder", "owner", "program")
    raw_id_fields = ("lead", "event", "version", "owner", "team")
    ordering = ("-id",)


@admin.register(Escalation)
class EscalationAdmin(ProgramScopedAdmin):
    list_display = ("clock", "level", "to", "created_at", "acknowledged_by", "program")
    list_filter = (ProgramFilter, "level")
    list_select_related = ("clock", "acknowledged_by", "program")
    raw_id_fields = ("clock", "acknowledged_by")
    ordering = ("-id",)


@admin.register(Dispute)
class DisputeAdmin(ProgramScopedAdmin):
    list_display = ("clock", "asked_by", "asked_at", "granted", "decided_by", "program")
    list_filter = (ProgramFilter, "granted")
    list_select_related = ("clock", "asked_by", "decided_by", "program")
    raw_id_fields = ("clock", "asked_by", "decided_by")
    ordering = ("-id",)


@admin.register(SlaSettings)
class SlaSettingsAdmin(ProgramScopedAdmin):
    """Read-only here; it is changed on the contract page."""

    list_display = ("program", "outside_crm")
    list_filter = (ProgramFilter,)
    list_select_related = ("program",)
    ordering = ("-id",)
