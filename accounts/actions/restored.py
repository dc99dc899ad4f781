"""After a restore: the journal goes on behind what its readers may have seen."""

from django.db import connection, transaction

from ..queries import horizon

# More transactions than a reader of before can be ahead of what was restored.
MARGIN = 2**32
# A function and not a row, because the planner puts its value into the statement: a writer of the
# journal reads nothing.
_COUNT_ON = """
CREATE OR REPLACE FUNCTION transactions_before() RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN {before}::bigint
"""


def is_of_another_server() -> bool:
    """Whether the journal has events of transactions that did not begin here: a dump brought them."""
    return horizon.of_newest_event() >= horizon.next_one()


@transaction.atomic
def count_on() -> None:
    """Give new events places behind all that were written before a restore, here or elsewhere.

    Nothing else may write meanwhile. Cursors that readers of the journal hold stay good.
    """
    ahead = horizon.of_newest_event() - horizon.next_one()
    with connection.cursor() as cursor:
        cursor.execute("SELECT transactions_before() + %s", [max(ahead, 0) + MARGIN])
        (before,) = cursor.fetchone()
        cursor.execute(_COUNT_ON.format(before=int(before)))
