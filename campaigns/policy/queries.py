"""The contact policy by which a program plans, and the data of its pages."""

from __future__ import annotations

from dataclasses import dataclass

from alignment.agreements.models import Kind, State, Version
from alignment.agreements.queries import history, in_force, open_version
from alignment.agreements.rules import Change, diff
from alignment.people.models import Program

from .defaults import DEFAULT_POLICY
from .rules import ContactPolicy, parse_policy
from .words import RuleLine, clauses_of, lines_of


def policy_of(program: Program | int) -> ContactPolicy:
    """The policy in force, in one statement; the default one if a program has none."""
    rows = Version.objects.in_program(program).filter(kind=Kind.POLICY, state=State.IN_FORCE)
    content = rows.values_list("content", flat=True).first()
    return parse_policy(DEFAULT_POLICY if content is None else content)


@dataclass(frozen=True, slots=True)
class PolicyPage:
    version: Version | None
    lines: list[RuleLine]
    open: Version | None
    versions: list[Version]


def policy_page(*, program: Program) -> PolicyPage:
    """The rules in force as text, with all versions: four statements."""
    version = in_force(program, Kind.POLICY)
    return PolicyPage(
        version=version,
        lines=lines_of(version.content) if version else [],
        open=open_version(program, Kind.POLICY),
        versions=history(program, Kind.POLICY),
    )


def version_numbered(*, program: Program, number: int) -> Version | None:
    versions = Version.objects.in_program(program).filter(kind=Kind.POLICY, number=number)
    return versions.exclude(state=State.DRAFT).select_related("created_by").first()


def changes(*, version: Version, current: Version | None) -> list[Change]:
    """The differences between the draft and the policy in force."""
    before = clauses_of(current.content) if current else []
    return diff(before, clauses_of(version.content))
