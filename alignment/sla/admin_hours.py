"""Hours, closures and leave in the admin; changes go through the same actions as the pages."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin, ScopedForm
from alignment.people.admin_forms import ZoneForm
from alignment.people.requests import signed_in

from .actions.hours import add_closure, add_leave, remove_closure, remove_leave, set_hours
from .models import Closure, Leave, WorkingHours


class HoursForm(ZoneForm, ScopedForm):
    class Meta:
        help_texts: ClassVar[Any] = {
            "week": _(
                "Seven days from Monday, each with its ranges in minutes since midnight: "
                "[[540, 720], [780, 1080]] is 9:00 to 12:00 and 13:00 to 18:00. The page of working "
                "hours asks for them as times."
            ),
            "state": _("Two letters, such as TX: only for the holidays of a state."),
        }


@admin.register(WorkingHours)
class WorkingHoursAdmin(ProgramScopedAdmin):
    may_change = True
    list_display = ("team", "time_zone", "holidays", "state", "program")
    list_filter = (ProgramFilter, "holidays")
    list_select_related = ("team", "program")
    search_fields = ("team__name",)
    readonly_fields = ("team",)
    ordering = ("-id",)
    actions = None
    form = HoursForm

    def save_model(self, request: HttpRequest, obj: WorkingHours, form: Any, change: bool) -> None:
        said = {name: getattr(obj, name) for name in form.changed_data}
        set_hours(team=obj.team, by=signed_in(request), **said)


@admin.register(Closure)
class ClosureAdmin(ProgramScopedAdmin):
    """Closures are added and deleted, never changed."""

    may_add = may_delete = True
    list_display = ("name", "first_day", "last_day", "team", "program")
    list_filter = (ProgramFilter,)
    list_select_related = ("team", "program")
    search_fields = ("name",)
    autocomplete_fields = ("program", "team")
    ordering = ("-first_day", "-id")
    actions = None

    def save_model(self, request: HttpRequest, obj: Closure, form: Any, change: bool) -> None:
        made = add_closure(
            program=obj.program,
            team=obj.team,
            first_day=obj.first_day,
            last_day=obj.last_day,
            name=obj.name,
            by=signed_in(request),
        )
        obj.pk = made.pk

    def delete_model(self, request: HttpRequest, obj: Closure) -> None:
        remove_closure(closure=obj, by=signed_in(request))


@admin.register(Leave)
class LeaveAdmin(ProgramScopedAdmin):
    may_add = may_delete = True
    list_display = ("user", "first_day", "last_day", "note", "program")
    list_filter = (ProgramFilter,)
    list_select_related = ("user", "program")
    search_fields = ("user__email", "user__name", "note")
    autocomplete_fields = ("program", "user")
    ordering = ("-first_day", "-id")
    actions = None

    def save_model(self, request: HttpRequest, obj: Leave, form: Any, change: bool) -> None:
        made = add_leave(
            program=obj.program,
            user=obj.user,
            first_day=obj.first_day,
            last_day=obj.last_day,
            note=obj.note,
            by=signed_in(request),
        )
        obj.pk = made.pk

    def delete_model(self, request: HttpRequest, obj: Leave) -> None:
        remove_leave(leave=obj, by=signed_in(request))
