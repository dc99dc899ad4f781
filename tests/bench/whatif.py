"""The what-if against the floor of re-scoring, and against the activation that it predicts."""

import statistics
import time
from collections.abc import Callable

from django.core.cache import cache

from alignment.agreements.actions import drafts
from alignment.agreements.actions.drafts import save_draft
from alignment.agreements.models import Kind, Version
from alignment.people.models import Program, User
from alignment.scoring.actions.whatif import start_what_if
from alignment.scoring.models import LeadScore
from alignment.scoring.queries_lint import signal_counts
from tests.signing import bring_in_force

from .report import Report
from .rescore import ROUNDS, Content, everybody, floor, rest, run_open_jobs


def measure(report: Report, program: Program, by: User) -> None:
    """Each case beside the floor and the activation of the same draft."""
    leads = LeadScore.objects.in_program(program).count()
    for name, change, promise, beside in (
        ("what-if", everybody, 1.5, 1.0),
        ("what-if with window and decay", fading, 6.0, 1.6),
    ):
        tried, floors, activated = [], [], []
        for number in range(ROUNDS):
            rest()
            floors.append(floor(program))
            draft = _draft(program, by, change, number)
            rest()
            start_what_if(version=draft, by=by)
            took, _result = run_open_jobs(program)
            tried.append(took)
            bring_in_force(draft)
            took, _result = run_open_jobs(program)
            activated.append(took)
        seconds, against = statistics.median(tried), statistics.median(activated)
        report.note(f"{name}: {seconds:.2f} s for {leads:,} leads, activation {against:.2f} s")
        report.at_most(f"{name}, of the floor", seconds / statistics.median(floors), promise)
        report.at_most(f"{name}, of its activation", seconds / against, beside)
    cache.clear()
    start = time.perf_counter()
    signal_counts(program=program)
    report.at_most("remarks on a draft, uncached", time.perf_counter() - start, 3.0, " s")


def fading(content: Content, number: int) -> None:
    """Two of the most frequent signals, one with a window, one with decay."""
    content["rules"] = [r for r in content["rules"] if r["key"] not in ("mails", "clicks")]
    content["rules"] += [
        {"key": "mails", "signal": "email_opened", "dimension": "engagement", "points": 3 + number}
        | {"cap": 9, "window_days": 60},
        {"key": "clicks", "signal": "email_clicked", "dimension": "engagement", "points": 4}
        | {"cap": 12, "decay": "half_life", "decay_days": 30},
    ]


def _draft(
    program: Program, by: User, change: Callable[[Content, int], None], number: int
) -> Version:
    draft = drafts.start_draft(program=program, kind=Kind.SCORING, by=by)
    content = draft.content
    change(content, number)
    return save_draft(version=draft, content=content, note="", by=by)
