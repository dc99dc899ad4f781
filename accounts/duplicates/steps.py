"""Searching for duplicates: a job of bounded steps, each set-based.

Domains with a common root come first, in one statement. Then every state is a block (no state is
one, too): its names go into a temporary table with a trigram index, in which batches of them are
looked up. An index on all accounts would find no more, and would slow down every import. A block
that is too large is split by the first letter of the names, so that the work grows with the
accounts and not with their square.

A search compares all accounts with each other, or only the waiting ones (`SpanToCompare`: those an
import created or renamed) with all others; then only their states are blocks, and only they are
looked up. Either goes on until none is waiting, so changes during the search are not missed.

The most similar pairs are kept. Once there are as many as people will look at, only names more
similar than the least similar of them are looked for, which is also faster.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.duplicates import statements
from accounts.duplicates.actions.finding import ONLY_WAITING, lock_searches
from accounts.duplicates.models import SpanToCompare
from alignment.core.live import bus
from alignment.jobs.models import Job
from alignment.jobs.runner import afterwards, step_of

BATCH = 2_000
# The most names of a state that are compared with each other in one block.
MOST_IN_BLOCK = 25_000
# Fewer comparisons than this are faster without an index on the block.
WORTH_AN_INDEX = 100_000
# The least similarity of names in one state; a common domain root needs less.
ALIKE, ALIKE_WITH_ROOT = 0.6, 0.3
# A name with more duplicates than this is a common word; a root with more is a platform's domain.
MOST_PER_ACCOUNT, MOST_PER_ROOT = 5, 20
MOST_OPEN = 5_000


@step_of(Job.Kind.DUPLICATES)
def duplicates_step(job: Job) -> bool:
    """Domains first, then a batch of one state's names; True when all states are done and no
    account is waiting."""
    with connection.cursor() as cursor:
        if "blocks" not in job.cursor:
            is_for_all = job.parameters.get("only") != ONLY_WAITING["only"]
            job.cursor = {"since": timezone.now().isoformat()}
            _begin(job, cursor, is_for_all=is_for_all)
            return False
        if job.cursor["blocks"]:
            _batch(job, cursor)
            return False
        # Before the pairs, as a merge does.
        lock_searches(job.program_id)
        _end(job, cursor)
        if _waiting(job).exists():
            _begin(job, cursor, is_for_all=False)
            return False
    return True


@afterwards(Job.Kind.DUPLICATES)
def publish(job: Job) -> None:
    """Update pages that show the number of pairs, or that a search is running."""
    bus.publish(job.program_id, "duplicates")


def _begin(job: Job, cursor: Any, *, is_for_all: bool) -> None:
    """Start a round: choose the accounts and blocks, and find pairs with a common domain root."""
    newest = _waiting(job).order_by("-id").values_list("id", flat=True).first()
    job.cursor = job.cursor | {"all": is_for_all, "until": newest or 0, "alike": ALIKE, "after": 0}
    cursor.execute(statements.COUNT, _about(job))
    (number,) = cursor.fetchone()
    job.total = job.done + number
    cursor.execute(statements.BLOCKS, _about(job) | {"most": MOST_IN_BLOCK})
    job.cursor |= {"blocks": [list(block) for block in cursor.fetchall()]}
    if not is_for_all:
        how = {"alike": ALIKE, "alike_with_root": ALIKE_WITH_ROOT}
        cursor.execute(statements.UNLIKE, _about(job) | how)
    _keep(job, cursor, statements.BY_ROOT, "domain", most=MOST_PER_ROOT, alike=ALIKE_WITH_ROOT)


def _batch(job: Job, cursor: Any) -> None:
    blocks: list[list[str | None]] = job.cursor["blocks"]
    state, initial = blocks[0]
    cursor.execute(statements.BLOCK, _about(job) | {"state": state, "initial": initial})
    batch = {"after": job.cursor["after"], "batch": BATCH}
    cursor.execute(statements.BATCH_SIZE, batch)
    size, number = cursor.fetchone()
    if size * number >= WORTH_AN_INDEX:
        cursor.execute(statements.INDEX)
    cursor.execute("ANALYZE duplicates_block")
    cursor.execute(
        "SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(job.cursor["alike"])]
    )
    _keep(job, cursor, statements.BY_NAME, "name", most=MOST_PER_ACCOUNT, **batch)
    cursor.execute(statements.LAST, batch)
    (last,) = cursor.fetchone()
    job.done += number
    cursor.execute("DROP TABLE duplicates_block")
    whole = number < BATCH
    job.cursor |= {"blocks": blocks[1:] if whole else blocks, "after": 0 if whole else last}


def _keep(job: Job, cursor: Any, statement: str, ground: str, **how: Any) -> None:
    """Store the pairs that the statement finds; of all that count, the best are kept."""
    about = _about(job)
    cursor.execute(statement, about | how | {"ground": ground, "now": timezone.now()})
    cursor.execute(statements.PRUNE, about | {"most": MOST_OPEN})
    cursor.execute(statements.FOUND, about)
    found, kept, least = cursor.fetchone()
    job.result = {"found": found}
    if kept >= MOST_OPEN and least is not None:
        job.cursor |= {"alike": max(ALIKE, least / 100)}


def _end(job: Job, cursor: Any) -> None:
    """Delete pairs that no longer look alike, and remove compared accounts from the queue."""
    about = _about(job)
    if about["all"]:
        cursor.execute(statements.NOT_FOUND, about)
    _waiting(job).filter(pk__lte=about["until"]).delete()


def _about(job: Job) -> dict[str, Any]:
    return {
        "program": job.program_id,
        "since": parse_datetime(job.cursor["since"]),
        "all": job.cursor.get("all", True),
        "until": job.cursor.get("until", 0),
    }


def _waiting(job: Job) -> Any:
    return SpanToCompare.objects.in_program(job.program_id)
