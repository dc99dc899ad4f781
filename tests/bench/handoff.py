"""From the engagement that makes an MQL to the hand-off on the rep's screen, under 50 events/s."""

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from accounts.models import EmailAddress, JournalEvent
from accounts.models.journal import FOLLOWED
from alignment.people.actions.keys import create_key
from alignment.people.models import Membership, Program, Role, Side, Team, User
from alignment.people.permissions import Scope
from alignment.sla.actions import setup as sla
from alignment.sla.models import HandOff

from .report import Report
from .web import OpenPage, Poster, nearly_mql, server

# The first few warm up processes that have just started.
WARM, LEADS = 5, 45
PAUSE_S = 0.05


class RepsPage(OpenPage):
    """A sales rep's queue: waits until a lead is there with its next step."""

    def wait_for(self, lead_id: int) -> None:
        deadline = time.perf_counter() + 20
        while time.perf_counter() < deadline:
            line = self.reply.readline().decode().strip()
            if line in ("event: mql", "event: leads") and self._is_handed(lead_id):
                return
        raise RuntimeError(f"lead {lead_id} was not handed over")

    def _is_handed(self, lead_id: int) -> bool:
        _before, found, row = self._rows().partition(f'id="lead-{lead_id}"')
        return bool(found) and 'class="sub todo truncate"' in row.partition("</tr>")[0]


@contextmanager
def worker() -> Iterator[None]:
    """The worker for the journal's events, started as in `make run`."""
    command = [sys.executable, "-m", "celery", "-A", "alignment.config.celery:app", "--quiet"]
    command += ["worker", "-Q", "clocks,events", "--concurrency", "1", "--loglevel", "ERROR"]
    command += ["--without-gossip", "--without-mingle"]
    process = subprocess.Popen(
        command, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(5)
        yield
    finally:
        process.terminate()
        process.wait(30)


def measure(report: Report, program: Program, by: User) -> None:
    sla.install_defaults(program=program, by=by)
    reps = _sales(program)
    secret = create_key(
        program=program,
        name="hand-off",
        scopes=[scope.value for scope in Scope],
        owner=by,
        expires_at=None,
        by=by,
    ).secret
    rows = EmailAddress.objects.in_program(program).order_by("id")
    addresses = list(rows.values_list("address", flat=True)[:20_000])
    hot = nearly_mql(program, LEADS)
    # Leads that became MQL while the data was generated are not to be measured.
    JournalEvent.objects.in_program(program).filter(kind__in=FOLLOWED).update(is_followed=True)
    with server() as port, worker():
        waits = _waits(Poster(port, secret, addresses, "hot"), hot, port, program, reps[0], secret)
    handed = HandOff.objects.in_program(program).filter(lead__in=[pk for _a, pk in hot])
    lags = sorted((row.made_at - row.became_mql_at).total_seconds() for row in handed)
    report.note(
        f"event to hand-off on the screen: median {statistics.median(waits):.2f} s, of which"
        f" {statistics.median(lags):.2f} s (p95 {lags[int(len(lags) * 0.95)]:.2f} s) until it was"
        f" composed; {len(lags)} of {len(hot)} handed over"
    )
    p95 = sorted(waits)[int(len(waits) * 0.95)]
    report.at_most("event posted -> hand-off on the rep's screen, p95", p95, 1.0, " s")


def _waits(
    poster: Poster,
    hot: list[tuple[str, int]],
    port: int,
    program: Program,
    rep: User,
    secret: str,
) -> list[float]:
    stop = threading.Event()
    beside = Poster(port, secret, poster.addresses, "beside")
    load = threading.Thread(target=_steady, args=(beside, stop))
    load.start()
    page = RepsPage(port, program, rep)
    waits: list[float] = []
    try:
        for address, lead_id in hot:
            start = time.perf_counter()
            poster.post([poster.event(address, "pricing_page_view")])
            page.wait_for(lead_id)
            waits.append(time.perf_counter() - start)
            time.sleep(0.3)
    finally:
        stop.set()
        load.join()
        page.close()
    return waits[WARM:]


def _steady(poster: Poster, stop: threading.Event) -> None:
    """50 events per second, in posts of five."""
    due = time.perf_counter()
    while not stop.is_set():
        poster.post([poster.event() for _ in range(5)])
        due += 2 * PAUSE_S
        time.sleep(max(0.0, due - time.perf_counter()))


def _sales(program: Program) -> list[User]:
    team = Team.objects.create(program=program, side=Side.SALES, name="East")
    reps = []
    for number in range(5):
        rep = User.objects.create_user(f"rep{number}@bench.example", name=f"Rep {number}")
        Membership.objects.create(program=program, user=rep, role=Role.MEMBER, team=team)
        reps.append(rep)
    return reps
