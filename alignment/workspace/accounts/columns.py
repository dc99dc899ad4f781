"""The columns that a list of accounts can show, in their fixed order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrPromise


class Column(NamedTuple):
    """`sort` is the name of the order that a click on its header selects, if any."""

    key: str
    label: str | _StrPromise
    sort: str = ""
    number: bool = False


# Without the name, which is always shown.
COLUMNS = (
    Column("verdict", _("Verdict")),
    Column("grade", _("Grade"), "grade", True),
    Column("score", _("Score"), "score", True),
    Column("heat", _("Hottest lead"), "hottest"),
    Column("leads", _("Open leads"), "", True),
    Column("people", _("People"), "", True),
    Column("place", _("Place")),
    Column("industry", _("Industry")),
    Column("employees", _("Employees"), "employees", True),
    Column("revenue", _("Revenue"), "", True),
    Column("owner", _("Owner")),
    Column("source", _("Source")),
    Column("changed", _("Last change"), "changed"),
)
USUAL = ("verdict", "grade", "score", "heat", "leads", "place", "employees", "owner", "changed")


def chosen(keys: Iterable[str]) -> list[Column]:
    """The columns with those keys, in their fixed order; the default ones if none is known."""
    wanted = set(keys)
    return [c for c in COLUMNS if c.key in wanted] or [c for c in COLUMNS if c.key in USUAL]
