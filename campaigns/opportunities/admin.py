"""Opportunities in the admin, read-only.

Texts and numbers of a stage, and exchange rates, can be changed here, by the same actions as on
their page. Stages are added, removed and reordered only on that page, which takes care of their
deals.
"""

from typing import Any

from django.contrib import admin

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin, WrittenAdmin
from alignment.people.models import User

from .actions.pipeline import WRITTEN, change_stage, set_rate
from .models import ExchangeRate, Opportunity, OpportunityLead, OpportunityStep, PipelineStage


@admin.register(PipelineStage)
class PipelineStageAdmin(WrittenAdmin):
    written = WRITTEN
    list_display = ("name", "outcome", "position", "probability", "retired_at", "program")
    list_filter = (ProgramFilter, "outcome")
    list_select_related = ("program",)
    search_fields = ("name", "guidance")
    ordering = ("-id",)

    def write(self, row: PipelineStage, *, by: User, is_new: bool, **said: Any) -> PipelineStage:
        return change_stage(stage=row, by=by, **said)


@admin.register(ExchangeRate)
class ExchangeRateAdmin(WrittenAdmin):
    written = ("usd",)
    list_display = ("currency", "usd", "updated_at", "program")
    list_select_related = ("program",)
    search_fields = ("currency",)
    ordering = ("-id",)

    def write(self, row: ExchangeRate, *, by: User, is_new: bool, **said: Any) -> ExchangeRate:
        return set_rate(program=row.program, currency=row.currency, usd=row.usd, by=by)


@admin.register(Opportunity)
class OpportunityAdmin(ProgramScopedAdmin):
    list_display = ("name", "account", "stage", "amount_usd", "close_on", "owner", "program")
    list_filter = (ProgramFilter, "outcome")
    list_select_related = ("account", "stage", "owner", "program")
    search_fields = ("name", "account__name", "external_id")
    ordering = ("-id",)


@admin.register(OpportunityLead)
class OpportunityLeadAdmin(ProgramScopedAdmin):
    list_display = ("opportunity", "lead", "program")
    list_select_related = ("opportunity", "lead__stakeholder", "program")
    search_fields = ("opportunity__name",)
    ordering = ("-id",)


@admin.register(OpportunityStep)
class OpportunityStepAdmin(ProgramScopedAdmin):
    list_display = ("opportunity", "kind", "to_stage", "by", "at", "program")
    list_filter = (ProgramFilter, "kind")
    list_select_related = ("opportunity", "to_stage", "by", "program")
    search_fields = ("opportunity__name",)
    ordering = ("-id",)
