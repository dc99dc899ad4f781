"""Saved views in the admin, read-only: people manage them on the lists. Memberships, because who
removes somebody must learn what that person holds in all rooms."""

from typing import Any, cast

from django.contrib import admin, messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from alignment.people.actions.members import change_member, remove_member
from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin, owned_programs
from alignment.people.models import Membership, Role, User

from .members.owned_work import OwnedWork, owned_by
from .models import SavedView


@admin.register(Membership)
class MembershipAdmin(ProgramScopedAdmin):
    """Roles and teams. People come by invitation, and owners remove them on the page, which asks
    who gets what they hold."""

    may_change = may_delete = True
    list_display = ("user", "role", "team", "program", "created_at")
    list_filter = (ProgramFilter, "role")
    list_select_related = ("user", "team", "program")
    search_fields = ("user__email", "user__name")
    autocomplete_fields = ("team",)
    readonly_fields = ("user", "created_at")
    actions = None

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        change_member(
            membership=obj,
            role=Role(obj.role),
            team=obj.team,
            leads_a_week=obj.leads_a_week,
            by=cast("User", request.user),
        )

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        row = self.get_object(request, object_id)
        if row is not None and row.program_id in owned_programs(request):
            return redirect("workspace:member_remove", row.program.slug, row.pk)
        if row is not None and request.method == "GET" and (held := _in_words(owned_by(row))):
            text = _("What stays under this name: %(held)s.") % {"held": held}
            messages.warning(request, text)
        return super().delete_view(request, object_id, *args, **kwargs)

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        remove_member(membership=obj, by=cast("User", request.user))


def _in_words(owned: OwnedWork) -> str:
    parts = {
        _("Open leads"): owned.leads,
        _("Accounts"): owned.accounts,
        _("Open opportunities"): owned.deals,
    }
    return ", ".join(f"{label}: {number}" for label, number in parts.items() if number)


@admin.register(SavedView)
class SavedViewAdmin(ProgramScopedAdmin):
    list_display = ("name", "page", "owner", "team", "is_default", "program")
    list_filter = (ProgramFilter, "page")
    list_select_related = ("owner", "team", "program")
    search_fields = ("name", "owner__email", "team__name")
    ordering = ("-id",)
