from .keys import ApiKey, IdempotentReply
from .programs import HeldToProgram, Invitation, Membership, Program, ProgramOwned, Role, Side, Team
from .users import AddressConfirmation, PasswordReset, Theme, User

__all__ = [
    "AddressConfirmation",
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
