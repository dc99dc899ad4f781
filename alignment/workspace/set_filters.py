"""The active filters of a list, each with the address of the list without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from typing import Any

    from django.http import QueryDict

# Positions within a list; changing a filter returns to the first page.
PLACES = ("after", "before")


class Chip(NamedTuple):
    text: str
    remove: str


def chips_of(asked: Any, query: QueryDict) -> list[Chip]:
    """One for each filter that is set and valid, even if others are invalid."""
    chips = []
    asked.form.is_valid()
    for name, value in asked.form.cleaned_data.items():
        if value in (None, "", False):
            continue
        if isinstance(value, list):
            chips += [Chip(asked.said_of(item), without_one(query, name, item)) for item in value]
            continue
        field = asked.form.fields[name]
        choices = dict(getattr(field, "choices", ()))
        label = str(field.label)
        said = {"name": label, "said": choices.get(value, value)}
        text = label if value is True else _("%(name)s: %(said)s") % said
        chips.append(Chip(text, without(query, name)))
    return chips


def not_understood(asked: Any, query: QueryDict) -> Chip | None:
    """A chip for the invalid filters, which are ignored."""
    names = [name for name in asked.form.errors if name in asked.form.fields]
    if not names:
        return None
    text = ", ".join(str(asked.form.fields[name].label) for name in names)
    return Chip(text, without(query, *names))


def without_one(query: QueryDict, name: str, value: str) -> str:
    """The address without one value of a parameter that may be repeated."""
    rest = query.copy()
    rest.setlist(name, [item for item in rest.getlist(name) if item not in (value, "")])
    return without(rest)


def without(query: QueryDict, *names: str) -> str:
    """The address of the list without these parameters, on its first page."""
    rest = query.copy()
    for name in (*names, *PLACES):
        rest.pop(name, None)
    return f"?{rest.urlencode()}"
