"""The users of the demo."""

from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from alignment.people.models import Membership, Program, Role, Side, Team, User

PASSWORD = "entente-demo-2026"  # shown to everybody who starts the demo


class Part(NamedTuple):
    key: str
    name: str
    role: str
    team: str | None
    language: str
    time_zone: str


TEAMS = (
    (Side.MARKETING, "Demand generation"),
    (Side.MARKETING, "Content"),
    (Side.SALES, "East"),
    (Side.SALES, "West"),
)
CAST = (
    Part("claire", "Claire Fontaine", Role.OWNER, None, "fr", "Europe/Paris"),
    Part("hugo", "Hugo Marchand", Role.MANAGER, "Demand generation", "fr", "Europe/Paris"),
    Part("lea", "Léa Perrin", Role.MEMBER, "Demand generation", "fr", "Europe/Paris"),
    Part("paul", "Paul Renard", Role.MEMBER, "Content", "fr", "Europe/Paris"),
    Part("sarah", "Sarah Whitfield", Role.MANAGER, "East", "en", "America/New_York"),
    Part("marcus", "Marcus Bell", Role.MEMBER, "East", "en", "America/New_York"),
    Part("ines", "Ines Okafor", Role.MEMBER, "East", "en", "America/New_York"),
    Part("dan", "Dan Castillo", Role.MEMBER, "West", "en", "America/Los_Angeles"),
    Part("oliver", "Oliver Grant", Role.OBSERVER, None, "en", "America/New_York"),
)
# New MQLs that each person of sales can take in a week.
ROOM = {"marcus": 8, "ines": 8, "dan": 5}
SHOWN = (
    ("claire", "owner (RevOps), also the admin at /admin/"),
    ("hugo", "marketing manager"),
    ("lea", "marketer"),
    ("sarah", "sales manager"),
    ("marcus", "sales rep"),
    ("ines", "sales rep, for Texas"),
    ("oliver", "observer"),
)


def address(key: str) -> str:
    return f"{key}@entente.example"


def seat(program: Program) -> dict[str, User]:
    """Create the teams and their members; returns the users by name."""
    teams = {
        name: Team.objects.create(program=program, side=side, name=name) for side, name in TEAMS
    }
    people: dict[str, User] = {}
    for part in CAST:
        user = User.objects.filter(email=address(part.key)).first()
        if user is None:
            user = User.objects.create_user(
                address(part.key),
                PASSWORD,
                name=part.name,
                language=part.language,
                time_zone=part.time_zone,
                is_staff=part.role == Role.OWNER,
            )
        team = teams[part.team] if part.team else None
        Membership.objects.create(
            program=program,
            user=user,
            role=part.role,
            team=team,
            leads_a_week=ROOM.get(part.key),
        )
        people[part.key] = user
    return people


def signins() -> str:
    """The sign-ins as `make run` prints them."""
    lines = [f"  {address(key):<26} {what}" for key, what in SHOWN]
    return "\n".join(["Demo sign-ins, password " + PASSWORD, *lines])


def write_signins() -> None:
    path = Path(settings.DATA_DIR) / "demo-signins.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(signins() + "\n")
