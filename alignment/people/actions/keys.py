"""API keys. The secret is handed out once, by `create_key`."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.core.names import named
from alignment.people.models import ApiKey, Program, User
from alignment.people.permissions import Permission, Scope
from alignment.people.queries import seat_of
from alignment.people.tokens import hash_secret, new_secret

from .authority import demand

MARK = "ent_"
PREFIX_LENGTH = 12


@dataclass(frozen=True)
class NewKey:
    """The only object that ever holds the secret."""

    key: ApiKey
    secret: str


@transaction.atomic
def create_key(
    *,
    program: Program,
    name: str,
    scopes: list[str],
    owner: User,
    expires_at: datetime | None,
    by: User | None,
) -> NewKey:
    """A key that acts for `owner`, with these scopes, until `expires_at` (None: never expires).

    Raises ValidationError by field.
    """
    demand(program=program, by=by, permission=Permission.MANAGE_KEYS)
    if not scopes or any(scope not in set(Scope) for scope in scopes):
        raise ValidationError({"scopes": _("Choose what the key may do.")})
    if expires_at is not None and expires_at <= timezone.now():
        raise ValidationError({"expires_at": _("The expiry lies in the past.")})
    if seat_of(user=owner, program=program) is None:
        raise ValidationError({"owner": _("The owner of a key is a member of the program.")})
    secret = MARK + new_secret()
    key = ApiKey(
        program=program,
        name=named(name),
        prefix=secret[:PREFIX_LENGTH],
        secret_hash=hash_secret(secret),
        scopes=sorted(set(scopes)),
        owner=owner,
        expires_at=expires_at,
    )
    key.clean_fields()
    key.save()
    audit.record(
        by=by,
        action="key.create",
        target=key,
        program_id=program.pk,
        name=key.name,
        scopes=key.scopes,
        owner=owner.pk,
    )
    return NewKey(key, secret)


@transaction.atomic
def revoke_key(*, key: ApiKey, by: User | None) -> None:
    """Revoke the key at once; it stays in the list."""
    demand(program=key.program, by=by, permission=Permission.MANAGE_KEYS)
    rows = ApiKey.objects.in_program(key.program_id).filter(pk=key.pk, revoked_at__isnull=True)
    if not rows.update(revoked_at=timezone.now()):
        return
    audit.record(by=by, action="key.revoke", target=key, program_id=key.program_id, name=key.name)
