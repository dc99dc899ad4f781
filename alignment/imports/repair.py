"""The repair file: rows that were not imported completely, with their errors."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from io import StringIO

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy

from alignment.core.figures import decimal_comma
from alignment.imports.messages import sentences
from alignment.imports.models import Import, ImportProblem
from alignment.imports.parsing.marked import marked
from alignment.jobs.models import Job

READ_AT_ONCE = 2_000
# A byte order mark: without it, spreadsheets do not recognise UTF-8.
MARK = "\ufeff"
EXPLANATION = gettext_lazy("What was wrong")
# Follows the explanation; a spreadsheet may have changed its spaces. As many digits as an id has.
_NUMBER = re.compile(r"\s*#(?P<id>[0-9]{1,18})\b")


def is_repair(headers: Iterable[str]) -> bool:
    """Whether a file is a repair file, recognised by its explanation column in any language."""
    return any(is_explanation(header) for header in headers)


def is_explanation(header: str) -> bool:
    return _NUMBER.sub("", header).strip() in _explanations()


def repaired(headers: Iterable[str]) -> int | None:
    """The id of the import that the rows belong to, if the file gives it."""
    for header in filter(is_explanation, headers):
        if number := _NUMBER.search(header):
            return int(number["id"])
    return None


@cache
def _explanations() -> frozenset[str]:
    said = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            said.add(str(EXPLANATION))
    return frozenset(said)


def problem_file(*, upload: Import, job: Job) -> Iterator[str]:
    """CSV in pieces. Its columns are the upload's plus one that imports ignore.

    That column's header names the import, so that its rows are read with the same options.
    Explanations from an earlier repair file are dropped.
    """
    headers = list(upload.options.get("headers", ()))
    places = [at for at, header in enumerate(headers) if not is_explanation(header)]
    explained = f"{EXPLANATION} #{upload.pk}"
    mark = _separator(upload)
    yield MARK + _lines([[*(marked(headers[at]) for at in places), explained]], mark)
    after = 0
    while rows := _next_rows(upload, job, after):
        after = rows[-1].row
        yield _lines([_line(row, places, headers) for row in rows], mark)


def _next_rows(upload: Import, job: Job, after: int) -> list[ImportProblem]:
    problems = ImportProblem.objects.in_program(upload.program_id)
    return list(problems.filter(job=job, row__gt=after).order_by("row")[:READ_AT_ONCE])


def _line(row: ImportProblem, places: Sequence[int], headers: Sequence[str]) -> list[str]:
    """The cells under their headers, then the explanation, then extra cells.

    A value that contradicts an earlier row is only in the explanation: in a file of its own nothing
    would contradict it.
    """
    width = len(headers)
    cells = [*row.cells, *[""] * (width - len(row.cells))]
    lost = {error["column"] for error in row.errors if error["code"] == "contradicts"}
    shown = ("" if headers[at] in lost else marked(cells[at]) for at in places)
    # Cannot be a formula as a whole: an explanation begins with the name of its column.
    return [*shown, marked(sentences(row.errors)), *map(marked, cells[width:])]


def _separator(upload: Import) -> str:
    """The list's separator, which its author's spreadsheet program splits into columns."""
    usual = ";" if decimal_comma() else ","
    mark = str(upload.options.get("separator") or usual)
    return mark if len(mark) == 1 and mark not in '"\r\n' else usual


def _lines(rows: list[list[str]], separator: str) -> str:
    text = StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue()
