"""The cache, except that what protects the sign-in is kept in the database."""

from typing import Any

from django.core.cache import BaseCache, caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT

from .quiet_cache import QuietCache

GUARDS = "guards"
# Under such keys allauth counts attempts and marks one-time codes as used.
GUARDED = "allauth"
USED_CODE = "allauth.mfa.totp.used"
# allauth marks a code as used for one 30 s step, but with a tolerance of one step it is valid for
# three (RFC 6238).
CODE_IS_GOOD_FOR_S = 90


class SignInCache(QuietCache):
    """The cache finds nothing while Valkey is silent, so sign-in attempts would go unthrottled."""

    def _guards(self, key: Any) -> BaseCache | None:
        return caches[GUARDS] if str(key).startswith(GUARDED) else None

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        guards = self._guards(key)
        if guards is None:
            return super().add(key, value, timeout, version)
        if str(key).startswith(USED_CODE):
            timeout = CODE_IS_GOOD_FOR_S
        return guards.add(key, value, timeout, version)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        guards = self._guards(key)
        return (guards.get if guards else super().get)(key, default, version)

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        guards = self._guards(key)
        (guards.set if guards else super().set)(key, value, timeout, version)

    def delete(self, key: Any, version: int | None = None) -> bool:
        guards = self._guards(key)
        return (guards.delete if guards else super().delete)(key, version)

    def clear(self) -> None:
        super().clear()
        caches[GUARDS].clear()
