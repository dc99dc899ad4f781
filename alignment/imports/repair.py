"""The file of rows that were not taken: as they stood, and what was wrong with each."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from django.utils.translation import gettext as _

from alignment.imports.messages import sentences
from alignment.imports.models import Import, ImportProblem
from alignment.jobs.models import Job

READ_AT_ONCE = 2_000
# Without it, spreadsheets take UTF-8 for something else.
MARK = "\ufeff"


def problem_file(*, upload: Import, job: Job) -> Iterator[str]:
    """CSV in pieces. Columns are those of the upload plus one that our import leaves aside."""
    headers = list(upload.options.get("headers", ()))
    yield MARK + _lines([[*headers, _("What was wrong")]])
    after = 0
    while rows := _next_rows(upload, job, after):
        after = rows[-1].row
        yield _lines([[*_fitted(row.cells, len(headers)), sentences(row.errors)] for row in rows])


def _next_rows(upload: Import, job: Job, after: int) -> list[ImportProblem]:
    problems = ImportProblem.objects.in_program(upload.program_id)
    return list(problems.filter(job=job, row__gt=after).order_by("row")[:READ_AT_ONCE])


def _fitted(cells: list[str], width: int) -> list[str]:
    """So that the last column is always the explanation; a row may be short or too long."""
    return [*cells[:width], *[""] * (width - len(cells))]


def _lines(rows: list[list[str]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
