"""The file of rows that were not taken: as they stood, and what was wrong with each."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from functools import cache
from io import StringIO

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy

from alignment.imports.messages import sentences
from alignment.imports.models import Import, ImportProblem
from alignment.jobs.models import Job

READ_AT_ONCE = 2_000
# Without it, spreadsheets take UTF-8 for something else.
MARK = "\ufeff"
EXPLANATION = gettext_lazy("What was wrong")


def is_repair(headers: Iterable[str]) -> bool:
    """Whether a file is one of ours to repair, by the column that explains; in any language."""
    return not _explanations().isdisjoint(header.strip() for header in headers)


@cache
def _explanations() -> frozenset[str]:
    said = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            said.add(str(EXPLANATION))
    return frozenset(said)


def problem_file(*, upload: Import, job: Job) -> Iterator[str]:
    """CSV in pieces. Columns are those of the upload plus one that our import leaves aside."""
    headers = list(upload.options.get("headers", ()))
    yield MARK + _lines([[*headers, str(EXPLANATION)]])
    after = 0
    while rows := _next_rows(upload, job, after):
        after = rows[-1].row
        yield _lines([_line(row, len(headers)) for row in rows])


def _next_rows(upload: Import, job: Job, after: int) -> list[ImportProblem]:
    problems = ImportProblem.objects.in_program(upload.program_id)
    return list(problems.filter(job=job, row__gt=after).order_by("row")[:READ_AT_ONCE])


def _line(row: ImportProblem, width: int) -> list[str]:
    """The cells under their headers, then the explanation, then what the row has too much."""
    cells = row.cells
    short = [""] * (width - len(cells))
    return [*cells[:width], *short, sentences(row.errors), *cells[width:]]


def _lines(rows: list[list[str]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
