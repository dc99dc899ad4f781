"""Re-scoring through the job, against an update of the same rows that changes no indexed column."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from alignment.agreements.actions import drafts
from alignment.agreements.actions.drafts import save_draft
from alignment.agreements.models import Kind
from alignment.jobs import tasks
from alignment.jobs.models import Job
from alignment.people.models import Program, User
from alignment.scoring.models import LeadScore
from tests.signing import bring_in_force

from .report import Report

ROUNDS = 3
Content = dict[str, Any]


def measure(report: Report, program: Program, by: User) -> None:
    """Each case several times, alternating with the floor, so that machine drift cancels out."""
    leads = LeadScore.objects.in_program(program).count()
    cases: dict[str, tuple[float, Callable[[int], tuple[float, int]]]] = {
        "re-score, all rows rewritten": (2.0, lambda n: _model(program, by, everybody, n)),
        "re-score, one rule changed": (1.0, lambda n: _model(program, by, one_rule, n)),
        "re-score, ICP changed": (1.0, lambda n: _icp(program, by, n)),
        "re-score, nothing changed": (0.35, lambda n: _model(program, by, nothing, n)),
    }
    floors: list[float] = []
    ratios: dict[str, list[float]] = {name: [] for name in cases}
    touched: dict[str, int] = {}
    for number in range(ROUNDS):
        for name, (_promise, case) in cases.items():
            rest()
            floors.append(floor(program))
            rest()
            took, touched[name] = case(number)
            ratios[name].append(took / floors[-1])
    report.note(f"floor: {statistics.median(floors):.2f} s for {leads:,} score rows")
    for name, (promise, _case) in cases.items():
        share = 100 * touched[name] / leads
        report.at_most(f"{name} ({share:.0f} % of rows)", statistics.median(ratios[name]), promise)


def floor(program: Program) -> float:
    """Seconds to update all score rows of the program without changing an indexed column."""
    start = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE scoring_leadscore SET total = total + 0 WHERE program_id = %s", [program.pk]
        )
    return time.perf_counter() - start


def rest() -> None:
    """Start every case from a vacuumed table, as autovacuum would leave it."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM scoring_leadscore")


def run_open_jobs(program: Program) -> tuple[float, dict[str, Any]]:
    """Run each queued job as a worker would; returns the seconds and the last result."""
    result: dict[str, Any] = {}
    start = time.perf_counter()
    for job in Job.objects.in_program(program).filter(state=Job.State.QUEUED).order_by("id"):
        tasks.run(job_id=job.pk)
        done = Job.objects.in_program(program).get(pk=job.pk)
        if done.state != Job.State.DONE:
            raise RuntimeError(done.problem)
        result = done.result
    return time.perf_counter() - start, result


def _model(
    program: Program, by: User, change: Callable[[Content, int], None], number: int
) -> tuple[float, int]:
    draft = drafts.start_draft(program=program, kind=Kind.SCORING, by=by)
    content = draft.content
    change(content, number)
    draft = save_draft(version=draft, content=content, note="", by=by)
    bring_in_force(draft)
    took, result = run_open_jobs(program)
    return took, result["changed"]


def _icp(program: Program, by: User, number: int) -> tuple[float, int]:
    """Move one limit of the profile, so that some accounts change verdict."""
    before = _matching(program)
    draft = drafts.start_draft(program=program, kind=Kind.ICP, by=by)
    content = draft.content
    for criterion in content["criteria"]:
        if criterion["key"] == "employees":
            criterion["max"] = 4_000 if criterion["max"] == 5_000 else 5_000
    draft = save_draft(version=draft, content=content, note="", by=by)
    bring_in_force(draft)
    took, _result = run_open_jobs(program)
    return took, abs(_matching(program) - before)


def _matching(program: Program) -> int:
    return LeadScore.objects.in_program(program).filter(icp=1).count()


def nothing(content: Content, number: int) -> None:
    content["rules"][0]["reason"] = f"Same points, other words {number}"


def one_rule(content: Content, number: int) -> None:
    """Change a rule that about one lead in sixteen has earned."""
    for rule in content["rules"]:
        if rule["key"] == "webinar":
            rule["points"] = 11 + number % 2


def everybody(content: Content, number: int) -> None:
    """Change a rule that every lead has earned; thresholds rise with it, so that no stage moves."""
    visits = next((r for r in content["rules"] if r["key"] == "visits"), None)
    if visits is None:
        visits = {"key": "visits", "signal": "website_visit", "dimension": "engagement"}
        content["rules"].append(visits)
        content["mql_at"] += 60
        content["sql_at"] += 60
    visits["points"] = 3 + number % 3
