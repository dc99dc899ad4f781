"""Finds an API key. Every API call does, so this is one prepared statement without the ORM."""

from typing import Any

from django.db.models import Model
from django.utils import timezone

from alignment.core.prepared import fetch

from .models import ApiKey, Program, User
from .tokens import hash_secret


def _columns(model: type[Model], alias: str) -> list[str]:
    return [f"{alias}.{field.column}" for field in model._meta.concrete_fields]


_KEY, _OWNER, _PROGRAM = _columns(ApiKey, "k"), _columns(User, "u"), _columns(Program, "p")
_FIND = f"""
SELECT {", ".join((*_KEY, *_OWNER, *_PROGRAM))}, m.role
FROM people_apikey k
JOIN people_user u ON u.id = k.owner_id
JOIN people_program p ON p.id = k.program_id
LEFT JOIN people_membership m ON m.user_id = k.owner_id AND m.program_id = k.program_id
WHERE k.secret_hash = %(hash)s AND k.revoked_at IS NULL AND u.is_active
  AND (k.expires_at IS NULL OR k.expires_at > %(now)s)"""


def key_of(secret: str) -> ApiKey | None:
    """The key, if it works today, with program and owner, whose current role is `owner_role`."""
    rows = fetch(_FIND, {"hash": hash_secret(secret), "now": timezone.now()})
    if not rows:
        return None
    row = list(rows[0])
    key: Any = _made(ApiKey, row[: len(_KEY)])
    key.owner = _made(User, row[len(_KEY) : len(_KEY) + len(_OWNER)])
    key.program = _made(Program, row[len(_KEY) + len(_OWNER) : -1])
    key.owner_role = row[-1]
    return key  # type: ignore[no-any-return]


def _made(model: type[Model], values: list[Any]) -> Model:
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db("default", names, values)
