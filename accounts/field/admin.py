"""Findings and relationships in the admin, read-only. Findings change facts, so only the pages and
the API create them."""

from django.contrib import admin

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin

from .models import Competitor, CriterionFinding, HeldFact, Relationship


@admin.register(CriterionFinding)
class CriterionFindingAdmin(ProgramScopedAdmin):
    list_display = ("account", "words", "outcome", "source", "by", "at", "program")
    list_filter = (ProgramFilter, "outcome")
    list_select_related = ("account", "by", "program")
    search_fields = ("account__name", "words", "seen")
    ordering = ("-id",)


@admin.register(HeldFact)
class HeldFactAdmin(ProgramScopedAdmin):
    list_display = ("account", "fact", "finding", "program")
    list_select_related = ("account", "finding", "program")
    search_fields = ("account__name", "fact")
    ordering = ("-id",)


@admin.register(Relationship)
class RelationshipAdmin(ProgramScopedAdmin):
    list_display = ("user", "stakeholder", "strength", "since", "program")
    list_filter = (ProgramFilter, "strength")
    list_select_related = ("user", "stakeholder", "program")
    search_fields = ("user__email", "user__name", "stakeholder__last_name", "note")
    ordering = ("-id",)


@admin.register(Competitor)
class CompetitorAdmin(ProgramScopedAdmin):
    list_display = ("name", "account", "contract_ends", "strength", "program")
    list_filter = (ProgramFilter, "strength")
    list_select_related = ("account", "program")
    search_fields = ("name", "account__name", "note")
    ordering = ("-id",)
