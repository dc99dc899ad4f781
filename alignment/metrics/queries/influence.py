"""The share of deals that marketing touched before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from ..models import TouchCredit
from ..rules import Better, Definition, Statistic, Unit
from .population import AS_OF, Metric, Population, Shared, Subject
from .touches import CLOSE, OPENING, STALE, touches_until

Until = TouchCredit.Until

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


_ROWS = """
SELECT o.id AS row_id, o.id, o.account_id, o.owner_id, o.source, o.opened_at AS at, {columns}
FROM opportunities_opportunity o
WHERE o.program_id = %(program)s AND o.opened_at >= %(since)s AND o.opened_at < %(until)s"""


def _read(end: str) -> str:
    # The cheapest kind first: OR stops at the first one found.
    return f"({' OR '.join(f'EXISTS ({source})' for source in touches_until(end))})"


def _kept(until: str) -> str:
    return (
        "EXISTS (SELECT FROM metrics_touchcredit c"
        f" WHERE c.opportunity_id = o.id AND c.until = '{until}')"
    )


def _opened(until: str, end: str) -> Population:
    now = _read(f"least({end}, {AS_OF})")
    kept = _kept(until)
    if until != Until.OPENED:
        # For an earlier moment only the credits of deals that were closed by then are certain, and
        # of the others those up to the opening; later touches are looked up.
        then = f"o.closed_at <= {AS_OF} OR {_kept(Until.OPENED)} OR {now}"
        kept = f"{kept} AND ({AS_OF} = 'infinity' OR {then})"
    touched = f"CASE WHEN o.account_id IN ({STALE}) THEN {now} ELSE {kept} END"
    shared = Shared((_ROWS,), touched, "o.amount_usd::float8")
    return Population.of(shared, "o.outcome::text", Subject.OPPORTUNITY)


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
    key: str,
    name: _StrPromise,
    text: _StrPromise,
    until: str,
    end: str,
    short: _StrPromise | str = "",
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
        _opened(until, end),
    )


INFLUENCE_METRICS = (
    _influenced(
        "influenced-opened", _("Influenced before opening"), _TEXT_OPENED, Until.OPENED, OPENING
    ),
    _influenced(
        "influenced-closed",
        _("Influenced before the close"),
        _TEXT_CLOSED,
        Until.CLOSED,
        CLOSE,
        _("Before the close"),
    ),
)
