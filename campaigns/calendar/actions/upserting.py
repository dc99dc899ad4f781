"""Touches that another tool plans and knows by its own id."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Account
from alignment.people.models import Program, User

from ..models import Touch
from .changing import change_touch
from .locks import lock_calendars
from .planning import plan_touch
from .refusals import is_known_by_another


@transaction.atomic
def upsert_touch(
    *,
    program: Program,
    account: Account,
    by: User | None,
    source: str = "",
    external_id: str | None = None,
    **said: Any,
) -> Touch:
    """Plan a touch, or change the one that has the same `source` and `external_id`.

    `said` are arguments of `plan_touch`; of a known touch only these change. It stays at its
    account. Raises as `plan_touch` and `change_touch` do.
    """
    if external_id is None:
        return plan_touch(program=program, account=account, by=by, source=source, **said)
    # Before any row: the same touch sent twice at once waits here and then finds itself.
    lock_calendars([account.pk])
    known = _known(program, source, external_id)
    if known is None:
        key: dict[str, Any] = {"source": source, "external_id": external_id}
        try:
            return plan_touch(program=program, account=account, by=by, **key, **said)
        except IntegrityError as error:
            # Another request planned it meanwhile, at another account.
            known = _known(program, source, external_id) if is_known_by_another(error) else None
            if known is None:
                raise
    if known.account_id != account.pk:
        raise ValidationError({"account": _("This is of another account.")})
    return change_touch(touch=known, by=by, **said)


def _known(program: Program, source: str, external_id: str) -> Touch | None:
    rows = Touch.objects.in_program(program)
    return rows.filter(source=source, external_id=external_id).first()
