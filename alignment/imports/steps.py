"""The import job: one chunk of rows per step, so that it resumes exactly where it stopped."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from accounts.actions.writing import (
    copy_rows,
    note_growth,
    tidy_search_indexes,
    write_in_bulk,
)
from accounts.duplicates.actions.finding import find_among_waiting
from accounts.rules.accounts import clean_account
from accounts.rules.facts import FieldError, Upserted
from alignment.imports.messages import problem
from alignment.imports.models import Import, ImportProblem
from alignment.imports.parsing.chunks import Chunk, Prepare, ReadRow
from alignment.imports.parsing.tables import UnreadableTable
from alignment.imports.parsing.targets import TARGETS
from alignment.imports.reading import Reader, columns_of
from alignment.imports.repair import is_repair
from alignment.imports.storing import stored_cells
from alignment.imports.taking import accounts, engagements, stakeholders, surges, touches
from alignment.imports.taking.batches import Batch
from alignment.jobs.models import Job
from alignment.jobs.runner import JobFailed, afterwards, step_of

DEFAULT_SOURCE = "import"
CHUNK = {
    "accounts": 5_000,
    "stakeholders": 2_500,
    "engagements": 2_000,
    "surges": 5_000,
    "touches": 200,
}
TAKERS: dict[str, Callable[[Batch], list[Upserted]]] = {
    "accounts": accounts.take,
    "stakeholders": stakeholders.take,
    "engagements": engagements.take,
    "touches": touches.take,
    "surges": surges.take,
}
# Work on the values that the reading process can already do.
PREPARED: dict[str, Prepare] = {"accounts": clean_account}
BRING_ACCOUNTS = (Import.Target.ACCOUNTS, Import.Target.STAKEHOLDERS)
COUNTED = ("rows", "created", "updated", "unchanged", "rejected", "incomplete")

# The file this process is reading, kept open between steps: reopening it would mean skipping all
# rows read before.
_open: dict[int, Reader] = {}


@step_of(Job.Kind.IMPORT)
def import_step(job: Job) -> bool:
    """Import the next chunk of the file; True at its end."""
    upload = _upload(job)
    try:
        with _no_collection():
            finished = _take_chunk(job, upload)
    except BaseException:
        _release(job)
        raise
    if finished:
        _release(job)
        tidy_search_indexes()
    return finished


@afterwards(Job.Kind.IMPORT)
def look_for_duplicates(job: Job) -> None:
    """Start after a run that imported accounts, even a failed one, because its accounts stay."""
    _release(job)
    rows = Import.objects.in_program(job.program_id).filter(target__in=BRING_ACCOUNTS)
    upload = rows.filter(pk=job.parameters.get("import")).select_related("program").first()
    brought = job.result.get("created", 0) + job.result.get("updated", 0)
    if upload is None or not brought or job.parameters.get("dry_run"):
        return
    if search := find_among_waiting(program=upload.program, by=job.created_by):
        rows.filter(pk=upload.pk).update(duplicates_job=search)


def _take_chunk(job: Job, upload: Import) -> bool:
    """True for the last one. Memory used for a chunk is freed when this returns."""
    reader = _reader(job, upload)
    chunk = _next(reader)
    write_in_bulk()
    if not job.cursor:
        _forget_former_problems(upload)
    _take(job, upload, chunk)
    if not job.cursor:
        note_growth()
    finished = len(chunk.rows) < CHUNK[upload.target]
    if not finished:
        # Reads while the database checks all foreign keys at the commit.
        reader.read_ahead()
    job.cursor = {"row": reader.row}
    job.total = upload.size
    job.done = upload.size if finished else int(reader.progress * upload.size)
    return finished


def _forget_former_problems(upload: Import) -> None:
    """Only the last run and the last trial show their rows to repair."""
    rows = ImportProblem.objects.in_program(upload.program_id).filter(source_import=upload)
    shown = [pk for pk in (upload.job_id, upload.dry_run_job_id) if pk is not None]
    rows.exclude(job__in=shown).delete()


def _next(reader: Reader) -> Chunk:
    """The next chunk, or an error message that ends the job."""
    try:
        return reader.next()
    except UnreadableTable as error:
        raise JobFailed(error.message) from error
    except FileNotFoundError as error:
        raise JobFailed(_("The file is no longer there. Upload it again.")) from error


@contextmanager
def _no_collection() -> Iterator[None]:
    """Pause the garbage collector: rows hold no cycles, but it would scan them again and again."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # Even the chunk read ahead is not worth scanning; `_release` unfreezes everything.
        gc.freeze()
        if was:
            gc.enable()


