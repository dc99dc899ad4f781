"""`manage.py import_file`: import a file from the command line, in the foreground."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError, CommandParser

from alignment.imports import actions
from alignment.imports.messages import sentences
from alignment.imports.models import Import, ImportProblem
from alignment.imports.parsing.encodings import ENCODINGS
from alignment.imports.parsing.scales import SCALES
from alignment.imports.parsing.tables import UnreadableTable
from alignment.imports.reading import columns_of
from alignment.imports.repair import problem_file
from alignment.imports.steps import COUNTED
from alignment.jobs import runner
from alignment.jobs.models import Job
from alignment.people.models import Program

COUNTS = dict(zip(("ones", "thousands", "millions", "billions"), SCALES, strict=True))
SHOWN_PROBLEMS = 5
LOOK_EVERY = 0.3


class Command(BaseCommand):
    """Upload the file, guess its mapping, run the import and print the result."""

    # System checks load every page of the site, and they were run at deployment.
    requires_system_checks: tuple[str, ...] = ()
    help = "Imports a CSV or XLSX file of accounts, people, engagements, surges or touches."

    def add_arguments(self, parser: CommandParser) -> None:
        """The same options as on the page."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--program", required=True, help="the program's address (slug)")
        parser.add_argument("--target", required=True, choices=Import.Target.values)
        parser.add_argument("--source", default="", help="where the list comes from")
        parser.add_argument("--sheet", default="", help="of a workbook; default: detected")
        parser.add_argument(
            "--encoding", default="", choices=ENCODINGS, help="of a text; default: detected"
        )
        parser.add_argument(
            "--numbers-in",
            choices=COUNTS,
            help="what the columns count whose header does not say it, such as a bare “Revenue”",
        )
        parser.add_argument("--dry-run", action="store_true", help="count, change nothing")
        parser.add_argument(
            "--problems", type=Path, help="write the rows to repair to this CSV file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 1 if the file could not be imported."""
        program = Program.objects.filter(slug=options["program"]).first()
        if program is None:
            raise CommandError(f"There is no program “{options['program']}”.")
        upload = self._upload(program, options)
        if options["numbers_in"]:
            self._print_scale(upload, COUNTS[options["numbers_in"]])
        self._print_mapping(upload)
        started = perf_counter()
        job = self._run(upload, dry_run=options["dry_run"])
        self._sum_up(job, perf_counter() - started)
        self._print_problems(upload, job, options["problems"])

    def _upload(self, program: Program, options: dict[str, Any]) -> Import:
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                return actions.create_import(
                    program=program,
                    file=File(file, name=path.name),
                    file_name=path.name,
                    target=options["target"],
                    by=None,
                    source=options["source"] or path.stem[:60],
                    options=_given(options),
                )
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except UnreadableTable as error:
            raise CommandError(f"{path}: {error.message}") from error

    def _print_scale(self, upload: Import, scale: int) -> None:
        columns = [replace(column, scale=column.scale or scale) for column in columns_of(upload)]
        actions.set_mapping(upload=upload, columns=columns, by=None)

    def _print_mapping(self, upload: Import) -> None:
        for warning in upload.warnings:
            self.stdout.write(self.style.WARNING(warning))
        headers = upload.options["headers"]
        fields = {c["index"]: c["field"] for c in upload.mapping["columns"]}
        for index, header in enumerate(headers):
            self.stdout.write(f"  {header:30.30} -> {fields.get(index, '(left out)')}")

    def _run(self, upload: Import, *, dry_run: bool) -> Job:
        try:
            start = actions.start_dry_run if dry_run else actions.start_import
            job = start(upload=upload, by=None)
        except (actions.CannotStart, actions.Busy) as error:
            hint = " (--numbers-in)" if actions.unclear_columns(upload) else ""
            raise CommandError(f"{error}{hint}") from error
        runner.run(job.pk, after_step=lambda: self._print_progress(job))
        self._print_progress(job)
        while job.is_open:  # a worker took the job first
            sleep(LOOK_EVERY)
            self._print_progress(job)
        return job

    def _print_progress(self, job: Job) -> None:
        job.refresh_from_db()
        share = 100 * job.done // max(job.total or 1, 1)
        self.stderr.write(f"\r{share:3} %  {job.result.get('rows', 0):,} rows", ending="")

    def _sum_up(self, job: Job, seconds: float) -> None:
        self.stderr.write("")
        if job.state != Job.State.DONE:
            raise CommandError(job.problem or f"The import ended as “{job.state}”.")
        counts = ", ".join(f"{job.result.get(name, 0):,} {name}" for name in COUNTED)
        rate = job.result.get("rows", 0) / max(seconds, 1e-6)
        self.stdout.write(f"{counts} in {seconds:.1f} s ({rate:,.0f} rows/s)")

    def _print_problems(self, upload: Import, job: Job, path: Path | None) -> None:
        """The first rows that were rejected or imported in part, and where to find the others."""
        found = ImportProblem.objects.in_program(job.program_id).filter(job=job).order_by("row")
        for problem in found[:SHOWN_PROBLEMS]:
            self.stdout.write(f"  row {problem.row}: {sentences(problem.errors)}")
        count = found.count()
        if count > SHOWN_PROBLEMS:
            self.stdout.write(f"  ... and {count - SHOWN_PROBLEMS:,} more")
        if count and path is None:
            self.stdout.write(
                f"Rows to repair: --problems FILE writes them, or on the page of import {upload.pk}."
            )
        elif path is not None:
            self._write_problems(upload, job, path)

    def _write_problems(self, upload: Import, job: Job, path: Path) -> None:
        try:
            with path.open("w", encoding="utf-8", newline="") as file:
                file.writelines(problem_file(upload=upload, job=job))
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        self.stdout.write(f"Rows to repair: {path}")


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """The reading options that were given."""
    given: dict[str, Any] = {"sheet": options["sheet"]} if options["sheet"] else {}
    if options["encoding"]:
        given["chosen"] = {"encoding": options["encoding"]}
    return given
