"""The cost, in dollars, of misalignment between the two teams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from ..rules import Better, Definition, Statistic, Unit, assumptions
from .leads import handed
from .money import money_from, money_of, money_spent
from .population import AS_OF, PASSED, Metric, Population, Subject

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

USUAL = {
    "lead_value_usd": assumptions.LEAD_VALUE_USD,
    "untreated_after_days": assumptions.UNTREATED_AFTER_DAYS,
    "late_usd": assumptions.LATE_USD,
    "late_after_minutes": assumptions.LATE_AFTER_MINUTES,
}


def _assumed(name: str) -> str:
    return (
        f"coalesce((SELECT b.{name} FROM metrics_assumptions b WHERE b.program_id = %(program)s),"
        f" %({name})s)"
    )


_TREATED_BY = f"k.at + {_assumed('untreated_after_days')} * interval '1 day'"
_LATE_FROM = f"k.at + {_assumed('late_after_minutes')} * interval '1 minute'"
_UNTREATED = handed(
    counted="true",
    value=f"{_assumed('lead_value_usd')}::float8",
    only=f"({_TREATED_BY} <= {PASSED} AND (k.first_at IS NULL OR k.first_at > {_TREATED_BY}))",
    params=USUAL,
)
_LATE = handed(
    counted="true",
    value=f"{_assumed('late_usd')}::float8",
    only=f"(k.first_at > {_LATE_FROM} AND k.first_at <= least({_TREATED_BY}, {AS_OF}))",
    params=USUAL,
)
_SPEND = f"""
SELECT s.id AS row_id, c.id AS id, NULL::bigint AS account_id, c.owner_id, NULL::text AS source,
       {money_from("s")} AS at, true AS counted,
       {money_spent("s")} AS value, s.what_for AS note
FROM campaigns_campaigncost s JOIN campaigns_campaign c ON c.id = s.campaign_id
WHERE s.program_id = %(program)s AND {money_of("s")}
  -- The first deal of each audience ends the search; as NOT EXISTS all audiences are read whole.
  AND (SELECT o.id FROM campaigns_campaignaccount a
      JOIN opportunities_opportunity o ON o.account_id = a.account_id
      WHERE a.campaign_id = c.id AND o.opened_at <= {AS_OF} LIMIT 1) IS NULL"""


def _cost(key: str, name: _StrPromise, text: _StrPromise, population: Population) -> Metric:
    return Metric(
        Definition(
            key=key,
            name=name,
            text=text,
            unit=Unit.DOLLARS,
            statistic=Statistic.SUM,
            better=Better.DOWN,
            family="misalignment",
            target=0,
            is_strict=False,
        ),
        population,
    )


MISALIGNMENT_METRICS = (
    _cost(
        "untreated-leads",
        _("Leads never treated"),
        _(
            "MQLs handed over in the period without a human contact within the assumed days, times"
            " the assumed value of a lead."
        ),
        _UNTREATED,
    ),
    _cost(
        "late-responses",
        _("Late responses"),
        _(
            "MQLs handed over in the period whose first human contact came after the assumed time"
            " but before they counted as never treated, times the assumed loss."
        ),
        _LATE,
    ),
    _cost(
        "spend-without-deal",
        _("Spend without touch on any deal"),
        _(
            "Costs of the period of campaigns of whose audience no account has an opportunity, open"
            " or closed. A cost of several days counts evenly over them."
        ),
        Population((_SPEND,), Subject.CAMPAIGN),
    ),
)
