"""The target accounts, and the sessions in which both teams choose them."""

from .sessions import Candidate, Choice, Confirmation, Nomination, Ready, Session, Vote
from .targets import ListedTarget, SelectionSettings, Target, Tier

__all__ = [
    "Candidate",
    "Choice",
    "Confirmation",
    "ListedTarget",
    "Nomination",
    "Ready",
    "SelectionSettings",
    "Session",
    "Target",
    "Tier",
    "Vote",
]
