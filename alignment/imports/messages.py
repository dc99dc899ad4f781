"""What was wrong with a row, in the language of whoever looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.rules import facts
from alignment.imports.parsing import errors

MESSAGES = {
    "unknown_person": gettext_lazy("Nobody in this program has the address or id “%(value)s”."),
    "no_account": gettext_lazy("“%(value)s” belongs to no account yet."),
    "unknown_member": gettext_lazy("“%(value)s” is nobody of this program."),
    "collides": gettext_lazy("%(said)s"),
    "collides_softly": gettext_lazy("%(said)s Give a reason to plan it all the same."),
    "not_plannable": gettext_lazy("%(said)s"),
    "unknown_signal": gettext_lazy("This program has no signal “%(value)s”."),
}

_SENTENCES: Mapping[str, Any] = {**facts.MESSAGES, **errors.MESSAGES, **MESSAGES}


def problem(column: str, code: str, params: Mapping[str, str]) -> dict[str, Any]:
    """An error as it is kept beside the row."""
    return {"column": column, "code": code, "params": dict(params)}


def sentence(kept: Mapping[str, Any]) -> str:
    """A kept error as a sentence that names its column."""
    text = _SENTENCES.get(kept["code"])
    said = str(text) % kept["params"] if text else _("This value was not accepted.")
    if not kept["column"]:
        return said
    return _("%(name)s: %(said)s") % {"name": kept["column"], "said": said}


def sentences(kept: Iterable[Mapping[str, Any]]) -> str:
    """All errors of a row in one line."""
    return " ".join(sentence(error) for error in kept)
