"""Starting a back-test, continuing it, and finishing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Lead, Signal, Stage
from alignment.agreements.actions.ruling import terms_digest
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import in_force
from alignment.core import audit
from alignment.core.live import bus
from alignment.jobs import actions as jobs
from alignment.jobs.models import Job
from alignment.people.models import Program, User

from ..rules import MAX_RULES, parse_model
from .figures import Scored, figures, gain
from .models import Backtest, BacktestOutcome
from .moments import Plan
from .replay import replay
from .statistics import lack

# Above this number a worker does it, because the page would wait for seconds.
MOST_AT_ONCE = 5_000
CHUNK = 1_000
WRITTEN = ["moment", "fit", "engagement", "passed", "base_fit", "base_engagement", "base_passed",
           "met"]  # fmt: skip

_CLOSED_LEADS = """
    INSERT INTO scoring_backtestoutcome (program_id, backtest_id, lead_id, won, decided_at, fit,
        engagement, passed, base_fit, base_engagement, base_passed, met)
    SELECT program_id, %s, id, stage = 'won', closed_at, 0, 0, false, 0, 0, false, '{}'
    FROM accounts_lead WHERE program_id = %s AND stage IN ('won', 'lost') ORDER BY id"""


@dataclass(frozen=True, slots=True)
class GivenOutcome:
    """A row of a list, with the lead that it refers to."""

    lead_id: int
    won: bool
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Given:
    """Outcomes from a file, and the rows that are not usable."""

    file_name: str
    outcomes: Sequence[GivenOutcome]
    left_out: int = 0
    left_out_rows: Sequence[dict[str, Any]] = field(default_factory=list)


def closed_leads(program: Program) -> dict[str, int]:
    """How many leads were won and how many lost."""
    rows = Lead.objects.in_program(program)
    return {
        "won": rows.filter(stage=Stage.WON).count(),
        "lost": rows.filter(stage=Stage.LOST).count(),
    }


@transaction.atomic
def start(*, version: Version, plan: Plan, given: Given | None = None, by: User | None) -> Backtest:
    """Test a version, at once or, if there are many outcomes, in a job. Raises `InvalidModel`."""
    program = version.program
    base = in_force(program, Kind.SCORING)
    beside = base if base and base.pk != version.pk else None
    backtest = Backtest.objects.create(
        program=program,
        number=version.number,
        state=version.state,
        digest=terms_digest(version),
        content=version.content,
        base_number=beside.number if beside else None,
        base_digest=beside.digest or "" if beside else "",
        base_content=beside.content if beside else None,
        source=Backtest.Source.FILE if given else Backtest.Source.LEADS,
        file_name=given.file_name if given else "",
        take=plan.take,
        days=plan.days,
        left_out=given.left_out if given else 0,
        left_out_rows=list(given.left_out_rows) if given else [],
        candidates=candidates(program, version.content),
        created_by=by,
    )
    audit.record(
        by=by,
        action="scoring.backtest",
        target=backtest,
        program_id=program.pk,
        number=version.number,
        digest=backtest.digest,
    )
    _take_outcomes(backtest, given)
    return _begin(backtest, by)


def candidates(program: Program, content: dict[str, Any]) -> list[dict[str, Any]]:
    """The rules of the model, then a plain rule for each signal that it does not use."""
    model = parse_model(content)
    known = [row for row in content.get("rules", []) if isinstance(row, dict)]
    used = {rule.signal for rule in model.rules}
    keys = {rule.key for rule in model.rules}
    for signal in Signal.objects.in_program(program).order_by("slot"):
        if signal.code not in used and signal.code not in keys and len(known) < MAX_RULES:
            fit = signal.kind == Signal.Kind.FACT
            known.append(
                {
                    "key": signal.code,
                    "signal": signal.code,
                    "dimension": "fit" if fit else "engagement",
                    "points": 0,
                }
            )
    return known


def _take_outcomes(backtest: Backtest, given: Given | None) -> None:
    if given is None:
        with connection.cursor() as cursor:
            cursor.execute(_CLOSED_LEADS, [backtest.pk, backtest.program_id])
        return
    BacktestOutcome.objects.in_program(backtest.program_id).bulk_create(
        [
            BacktestOutcome(
                program_id=backtest.program_id,
                backtest=backtest,
                lead_id=row.lead_id,
                won=row.won,
                decided_at=row.decided_at,
            )
            for row in given.outcomes
        ],
        batch_size=2_000,
    )


def _begin(backtest: Backtest, by: User | None) -> Backtest:
    total = outcomes_of(backtest).count()
    if total > MOST_AT_ONCE:
        backtest.job = jobs.start(
            program=backtest.program,
            kind=Job.Kind.BACKTEST,
            by=by,
            parameters={"backtest": backtest.pk},
            total=total,
        )
        backtest.save(update_fields=["job"])
        return backtest
    after = 0
    while chunk := next_chunk(backtest, after):
        after = score_chunk(backtest, chunk)
    return finish(backtest)


def outcomes_of(backtest: Backtest) -> Any:
    return BacktestOutcome.objects.in_program(backtest.program_id).filter(backtest=backtest)


def next_chunk(backtest: Backtest, after: int) -> list[BacktestOutcome]:
    return list(outcomes_of(backtest).filter(id__gt=after).order_by("id")[:CHUNK])


def score_chunk(backtest: Backtest, chunk: list[BacktestOutcome]) -> int:
    """Score these rows (idempotent). Returns the id of the last one."""
    replay(backtest=backtest, outcomes=chunk)
    BacktestOutcome.objects.in_program(backtest.program_id).bulk_create(
        chunk, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN
    )
    return chunk[-1].pk


def finish(backtest: Backtest) -> Backtest:
    """Compute the figures from the scored rows, unless there are too few."""
    rows = outcomes_of(backtest).order_by("id").values_list(
        "won", "moment", "fit", "engagement", "passed", "base_fit", "base_engagement", "base_passed"
    )  # fmt: skip
    new, base, undated = [], [], 0
    for won, moment, fit, engagement, passed, base_fit, base_engagement, base_passed in rows:
        if moment is None:
            undated += 1
            continue
        new.append(Scored(won, fit + engagement, passed))
        base.append(Scored(won, base_fit + base_engagement, base_passed))
    backtest.result = _result(backtest, new, base) | {"undated": undated}
    backtest.finished_at = timezone.now()
    backtest.save(update_fields=["result", "finished_at"])
    bus.publish(backtest.program_id, "backtests")
    return backtest


def _result(backtest: Backtest, new: list[Scored], base: list[Scored]) -> dict[str, Any]:
    won = sum(o.won for o in new)
    lost = len(new) - won
    missing = lack(won, lost)
    counted: dict[str, Any] = {"outcomes": len(new), "won": won, "lost": lost}
    if missing:
        needed = {"outcomes": missing.outcomes, "won": missing.won, "lost": missing.lost}
        return counted | {"missing": needed}
    counted["tested"] = figures(parse_model(backtest.content), new)
    if backtest.base_content is not None:
        counted["base"] = figures(parse_model(backtest.base_content), base)
        counted["gain"] = gain(new, base)
    return counted
