"""The data for the pages of back-tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F

from accounts.queries.names import set_known_as
from alignment.agreements.models import Kind, State, Version
from alignment.agreements.queries import open_version
from alignment.people.models import Program
from alignment.scoring.backtest import learning
from alignment.scoring.backtest.models import Backtest, BacktestOutcome
from alignment.scoring.queries_pages import signal_names
from alignment.scoring.rules import parse_model
from alignment.scoring.words import rule_name, terms

LISTED = 50
MISSED = 100


def testable(program: Program) -> list[Version]:
    """The open versions, then the one in force."""
    rows = Version.objects.in_program(program).filter(kind=Kind.SCORING)
    return list(
        rows.filter(state__in=[State.DRAFT, State.PROPOSED, State.IN_FORCE])
        .select_related("program")
        .order_by("-number")
    )


def backtest_list(program: Program) -> list[Backtest]:
    """The newest first, without their large columns."""
    rows = Backtest.objects.in_program(program).select_related("created_by", "job")
    return list(
        rows.defer("content", "base_content", "candidates", "suggestion", "left_out_rows")[:LISTED]
    )


def find_backtest(program: Program, pk: int) -> Backtest | None:
    rows = Backtest.objects.in_program(program).filter(pk=pk)
    return rows.select_related("program", "created_by", "job__created_by").first()


def missed(backtest: Backtest) -> list[BacktestOutcome]:
    """Won deals that the model would not have handed over, those closest to the threshold first."""
    rows = BacktestOutcome.objects.in_program(backtest.program_id).filter(
        backtest=backtest, won=True, passed=False, moment__isnull=False
    )
    nearest = (F("fit") + F("engagement")).desc()
    found = list(
        rows.select_related("lead__stakeholder", "lead__account").order_by(nearest, "id")[:MISSED]
    )
    set_known_as(program=backtest.program_id, people=[o.lead.stakeholder for o in found])
    return found


@dataclass(frozen=True, slots=True)
class SuggestedRule:
    """A rule with its current points and those that the outcomes suggest."""

    name: str
    terms: list[str]
    dimension: str
    now: int
    points: int
    evidence: dict[str, Any]
    is_new: bool


@dataclass(frozen=True, slots=True)
class SuggestionPage:
    backtest: Backtest
    is_installed: bool
    can_conclude: bool
    rules: list[SuggestedRule]
    open: Version | None


def suggestion_page(backtest: Backtest) -> SuggestionPage:
    program = backtest.program
    return SuggestionPage(
        backtest=backtest,
        is_installed=learning.is_installed(),
        can_conclude=bool(backtest.result and "tested" in backtest.result),
        rules=_suggested(backtest, backtest.suggestion) if backtest.suggestion else [],
        open=open_version(program, Kind.SCORING),
    )


def _suggested(backtest: Backtest, suggestion: dict[str, Any]) -> list[SuggestedRule]:
    """Those with the most points first."""
    names = signal_names(backtest.program)
    kept = len(parse_model(backtest.content).rules)
    model = parse_model({**backtest.content, "rules": backtest.candidates})
    found = [
        SuggestedRule(
            name=rule_name(rule, names),
            terms=terms(rule),
            dimension=rule.dimension,
            now=rule.points if i < kept else 0,
            points=suggestion["points"][i],
            evidence=suggestion["evidence"][i],
            is_new=i >= kept,
        )
        for i, rule in enumerate(model.rules)
    ]
    return sorted(found, key=lambda rule: (-abs(rule.points), rule.is_new, rule.name))
