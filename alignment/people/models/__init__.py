from .keys import ApiKey, IdempotentReply
from .programs import HeldToProgram, Invitation, Membership, Program, ProgramOwned, Role, Side, Team
from .users import PasswordReset, Theme, User

__all__ = [
    "ApiKey",
    "HeldToProgram",
    "IdempotentReply",
    "Invitation",
    "Membership",
    "PasswordReset",
    "Program",
    "ProgramOwned",
    "Role",
    "Side",
    "Team",
    "Theme",
    "User",
]