def _upload(job: Job) -> Import:
    found = Import.objects.in_program(job.program_id).select_related("program")
    upload = found.filter(pk=job.parameters.get("import")).first()
    if upload is None:
        raise JobFailed(_("The import was removed."))
    return upload


def _reader(job: Job, upload: Import) -> Reader:
    """The reader at the job's position: the open one, or a new one that skips ahead."""
    after = int(job.cursor.get("row", 0))
    reader = _open.get(job.pk)
    if reader is not None and reader.row == after:
        return reader
    for stale in list(_open):
        _open.pop(stale).close()
    prepare, complete = PREPARED.get(upload.target), None
    if upload.target == "accounts":
        complete = partial(accounts.prepare, source=_source(upload))
    _open[job.pk] = Reader(upload, after, CHUNK[upload.target], prepare, complete)
    return _open[job.pk]


def _source(upload: Import) -> str:
    return upload.source or DEFAULT_SOURCE


def _release(job: Job) -> None:
    reader = _open.pop(job.pk, None)
    if reader is not None:
        reader.close()
        gc.unfreeze()


def _take(job: Job, upload: Import, chunk: Chunk) -> None:
    """Store the usable rows and the problems of all rows, and count."""
    rows = chunk.rows
    usable = [row for row in rows if row.usable]
    batch = Batch(
        program=upload.program,
        by=job.created_by,
        source=_source(upload),
        rows=chunk.prepared,
        dry_run=bool(job.parameters.get("dry_run")),
        is_repair=is_repair(upload.options.get("headers", ())),
    )
    results = dict(
        zip((row.number for row in usable), TAKERS[upload.target](batch), strict=True)
        if usable
        else ()
    )
    counts = dict.fromkeys(COUNTED, 0)
    counts["rows"] = len(rows)
    problems: list[tuple[ReadRow, list[dict[str, Any]]]] = []
    columns = _headers_by_key(upload)
    for row in rows:
        result = results.get(row.number)
        counts[result.outcome if result else "rejected"] += 1
        errors = [problem(e.column, e.code, e.params) for e in row.errors]
        if result is not None:
            errors += _named(result.errors, columns)
            counts["incomplete"] += bool(errors and result.outcome != "rejected")
        if errors:
            problems.append((row, errors))
    _keep(job, upload, problems)
    job.result = {name: job.result.get(name, 0) + counts[name] for name in COUNTED}


def _named(errors: Iterable[FieldError], columns: dict[str, str]) -> list[dict[str, Any]]:
    """Errors of facts, under the column of the file that gave the fact."""
    return [problem(columns.get(e.field, ""), e.code, e.params) for e in errors]


def _headers_by_key(upload: Import) -> dict[str, str]:
    headers = upload.options.get("headers", [])
    fields = TARGETS[upload.kind].fields
    found: dict[str, str] = {}
    for column in columns_of(upload):
        for key in fields[column.field].keys:
            found.setdefault(key, headers[column.index])
    for key, own in (("emails", "email"), ("phones", "phone"), ("consents", "consent_email")):
        if own in found:
            found[key] = found[own]
    return found


def _keep(
    job: Job, upload: Import, problems: Sequence[tuple[ReadRow, list[dict[str, Any]]]]
) -> None:
    if not problems:
        return
    columns = ("program_id", "source_import_id", "job_id", "row", "cells", "errors")
    copy_rows(
        "imports_importproblem",
        columns,
        (
            (
                job.program_id,
                upload.pk,
                job.pk,
                row.number,
                stored_cells(row.cells),
                json.dumps(errors),
            )
            for row, errors in problems
        ),
    )
