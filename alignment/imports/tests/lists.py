"""Files and imports for the tests of this room."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from alignment.imports import actions
from alignment.imports.models import Import
from alignment.jobs import runner
from alignment.jobs.models import Job
from alignment.people.models import Program, User

SAMPLES = Path(__file__).parents[3] / "samples"
COMPANIES = "Company,Website,City,State,Employees\n"


def companies(count: int, start: int = 0) -> bytes:
    rows = (
        f"Company {n},https://c{n}.com/,Boston,MA,{n + 1}\n" for n in range(start, start + count)
    )
    return (COMPANIES + "".join(rows)).encode()


def workbook(*rows: tuple[Any, ...], **sheets: list[tuple[Any, ...]]) -> bytes:
    """The rows in a first sheet; more sheets by name."""
    book, content = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    for name, others in sheets.items():
        sheet = book.create_sheet(name)
        for row in others:
            sheet.append(row)
    book.save(content)
    return content.getvalue()


def uploaded(
    program: Program,
    content: bytes,
    *,
    target: str = "accounts",
    name: str = "list.csv",
    by: User | None = None,
    source: str = "",
) -> Import:
    return actions.create_import(
        program=program,
        file=File(BytesIO(content), name=name),
        file_name=name,
        target=target,
        by=by,
        source=source,
    )


def run(upload: Import, *, dry_run: bool = False, by: User | None = None) -> Job:
    """Start the job and run it as a worker would."""
    start = actions.start_dry_run if dry_run else actions.start_import
    job = start(upload=upload, by=by)
    runner.run(job.pk)
    job.refresh_from_db()
    return job


def taken(job: Job) -> dict[str, int]:
    """The counts that are not zero."""
    return {name: number for name, number in job.result.items() if number}


def posted_file(content: bytes, name: str = "list.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)
