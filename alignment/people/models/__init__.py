from .keys import ApiKey, IdempotentReply
from .programs import HeldToProgram, Invitation, Membership, Program, ProgramOwned, Role, Side, Team
from .users import Theme, User

__all__ = [
    "ApiKey",
    "HeldToProgram",
    "IdempotentReply",
    "Invitation",
    "Membership",
    "Program",
    "ProgramOwned",
    "Role",
    "Side",
    "Team",
    "Theme",
    "User",
]
