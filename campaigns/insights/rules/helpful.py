"""Which content helps a deal now, and why: ranked from what it answers, for whom and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from .trackers import words_of

MOST_SUGGESTED = 5
_CHIEFS = {
    "ceo": "executive",
    "cfo": "financial",
    "cio": "information",
    "ciso": "information security",
    "cmo": "marketing",
    "coo": "operating",
    "cpo": "product",
    "cro": "revenue",
    "cto": "technology",
}


class Because(StrEnum):
    OBJECTION = "objection"
    STAGE = "stage"
    PERSONA = "persona"
    SECTOR = "sector"


# What they hold against us weighs more than all the rest together: 3 + 2 + 2 < 8.
POINTS = {Because.OBJECTION: 8, Because.STAGE: 3, Because.PERSONA: 2, Because.SECTOR: 2}


@dataclass(frozen=True, slots=True)
class Reason:
    """`about` is the objection, the buying stage, or whom it is written for; `who` fits that."""

    because: Because
    about: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Content as far as it matters here; empty `stage`, `persona` and `sector` serve everybody."""

    id: int
    stage: str = ""
    persona: str = ""
    sector: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A deal: its buying stage, the sector of its account, the titles of its committee by name, what
    was raised by the content that answers it, and content that the account had already."""

    stage: str = ""
    sector: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[int, Sequence[str]] = field(default_factory=dict)
    had: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Suggested:
    piece: Piece
    reasons: tuple[Reason, ...]

    @property
    def points(self) -> int:
        return sum(POINTS[reason.because] for reason in self.reasons)


def suggest(pieces: Sequence[Piece], deal: Wanted) -> list[Suggested]:
    """The best first, of equals the newest; what has no reason or is of another sector is left out,
    and what was sent before, unless it answers what they hold against us."""
    found = [
        Suggested(piece, reasons)
        for piece in pieces
        if (piece.id in deal.answers or piece.id not in deal.had)
        and (reasons := _reasons(piece, deal))
    ]
    return sorted(found, key=lambda each: (-each.points, -each.piece.id))[:MOST_SUGGESTED]


def is_for(persona: str, title: str) -> bool:
    """Whether content for "CFO" is for a "Chief Financial Officer", whatever case and accents."""
    if not (wanted := words_of(persona)):
        return False
    words = words_of(title)
    return set(wanted) <= set(words) or bool(_chiefs(wanted) & _chiefs(words))


def _reasons(piece: Piece, deal: Wanted) -> tuple[Reason, ...]:
    objections = [Reason(Because.OBJECTION, name) for name in deal.answers.get(piece.id, ())]
    # A case study of insurers convinces no machine builder, unless it answers what they said.
    if piece.sector and piece.sector != deal.sector and not objections:
        return ()
    reasons = objections
    if piece.stage and piece.stage == deal.stage:
        reasons.append(Reason(Because.STAGE, piece.stage))
    who = next((name for name, title in deal.people.items() if is_for(piece.persona, title)), "")
    if who:
        reasons.append(Reason(Because.PERSONA, piece.persona, who))
    if piece.sector and piece.sector == deal.sector:
        reasons.append(Reason(Because.SECTOR, piece.sector))
    return tuple(reasons)


def _chiefs(words: Sequence[str]) -> set[str]:
    """The chief officers that are named, by their letters."""
    text = f" {' '.join(words)} "
    return {
        letters
        for letters, what in _CHIEFS.items()
        if letters in words or f" chief {what} officer " in text
    }
