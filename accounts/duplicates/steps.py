"""Looking for duplicates: a job of bounded steps, each set-based.

Domains of one root come first, in one statement. Then every state is a block of its own (no state
is one, too): its names go into a temporary table with a trigram index, against which a batch of
them is looked up. An index on all accounts would find no more, and would cost every import.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from alignment.core.live import bus
from alignment.jobs.models import Job
from alignment.jobs.runner import step_of

BATCH = 1_000
# Names as alike as this in one state are worth a look; with domains of one root less will do.
ALIKE, ALIKE_WITH_ROOT = 0.6, 0.3
# A name that has more doubles than these is a word, a root that has more is somebody's platform.
MOST_PER_ACCOUNT, MOST_PER_ROOT = 5, 20
MOST_OPEN = 5_000

# "acme" of "acme.com", "shop.acme.co.uk" and "acme.fr".
_ROOT = r"(regexp_match(domain, '([^.]+)\.(?:(?:co|com|org|net|ac|gov|edu)\.)?[a-z]{2,}$'))[1]"
_KEEP = """
INSERT INTO duplicates_duplicatepair
    (program_id, first_id, second_id, similarity, ground, state, found_at)
SELECT %(program)s, first, second, max(alike), %(ground)s, 'open', %(now)s FROM found
GROUP BY first, second ORDER BY max(alike) DESC LIMIT %(room)s
ON CONFLICT (first_id, second_id) DO UPDATE
SET found_at = EXCLUDED.found_at, similarity = EXCLUDED.similarity
WHERE duplicates_duplicatepair.state = 'open'"""
_BY_ROOT = f"""
WITH rooted AS MATERIALIZED (
    SELECT id, name_key, {_ROOT} AS root FROM accounts_account
    WHERE program_id = %(program)s AND domain IS NOT NULL),
shared AS (
    SELECT root FROM rooted WHERE root IS NOT NULL
    GROUP BY root HAVING count(*) BETWEEN 2 AND %(most)s),
found AS (
    SELECT least(a.id, b.id) AS first, greatest(a.id, b.id) AS second,
        (100 * similarity(a.name_key, b.name_key))::int AS alike
    FROM shared JOIN rooted a USING (root) JOIN rooted b USING (root)
    WHERE a.id < b.id AND similarity(a.name_key, b.name_key) >= %(alike)s)
{_KEEP}"""
_BLOCK = """
CREATE TEMPORARY TABLE duplicates_block ON COMMIT DROP AS
SELECT id, name_key FROM accounts_account
WHERE program_id = %(program)s AND state IS NOT DISTINCT FROM %(state)s"""
_INDEX = "CREATE INDEX ON duplicates_block USING gin (name_key gin_trgm_ops)"
_BY_NAME = f"""
WITH found AS (
    SELECT least(a.id, b.id) AS first, greatest(a.id, b.id) AS second, b.alike
    FROM (SELECT id, name_key FROM duplicates_block
          WHERE id > %(after)s ORDER BY id LIMIT %(batch)s) a,
    LATERAL (
        SELECT id, (100 * similarity(name_key, a.name_key))::int AS alike FROM duplicates_block
        WHERE name_key %% a.name_key AND id <> a.id
        ORDER BY similarity(name_key, a.name_key) DESC, id LIMIT %(most)s) b)
{_KEEP}"""
_STATES = """
SELECT array_agg(state ORDER BY state NULLS LAST) FROM (
    SELECT DISTINCT state FROM accounts_account WHERE program_id = %s) s"""
_LAST = """
SELECT max(id), count(*) FROM (SELECT id FROM duplicates_block
    WHERE id > %(after)s ORDER BY id LIMIT %(batch)s) b"""


@step_of(Job.Kind.DUPLICATES)
def duplicates_step(job: Job) -> bool:
    """Domains first, then a batch of one state's names; True when all states are through."""
    with connection.cursor() as cursor:
        if not job.cursor:
            _begin(job, cursor)
            return False
        states: list[str | None] = job.cursor["states"]
        if states:
            _batch(job, cursor, states)
            return False
        _end(job, cursor)
    bus.publish(job.program_id, "duplicates")
    return True


def _begin(job: Job, cursor: Any) -> None:
    cursor.execute("SELECT count(*) FROM accounts_account WHERE program_id = %s", [job.program_id])
    (job.total,) = cursor.fetchone()
    cursor.execute(_STATES, [job.program_id])
    (states,) = cursor.fetchone()
    job.cursor = {"states": states or [], "after": 0, "since": timezone.now().isoformat()}
    _keep(job, cursor, _BY_ROOT, "domain", most=MOST_PER_ROOT, alike=ALIKE_WITH_ROOT)


def _batch(job: Job, cursor: Any, states: list[str | None]) -> None:
    place = {"program": job.program_id, "state": states[0]}
    cursor.execute(_BLOCK, place)
    cursor.execute(_INDEX)
    cursor.execute("ANALYZE duplicates_block")
    cursor.execute(f"SET LOCAL pg_trgm.similarity_threshold = {ALIKE}")
    batch = {"after": job.cursor["after"], "batch": BATCH}
    _keep(job, cursor, _BY_NAME, "name", most=MOST_PER_ACCOUNT, **batch)
    cursor.execute(_LAST, batch)
    last, number = cursor.fetchone()
    job.done += number
    cursor.execute("DROP TABLE duplicates_block")
    whole = number < BATCH
    job.cursor = job.cursor | {
        "states": states[1:] if whole else states,
        "after": 0 if whole else last,
    }


def _keep(job: Job, cursor: Any, statement: str, ground: str, **how: Any) -> None:
    """Write what the statement finds, as far as there is room for more to look at."""
    cursor.execute(
        "SELECT count(*) FROM duplicates_duplicatepair"
        " WHERE program_id = %s AND state = 'open' AND found_at >= %s",
        [job.program_id, parse_datetime(job.cursor["since"])],
    )
    (found,) = cursor.fetchone()
    about = {"program": job.program_id, "ground": ground, "now": timezone.now()}
    cursor.execute(statement, about | {"room": max(0, MOST_OPEN - found)} | how)
    job.result = {"found": min(MOST_OPEN, found + cursor.rowcount)}


def _end(job: Job, cursor: Any) -> None:
    """What no longer looks alike is not asked about."""
    cursor.execute(
        "DELETE FROM duplicates_duplicatepair"
        " WHERE program_id = %s AND state = 'open' AND found_at < %s",
        [job.program_id, parse_datetime(job.cursor["since"])],
    )
