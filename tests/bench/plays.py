"""Starting a play on fifty accounts at once, with the preview of all its conflicts."""

import time
from datetime import time as clock
from datetime import timedelta
from statistics import median
from uuid import uuid4

from django.utils import timezone

from accounts.models import Account
from alignment.people.models import Program, User
from campaigns.plays.actions.starting import Start, preview, start_play
from campaigns.plays.actions.templates import save_play
from campaigns.plays.rules.steps import Step

from .report import Report

ROUNDS = 5
ACCOUNTS = 50
STEPS = [
    Step(1, "marketing", "email", 0, clock(10), 15, message="The Ohio insurer"),
    Step(2, "sales", "call", 2, clock(11), 15, follows=1, message="The Ohio insurer"),
    Step(3, "marketing", "webinar", 5, clock(12), 60, message="The Ohio insurer"),
    Step(4, "sales", "email", 7, clock(9), 15, follows=3, message="The Ohio insurer"),
    Step(5, "sales", "call", 9, clock(14), 15, follows=4, message="The Ohio insurer"),
]
PROMISED = 1.0


def measure(report: Report, program: Program, by: User) -> None:
    """Each round uses its own accounts, with earlier rounds' touches still in the calendar."""
    play = save_play(program=program, by=by, name="Bench", goal="", steps=STEPS)
    peopled = Account.objects.in_program(program).filter(stakeholders__isnull=False).distinct()
    accounts = list(peopled.order_by("pk")[: ROUNDS * ACCOUNTS])
    looks, starts = [], []
    for number in range(ROUNDS):
        chosen = accounts[number * ACCOUNTS : (number + 1) * ACCOUNTS]
        start = Start(play, chosen, timezone.localdate() + timedelta(days=7))
        began = time.perf_counter()
        found = preview(program=program, start=start)
        looked = time.perf_counter()
        result = start_play(program=program, start=start, key=uuid4(), by=by, reason="Bench")
        starts.append(time.perf_counter() - began)
        looks.append(looked - began)
        assert len(result.runs) + len(result.left_out) == len(found) == ACCOUNTS
        assert result.runs
    report.note(f"play on {ACCOUNTS} accounts: the preview alone {median(looks):.2f} s")
    report.at_most("play started on 50 accounts x 5 touches", median(starts), PROMISED, "s")
