"""The ideal customer profile as an agreement."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from alignment.agreements.handlers import AgreementHandlers, register, shown_reason
from alignment.agreements.models import Kind, Version
from alignment.agreements.rules import Clause
from alignment.jobs import actions as jobs
from alignment.jobs.models import Job
from alignment.people.models import Program, User

from .defaults import DEFAULT_ICP
from .rules import Criterion, parse_icp
from .words import CriterionWords, in_words, weight_title


def check(_program: Program, content: Mapping[str, Any]) -> None:
    """Raises `InvalidIcp`."""
    parse_icp(content)


def clauses(_program: Program, contents: Sequence[Mapping[str, Any]]) -> list[list[Clause]]:
    """Each criterion in words with all its values: a shortened list would hide what changed."""
    profiles = [parse_icp(content).criteria for content in contents]
    words = iter(in_words(chain.from_iterable(profiles)))
    return [[_clause(criterion, next(words)) for criterion in criteria] for criteria in profiles]


def _clause(criterion: Criterion, words: CriterionWords) -> Clause:
    wanted = ", ".join(words.values) or words.wanted
    says = f"{wanted} · {weight_title(criterion.weight)}"
    return Clause(criterion.key, words.title, says, shown_reason(criterion.reason))


def carry_out(version: Version, by: User | None) -> None:
    """Start a job that judges every account by the profile."""
    jobs.start(
        program=version.program, kind=Job.Kind.JUDGE, by=by, parameters={"version": version.pk}
    )


SHIPPED = frozenset(part["reason"] for part in DEFAULT_ICP["criteria"])
register(Kind.ICP, AgreementHandlers(check, clauses, carry_out, shipped=SHIPPED))
