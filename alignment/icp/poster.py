"""The profile in force on one page, for the wall."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alignment.agreements.handlers import shown_reason
from alignment.agreements.models import Kind, Signature, Version
from alignment.agreements.queries import in_force
from alignment.core import pdf
from alignment.people.models import Program, Side

from .queries_pages import CriterionLine, version_lines
from .rules import WEIGHTS

TEMPLATE = Path(__file__).parent / "typst" / "poster.typ"
SHORT_HASH = 12
# A longer list only names its first values.
MOST_VALUES = 40


@dataclass(frozen=True, slots=True)
class Group:
    """The criteria of one weight."""

    weight: str
    name: str
    hint: str
    empty: str
    lines: list[CriterionLine]

    @property
    def told(self) -> list[tuple[CriterionLine, list[str]]]:
        return [(line, on_the_wall(line)) for line in self.lines]


@dataclass(frozen=True, slots=True)
class SignedSide:
    side: Side
    signatures: list[Signature]


@dataclass(frozen=True, slots=True)
class Poster:
    """`sides` is empty for the version shipped with the product, which nobody signed."""

    program: Program
    version: Version
    groups: list[Group]
    sides: list[SignedSide]

    @property
    def columns(self) -> tuple[list[Group], list[Group]]:
        """The excluding criteria go below whichever of musts and preferred leaves more room."""
        must, preferred, exclude = self.groups
        if len(must.lines) > len(preferred.lines) + 1:
            return [must], [preferred, exclude]
        return [must, exclude], [preferred]


def poster_of(program: Program) -> Poster | None:
    """The poster's content; None while no profile is in force."""
    version = in_force(program, Kind.ICP)
    if version is None:
        return None
    lines = version_lines(version)
    signatures = list(Signature.objects.in_program(program).filter(version=version))
    sides = [SignedSide(side, [s for s in signatures if s.side == side]) for side in Side]
    return Poster(
        program=program,
        version=version,
        groups=[_group(weight, lines) for weight in WEIGHTS],
        sides=sides if signatures else [],
    )


def _group(weight: str, lines: list[CriterionLine]) -> Group:
    words = {
        "must": (_("Must"), _("Without it, no match."), _("Nothing is a must.")),
        "preferred": (_("Preferred"), _("Nice to have: it sorts."), _("Nothing is preferred.")),
        "exclude": (
            _("Excluded"),
            _("With it, no match, whatever else fits."),
            _("Nothing is excluded."),
        ),
    }
    return Group(weight, *words[weight], [x for x in lines if x.criterion.weight == weight])


def unsigned_words() -> str:
    return _("Shipped with the product; nobody signed it.")


def as_pdf(poster: Poster, *, paper: str) -> bytes:
    """One sheet, "a3" or "us-letter"; the same content gives the same file."""
    left, right = poster.columns
    return pdf.render(
        TEMPLATE,
        {**_words(poster), "paper": paper, "left": _group_data(left), "right": _group_data(right)},
    )


def _words(poster: Poster) -> dict[str, Any]:
    version = poster.version
    said = {"number": version.number, "day": day(version.in_force_at)}
    return {
        "language": get_language() or "en",
        "title": _("Ideal customer profile"),
        "program": poster.program.name,
        "subtitle": _("Version %(number)d, in force since %(day)s") % said,
        "unsigned": "" if poster.sides else unsigned_words(),
        "signed": [_signed(side) for side in poster.sides],
        "foot": f"Entente · {(version.digest or '')[:SHORT_HASH]}",
    }


def on_the_wall(line: CriterionLine) -> list[str]:
    """All values: a reader of the poster cannot unfold a list."""
    values = line.words.values
    return list(values) if 0 < len(values) <= MOST_VALUES else [line.words.wanted]


def _signed(side: SignedSide) -> dict[str, Any]:
    people = [{"name": s.name, "day": day(s.signed_at)} for s in side.signatures]
    return {"side": str(side.side), "name": str(side.side.label), "people": people}


def _group_data(groups: list[Group]) -> list[dict[str, Any]]:
    return [
        {
            "weight": group.weight,
            "name": group.name,
            "hint": group.hint,
            "empty": group.empty,
            "items": [
                {
                    "title": line.words.title,
                    "values": on_the_wall(line),
                    "reason": shown_reason(line.criterion.reason),
                }
                for line in group.lines
            ],
        }
        for group in groups
    ]


def day(moment: Any) -> str:
    """A date in words; empty for None."""
    if moment is None:
        return ""
    return str(formats.date_format(timezone.localtime(moment), "DATE_FORMAT"))
