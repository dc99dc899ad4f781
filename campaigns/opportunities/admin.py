"""Opportunities in the admin: to look things up. The pipeline is set up on its page and by the API,
where the deals that stand in a stage are looked after."""

from django.contrib import admin

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin

from .models import ExchangeRate, Opportunity, OpportunityLead, OpportunityStep, PipelineStage


@admin.register(PipelineStage)
class PipelineStageAdmin(ProgramScopedAdmin):
    list_display = ("name", "outcome", "position", "probability", "retired_at", "program")
    list_filter = (ProgramFilter, "outcome")
    list_select_related = ("program",)
    search_fields = ("name", "guidance")
    ordering = ("-id",)


@admin.register(ExchangeRate)
class ExchangeRateAdmin(ProgramScopedAdmin):
    list_display = ("currency", "usd", "updated_at", "program")
    list_select_related = ("program",)
    search_fields = ("currency",)
    ordering = ("-id",)


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
