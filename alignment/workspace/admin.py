"""Saved views in the admin, read-only: people manage them on the lists. Memberships, because who
removes somebody must learn what that person holds in all rooms."""

from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from alignment.people import queries as people
from alignment.people.actions.members import adjust_member, remove_member
from alignment.people.admin_base import ProgramFilter, ProgramScopedAdmin, owned_programs
from alignment.people.models import Membership
from alignment.people.permissions import Seat, may_fill, works_leads
from alignment.people.requests import signed_in
from alignment.people.views.members import warn_of_side_left_alone

from .members.owned_work import OwnedWork, owned_by
from .models import SavedView


@admin.register(Membership)
class MembershipAdmin(ProgramScopedAdmin):
    """Roles and teams. People come by invitation, and owners remove them on the page, which asks
    who gets what they hold; so does the page that follows when somebody no longer works leads."""

    may_change = may_delete = True
    list_display = ("user", "role", "team", "program", "created_at")
    list_filter = (ProgramFilter, "role")
    list_select_related = ("user", "team", "program")
    search_fields = ("user__email", "user__name")
    autocomplete_fields = ("team",)
    readonly_fields = ("user", "created_at")
    actions = None

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        said = {name: getattr(obj, name) for name in form.changed_data}
        adjust_member(membership=obj, by=signed_in(request), **said)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        before = self.get_object(request, object_id) if request.method == "POST" else None
        alone = people.side_left_alone(before) if before else None
        response = super().change_view(request, object_id, *args, **kwargs)
        if before is None or response.status_code != HTTPStatus.FOUND:
            return response
        row = people.member(program=before.program, pk=before.pk)
        if row is None:
            return response
        warn_of_side_left_alone(request, alone, row)
        return self._work_left(request, before, row) or response

    def _work_left(
        self, request: HttpRequest, before: Membership, row: Membership
    ) -> HttpResponse | None:
        """The page that asks who gets the work of somebody who no longer works leads. Who may not
        open it is told what they hold.
        """
        if not works_leads(Seat.of(before)) or works_leads(Seat.of(row)):
            return None
        owned = owned_by(row)
        if not owned.held and not owned.promises:
            return None
        seat = people.seat_of(user=signed_in(request), program=row.program)
        if seat is not None and may_fill(seat, Seat.of(row)):
            return redirect("workspace:member_work", row.program.slug, row.pk)
        _warn_of(request, owned)
        return None

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        row = self.get_object(request, object_id)
        if row is not None and row.program_id in owned_programs(request):
            return redirect("workspace:member_remove", row.program.slug, row.pk)
        if row is not None and request.method == "GET":
            _warn_of(request, owned_by(row))
        return super().delete_view(request, object_id, *args, **kwargs)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What ends with a membership needs no permission of its own."""
        listed, counts, _lacking, kept = super().get_deleted_objects(objs, request)
        return listed, counts, set(), kept

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        remove_member(membership=obj, by=signed_in(request))


def _warn_of(request: HttpRequest, owned: OwnedWork) -> None:
    if held := _in_words(owned):
        messages.warning(request, _("What stays under this name: %(held)s.") % {"held": held})


def _in_words(owned: OwnedWork) -> str:
    colon = pgettext("after a label", ":")
    return ", ".join(f"{row.label}{colon} {row.number}" for row in owned.held.values())


@admin.register(SavedView)
class SavedViewAdmin(ProgramScopedAdmin):
    list_display = ("name", "page", "owner", "team", "is_default", "program")
    list_filter = (ProgramFilter, "page")
    list_select_related = ("owner", "team", "program")
    search_fields = ("name", "owner__email", "team__name")
    ordering = ("-id",)
