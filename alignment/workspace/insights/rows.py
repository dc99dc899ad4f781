"""Data for the pages of insights: rows of notes, and a note's text with its passages."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from alignment.workspace.paging import Ordering, Page, page_of
from campaigns.insights.models import Note, Tag
from campaigns.insights.queries.notes import excerpts, having, notes_in, tag_counts

if TYPE_CHECKING:
    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import Program

PAGE = 20
IN_PANEL = 5
MOST_TAGS = 500
# A longer text scrolls in its own box, beside its tags.
LONG = 6_000
NEWEST = Ordering(("at", "id"), (datetime, int), descending=True)


@dataclass(frozen=True, slots=True)
class NoteRow:
    """`excerpt` is a list of (text, whether it matches the search); `topics` are names of accepted
    tags.
    """

    note: Note
    excerpt: list[tuple[str, bool]] = field(default_factory=list)
    waiting: int = 0
    topics: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a note's text; `tags` are those whose passage includes it, `begins` those whose
    passage begins with it.
    """

    text: str
    tags: tuple[Tag, ...] = ()
    begins: tuple[Tag, ...] = ()

    @property
    def is_accepted(self) -> bool:
        return any(tag.state == Tag.State.ACCEPTED for tag in self.tags)


def note_page(
    program: Program, rows: ScopedQuerySet[Note], text: str, asked: Mapping[str, str]
) -> Page[NoteRow]:
    """The newest first. Three statements, or five with a search, for any length of the page."""
    page: Page[Note] = page_of(having(rows, text), NEWEST, asked, size=PAGE)
    ids = [note.pk for note in page.rows]
    found, counts = excerpts(program, ids, text), tag_counts(program, ids)
    shown = [_row(note, found, counts) for note in page.rows]
    return Page(shown, page.after, page.before)


def notes_of(program: Program, *, account: int = 0, opportunity: int = 0) -> list[NoteRow]:
    """The newest few notes of an account or an opportunity; two statements."""
    rows = notes_in(program)
    rows = rows.filter(account=account) if account else rows.filter(opportunity=opportunity)
    found = list(rows.order_by("-at", "-id")[:IN_PANEL])
    counts = tag_counts(program, [note.pk for note in found]) if found else {}
    return [_row(note, {}, counts) for note in found]


def _row(
    note: Note,
    found: Mapping[int, list[tuple[str, bool]]],
    counts: Mapping[int, tuple[int, list[str]]],
) -> NoteRow:
    waiting, topics = counts.get(note.pk, (0, []))
    opening = [(note.opening, False)]  # type: ignore[attr-defined]
    return NoteRow(note, found.get(note.pk) or opening, waiting, topics)


def note_in(program: Program, note_id: int) -> Note | None:
    rows = Note.objects.in_program(program)
    rows = rows.select_related("account", "opportunity", "who", "program", "stage")
    return rows.filter(pk=note_id).first()


def tags_of(note: Note) -> list[Tag]:
    """In the order of the text, without dismissed ones."""
    rows = Tag.objects.in_program(note.program_id).filter(note=note)
    rows = rows.exclude(state=Tag.State.DISMISSED).select_related("topic__asset", "decided_by")
    return list(rows.order_by("start", "id")[:MOST_TAGS])


def in_pieces(text: str, tags: Sequence[Tag]) -> list[Piece]:
    """The text, split where passages begin and end; passages may overlap."""
    placed = [tag for tag in tags if tag.start is not None and tag.end is not None]
    cuts = {0, len(text)} | {place for tag in placed for place in (tag.start, tag.end) if place}
    bounds = sorted(cut for cut in cuts if cut <= len(text))
    found = []
    for low, high in itertools.pairwise(bounds):
        within = [tag for tag in placed if (tag.start or 0) <= low and high <= (tag.end or 0)]
        begins = tuple(tag for tag in within if tag.start == low)
        found.append(Piece(text[low:high], tuple(within), begins))
    return found
