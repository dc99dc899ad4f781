"""The journal in an order that readers can rely on.

Ids are drawn before a transaction commits, so a row may appear below one already read. Rows are
therefore ordered by the transaction that wrote them and shown once no older one is still open: a
reader that continues from a cursor misses nothing.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.queries.horizon import oldest_open
from alignment.people.models import Program

_READ = """
SELECT id, kind, at, account_id, stakeholder_id, lead_id, actor_id, cause::text, detail::text,
       txid::text AS written_by
FROM accounts_journalevent
WHERE program_id = %(program)s
  AND (txid, id) > (%(txid)s::text::xid8, %(id)s)
  AND txid < %(horizon)s::text::xid8
  {narrower}
ORDER BY txid, id
LIMIT %(limit)s
"""
_NARROWER = {
    "kind": "AND kind = ANY(%(kind)s)",
    # An array, so that no plan walks the whole journal to find the events of one account.
    "account_id": "AND id = ANY(ARRAY(SELECT id FROM accounts_journalevent"
    " WHERE account_id = %(account_id)s))",
    "stakeholder_id": "AND stakeholder_id = %(stakeholder_id)s",
    "lead_id": "AND lead_id = %(lead_id)s",
}


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """The row after which to continue; with id 0, the first row of that transaction."""

    txid: int = 0
    id: int = 0


@dataclass(frozen=True, slots=True)
class JournalRow:
    id: int
    kind: str
    at: Any
    account_id: int | None
    stakeholder_id: int | None
    lead_id: int | None
    actor_id: int | None
    cause: str
    detail: str
    txid: str

    @property
    def place(self) -> Place:
        return Place(int(self.txid), self.id)


@dataclass(frozen=True, slots=True)
class JournalPart:
    """`after` is where to go on: behind the last event, or if there are no `more` behind all that
    was looked through, so that events of other kinds are not read again each time."""

    rows: list[JournalRow]
    after: Place
    more: bool


def settled_events(
    program: Program, *, after: Place, limit: int, only: dict[str, Any]
) -> JournalPart:
    """Up to `limit` events behind `after`; `only` narrows by kind, account, stakeholder, lead."""
    narrower = " ".join(_NARROWER[name] for name in only)
    with connection.cursor() as cursor:
        # A statement of its own, before the events: transactions it doesn't see as open are
        # finished before the next snapshot.
        horizon = oldest_open()
        place: dict[str, Any] = {"txid": str(after.txid), "id": after.id, "limit": limit + 1}
        cursor.execute(
            _READ.format(narrower=narrower),
            {"program": program.pk, "horizon": str(horizon), **place, **only},
        )
        rows = [JournalRow(*row) for row in cursor.fetchall()]
    if len(rows) > limit:
        return JournalPart(rows[:limit], rows[limit - 1].place, more=True)
    return JournalPart(rows, max(after, Place(horizon)), more=False)
