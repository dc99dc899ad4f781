"""Cells of the table of accounts. Rendered in Python: template nodes for fifty rows would take
longer than the queries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alignment.icp.templatetags.verdicts import verdict_pill
from alignment.workspace.accounts.columns import COLUMNS
from alignment.workspace.templatetags import workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from django.utils.safestring import SafeString

    from alignment.workspace.accounts.columns import Column
    from alignment.workspace.accounts.queries import AccountRow

register = template.Library()

NAME, INDUSTRY = 60, 44
NOTHING = mark_safe("")


@register.simple_tag
def account_rows(
    rows: Iterable[AccountRow], columns: Sequence[Column], accounts_url: str
) -> SafeString:
    """For each account its name, then a cell for each column."""
    opened = [(_opening(column), _CELLS[column.key]) for column in columns]
    # Every part is escaped already.
    return mark_safe(
        "".join(
            f'<tr id="account-{row.account.pk}">{_name(row, accounts_url)}'
            + "".join(f"{opening}{conditional_escape(cell(row))}</td>" for opening, cell in opened)
            + "</tr>"
            for row in rows
        )
    )


def _name(row: AccountRow, accounts_url: str) -> SafeString:
    account = row.account
    return format_html(
        '<th scope="row"><span class="person"><span class="avatar avatar--square"'
        ' aria-hidden="true" data-initials="{0}">{1}</span><span>'
        '<a class="row-link" href="{2}{3}/">{4}</a><span class="sub">{5}</span></span></span></th>',
        account.name,
        account.name[:1],
        accounts_url,
        account.pk,
        _short(account.name, NAME),
        account.domain or account.city or account.source,
    )


def _opening(column: Column) -> SafeString:
    """On a phone a row is a card, in which cells that do not explain themselves need a label."""
    css = _CSS.get(column.key, "")
    if column.key in _SPEAK_FOR_THEMSELVES:
        return format_html('<td class="{}">', css)
    return format_html('<td class="{}" data-label="{}">', css, column.label)


def _verdict(row: AccountRow) -> SafeString:
    return verdict_pill(row.verdict.answer if row.verdict else None)


def _grade(row: AccountRow) -> SafeString:
    return _meter(row.verdict.grade, "meter--success", strong=False) if row.verdict else NOTHING


def _score(row: AccountRow) -> SafeString:
    score = getattr(row.account, "account_score", None)
    return _meter(score.score) if score else NOTHING


def _heat(row: AccountRow) -> SafeString:
    """The hottest lead's score, and the number of leads handed over."""
    heat = row.heat
    hottest = _meter(heat.hottest, "meter--engagement") if heat.open_leads else NOTHING
    if not heat.handed:
        return hottest
    words = ngettext("%(n)s MQL/SQL", "%(n)s MQL/SQL", heat.handed) % {"n": heat.handed}
    return format_html('{} <span class="pill pill--accent">{}</span>', hottest, words)


def _meter(value: int, css: str = "", *, strong: bool = True) -> SafeString:
    drawn = f'<meter class="meter {css}" max="100" value="{value}" aria-hidden="true"></meter>'
    # Contains only numbers and fixed texts.
    return mark_safe(f"{drawn} <b>{value}</b>" if strong else f"{drawn} {value}")


def _size(words: str) -> str:
    return words or format_html('<span class="unknown">{}</span>', _("Unknown"))


def _owner(row: AccountRow) -> SafeString:
    owner = row.account.owner
    if owner is None:
        return NOTHING
    return format_html(
        '<span class="person"><span class="avatar" aria-hidden="true" data-initials="{}"></span>'
        "{}</span>",
        owner,
        owner.get_short_name(),
    )


def _changed(row: AccountRow) -> SafeString:
    at = timezone.localtime(row.account.updated_at)
    return format_html(
        '<time datetime="{}" data-relative>{}</time>',
        at.isoformat(),
        date_format(at, "SHORT_DATETIME_FORMAT"),
    )


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else Truncator(text).chars(length)


_CELLS: dict[str, Callable[[AccountRow], str]] = {
    "verdict": _verdict,
    "grade": _grade,
    "score": _score,
    "heat": _heat,
    "leads": lambda row: str(row.heat.open_leads),
    "people": lambda row: str(row.people),
    "place": lambda row: format_html('<span class="cut">{}</span>', workspace.place(row.account)),
    "industry": lambda row: _short(workspace.industry(row.account), INDUSTRY),
    "employees": lambda row: _size(workspace.employees(row.account)),
    "revenue": lambda row: _size(workspace.revenue(row.account)),
    "owner": _owner,
    "source": lambda row: row.account.source,
    "changed": _changed,
}
_CSS = dict.fromkeys(("industry", "source", "changed"), "fade") | {
    column.key: "num" for column in COLUMNS if column.number
}
_SPEAK_FOR_THEMSELVES = {"verdict", "place", "industry", "owner", "source"}
