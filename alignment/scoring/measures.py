"""Windows and decay as SQL over engagements `e`: what a rule measures, and when that changes."""

from .queries import Ruling
from .rules import Rule


def timed_measures(ruling: Ruling) -> str:
    """SELECT of lead_id, stale_at and w0, w1 ... as of today (UTC); takes `leads` and `signals`."""
    timed = ruling.compiled.model.timed
    measures = "".join(
        f", {measure(rule, ruling.signal_id(rule.signal))} AS w{i}" for i, rule in enumerate(timed)
    )
    expiries = ", ".join(expiry(r, ruling.signal_id(r.signal)) for r in timed) or "NULL"
    horizon = max((rule.horizon_days for rule in timed), default=0)
    return f"""SELECT l.lead_id, (LEAST({expiries})::timestamp AT TIME ZONE 'UTC') AS stale_at
                {measures}
            FROM unnest(%(leads)s::bigint[]) l(lead_id)
            LEFT JOIN (SELECT lead_id, signal_id, d.day,
                              GREATEST(d.today - d.day, 0) AS age, d.today
                       FROM accounts_engagement,
                            LATERAL (SELECT (occurred_at AT TIME ZONE 'UTC')::date AS day,
                                            (now() AT TIME ZONE 'UTC')::date AS today) d
                       WHERE lead_id = ANY(%(leads)s::bigint[]) AND signal_id = ANY(%(signals)s)
                         AND occurred_at > now() - make_interval(days => {horizon + 1})
                      ) e USING (lead_id)
            GROUP BY l.lead_id"""


def timed_signal_ids(ruling: Ruling) -> list[int]:
    """The signals that `timed_measures` looks at."""
    return [ruling.signal_id(code) for code in ruling.compiled.timed_signals]


def counted(rule: Rule, signal_id: int) -> str:
    return f"e.signal_id = {signal_id} AND e.age < {rule.horizon_days}"


def measure(rule: Rule, signal_id: int) -> str:
    """SQL for `rules.measure`."""
    inside = counted(rule, signal_id)
    if rule.decay == "none":
        return f"count(*) FILTER (WHERE {inside})::int"
    days = rule.decay_days or 1
    if rule.decay == "linear":
        weight = f"1000 * ({days} - e.age) / {days}"
    else:
        weight = f"trunc(1000 * power(0.5::float8, e.age / {days}::float8))::int"
    weighed = f"{inside} AND ({weight}) > 0"
    return (
        f"CASE WHEN count(*) FILTER (WHERE {weighed}) >= {rule.min_count}"
        f" THEN sum({weight}) FILTER (WHERE {weighed}) ELSE 0 END::int"
    )


def expiry(rule: Rule, signal_id: int) -> str:
    """SQL for the UTC day on which the measure changes by itself: under decay, tomorrow."""
    inside = counted(rule, signal_id)
    if rule.decay != "none":
        return f"max(e.today + 1) FILTER (WHERE {inside})"
    return f"min(e.day + {rule.horizon_days}) FILTER (WHERE {inside})"
