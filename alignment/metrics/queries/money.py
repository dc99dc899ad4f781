"""What of a cost falls into a period: it is spent evenly over its days, the last one included.

Pieces of SQL about a row of costs, with `%(first)s` and `%(last)s` the days of the period.
"""


def money_of(row: str) -> str:
    """Whether any of it does; of a removed one nothing."""
    return f"{row}.removed_at IS NULL AND {row}.spent_on <= %(last)s AND {row}.spent_until >= %(first)s"


def money_from(row: str) -> str:
    """When it begins to: midnight in the program's zone."""
    return f"greatest({row}.spent_on, %(first)s)::timestamp AT TIME ZONE %(zone)s"


def money_spent(row: str) -> str:
    """How many dollars do."""
    return (
        f"({row}.amount_usd::float8"
        f" * (least({row}.spent_until, %(last)s) - greatest({row}.spent_on, %(first)s) + 1)"
        f" / ({row}.spent_until - {row}.spent_on + 1))"
    )
