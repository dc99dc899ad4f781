"""The contact policy that rules."""

from alignment.people.models import Program

from .defaults import DEFAULT_POLICY
from .rules import ContactPolicy, parse_policy


def policy_of(program: Program) -> ContactPolicy:
    return parse_policy(DEFAULT_POLICY)
