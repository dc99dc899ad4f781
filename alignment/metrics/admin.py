"""Metrics in the admin: snapshots are read-only; assumptions change through the page's action."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin
from alignment.people.requests import signed_in

from .actions.assumptions import set_assumptions
from .models import Answer, Assumptions, Snapshot, StageStep, StaleCredit, StaleLead, TouchCredit


@admin.register(Assumptions)
class AssumptionsAdmin(ProgramScopedAdmin):
    may_change = True
    list_display = ("program", "lead_value_usd", "late_usd", "updated_at")
    list_filter = (ProgramFilter,)
    list_select_related = ("program",)
    ordering = ("-id",)
    actions = None

    def save_model(self, request: HttpRequest, obj: Assumptions, form: Any, change: bool) -> None:
        said = {name: getattr(obj, name) for name in form.changed_data}
        set_assumptions(program=obj.program, by=signed_in(request), **said)


@admin.register(Snapshot)
class SnapshotAdmin(ProgramScopedAdmin):
    list_display = (
        "metric",
        "day",
        "value",
        "sample",
        "restated_value",
        "restated_at",
        "latest_value",
        "program",
    )
    list_filter = (ProgramFilter, "day")
    list_select_related = ("program",)
    search_fields = ("metric",)
    ordering = ("-id",)


@admin.register(TouchCredit)
class TouchCreditAdmin(ProgramScopedAdmin):
    list_display = ("opportunity", "until", "channel", "touches", "is_first", "is_last", "program")
    list_filter = (ProgramFilter, "until", "channel")
    list_select_related = ("program", "opportunity")
    search_fields = ("opportunity__name",)
    ordering = ("-id",)


@admin.register(StaleCredit)
class StaleCreditAdmin(ProgramScopedAdmin):
    list_display = ("id", "account_id", "stakeholder_id", "campaign_id", "due_at", "program")
    list_filter = (ProgramFilter,)
    list_select_related = ("program",)
    ordering = ("-id",)


@admin.register(StageStep)
class StageStepAdmin(ProgramScopedAdmin):
    list_display = ("event_id", "lead", "kind", "at", "onward_at", "program")
    list_filter = (ProgramFilter, "kind")
    list_select_related = ("program", "lead__stakeholder")
    ordering = ("-pk",)


@admin.register(Answer)
class AnswerAdmin(ProgramScopedAdmin):
    list_display = ("handoff_id", "lead", "at", "first_at", "sql_at", "points", "program")
    list_filter = (ProgramFilter,)
    list_select_related = ("program", "lead__stakeholder")
    ordering = ("-pk",)


@admin.register(StaleLead)
class StaleLeadAdmin(ProgramScopedAdmin):
    list_display = ("id", "lead_id", "program")
    list_filter = (ProgramFilter,)
    list_select_related = ("program",)
    ordering = ("-id",)
