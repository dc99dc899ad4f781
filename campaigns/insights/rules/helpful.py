"""Which content helps a deal now, and why: ranked by topics answered, audience and stage."""

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


# An answered objection outweighs all other reasons together: 3 + 2 + 2 < 8.
POINTS = {Because.OBJECTION: 8, Because.STAGE: 3, Because.PERSONA: 2, Because.SECTOR: 2}


@dataclass(frozen=True, slots=True)
class Reason:
    """`about` is the objection, the buying stage or the persona it is written for; `who` is the
    person with that persona.
    """

    because: Because
    about: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """The relevant fields of content; an empty `stage`, `persona` or `sector` suits everybody."""

    id: int
    stage: str = ""
    persona: str = ""
    sector: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A deal: its buying stage, the sector of its account, the job titles of its committee by name,
    the raised topics by the content that answers them, and content that the account already had.
    """

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
    """The best first, the newest first among equals. Left out are content without a reason, of
    another sector, or sent before, the latter two unless it answers an objection.
    """
    found = [
        Suggested(piece, reasons)
        for piece in pieces
        if (piece.id in deal.answers or piece.id not in deal.had)
        and (reasons := _reasons(piece, deal))
    ]
    return sorted(found, key=lambda each: (-each.points, -each.piece.id))[:MOST_SUGGESTED]


def is_for(persona: str, title: str) -> bool:
    """Whether content for "CFO" suits a "Chief Financial Officer", ignoring case and accents."""
    if not (wanted := words_of(persona)):
        return False
    words = words_of(title)
    return set(wanted) <= set(words) or bool(_chiefs(wanted) & _chiefs(words))


def _reasons(piece: Piece, deal: Wanted) -> tuple[Reason, ...]:
    objections = [Reason(Because.OBJECTION, name) for name in deal.answers.get(piece.id, ())]
    # A case study from insurance does not convince a machine builder, unless it answers an
    # objection.
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
    """The acronyms of the chief officers named, such as "cfo"."""
    text = f" {' '.join(words)} "
    return {
        letters
        for letters, what in _CHIEFS.items()
        if letters in words or f" chief {what} officer " in text
    }
