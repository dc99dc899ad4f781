"""What a list is narrowed by, each part with the address that takes it away."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from typing import Any

    from django.http import QueryDict

# They move within a list; another selection starts at its first page.
PLACES = ("after", "before")


class Chip(NamedTuple):
    text: str
    remove: str


def chips_of(asked: Any, query: QueryDict) -> list[Chip]:
    """One per filter that is set and understood, also beside one that is not."""
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
    """The filters of the address that narrow nothing, for nobody can read them."""
    names = [name for name in asked.form.errors if name in asked.form.fields]
    if not names:
        return None
    text = ", ".join(str(asked.form.fields[name].label) for name in names)
    return Chip(text, without(query, *names))


def without_one(query: QueryDict, name: str, value: str) -> str:
    """The address without one value of a part that may be repeated."""
    rest = query.copy()
    rest.setlist(name, [item for item in rest.getlist(name) if item not in (value, "")])
    return without(rest)


def without(query: QueryDict, *names: str) -> str:
    """The address of the list without these parts, on its first page."""
    rest = query.copy()
    for name in (*names, *PLACES):
        rest.pop(name, None)
    return f"?{rest.urlencode()}"
