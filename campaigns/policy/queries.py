"""The contact policy that a program plans by."""

from alignment.agreements.models import Kind, State, Version
from alignment.people.models import Program

from .defaults import DEFAULT_POLICY
from .rules import ContactPolicy, parse_policy


def policy_of(program: Program | int) -> ContactPolicy:
    """The policy in force, in one statement; the shipped one where a program has none."""
    rows = Version.objects.in_program(program).filter(kind=Kind.POLICY, state=State.IN_FORCE)
    content = rows.values_list("content", flat=True).first()
    return parse_policy(DEFAULT_POLICY if content is None else content)
