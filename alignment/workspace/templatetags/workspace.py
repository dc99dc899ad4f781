"""Template tags for facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html, format_html_join

from alignment.core import figures
from alignment.workspace import reference_names
from alignment.workspace.accounts.duplicate_comparison import why_alike

if TYPE_CHECKING:
    from decimal import Decimal

    from django.utils.safestring import SafeString

    from accounts.models import Account

register = template.Library()
register.filter(why_alike)


@register.filter
def employees(account: Account) -> str:
    """ "50–200"; empty if unknown."""
    return figures.people_range(account.employees_low, account.employees_high)


@register.filter
def revenue(account: Account) -> str:
    """ "$10M–$50M"; empty if unknown."""
    return figures.dollar_range(account.revenue_low, account.revenue_high)


@register.filter
def dollars(amount: int | None) -> str:
    return "" if amount is None else figures.dollars(amount)


@register.filter
def industry(account: Account) -> str:
    """The title of its NAICS code, else the industry named in its source."""
    return reference_names.industry_title(account.naics) if account.naics else account.industry


@register.filter
def metro(account: Account) -> str:
    return reference_names.metro_name(account.cbsa) if account.cbsa else ""


@register.filter
def place(account: Account) -> str:
    """ "Boston, MA"; with the country if it is not the United States."""
    parts = [account.city, account.state or "", "" if account.country == "US" else account.country]
    return ", ".join(part for part in parts if part)


@register.filter
def whole(number: int) -> str:
    return figures.whole(number)


@register.filter
def telephone(number: str) -> str:
    return figures.telephone(number)


@register.filter
def usd_full(amount: int | Decimal) -> str:
    """US dollars in full; cents only if there are any."""
    return figures.money(amount, decimals=2)


@register.filter
def breakable(address: str) -> SafeString:
    """An e-mail address that may wrap before the @ or a dot of the domain."""
    name, at, domain = address.partition("@")
    first, *rest = domain.split(".")
    dotted = format_html_join("", "<wbr>.{}", ((part,) for part in rest))
    return format_html("{}<wbr>{}{}{}", name, at, first, dotted)


@register.filter
def upto(number: int, most: int) -> str:
    """ "999+" if counting stopped at the limit."""
    return figures.capped(number, most)
