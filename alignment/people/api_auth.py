"""API keys as DRF authentication, scopes as permissions, and a rate limit per key."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from alignment.core.rest.limits import Allowance, spend
from alignment.core.rest.problems import Problem

from .key_lookup import key_of
from .models import ApiKey, User
from .permissions import SCOPE_PERMISSION, Permission, Scope, may, works_leads
from .queries import membership_in, seat_of

if TYPE_CHECKING:
    from rest_framework.views import APIView

LAST_USE_GRAIN = timedelta(minutes=1)


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`. The key names its program."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = key_of(secret.strip())
        if key is None:
            raise AuthenticationFailed(_("This API key is unknown, expired or revoked."))
        now = timezone.now()
        if key.last_used_at is None or now - key.last_used_at > LAST_USE_GRAIN:
            ApiKey.objects.in_program(key.program_id).filter(pk=key.pk).update(last_used_at=now)
        _bind(request, program=key.program)
        return key.owner, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class BrowserSessionAuthentication(SessionAuthentication):
    """A signed-in browser, for the API documentation page: `X-Entente-Program: <slug>`."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        slug = request.headers.get("X-Entente-Program", "")
        membership = membership_in(user=found[0], slug=slug)
        if membership is None:
            raise AuthenticationFailed(_("Name one of your programs in X-Entente-Program."))
        _bind(request, program=membership.program, membership=membership)
        return found[0], None


class HasScope(BasePermission):
    """The view's `read_scope` or `write_scope` must be among the key's scopes.

    A key can do no more than its owner may currently do in the program. Views whose writes need
    more than their scope set `write_permission`. Views of rows that people keep for themselves set
    `keeps_ones_own`: there the actions refuse access to other people's rows.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        safe = request.method in SAFE_METHODS
        needed: Scope = getattr(view, "read_scope" if safe else "write_scope", Scope.READ)
        demand_scope(request, needed)
        if isinstance(request.auth, ApiKey):
            role: str | None = request.auth.owner_role  # type: ignore[attr-defined] # set by key_of
        else:
            membership: Any = getattr(request, "membership", None)
            role = membership.role if membership else None
        also: Permission | None = None if safe else getattr(view, "write_permission", None)
        if role is None or (also and not may(role, also)):
            return False
        is_own = getattr(view, "keeps_ones_own", False)
        return may(role, Permission.READ if is_own else SCOPE_PERMISSION[needed])


def demand_scope(request: Request, needed: Scope) -> None:
    """Raise `Problem` 403 for a key without this scope; a signed-in person has none to lack."""
    if isinstance(request.auth, ApiKey) and needed not in request.auth.scopes:
        raise Problem(403, f"This key has not the scope `{needed}`, which that needs.")


class WorksLeads(BasePermission):
    """Marketing only reads leads, with its keys as on the pages."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method in SAFE_METHODS:
            return True
        seat = seat_of(user=view.person, program=view.program)
        if seat is None or not works_leads(seat):
            raise Problem(403, "Marketing reads along; sales works leads.")
        return True


class KeyThrottle(BaseThrottle):
    """Limits requests per minute and key (or signed-in person); the reply reports what is left."""

    allowance: Allowance

    def allow_request(self, request: Request, view: "APIView") -> bool:
        self.allowance = spend(_caller(request), limit=settings.API_REQUESTS_A_MINUTE)
        _bind(request, allowance=self.allowance)
        return not self.allowance.exceeded

    def wait(self) -> float | None:
        return self.allowance.reset


def _bind(request: Request, **facts: Any) -> None:
    """Attaches what later steps of the request rely on and DRF's type does not declare."""
    for name, value in facts.items():
        setattr(request, name, value)


def _caller(request: Request) -> str:
    if isinstance(request.auth, ApiKey):
        return f"key:{request.auth.pk}"
    return f"user:{request.user.pk}"
