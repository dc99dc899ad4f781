"""The part of a cost that falls into a period: costs are spread evenly over their days, inclusive.

SQL fragments about a row of costs; `%(first)s` and `%(last)s` are the days of the period.
"""


def money_of(row: str) -> str:
    """Whether any part of it does; false for a removed cost."""
    return f"{row}.removed_at IS NULL AND {row}.spent_on <= %(last)s AND {row}.spent_until >= %(first)s"


def money_from(row: str) -> str:
    """When it starts: midnight in the program's zone."""
    return f"greatest({row}.spent_on, %(first)s)::timestamp AT TIME ZONE %(zone)s"


def money_spent(row: str) -> str:
    """The part in dollars."""
    return (
        f"({row}.amount_usd::float8"
        f" * (least({row}.spent_until, %(last)s) - greatest({row}.spent_on, %(first)s) + 1)"
        f" / ({row}.spent_until - {row}.spent_on + 1))"
    )
