"""Errors of rows, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.rules import facts
from alignment.imports.parsing import errors
from campaigns.calendar.actions.checks import WRONG
from campaigns.calendar.queries.conflict_words import ConflictFacts
from campaigns.calendar.queries.conflict_words import sentence as conflict_sentence

MESSAGES = {
    "no_account": gettext_lazy("“%(value)s” belongs to no account yet."),
    "unknown_member": gettext_lazy("“%(value)s” is nobody of this program."),
    "other_side": gettext_lazy(
        "“%(value)s” is of the other side. Leave the side out, or name somebody of that side."
    ),
    "give_reason": gettext_lazy("Give a reason to plan it all the same."),
    # For rows stored by earlier versions, with texts in the language of that time.
    "collides": "%(said)s",
    "collides_softly": gettext_lazy("%(said)s Give a reason to plan it all the same."),
    "not_plannable": "%(said)s",
    "renames": gettext_lazy(
        "%(value)s is the domain of “%(name)s”. If these are two companies, give this one its own "
        "website or none; if they are one, leave out this row."
    ),
    "unknown_signal": gettext_lazy("This program has no signal “%(value)s”."),
}

# Prefixes of the kind of a conflict, and of an error code of a plan.
CONFLICT, PLAN = "conflict.", "plan."

_SENTENCES: Mapping[str, Any] = {
    **facts.MESSAGES,
    **errors.MESSAGES,
    **MESSAGES,
    **{PLAN + code: text for code, text in WRONG.items()},
}


def problem(column: str, code: str, params: Mapping[str, str]) -> dict[str, Any]:
    """An error in the form stored beside the row."""
    return {"column": column, "code": code, "params": dict(params)}


def sentence(kept: Mapping[str, Any]) -> str:
    """A stored error as a sentence that names its column."""
    said = _text(kept["code"], kept["params"])
    if not kept["column"]:
        return said
    return _("%(name)s: %(said)s") % {"name": kept["column"], "said": said}


def _text(code: str, params: Mapping[str, str]) -> str:
    if code.startswith(CONFLICT):
        return conflict_sentence(_facts(params))
    text = _SENTENCES.get(code)
    return str(text) % params if text else _("This value was not accepted.")


def _facts(params: Mapping[str, str]) -> ConflictFacts:
    """Convert the stored texts back to their types."""
    given: dict[str, Any] = {**params, "count": int(params["count"])}
    for name in ("names_nobody", "is_skipped"):
        given[name] = params.get(name) == str(True)
    return ConflictFacts(**given)


def sentences(kept: Iterable[Mapping[str, Any]]) -> str:
    """All errors of a row in one line."""
    return " ".join(sentence(error) for error in kept)
