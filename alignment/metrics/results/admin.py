"""Costs and baselines in the admin. A baseline is frozen on its page or over the API, and read-only
from then on."""

from typing import Any

from django.contrib import admin

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin, WrittenAdmin
from alignment.people.models import User

from .actions.costs import WRITTEN, add_cost, remove_cost
from .models import Baseline, BaselineFigure, Cost


@admin.register(Cost)
class CostAdmin(WrittenAdmin):
    """Costs are added and removed by the pages' actions; they are never changed, and removed ones
    are kept."""

    may_add, may_change, may_delete = True, False, True
    written = WRITTEN
    list_display = (
        "spent_on",
        "spent_until",
        "amount_usd",
        "what_for",
        "side",
        "removed_at",
        "program",
    )
    list_filter = (ProgramFilter, "side")
    list_select_related = ("program",)
    search_fields = ("what_for",)
    ordering = ("-id",)

    def write(self, row: Cost, *, by: User, is_new: bool, **said: Any) -> Cost:
        return add_cost(program=row.program, by=by, **said)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        is_removed = obj is not None and obj.removed_at is not None
        return not is_removed and super().has_delete_permission(request, obj)

    def delete_model(self, request: Any, obj: Cost) -> None:
        remove_cost(cost=obj, by=request.user)


@admin.register(Baseline)
class BaselineAdmin(ProgramScopedAdmin):
    list_display = ("source", "first", "last", "frozen_at", "frozen_by", "program")
    list_select_related = ("frozen_by", "program")
    search_fields = ("source",)
    ordering = ("-id",)


@admin.register(BaselineFigure)
class BaselineFigureAdmin(ProgramScopedAdmin):
    list_display = ("baseline", "metric", "value", "sample", "low", "high", "program")
    list_select_related = ("baseline", "program")
    search_fields = ("metric",)
    ordering = ("-id",)
