"""The SLA contract as an agreement."""

from collections.abc import Mapping, Sequence
from typing import Any

from alignment.agreements.handlers import AgreementHandlers, register
from alignment.agreements.models import Kind, Version
from alignment.agreements.rules import Clause, Remark
from alignment.people.models import Program, User

from .defaults import DEFAULT_CONTRACT
from .lint import remarks as remarks_on
from .queries.lint_context import lint_context
from .rules.contract import InvalidContract, parse_contract
from .words import contract_clause


def check(program: Program, content: Mapping[str, Any]) -> None:
    """Raises `InvalidContract`."""
    parse_contract(content)


def clauses(program: Program, contents: Sequence[Mapping[str, Any]]) -> list[list[Clause]]:
    """Each promise in words."""
    return [
        [contract_clause(clause) for clause in parse_contract(content).clauses]
        for content in contents
    ]


def remarks(program: Program, content: Mapping[str, Any]) -> list[Remark]:
    """What readers should look at; none for invalid content, whose errors are shown instead."""
    try:
        contract = parse_contract(content)
    except InvalidContract:
        return []
    return remarks_on(contract, lint_context(program))


def carry_out(version: Version, by: User | None) -> None:
    """Nothing to do: running clocks keep the version they started under, and new clocks read the
    version in force (`Clock.version`)."""


SHIPPED = frozenset(part["reason"] for part in DEFAULT_CONTRACT["clauses"])
register(Kind.SLA, AgreementHandlers(check, clauses, carry_out, remarks, shipped=SHIPPED))
