"""The scoring model as an agreement."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.actions.scores import queue_all_for_score
from accounts.models import Signal
from alignment.agreements.handlers import AgreementHandlers, register, shown_reason
from alignment.agreements.models import Kind, Version
from alignment.agreements.rules import Clause, Remark
from alignment.jobs import actions as jobs
from alignment.jobs.models import Job
from alignment.people.models import Program, User

from .account_score.words import weight_clauses
from .defaults import DEFAULT_MODEL
from .lint import remarks as remarks_on
from .queries import signal_codes
from .queries_lint import signal_counts
from .rules import FIT, InvalidModel, Rule, ScoringModel, parse_model
from .words import points, rule_name, terms, threshold_clauses


def check(program: Program, content: Mapping[str, Any]) -> None:
    """Raises `InvalidModel`, also for a rule on a signal that the program lacks."""
    parse_model(content, signal_codes(program.pk))


def clauses(program: Program, contents: Sequence[Mapping[str, Any]]) -> list[list[Clause]]:
    """Thresholds and caps first, then each rule in words."""
    names = {signal.code: signal.shown_name for signal in Signal.objects.in_program(program)}
    return [_clauses(parse_model(content), names) for content in contents]


def _clauses(model: ScoringModel, names: dict[str, str]) -> list[Clause]:
    rules = [_rule_clause(rule, names) for rule in model.rules]
    return threshold_clauses(model) + rules + weight_clauses(model.account)


def _rule_clause(rule: Rule, names: dict[str, str]) -> Clause:
    says = ", ".join([points(rule), *terms(rule)])
    dimension = _("Fit") if rule.dimension == FIT else _("Engagement")
    return Clause(
        f"rule:{rule.key}",
        rule_name(rule, names),
        f"{says} · {dimension}",
        shown_reason(rule.reason),
    )


def remarks(program: Program, content: Mapping[str, Any]) -> list[Remark]:
    """What readers should look at; empty for an invalid model, whose errors are shown instead."""
    try:
        model = parse_model(content)
    except InvalidModel:
        return []
    names = {signal.code: signal.shown_name for signal in Signal.objects.in_program(program)}
    return remarks_on(model, names, signal_counts(program=program))


def carry_out(version: Version, by: User | None) -> None:
    """Queue all accounts for the new weights, and score every lead by the model in a job."""
    queue_all_for_score(program_id=version.program_id)
    jobs.start(
        program=version.program, kind=Job.Kind.RESCORE, by=by, parameters={"version": version.pk}
    )


SHIPPED = frozenset(part["reason"] for part in DEFAULT_MODEL["rules"])
register(Kind.SCORING, AgreementHandlers(check, clauses, carry_out, remarks, shipped=SHIPPED))
