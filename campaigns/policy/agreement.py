"""The contact policy as an agreement."""

from collections.abc import Mapping, Sequence
from typing import Any

from alignment.agreements.handlers import AgreementHandlers, register
from alignment.agreements.models import Kind, Version
from alignment.agreements.rules import Clause, Remark
from alignment.people.models import Program, User

from .defaults import DEFAULT_POLICY
from .lint import remarks_on
from .rules import InvalidPolicy, parse_policy, reasons_of
from .words import clauses_of


def check(_program: Program, content: Mapping[str, Any]) -> None:
    """Raises `InvalidPolicy`."""
    parse_policy(content)


def clauses(_program: Program, contents: Sequence[Mapping[str, Any]]) -> list[list[Clause]]:
    """Each rule as text; an empty list before the first version."""
    return [clauses_of(content) if content else [] for content in contents]


def remarks(_program: Program, content: Mapping[str, Any]) -> list[Remark]:
    """Invalid contents get no remarks, since their errors are shown instead."""
    try:
        return remarks_on(parse_policy(content))
    except InvalidPolicy:
        return []


def carry_out(version: Version, by: User | None) -> None:
    """Nothing to do: planning a touch reads the policy in force."""


SHIPPED = frozenset(reasons_of(DEFAULT_POLICY).values())
register(Kind.POLICY, AgreementHandlers(check, clauses, carry_out, remarks, shipped=SHIPPED))
