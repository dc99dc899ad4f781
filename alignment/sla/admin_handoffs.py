"""Hand-off settings in the admin, editable; hand-offs and their outcomes, read-only."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin import OfLeadAdmin
from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin
from alignment.people.requests import signed_in

from .actions import handoff_config as actions
from .models import (
    Attempt,
    Feedback,
    HandOff,
    NextActionRule,
    ReasonCode,
    Routing,
    Seat,
    Territory,
)


@admin.register(HandOff)
class HandOffAdmin(OfLeadAdmin):
    list_display = ("lead", "owner", "route", "handed_at", "seen_at", "is_complete", "program")
    list_filter = (ProgramFilter, "route", "is_complete")
    list_select_related = ("lead__stakeholder", "owner", "program")
    ordering = ("-id",)


@admin.register(Attempt)
class AttemptAdmin(ProgramScopedAdmin):
    list_display = ("lead", "channel", "outcome", "by", "at", "recorded_at", "program")
    list_filter = (ProgramFilter, "channel", "outcome")
    list_select_related = ("lead__stakeholder", "by", "program")
    ordering = ("-id",)


@admin.register(Feedback)
class FeedbackAdmin(ProgramScopedAdmin):
    list_display = ("lead", "fits", "by", "given_at", "program")
    list_filter = (ProgramFilter, "fits")
    list_select_related = ("lead__stakeholder", "by", "program")
    ordering = ("-id",)


@admin.register(ReasonCode)
class ReasonCodeAdmin(ProgramScopedAdmin):
    """A code never changes and no reason is deleted, because leads refer to it."""

    may_add = may_change = True
    list_display = ("name", "use", "code", "is_retired", "program")
    list_filter = (ProgramFilter, "use", "is_retired")
    list_select_related = ("program",)
    fields = ("program", "use", "code", "name", "is_retired")
    ordering = ("use", "position", "id")
    autocomplete_fields = ("program",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "use", "code") if obj else (*fields, "code", "is_retired")

    def save_model(self, request: HttpRequest, obj: ReasonCode, form: Any, change: bool) -> None:
        by = signed_in(request)
        if change:
            said = {name: getattr(obj, name) for name in form.changed_data}
            actions.change_reason(reason=obj, by=by, **said)
            return
        made = actions.add_reason(program=obj.program, use=obj.use, name=obj.name, by=by)
        obj.pk = made.pk


@admin.register(NextActionRule)
class NextActionRuleAdmin(ProgramScopedAdmin):
    may_add = may_change = may_delete = True
    list_display = ("action", "position", "is_active", "program")
    list_filter = (ProgramFilter, "is_active")
    list_select_related = ("program",)
    fields = ("program", "signals", "action", "content", "talking_point", "reason", "is_active")
    ordering = ("program", "position", "id")
    autocomplete_fields = ("program",)
    formfield_overrides: ClassVar[Any] = {
        ArrayField: {
            "help_text": _("Codes of signals with commas between them; empty: it always matches."),
            "error_messages": {"item_invalid": _("Code %(nth)s:")},
        }
    }

    def save_model(
        self, request: HttpRequest, obj: NextActionRule, form: Any, change: bool
    ) -> None:
        names = ("signals", "action", "content", "talking_point", "reason", "is_active")
        wanted = form.changed_data if change else names
        values = {name: getattr(obj, name) for name in wanted}
        saved = actions.save_rule(
            program=obj.program,
            rule=obj if change else None,
            by=signed_in(request),
            **values,
        )
        obj.pk = saved.pk

    def delete_model(self, request: HttpRequest, obj: NextActionRule) -> None:
        actions.delete_rule(rule=obj, by=signed_in(request))

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for rule in queryset:
            self.delete_model(request, rule)


@admin.register(Territory)
class TerritoryAdmin(ProgramScopedAdmin):
    """Read-only; changed on the territories page."""

    list_display = ("state", "user", "team", "program")
    list_select_related = ("user", "team", "program")
    ordering = ("program", "state")


@admin.register(Seat)
class SeatAdmin(ProgramScopedAdmin):
    """Read-only; changed on the rotation page."""

    list_display = ("membership", "weight", "program")
    list_select_related = ("membership__user", "program")
    ordering = ("program", "id")


@admin.register(Routing)
class RoutingAdmin(ProgramScopedAdmin):
    list_display = ("program", "covers_hours")
    list_select_related = ("program",)
    ordering = ("program",)
