"""What marketing did before deals: the share that it touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from ..rules import Better, Definition, Statistic, Unit
from .population import Metric, Population, Subject

WINDOW_DAYS = 365
RESPONSE, NURTURE = "response", "nurture"
# Touches of marketing with the account of the deal `o`, from a year before its opening until {end}:
# done touches of its calendar, what its people did while a campaign was on for it, and their entries
# into nurture tracks. `tests/test_deals.py` reckons the same without SQL.
_SOURCES = (
    """SELECT t.channel::text AS channel, t.campaign_id AS campaign, t.done_at AS at
FROM calendar_touch t
WHERE t.account_id = o.account_id AND t.side = 'marketing' AND t.state = 'done'
  AND t.done_at >= {begin} AND t.done_at < {end}""",
    f"""SELECT '{NURTURE}', k.campaign_id, m.entered_at
FROM accounts_stakeholder s
JOIN campaigns_trackmember m ON m.stakeholder_id = s.id
JOIN campaigns_track k ON k.id = m.track_id
WHERE s.account_id = o.account_id AND m.entered_at >= {{begin}} AND m.entered_at < {{end}}""",
    f"""SELECT '{RESPONSE}', c.id, e.occurred_at
FROM campaigns_campaignaccount a
JOIN campaigns_campaign c ON c.id = a.campaign_id
JOIN accounts_stakeholder s ON s.account_id = a.account_id
JOIN accounts_engagement e ON e.stakeholder_id = s.id
JOIN accounts_signal g ON g.id = e.signal_id AND g.side = 'marketing'
WHERE a.account_id = o.account_id AND e.occurred_at >= {{begin}} AND e.occurred_at < {{end}}
  AND e.occurred_at >= c.starts_on::timestamp AT TIME ZONE %(zone)s
  AND e.occurred_at < (c.ends_on + 1)::timestamp AT TIME ZONE %(zone)s""",
)

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise
_BEGIN = f"o.opened_at - interval '{WINDOW_DAYS} days'"
OPENING = "o.opened_at"
CLOSE = "coalesce(o.closed_at, statement_timestamp())"


def touches_until(end: str) -> list[str]:
    """One SELECT of `channel`, `campaign` and `at` for each kind of touch of the deal `o`."""
    return [source.format(begin=_BEGIN, end=end) for source in _SOURCES]


def _opened(end: str) -> Population:
    # The cheapest kind first: the others are not looked for where it holds.
    touched = " OR ".join(f"EXISTS ({source})" for source in touches_until(end))
    return Population(
        f"""
SELECT o.id AS row_id, o.id, o.account_id, o.owner_id, o.source, o.opened_at AS at,
       ({touched}) AS counted, o.amount_usd::float8 AS value, o.outcome::text AS note
FROM opportunities_opportunity o
WHERE o.program_id = %(program)s AND o.opened_at >= %(since)s AND o.opened_at < %(until)s""",
        Subject.OPPORTUNITY,
    )


_TEXT_OPENED = _(
    "Of the opportunities opened in the period, the share whose account marketing touched in the"
    " 365 days before the opening: a touch of marketing done with the account, an engagement of its"
    " people while a campaign was on for it, or their entry into a nurture track."
)
_TEXT_CLOSED = _(
    "Of the opportunities opened in the period, the share whose account marketing touched from 365"
    " days before the opening until the close, or until now where they are open: a touch of"
    " marketing done with the account, an engagement of its people while a campaign was on for it,"
    " or their entry into a nurture track."
)


def _influenced(
    key: str, name: _StrPromise, text: _StrPromise, end: str, short: _StrPromise | str = ""
) -> Metric:
    return Metric(
        Definition(
            key=key,
            name=name,
            text=text,
            unit=Unit.SHARE,
            statistic=Statistic.SHARE,
            better=Better.UP,
            family="influence",
            target=0.7,
            short=short,
        ),
        _opened(end),
    )


INFLUENCE_METRICS = (
    _influenced("influenced-opened", _("Influenced before opening"), _TEXT_OPENED, OPENING),
    _influenced(
        "influenced-closed",
        _("Influenced before the close"),
        _TEXT_CLOSED,
        CLOSE,
        _("Before the close"),
    ),
)
