"""Sessions, second factors and connected accounts in the admin: operators end and remove them, with
a trace.

Nothing here is left to the admin of a library, which writes without one: addresses change with their
account, whom to sign in with is set in the environment, and groups would grant nothing.
"""

from typing import Any

from allauth.account.admin import EmailAddress  # registered there, before it is taken out here
from allauth.mfa.admin import AuthenticatorAdmin
from allauth.mfa.models import Authenticator
from allauth.socialaccount.admin import SocialAccountAdmin
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.admin import UserSessionAdmin
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest

from alignment.core.admin_lists import BoundedLists

from .actions.connected_accounts import disconnect
from .actions.second_factors import record_factors
from .actions.sessions import end_sessions
from .requests import signed_in

admin.site.unregister((UserSession, Authenticator, SocialAccount))
admin.site.unregister((EmailAddress, Group, SocialApp, SocialToken))


class OnlyRemoved(BoundedLists):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(UserSession)
class SessionAdmin(OnlyRemoved, UserSessionAdmin):
    """Whoever deletes a session here ends it."""

    # Our users have no `username`, by which allauth's would search.
    search_fields = ("user__email", "user__name", "ip")
    list_select_related = ("user",)

    def delete_model(self, request: HttpRequest, obj: UserSession) -> None:
        end_sessions(sessions=[obj], by=signed_in(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[UserSession]) -> None:
        end_sessions(sessions=queryset.select_related("user"), by=signed_in(request))


@admin.register(Authenticator)
class FactorAdmin(OnlyRemoved, AuthenticatorAdmin):
    """Removed for whoever lost theirs; the secrets of others are nobody's to read or write."""

    search_fields = ("user__email", "user__name")
    list_select_related = ("user",)
    exclude = ("data",)

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        record_factors(user=obj.user, by=signed_in(request), change=obj.delete)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Authenticator]) -> None:
        for factor in queryset.select_related("user"):
            self.delete_model(request, factor)


@admin.register(SocialAccount)
class ConnectedAccountAdmin(OnlyRemoved, SocialAccountAdmin):
    """Disconnected for whoever lost theirs. Nobody else connects one: it opens the person's account."""

    list_select_related = ("user",)

    def delete_model(self, request: HttpRequest, obj: SocialAccount) -> None:
        disconnect(account=obj, by=signed_in(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SocialAccount]) -> None:
        for account in queryset.select_related("user"):
            self.delete_model(request, account)
