"""Reading imports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from accounts.duplicates.queries import open_count
from alignment.imports.messages import sentence
from alignment.imports.models import Import, ImportProblem
from alignment.jobs.models import Job
from alignment.people.models import Program

PAGE = 50
PROBLEMS_PAGE = 50
SHOWN_CELL = 80


@dataclass(frozen=True, slots=True)
class ImportPage:
    """One page of imports, newest first; `older` is the id to continue before, or None."""

    uploads: list[Import]
    older: int | None


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A row that was not imported completely: each problem with its cell."""

    row: int
    name: str
    problems: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """One page of problems in file order; `after` is the row to continue after, or None."""

    rows: list[ProblemRow]
    after: int | None


def import_page(*, program: Program, before: int | None = None) -> ImportPage:
    """Newest first, with jobs and people. One query."""
    rows = _uploads(program).order_by("-id")
    if before:
        rows = rows.filter(id__lt=before)
    found = list(rows[: PAGE + 1])
    return ImportPage(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


def find_import(*, program: Program, pk: int) -> Import | None:
    """One import of the program with its jobs."""
    return _uploads(program).filter(pk=pk).first()


def kept_bytes(program: Program) -> int:
    """What the program's uploaded files take on the disk."""
    kept = Import.objects.in_program(program).filter(file_kept=True)
    total: int | None = kept.aggregate(total=Sum("size"))["total"]
    return total or 0


def repaired_import(upload: Import) -> Import | None:
    """The import whose rows a repair file brings back."""
    number = upload.options.get("repairs")
    found = Import.objects.in_program(upload.program_id)
    return found.filter(pk=number).first() if number else None


def latest_job(upload: Import) -> Job | None:
    """The run or dry run that was started last."""
    jobs = [job for job in (upload.job, upload.dry_run_job) if job is not None]
    return max(jobs, key=lambda job: job.pk, default=None)


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Duplicates after an import: open pairs of any origin, counted up to a limit; `job` is the
    search that followed the run."""

    count: int
    job: Job | None

    @property
    def is_searching(self) -> bool:
        return self.job is not None and self.job.is_open

    @property
    def has_stopped(self) -> bool:
        return self.job is not None and self.job.state in (Job.State.FAILED, Job.State.CANCELLED)


def duplicates_after(upload: Import, job: Job) -> Duplicates | None:
    """None unless that job imported accounts, or people with their companies. One statement."""
    was_run = job.pk == upload.job_id and not job.is_open and bool(job.result.get("rows"))
    is_about = upload.target == Import.Target.ACCOUNTS or upload.duplicates_job is not None
    if not was_run or not is_about:
        return None
    return Duplicates(open_count(upload.program_id), upload.duplicates_job)


def problem_page(*, upload: Import, job: Job, after: int = 0) -> ProblemPage:
    """Problems of a run in file order. One query."""
    rows = ImportProblem.objects.in_program(upload.program_id).filter(job=job, row__gt=after)
    found = list(rows.order_by("row")[: PROBLEMS_PAGE + 1])
    headers = list(upload.options.get("headers", ()))
    shown = [_shown(problem, headers) for problem in found[:PROBLEMS_PAGE]]
    return ProblemPage(shown, shown[-1].row if len(found) > PROBLEMS_PAGE else None)


def _uploads(program: Program) -> QuerySet[Import]:
    related = ("job", "dry_run_job", "duplicates_job", "created_by", "program", "job__created_by")
    rows = Import.objects.in_program(program)
    return rows.select_related(*related, "dry_run_job__created_by")


def _shown(problem: ImportProblem, headers: list[str]) -> ProblemRow:
    cells: Mapping[str, str] = dict(zip(headers, problem.cells, strict=False))
    filled = [cell for cell in problem.cells if cell.strip()]
    told = [(sentence(error), cells.get(error["column"], "")) for error in problem.errors]
    return ProblemRow(
        row=problem.row,
        name=" · ".join(cell[:SHOWN_CELL] for cell in filled[:3]),
        problems=[(said, cell[:SHOWN_CELL]) for said, cell in told],
    )
