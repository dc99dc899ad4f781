"""How the database reads the rows of a statement."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

Node = dict[str, Any]


def prefer_indexes() -> None:
    """In this transaction, of few rows as of millions."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")


def nodes_of(sql: str, *, run: bool) -> Iterator[Node]:
    """All nodes of the plan of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ({'ANALYZE, ' if run else ''}FORMAT JSON) {sql}")
        ((plan,),) = cursor.fetchall()
    return _below(plan[0]["Plan"])


def scans(said: Sequence[dict[str, str]], table: str, *, run: bool = False) -> list[Node]:
    """The scans of a table in captured SELECTs. With `run`, they tell the rows that they read."""
    reads = [q["sql"] for q in said if q["sql"].lstrip().startswith(("SELECT", "WITH"))]
    nodes = (node for sql in reads if table in sql for node in nodes_of(sql, run=run))
    return [node for node in nodes if node.get("Relation Name") == table]


def rows_read(node: Node) -> int:
    each = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return round(float(each * node["Actual Loops"]))


def _below(node: Node) -> Iterator[Node]:
    yield node
    for part in node.get("Plans", []):
        yield from _below(part)
