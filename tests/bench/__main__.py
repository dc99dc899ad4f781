"""`make bench`: speed and size, printed as ratios of one run on one machine.

ARGS='--leads 1000000 --events 10000000 --companies 200000' is the full size.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from alignment.config.local.engines import engines

if TYPE_CHECKING:
    from .report import Report

PARTS = (
    "rescore",
    "whatif",
    "ingest",
    "web",
    "imports",
    "clocks",
    "deadlines",
    "handoff",
    "plays",
    "accounts",
    "calendar",
    "insights",
    "duplicates",
    "metrics",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=200_000)
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--companies", type=int, default=200_000)
    parser.add_argument("--only", choices=PARTS, action="append")
    options = parser.parse_args()
    if options.only == ["deadlines"]:
        return _only_deadlines()
    with tempfile.TemporaryDirectory(prefix="entente-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with engines(Path(folder), durable=True) as env:
            os.environ.update(env | {"DEBUG": "false", "API_REQUESTS_A_MINUTE": "1000000"})
            return _measure(options)


def _only_deadlines() -> int:
    """Deadlines need neither database nor leads."""
    from . import deadlines
    from .report import Report

    report = Report()
    deadlines.measure(report)
    return _verdict(report)


def _measure(options: argparse.Namespace) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    from .report import Report

    report = Report()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    parts = options.only or PARTS
    if "calendar" in parts:
        _measure_calendar(report)
    if "insights" in parts:
        _measure_insights(report)
    if "duplicates" in parts:
        _measure_duplicates(report, options.companies)
    if set(parts) - {"calendar", "insights", "duplicates"}:
        _measure_leads(report, options, parts)
    return _verdict(report)


def _measure_calendar(report: "Report") -> None:
    """Uses its own program and needs no leads."""
    from . import calendar

    calendar.measure(report)


def _measure_insights(report: "Report") -> None:
    """Uses its own program, whose accounts only have notes."""
    from . import insights

    insights.measure(report)


def _measure_duplicates(report: "Report", companies: int) -> None:
    """Uses its own program, whose companies have realistic names."""
    from . import duplicates

    duplicates.measure(report, companies)


def _measure_leads(report: "Report", options: argparse.Namespace, parts: Sequence[str]) -> None:
    from alignment.jobs.models import Job
    from alignment.people.models import User

    from . import (
        accounts,
        clocks,
        data,
        deadlines,
        handoff,
        imports,
        ingest,
        metrics,
        plays,
        rescore,
        web,
        whatif,
    )

    if parts == ["accounts"]:
        # As many accounts as the requested number of companies, and one engagement per lead.
        options.leads = options.events = options.companies * data.LEADS_PER_ACCOUNT
    report.note(f"making {options.leads:,} leads and {options.events:,} engagements …")
    program = data.make_program(leads=options.leads, events=options.events)
    by = User.objects.get(email=data.OWNER)
    accounts.spread(program, by)
    Job.objects.create(program=program, kind=Job.Kind.REBUILD)
    took, _result = rescore.run_open_jobs(program)
    report.note(f"judged, counted and scored in {took:.1f} s")
    data.tidy()
    measures: dict[str, Callable[[], None]] = {
        "web": lambda: web.measure(report, program, by),
        "handoff": lambda: handoff.measure(report, program, by),
        "ingest": lambda: ingest.measure(report, program),
        "rescore": lambda: rescore.measure(report, program, by),
        "whatif": lambda: whatif.measure(report, program, by),
        "clocks": lambda: clocks.measure(report, program),
        "plays": lambda: plays.measure(report, program, by),
        "accounts": lambda: accounts.measure(report, program, by),
        "imports": lambda: imports.measure(report, program, options.companies),
        "deadlines": lambda: deadlines.measure(report),
        # Last, because the other parts do not expect its hand-offs and deals.
        "metrics": lambda: metrics.measure(
            report,
            program,
            by,
            leads=options.leads,
            accounts=options.leads // data.LEADS_PER_ACCOUNT,
        ),
    }
    for part, measure in measures.items():
        if part in parts:
            measure()


def _verdict(report: "Report") -> int:
    print(f"\n{len(report.missed)} figures fall short" if report.missed else "\nevery figure holds")
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
