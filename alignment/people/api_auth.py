"""API keys as DRF authentication, scopes as permissions, and a rate limit per key."""

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from .models import ApiKey, User
from .permissions import SCOPE_PERMISSION, Scope, may
from .queries import membership_in

if TYPE_CHECKING:
    from rest_framework.views import APIView

LAST_USE_GRAIN = timedelta(minutes=1)


def hash_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`. The key names its program."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = (
            ApiKey.objects.across_programs()
            .select_related("owner", "program")
            .filter(secret_hash=hash_secret(secret.strip()), revoked_at__isnull=True)
            .first()
        )
        now = timezone.now()
        if key is None or (key.expires_at and key.expires_at <= now) or not key.owner.is_active:
            raise AuthenticationFailed(_("This API key is unknown, expired or revoked."))
        if key.last_used_at is None or now - key.last_used_at > LAST_USE_GRAIN:
            ApiKey.objects.in_program(key.program_id).filter(pk=key.pk).update(last_used_at=now)
        request.program = key.program
        return key.owner, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class BrowserSessionAuthentication(SessionAuthentication):
    """A signed-in browser, for the API documentation page: `X-Entente-Program: <address>`."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        slug = request.headers.get("X-Entente-Program", "")
        membership = membership_in(user=found[0], slug=slug)
        if membership is None:
            raise AuthenticationFailed(_("Name one of your programs in X-Entente-Program."))
        request.program = membership.program
        request.membership = membership
        return found[0], None


class HasScope(BasePermission):
    """The view's `read_scope` or `write_scope` must be among the key's scopes.

    A key can do no more than its owner may do in the program today.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        safe = request.method in ("GET", "HEAD", "OPTIONS")
        needed: Scope = getattr(view, "read_scope" if safe else "write_scope", Scope.READ)
        membership: Any = getattr(request, "membership", None)
        if isinstance(request.auth, ApiKey):
            if needed not in request.auth.scopes:
                return False
            membership = membership_in(user=request.auth.owner, slug=request.program.slug)
        return membership is not None and may(membership.role, SCOPE_PERMISSION[needed])


class KeyThrottle(SimpleRateThrottle):
    """Requests per key (or signed-in person) and minute; the reply says what is left."""

    scope = "key"

    def get_cache_key(self, request: Request, view: "APIView") -> str | None:
        if isinstance(request.auth, ApiKey):
            return f"throttle:key:{request.auth.pk}"
        user = request.user
        return f"throttle:user:{user.pk}" if user else self.get_ident(request)
