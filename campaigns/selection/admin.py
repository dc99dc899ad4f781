"""The selection in the admin, read-only but for the settings, which also have a page."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin, WrittenAdmin
from alignment.people.models import User

from .actions.sessions import set_settings
from .models import (
    Candidate,
    Confirmation,
    ListedTarget,
    Nomination,
    Ready,
    SelectionSettings,
    Session,
    Target,
    Vote,
)
from .queries.settings import settings_of
from .queries.votes import revealed


@admin.register(SelectionSettings)
class SelectionSettingsAdmin(WrittenAdmin):
    written = ("capacity", "proposed", "quiet_days")
    may_add = True
    list_display = ("program", "capacity", "proposed", "quiet_days")
    list_select_related = ("program",)
    ordering = ("program",)

    def write(
        self, row: SelectionSettings, *, by: User, is_new: bool, **said: Any
    ) -> SelectionSettings:
        if is_new and settings_of(row.program).pk:
            text = _("This program has its settings already: change those.")
            raise ValidationError({"program": text})
        return set_settings(program=row.program, by=by, **said)


@admin.register(Target)
class TargetAdmin(ProgramScopedAdmin):
    list_display = (
        "account",
        "tier",
        "marketing_owner",
        "sales_owner",
        "play",
        "entered_at",
        "left_at",
        "program",
    )
    list_filter = (ProgramFilter, "tier")
    list_select_related = ("account", "marketing_owner", "sales_owner", "play", "program")
    search_fields = ("account__name", "left_because")
    ordering = ("-id",)


@admin.register(Session)
class SessionAdmin(ProgramScopedAdmin):
    list_display = (
        "number",
        "capacity",
        "opened_at",
        "revealed_at",
        "confirmed_at",
        "discarded_at",
        "program",
    )
    list_select_related = ("program",)
    ordering = ("-id",)


@admin.register(Candidate)
class CandidateAdmin(ProgramScopedAdmin):
    list_display = ("account", "known_as", "session", "rank", "is_review", "program")
    list_select_related = ("account", "session", "program")
    search_fields = ("account__name",)
    ordering = ("-id",)


@admin.register(Nomination)
class NominationAdmin(ProgramScopedAdmin):
    list_display = ("account", "side", "by", "reason", "at", "session", "program")
    list_filter = (ProgramFilter, "side")
    list_select_related = ("account", "by", "session", "program")
    search_fields = ("account__name", "reason")
    ordering = ("-id",)


@admin.register(Vote)
class VoteAdmin(ProgramScopedAdmin):
    """Revealed votes only: administrators must not see votes earlier than the other side."""

    list_display = ("candidate", "side", "choice", "at_reveal", "reason", "by", "program")
    list_filter: ClassVar[Any] = (ProgramFilter, "side")
    list_select_related = ("candidate", "by", "program")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return revealed(super().get_queryset(request))


@admin.register(Ready)
class ReadyAdmin(ProgramScopedAdmin):
    list_display = ("session", "side", "by", "at", "program")
    list_select_related = ("session", "by", "program")
    ordering = ("-id",)


@admin.register(Confirmation)
class ConfirmationAdmin(ProgramScopedAdmin):
    list_display = ("session", "side", "by", "at", "list_hash", "program")
    list_select_related = ("session", "by", "program")
    ordering = ("-id",)


@admin.register(ListedTarget)
class ListedTargetAdmin(ProgramScopedAdmin):
    list_display = ("account_name", "session", "tier", "marketing_owner", "sales_owner", "program")
    list_select_related = ("session", "program")
    search_fields = ("account_name",)
    ordering = ("-id",)
