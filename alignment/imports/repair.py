"""The file of rows that were not taken: as they stood, and what was wrong with each."""

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
# Without it, spreadsheets take UTF-8 for something else.
MARK = "\ufeff"
EXPLANATION = gettext_lazy("What was wrong")
# Behind the explanation; a spreadsheet may have touched its spaces. As many digits as a key has.
_NUMBER = re.compile(r"\s*#(?P<id>[0-9]{1,18})\b")


def is_repair(headers: Iterable[str]) -> bool:
    """Whether a file is one of ours to repair, by the column that explains; in any language."""
    return any(is_explanation(header) for header in headers)


def is_explanation(header: str) -> bool:
    return _NUMBER.sub("", header).strip() in _explanations()


def repaired(headers: Iterable[str]) -> int | None:
    """The number of the import whose rows these are, as far as the file says it."""
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
    """CSV in pieces. Columns are those of the upload plus one that our import leaves aside.

    That one's header names the import, so that its rows are read again as they were. What an earlier
    file to repair said is no longer of interest.
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
    """The cells under their headers, then the explanation, then what the row has too much.

    A value that an earlier row contradicts is in the explanation alone: in a file of its own nothing
    would contradict it any more.
    """
    width = len(headers)
    cells = [*row.cells, *[""] * (width - len(row.cells))]
    lost = {error["column"] for error in row.errors if error["code"] == "contradicts"}
    shown = ("" if headers[at] in lost else marked(cells[at]) for at in places)
    # An explanation begins with the name of its column.
    return [*shown, marked(sentences(row.errors)), *map(marked, cells[width:])]


def _separator(upload: Import) -> str:
    """That of the list, with which the spreadsheet of whoever made it opens it as columns."""
    usual = ";" if decimal_comma() else ","
    mark = str(upload.options.get("separator") or usual)
    return mark if len(mark) == 1 and mark not in '"\r\n' else usual


def _lines(rows: list[list[str]], separator: str) -> str:
    text = StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue()
