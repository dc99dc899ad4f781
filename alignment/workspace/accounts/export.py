"""One account as a row of a file; the headers are those that the import recognizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from alignment.workspace.reference_names import industry_title, metro_name

if TYPE_CHECKING:
    from .queries import AccountRow

HEAD = (
    _("Name"),
    _("Domain"),
    _("City"),
    _("State"),
    _("ZIP code"),
    _("Country"),
    _("Metropolitan area"),
    _("NAICS"),
    _("Industry"),
    _("Employees, from"),
    _("Employees, to"),
    _("Revenue from, USD"),
    _("Revenue to, USD"),
    _("Verdict"),
    _("Grade"),
    _("Score"),
    _("Tier"),
    _("Intent"),
    _("Hottest lead"),
    _("Open leads"),
    _("People"),
    _("Owner"),
    _("Source"),
    _("External id"),
    _("Last change"),
)


def line(row: AccountRow) -> list[Any]:
    account, verdict = row.account, row.verdict
    score, intent = getattr(account, "account_score", None), getattr(account, "intent", None)
    return [
        account.name,
        account.domain,
        account.city,
        account.state,
        account.zip,
        account.country,
        metro_name(account.cbsa),
        account.naics,
        industry_title(account.naics) or account.industry,
        account.employees_low,
        account.employees_high,
        account.revenue_low,
        account.revenue_high,
        str(verdict.get_answer_display()) if verdict else "",
        verdict.grade if verdict else None,
        score.score if score else None,
        row.tier,
        intent.strength if intent else None,
        row.heat.hottest,
        row.heat.open_leads,
        row.people,
        account.owner.email if account.owner else "",
        account.source,
        account.external_id,
        account.updated_at.isoformat(timespec="seconds"),
    ]
