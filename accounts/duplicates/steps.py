"""Looking for duplicates: a job of bounded steps, each set-based.

Domains of one root come first, in one statement. Then every state is a block of its own (no state
is one, too): its names go into a temporary table with a trigram index, against which a batch of
them is looked up. An index on all accounts would find no more, and would cost every import. A block
that is too large is cut by the first letter of the names, so that the work grows with the accounts
and not with their square.

The pairs most alike are kept. Once there are as many as people will look at, only names more alike
than the least of them are looked for, which is quicker too.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from alignment.core.live import bus
from alignment.jobs.models import Job
from alignment.jobs.runner import step_of

BATCH = 2_000
# So many names of a state are compared with each other.
MOST_IN_BLOCK = 25_000
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
GROUP BY first, second
ON CONFLICT (first_id, second_id) DO UPDATE
SET found_at = EXCLUDED.found_at, similarity = EXCLUDED.similarity
WHERE duplicates_duplicatepair.state = 'open'"""
# Domains of one root tell more than names do.
_BEST = """
SELECT id, similarity, ground FROM duplicates_duplicatepair
WHERE program_id = %(program)s AND state = 'open' AND found_at >= %(since)s
ORDER BY ground = 'domain' DESC, similarity DESC, id"""
_PRUNE = f"""
DELETE FROM duplicates_duplicatepair WHERE id IN (
    SELECT id FROM ({_BEST} OFFSET %(most)s) b)"""
_FOUND = f"""
SELECT count(*), min(similarity) FILTER (WHERE ground = 'name') FROM ({_BEST}) b"""
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
WHERE program_id = %(program)s AND state IS NOT DISTINCT FROM %(state)s
    AND (%(initial)s::text IS NULL OR left(name_key, 1) = %(initial)s)"""
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
_BLOCKS = """
SELECT DISTINCT state, initial FROM (
    SELECT state, CASE WHEN count(*) OVER (PARTITION BY state) > %(most)s
        THEN left(name_key, 1) END AS initial
    FROM accounts_account WHERE program_id = %(program)s) b
ORDER BY state NULLS LAST, initial"""
_LAST = """
SELECT max(id), count(*) FROM (SELECT id FROM duplicates_block
    WHERE id > %(after)s ORDER BY id LIMIT %(batch)s) b"""


@step_of(Job.Kind.DUPLICATES)
def duplicates_step(job: Job) -> bool:
    """Domains first, then a batch of one state's names; True when all states are through."""
    with connection.cursor() as cursor:
        if "blocks" not in job.cursor:
            _begin(job, cursor)
            return False
        blocks: list[list[str | None]] = job.cursor["blocks"]
        if blocks:
            _batch(job, cursor, blocks)
            return False
        _end(job, cursor)
    bus.publish(job.program_id, "duplicates")
    return True


def _begin(job: Job, cursor: Any) -> None:
    cursor.execute("SELECT count(*) FROM accounts_account WHERE program_id = %s", [job.program_id])
    (job.total,) = cursor.fetchone()
    job.done = 0
    cursor.execute(_BLOCKS, {"program": job.program_id, "most": MOST_IN_BLOCK})
    blocks = [list(block) for block in cursor.fetchall()]
    job.cursor = {
        "blocks": blocks,
        "after": 0,
        "since": timezone.now().isoformat(),
        "alike": ALIKE,
    }
    _keep(job, cursor, _BY_ROOT, "domain", most=MOST_PER_ROOT, alike=ALIKE_WITH_ROOT)


def _batch(job: Job, cursor: Any, blocks: list[list[str | None]]) -> None:
    state, initial = blocks[0]
    place = {"program": job.program_id, "state": state, "initial": initial}
    cursor.execute(_BLOCK, place)
    cursor.execute(_INDEX)
    cursor.execute("ANALYZE duplicates_block")
    cursor.execute(
        "SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(job.cursor["alike"])]
    )
    batch = {"after": job.cursor["after"], "batch": BATCH}
    _keep(job, cursor, _BY_NAME, "name", most=MOST_PER_ACCOUNT, **batch)
    cursor.execute(_LAST, batch)
    last, number = cursor.fetchone()
    job.done += number
    cursor.execute("DROP TABLE duplicates_block")
    whole = number < BATCH
    job.cursor = job.cursor | {
        "blocks": blocks[1:] if whole else blocks,
        "after": 0 if whole else last,
    }


def _keep(job: Job, cursor: Any, statement: str, ground: str, **how: Any) -> None:
    """Write what the statement finds; of all that this search found the best stay."""
    about = {"program": job.program_id, "ground": ground, "now": timezone.now()}
    cursor.execute(statement, about | how)
    mine = {"program": job.program_id, "since": parse_datetime(job.cursor["since"])}
    cursor.execute(_PRUNE, mine | {"most": MOST_OPEN})
    cursor.execute(_FOUND, mine)
    found, least = cursor.fetchone()
    job.result = {"found": found}
    if found >= MOST_OPEN and least is not None:
        job.cursor = job.cursor | {"alike": max(ALIKE, least / 100)}


def _end(job: Job, cursor: Any) -> None:
    """What no longer looks alike is not asked about."""
    cursor.execute(
        "DELETE FROM duplicates_duplicatepair"
        " WHERE program_id = %s AND state = 'open' AND found_at < %s",
        [job.program_id, parse_datetime(job.cursor["since"])],
    )
