"""Planning touches."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alignment.core.audit import record
from alignment.people.models import Program, User

from .models import Touch, TouchPerson


class TouchRefused(Exception):
    """The database refused the touch; `kind` is a hard kind of conflict, the text a sentence."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def plan_touch(
    *,
    program: Program,
    people: Iterable[int],
    by: User | None,
    follows: Touch | None = None,
    **fields: Any,
) -> Touch:
    """Plan a touch of the stakeholders `people` (ids); it joins the thread of the one it follows.

    Raises `TouchRefused` and plans nothing where it would collide hard.
    """
    try:
        with transaction.atomic():
            touch = Touch(program=program, follows=follows, created_by=by, **fields)
            touch.thread = follows.thread if follows else 0
            touch.save()
            if not follows:
                touch.thread = touch.pk
                touch.save(update_fields=["thread"])
            # In the order in which planners of the same people queue.
            for person in sorted(set(people)):
                TouchPerson.objects.create(program=program, touch=touch, stakeholder_id=person)
            record(by=by, action="touch.planned", target=touch, program_id=program.pk)
    except IntegrityError as error:
        raise _refusal(error) from error
    return touch


def _refusal(error: IntegrityError) -> Exception:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    if name == "no_double_prospecting":
        return TouchRefused(
            "double_prospecting", _("Somebody else already contacts this person around that time.")
        )
    if name == "do_not_contact_is_kept":
        return TouchRefused("do_not_contact", _("This person is not to be contacted."))
    return error
