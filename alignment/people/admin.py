"""People, programs and keys in the admin."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from . import admin_audit, admin_sign_in  # noqa: F401 (register the trail, sessions and factors)
from .actions.accounts import note_password, save_account
from .actions.keys import revoke_key
from .actions.programs import change_program
from .actions.teams import create_team, delete_team, rename_team, why_not_deleted
from .admin_ask import question
from .admin_base import (
    ProgramFilter,
    ProgramScopedAdmin,
    ScopedForm,
    ShownAgain,
    is_program_staff,
    may_open,
    owned_programs,
    sees_all,
    visible_programs,
    visible_users,
)
from .admin_forms import AccountForm, NewAccountForm, ZoneForm
from .models import ApiKey, Invitation, Program, Team, User
from .queries import memberships_of
from .requests import signed_in

admin.site.site_header = "Entente"
admin.site.site_title = "Entente"
# The admin uses the site's own sign-in, with its limits and second step.
admin.site.has_permission = may_open  # type: ignore[method-assign]
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


@admin.register(User)
class UserAdmin(ShownAgain, DjangoUserAdmin):  # type: ignore[type-arg]
    """Superusers edit accounts; owners look up the people of their programs."""

    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "language")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password", "name")}),
        (_("Preferences"), {"fields": ("language", "time_zone", "theme", "letter_keys")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    form = AccountForm
    add_form = NewAccountForm
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return visible_users(request).order_by("email")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        save_account(user=obj, by=signed_in(request))
        if "is_active" in form.changed_data and not obj.is_active:
            self._warn_of_work(request, obj)

    def _warn_of_work(self, request: HttpRequest, closed: User) -> None:
        names = ", ".join(str(seat.program) for seat in memberships_of(closed))
        if names:
            text = gettext(
                "%(name)s keeps what they hold in %(programs)s. Remove them there under Settings, "
                "Members: that page asks who gets it."
            )
            messages.warning(request, text % {"name": closed, "programs": names})

    def user_change_password(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Django's form saves the password; the trail is written in the same transaction."""
        with transaction.atomic():
            return super().user_change_password(request, *args, **kwargs)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        match = request.resolver_match
        if match is not None and match.url_name == "auth_user_password_change":
            note_password(user=obj, by=signed_in(request))
        return super().log_change(request, obj, message)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if sees_all(request):
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": ("email", "name", "is_active")}),)

    def get_list_filter(self, request: HttpRequest) -> Any:
        return self.list_filter if sees_all(request) else ("is_active",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_program_staff(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not is_program_staff(request):
            return False
        return obj is None or visible_users(request).filter(pk=obj.pk).exists()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return sees_all(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return sees_all(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: the history refers to people. Deactivate the account instead."""
        return False


class ProgramForm(ZoneForm, ScopedForm):
    pass


@admin.register(Program)
class ProgramAdmin(ProgramScopedAdmin):
    """Programs begin on a page, or by the command `create_program`, with what they start with."""

    form = ProgramForm
    change_list_template = "admin/programs.html"
    may_change = True
    list_display = ("name", "slug", "time_zone", "created_at")
    list_filter = ()
    search_fields = ("name", "slug")
    readonly_fields = ("slug", "created_at")
    ordering = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Program]:
        return visible_programs(request).order_by("name")

    def _may(self, request: HttpRequest, obj: Any) -> bool:
        if not is_program_staff(request):
            return False
        return obj is None or sees_all(request) or obj.pk in owned_programs(request)

    def save_model(self, request: HttpRequest, obj: Program, form: Any, change: bool) -> None:
        change_program(
            program=Program.objects.get(pk=obj.pk),
            by=signed_in(request),
            **{name: getattr(obj, name) for name in form.changed_data},
        )


@admin.register(Team)
class TeamAdmin(ProgramScopedAdmin):
    may_add = may_change = may_delete = True
    list_display = ("name", "side", "program")
    list_filter = (ProgramFilter, "side")
    list_select_related = ("program",)
    search_fields = ("name",)
    autocomplete_fields = ("program",)
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "side") if obj else fields

    def save_model(self, request: HttpRequest, obj: Team, form: Any, change: bool) -> None:
        if change:
            rename_team(team=obj, name=obj.name, by=signed_in(request))
            return
        made = create_team(program=obj.program, side=obj.side, name=obj.name, by=signed_in(request))
        obj.pk = made.pk

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What ends with a team needs no permission of its own; what keeps it is said in words."""
        listed, counts, _lacking, _kept = super().get_deleted_objects(objs, request)
        refusals = [refusal for team in objs if (refusal := why_not_deleted(team))]
        return listed, counts, set(), refusals

    def delete_model(self, request: HttpRequest, obj: Team) -> None:
        delete_team(team=obj, by=signed_in(request))


@admin.register(Invitation)
class InvitationAdmin(ProgramScopedAdmin):
    list_display = ("email", "role", "team", "program", "invited_by", "expires_at", "accepted_at")
    list_filter = (ProgramFilter, "role")
    list_select_related = ("team", "program", "invited_by")
    search_fields = ("email",)
    exclude = ("secret_hash",)


@admin.register(ApiKey)
class ApiKeyAdmin(ProgramScopedAdmin):
    list_display = (
        "name",
        "prefix",
        "program",
        "owner",
        "expires_at",
        "revoked_at",
        "last_used_at",
    )
    list_select_related = ("program", "owner")
    search_fields = ("name", "prefix")
    exclude = ("secret_hash",)
    actions = ("revoke",)

    @admin.action(description=_("Revoke the selected keys"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> Any:
        keys = queryset.filter(revoked_at__isnull=True).select_related("program")
        if not keys:
            messages.warning(request, _("These keys are revoked already."))
            return None
        text = gettext("Revoke these keys? Whatever uses them stops at once.")
        if page := question(self, request, keys, text):
            return page
        revoked = list(keys)
        for key in revoked:
            revoke_key(key=key, by=signed_in(request))
        said = ngettext("%(n)d key was revoked.", "%(n)d keys were revoked.", len(revoked))
        messages.success(request, said % {"n": len(revoked)})
        return None
