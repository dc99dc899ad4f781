from .accounts import Account, AccountAlias, AccountChange, AccountToScore
from .engagements import Engagement, Signal
from .journal import JournalEvent, JournalKind, Removed
from .leads import Lead, Stage, ValidationCall
from .stakeholders import Channel, Consent, EmailAddress, Phone, Stakeholder

__all__ = [
    "Account",
    "AccountAlias",
    "AccountChange",
    "AccountToScore",
    "Channel",
    "Consent",
    "EmailAddress",
    "Engagement",
    "JournalEvent",
    "JournalKind",
    "Lead",
    "Phone",
    "Removed",
    "Signal",
    "Stage",
    "Stakeholder",
    "ValidationCall",
]
