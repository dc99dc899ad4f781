"""From the hand-off to the first human contact, and to SQL."""

from __future__ import annotations

from operator import add
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from alignment.sla.queries.hours import calendars

from ..rules import Better, Definition, Statistic, Unit
from .answers import ANSWERS
from .population import AS_OF, PASSED, Metric, Population, Shared, Subject, Timed

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from alignment.people.models import Program

HOUR_S = 3600.0
_HANDED = tuple(
    f"""
SELECT k.handoff_id AS row_id, k.lead_id AS id, k.account_id, k.owner_id, k.source, k.at, {{columns}}
FROM ({answers}) k WHERE true"""
    for answers in ANSWERS
)


def handed(
    *, counted: str, value: str, note: str = "''", only: str = "true", **others: Any
) -> Population:
    """Hand-offs `k` of the period, as selected by `answers.ANSWERS`; only those that satisfy
    `only`."""
    return Population.of(Shared(_HANDED, counted, value, only), note, Subject.LEAD, **others)


# greatest() ignores nulls, so the CASE keeps leads without contact from getting a time of zero.
# date_part() returns floats in half the time of extract().
_MET = f"coalesce(k.first_at <= {AS_OF}, false)"
_CLOCK_S = f"""CASE WHEN k.first_at <= {AS_OF}
    THEN greatest(date_part('epoch', k.first_at - k.at), 0) END"""
_RESPONSE = handed(counted=_MET, value=_CLOCK_S)


def _working(program: Program, timed: Timed) -> list[float]:
    """Seconds the owner's team worked between hand-off and contact, by its current hours."""
    if not timed.at:
        return []
    hours = calendars(program.pk)
    ends = list(map(add, timed.at, timed.elapsed))
    low, high = min(timed.at), max(ends)
    teams = {
        owner: hours.team(hours.people[owner][0] if owner in hours.people else None)
        for owner in set(timed.owners)
    }
    between = {owner: team.between_many(low, high) for owner, team in teams.items()}
    return [
        between[owner](first, last)
        for owner, first, last in zip(timed.owners, timed.at, ends, strict=True)
    ]


_BUSINESS = handed(counted=_MET, value=_CLOCK_S, revalue=_working)
_FOLLOWED_UP = handed(
    counted="coalesce(k.first_at <= k.at + interval '24 hours', false)",
    value=_CLOCK_S,
    only=f"k.at + interval '24 hours' <= {PASSED}",
)
# In bands of twenty points.
_BAND = "(floor(k.points / 20) * 20)::int || '+'"
_IS_SQL = f"coalesce(k.sql_at <= {AS_OF}, false)"
_CONVERSION = handed(counted=_IS_SQL, value="NULL::float8", note=_BAND)
_SCORED = handed(
    counted=f"""k.points >= (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY k.points)
        FROM ({" UNION ALL ".join(ANSWERS)}) k WHERE k.points IS NOT NULL)""",
    value="k.points",
    note=_BAND,
    only=f"{_IS_SQL} AND k.points IS NOT NULL",
)

_CLOCK_TEXT = _(
    "From the hand-off to the first human contact (an attempt or a validation call by a person), in"
    " elapsed time, of MQLs handed over in the period. Those not contacted yet are left out and"
    " counted beside it."
)
_BUSINESS_TEXT = _(
    "From the hand-off to the first human contact, counting only the working hours of the owner’s"
    " team as they are today. Those not contacted yet are left out and counted beside it."
)
_TIMES = (
    (
        Statistic.MEDIAN,
        _("Lead response, median"),
        _("Median"),
        _("Lead response in working time, median"),
        _("Median, working time"),
    ),
    (
        Statistic.MEAN,
        _("Lead response, mean"),
        _("Mean"),
        _("Lead response in working time, mean"),
        _("Mean, working time"),
    ),
    (
        Statistic.P90,
        _("Lead response, 90th percentile"),
        _("90th percentile"),
        _("Lead response in working time, 90th percentile"),
        _("90th percentile, working time"),
    ),
)


def _response(
    statistic: Statistic, name: _StrPromise, short: _StrPromise, *, is_business: bool
) -> Metric:
    key = f"response-business-{statistic}" if is_business else f"response-{statistic}"
    return Metric(
        Definition(
            key=key,
            name=name,
            text=_BUSINESS_TEXT if is_business else _CLOCK_TEXT,
            unit=Unit.SECONDS,
            statistic=statistic,
            better=Better.DOWN,
            family="response",
            target=HOUR_S,
            short=short,
        ),
        _BUSINESS if is_business else _RESPONSE,
    )


LEAD_METRICS = (
    *(_response(at, name, short, is_business=False) for at, name, short, _n, _s in _TIMES),
    *(_response(at, name, short, is_business=True) for at, _n, _s, name, short in _TIMES),
    Metric(
        Definition(
            key="conversion",
            name=_("MQL to SQL"),
            text=_(
                "Of the MQLs handed over to sales in the period, the share that became SQL since,"
                " before any later hand-off of the same lead. Young cohorts still grow; the period"
                " before is compared as it stood at the same age."
            ),
            unit=Unit.SHARE,
            statistic=Statistic.SHARE,
            better=Better.UP,
            family="conversion",
            target=0.4,
        ),
        _CONVERSION,
    ),
    Metric(
        Definition(
            key="follow-up",
            name=_("Followed up within 24 h"),
            text=_(
                "Of the MQLs handed over in the period at least 24 hours ago, the share with a human"
                " contact within 24 hours of the hand-off, nights and weekends included."
            ),
            unit=Unit.SHARE,
            statistic=Statistic.SHARE,
            better=Better.UP,
            family="follow-up",
            target=1.0,
            is_strict=False,
        ),
        _FOLLOWED_UP,
    ),
    Metric(
        Definition(
            key="score-quality",
            name=_("SQLs from higher scores"),
            text=_(
                "Of the MQLs handed over in the period that became SQL, the share whose points at"
                " the hand-off were at or above the median of all MQLs handed over in the period."
                " At half of them the score tells nothing."
            ),
            unit=Unit.SHARE,
            statistic=Statistic.SHARE,
            better=Better.UP,
            family="score",
            target=0.5,
        ),
        _SCORED,
    ),
)
