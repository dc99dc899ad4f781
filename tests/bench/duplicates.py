"""The search for duplicates among as many companies as a market has, with realistic names."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.utils import timezone

from accounts.actions.writing import copy_rows
from accounts.duplicates.actions.finding import (
    find_among_waiting,
    find_duplicates,
    wait_for_search,
)
from accounts.models import Account
from accounts.rules.accounts import name_key
from alignment.jobs import runner
from alignment.jobs.models import Job
from alignment.people.models import Program

from .data import tidy
from .report import Report

PROMISED_SECONDS, PROMISED_STEP, PROMISED_MEMORY = 180, 30, 600
# A list of this many new companies.
NEW, PROMISED_NEW = 1_000, 45
COLUMNS = (
    *("program_id", "name", "name_key", "city_key", "website", "description", "city", "state"),
    *("zip", "country", "industry", "domain", "source", "created_at", "updated_at"),
)
# The largest states have a tenth of all companies each, the smallest a hundredth; the state of one
# company in twenty is unknown.
STATES = "CA TX NY FL IL PA OH GA NC MI NJ VA WA AZ MA TN IN MO MD WI CO MN SC AL LA KY OR OK CT UT"
SOUNDS = "al ar be bo ca cor da del el fer ga gra hal in jo ka lan mar mer nor ol pa qui ra ros sa"
SOUNDS += " san ter tor ul va ver wal win xan yor zel bri cra dru"
LINES = "logistics foods software dental steel insurance packaging robotics media energy partners"
LINES += " health systems labs construction financial plastics analytics legal farms brewing travel"
TAILS = ("", "", "", "group", "services", "of america", "holdings", "international", "solutions")
ONE_IN = 60


def names(count: int, dice: random.Random) -> Iterator[tuple[str, str | None]]:
    """Names with their states; one in sixty is an earlier name with a typing error."""
    sounds, lines, states = SOUNDS.split(), LINES.split(), STATES.split()
    weights = [10 / (1 + place / 3) for place in range(len(states))]
    known: list[tuple[str, str | None]] = []
    for number in range(count):
        if known and number % ONE_IN == 0:
            name, state = dice.choice(known)
            place = dice.randrange(1, len(name) - 1)
            yield name[:place] + name[place + 1 :], state
            continue
        coined = "".join(dice.choices(sounds, k=dice.choice((2, 3, 3))))
        name = " ".join(part for part in (coined, dice.choice(lines), dice.choice(TAILS)) if part)
        state = None if dice.random() < 0.05 else dice.choices(states, weights)[0]
        known.append((name, state))
        yield name, state


def make_accounts(program: Program, count: int) -> None:
    now = timezone.now()
    copy_rows(
        "accounts_account",
        COLUMNS,
        (
            (
                *(program.pk, name.title(), name_key(name), "", "", "", "", state),
                *("", "US", "", f"name{number}.example", "bench", now, now),
            )
            for number, (name, state) in enumerate(names(count, random.Random(5)))
        ),
    )


def measure(report: Report, companies: int) -> None:
    """Uses its own program, because the companies of the others are all called Company."""
    program = Program.objects.create(slug="bench-duplicates", name="Duplicates")
    make_accounts(program, companies)
    tidy()
    search = _searched(find_duplicates(program=program, by=None))
    print([round(s, 1) for s in search.steps])
    report.note(
        f"{search.found:,} pairs among {companies:,} companies, in {len(search.steps)} steps"
    )
    title = f"search for duplicates, {companies:,} companies"
    report.at_most(title, search.seconds, PROMISED_SECONDS, " s")
    report.at_most("its longest step", max(search.steps), PROMISED_STEP, " s")
    report.at_most("memory of its database process at most", search.memory, PROMISED_MEMORY, " MB")
    _measure_new(report, program, companies)


def _measure_new(report: Report, program: Program, companies: int) -> None:
    """The search after a list of new companies, of all states, is added to the existing ones."""
    ids = Account.objects.in_program(program).order_by("id").values_list("id", flat=True)
    wait_for_search(program=program, created=list(ids[:NEW]))
    job = find_among_waiting(program=program, by=None)
    if job is None:
        raise RuntimeError("nobody waits")
    search = _searched(job)
    report.note(f"{search.found:,} pairs of {NEW:,} new companies, in {len(search.steps)} steps")
    title = f"search for duplicates of {NEW:,} new companies among {companies:,}"
    report.at_most(title, search.seconds, PROMISED_NEW, " s")


@dataclass(frozen=True, slots=True)
class Search:
    seconds: float
    steps: list[float]
    memory: float
    found: int


def _searched(job: Job) -> Search:
    steps, peaks, last = [], [0.0], [time.perf_counter()]

    def note() -> None:
        now = time.perf_counter()
        steps.append(now - last[0])
        peaks.append(_memory())
        last[0] = now

    began = time.perf_counter()
    runner.run(job.pk, after_step=note)
    took = time.perf_counter() - began
    job.refresh_from_db()
    if job.state != Job.State.DONE:
        raise RuntimeError(job.problem)
    return Search(took, steps, max(peaks), int(job.result["found"]))


def _memory() -> float:
    """Private megabytes of the database process of this connection.

    0 if the server runs on another machine.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0
    said = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return (_kilobytes(said, "VmHWM") - _kilobytes(said, "RssShmem")) / 1024


def _kilobytes(said: dict[str, str], name: str) -> int:
    return int(said.get(name, "0 kB").split()[0])
