"""The target accounts, and the sessions in which both teams choose them."""

from .sessions import Candidate, Confirmation, Nomination, Ready, Session, Vote
from .targets import ListedTarget, SelectionSettings, Target

__all__ = [
    "Candidate",
    "Confirmation",
    "ListedTarget",
    "Nomination",
    "Ready",
    "SelectionSettings",
    "Session",
    "Target",
    "Vote",
]
