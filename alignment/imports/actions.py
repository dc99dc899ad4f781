"""Importing a file: upload, mapping, dry run, run; or discarding it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.core.figures import file_size
from alignment.core.live import bus
from alignment.imports.looking import look_inside, look_otherwise
from alignment.imports.models import Import
from alignment.imports.parsing.mapping import ColumnMapping, missing_fields
from alignment.imports.parsing.scales import SCALES, UNKNOWN_SCALE
from alignment.imports.parsing.tables import UnreadableTable
from alignment.imports.parsing.targets import TARGETS
from alignment.imports.queries import kept_bytes
from alignment.imports.reading import columns_of, limits
from alignment.imports.storing import storable
from alignment.jobs import actions as jobs
from alignment.jobs.models import Job
from alignment.people.actions.programs import lock_program
from alignment.people.models import Program, User

HASHED_AT_ONCE = 2**20
OPTIONS = ("time_zone", "rates", "sheet")


class CannotStart(ValueError):
    """The import cannot run in its current state; the message says why."""


class Busy(ValueError):
    """A job is using this import, so its reading options can't change until the job has ended."""


class BadMapping(ValueError):
    """The mapping names an unknown column or field, or one twice; `at` is the path to it."""

    def __init__(self, text: str, *at: int | str) -> None:
        super().__init__(text)
        self.at = at


def create_import(
    *,
    program: Program,
    file: File[bytes],
    file_name: str,
    target: str,
    by: User | None,
    source: str = "",
    options: Mapping[str, Any] | None = None,
) -> Import:
    """Store an uploaded file and guess its mapping.

    The file gets a generated name below `MEDIA_ROOT`, which is never served. Raises
    `UnreadableTable`, and then keeps nothing.
    """
    if file.size > limits().file:
        raise UnreadableTable("too_large", limit=str(limits().file // 2**20))
    _demand_room(program, file.size)
    upload = Import(
        program=program,
        target=Import.Target(target),
        file_name=storable(Path(file_name).name)[:255] or "list",
        size=file.size,
        source=source[:60],
        created_by=by,
        options=dict(options or {}),
    )
    upload.file.save(f"{uuid4().hex}{_suffix(file)}", file, save=False)
    try:
        upload.sha256 = _sha256(upload)
        look_inside(upload)
        with transaction.atomic():
            # Others may have uploaded meanwhile; whoever comes next waits until this one is counted.
            lock_program(program)
            _demand_room(program, upload.size)
            upload.save()
            audit.record(
                by=by,
                action="import.upload",
                target=upload,
                program_id=program.pk,
                file=upload.file_name,
                sha256=upload.sha256,
            )
    except BaseException:
        upload.file.delete(save=False)
        raise
    return upload


@transaction.atomic
def set_mapping(
    *,
    upload: Import,
    columns: Sequence[ColumnMapping],
    by: User | None,
    source: str | None = None,
    options: Mapping[str, Any] | None = None,
) -> Import:
    """Set which column feeds which field, and how the file is read.

    `columns` is the whole mapping. Raises `BadMapping`, and `Busy` while a job uses the file.
    """
    _at_rest(upload)
    _check(upload, columns)
    upload.mapping = {"columns": [column.as_json() for column in columns]}
    if source is not None:
        upload.source = storable(source.strip())[:60]
    given = {name: value for name, value in (options or {}).items() if name in OPTIONS}
    upload.options = {**upload.options, **given}
    upload.save(update_fields=["mapping", "source", "options"])
    audit.record(by=by, action="import.map", target=upload, program_id=upload.program_id)
    return upload


@transaction.atomic
def choose_sheet(*, upload: Import, sheet: str, by: User | None) -> Import:
    """Read another sheet of a workbook; its columns are guessed again.

    Raises `Busy`, and `UnreadableTable` if there is no such sheet; a text file has none.
    """
    _at_rest(upload)
    if upload.options.get("kind") == "csv":
        raise UnreadableTable("no_sheet", sheet=sheet)
    upload.options = {**upload.options, "sheet": sheet}
    look_inside(upload)
    upload.save(update_fields=["mapping", "options"])
    audit.record(by=by, action="import.sheet", target=upload, program_id=upload.program_id)
    return upload


@transaction.atomic
def choose_target(*, upload: Import, target: str, by: User | None) -> Import:
    """Change what kind of list it is; its columns are guessed again.

    Raises `Busy`, and `CannotStart` once it was imported, because what was imported stays.
    """
    _at_rest(upload)
    if upload.job_id is not None:
        raise CannotStart(_("This list was taken in already. Upload it again as what it is."))
    # A dry run as another kind of list is of no use any more.
    upload.target, upload.dry_run_job = Import.Target(target), None
    look_inside(upload)
    upload.save(update_fields=["target", "mapping", "options", "dry_run_job"])
    audit.record(
        by=by, action="import.target", target=upload, program_id=upload.program_id, holds=target
    )
    return upload


@transaction.atomic
def choose_reading(
    *, upload: Import, encoding: str = "", separator: str = "", by: User | None
) -> Import:
    """Read a text file in another encoding or with another separator; "" selects the detected one.

    Columns that stay the same keep their fields. Raises `Busy`, and `UnreadableTable` if the file
    can't be read that way; then nothing changes.
    """
    _at_rest(upload)
    look_otherwise(upload, encoding=encoding, separator=separator)
    upload.save(update_fields=["mapping", "options"])
    audit.record(
        by=by,
        action="import.read",
        target=upload,
        program_id=upload.program_id,
        encoding=upload.options["encoding"],
        separator=upload.options["separator"],
    )
    return upload


@transaction.atomic
def discard(*, upload: Import, by: User | None) -> None:
    """Delete a list that was never taken in, and its file.

    Raises `Busy`, and `CannotStart` once it was imported, because the record of that stays.
    """
    locked = _at_rest(upload)
    if locked.job_id is not None:
        raise CannotStart(_("This list was taken in already; it stays as a record of that."))
    audit.record(
        by=by,
        action="import.discard",
        target=locked,
        program_id=locked.program_id,
        file=locked.file_name,
        sha256=locked.sha256,
    )
    tried = Job.objects.in_program(locked.program_id).filter(parameters__import=locked.pk)
    for job in tried:
        # The page of the job would lead to what is gone.
        del job.parameters["import"]
        job.save(update_fields=["parameters"])
    storage, name = locked.file.storage, str(locked.file.name)
    locked.delete()
    transaction.on_commit(lambda: storage.delete(name))
    bus.publish(upload.program_id, "jobs")


@transaction.atomic
def delete_file(*, upload: Import, by: User | None) -> None:
    """Make room: delete the file of a list that was taken in. The record and its rows to repair
    stay.

    Raises `Busy`, and `CannotStart` if it was never taken in, because then it can be discarded.
    """
    locked = _at_rest(upload)
    if locked.job_id is None:
        raise CannotStart(_("This list was never taken in. Discard it; its file goes with it."))
    if not locked.file_kept:
        return
    locked.file_kept = False
    locked.save(update_fields=["file_kept"])
    audit.record(
        by=by,
        action="import.file.delete",
        target=locked,
        program_id=locked.program_id,
        file=locked.file_name,
        sha256=locked.sha256,
    )
    storage, name = locked.file.storage, str(locked.file.name)
    transaction.on_commit(lambda: storage.delete(name))
    bus.publish(upload.program_id, "jobs")


def start_dry_run(*, upload: Import, by: User | None) -> Job:
    """Count what the import would do, without doing it. Raises `CannotStart` or `Busy`."""
    return _start(upload, by, dry_run=True)


def start_import(*, upload: Import, by: User | None) -> Job:
    """Start a job that imports the file; repeating it changes nothing. Raises `CannotStart` or
    `Busy`."""
    return _start(upload, by, dry_run=False)


@transaction.atomic
def _start(upload: Import, by: User | None, *, dry_run: bool) -> Job:
    locked = _at_rest(upload)
    if not locked.file_kept:
        raise CannotStart(_("The file is no longer there. Upload it again."))
    if lacking := lacking_fields(locked):
        raise CannotStart(_("Choose a column for %(fields)s.") % {"fields": lacking})
    if unclear := unclear_columns(locked):
        text = _("Say whether %(columns)s counts ones, thousands, millions or billions.")
        raise CannotStart(text % {"columns": unclear})
    job = jobs.start(
        program=upload.program,
        kind=Job.Kind.IMPORT,
        by=by,
        parameters={"import": locked.pk, "dry_run": dry_run, "file": locked.file_name},
        total=locked.size,
    )
    name = "dry_run_job" if dry_run else "job"
    for row in (locked, upload):
        setattr(row, name, job)
    locked.save(update_fields=[name])
    return job


def _demand_room(program: Program, size: int) -> None:
    """Raise `UnreadableTable` if the program's files would take more than they may."""
    used, limit = kept_bytes(program), settings.IMPORT_KEPT_BYTES
    if used + size > limit:
        said = {"used": used, "limit": limit, "size": size}
        raise UnreadableTable("no_room", **{name: file_size(n) for name, n in said.items()})


def _at_rest(upload: Import) -> Import:
    """Lock the import if no job uses it. Raises `Busy`."""
    locked = Import.objects.in_program(upload.program_id).select_for_update().get(pk=upload.pk)
    running = Job.objects.in_program(upload.program_id).filter(
        pk__in=[locked.job_id, locked.dry_run_job_id],
        state__in=Job.OPEN,
    )
    if running.exists():
        raise Busy(_("This import is already running."))
    # Somebody else may have changed these since the import was read.
    upload.mapping, upload.source, upload.options = locked.mapping, locked.source, locked.options
    return locked


def lacking_fields(upload: Import) -> str:
    """The fields that the mapping still lacks, as a phrase; "" if it is complete."""
    fields = TARGETS[upload.kind].fields
    groups = missing_fields(upload.kind, columns_of(upload))
    either = str(_(" or "))
    return ", ".join(either.join(str(fields[name].label) for name in group) for group in groups)


def unclear_columns(upload: Import) -> str:
    """Headers of the columns whose unit (ones, thousands, ...) nobody has chosen yet, as a
    phrase."""
    headers = upload.options.get("headers", ())
    unclear = (c for c in columns_of(upload) if c.scale == UNKNOWN_SCALE)
    return ", ".join(_("“%(words)s”") % {"words": headers[c.index]} for c in unclear)


def _check(upload: Import, columns: Sequence[ColumnMapping]) -> None:
    width = len(upload.options.get("headers", ()))
    fields = TARGETS[upload.kind].fields
    for at, column in enumerate(columns):
        if not 0 <= column.index < width:
            text = _("The file has no column %(number)s.") % {"number": column.index}
            raise BadMapping(text, at, "index")
        if column.field not in fields:
            text = _("There is no field “%(name)s”.") % {"name": column.field[:60]}
            raise BadMapping(text, at, "field")
        if column.scale not in (UNKNOWN_SCALE, *SCALES):
            text = _("A column counts ones, thousands, millions or billions.")
            raise BadMapping(text, at, "scale")
    once = _("A column feeds one field, and a field has one column.")
    for name in ("index", "field"):
        used = [getattr(column, name) for column in columns]
        for at, value in enumerate(used):
            if value in used[:at]:
                raise BadMapping(once, at, name)


def _suffix(file: File[bytes]) -> str:
    """Found from the content: the workbook reader requires the right suffix, and uploaded names may
    be wrong."""
    start = file.read(4)
    file.seek(0)
    return ".xlsx" if start == b"PK\x03\x04" else ".csv"


def _sha256(upload: Import) -> str:
    digest = hashlib.sha256()
    with upload.file.open("rb") as stored:
        while part := stored.read(HASHED_AT_ONCE):
            digest.update(part)
    return digest.hexdigest()
