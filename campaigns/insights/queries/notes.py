"""Notes: the newest ones, those of an account or deal, and full-text search."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import BooleanField, Count, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Left

from alignment.core.scoping import ScopedQuerySet
from alignment.people.models import Program, Role, User
from alignment.people.queries import seat_of
from campaigns.opportunities.models import Opportunity, OpportunityStep

from ..models import Note, Tag
from ..rules.searching import asked_for

OPENING = 240
# Up to this many matches are fetched and sorted, which is faster than scanning notes by date.
FEW = 200
# Mark the matches in an excerpt; no stored text contains these characters.
HIT, END = "\x02", "\x03"
# PostgreSQL would drop text that looks like a tag, so < and > are sent as these.
_ANGLES = str.maketrans("\x04\x05", "<>")
_MATCHES = "insights_note.search @@ (insight_query(%s) && !! insight_query(%s))"
# An excerpt is made from one part of the text, so that transcripts cost little more than notes: the
# first part that matches the query, else the first with any of its words. Parts overlap, and are
# generated in order without sorting, so those after the first match are never read. OFFSET 0 keeps
# the planner from inlining a subquery and evaluating it at each use.
PART, OVERLAP = 30_000, 300
_FIRST = f"""(
    SELECT start FROM generate_series(1, char_length(note.text), {PART}) start
    WHERE insight_words(substr(note.text, start, {PART + OVERLAP})) @@ asked.%s LIMIT 1)"""
_MARKED = """ts_headline('insight_%s'::regconfig, part.text, part.words,
    'StartSel="' || chr(2) || '", StopSel="' || chr(3) || '", MaxFragments=2, MaxWords=22,
     MinWords=8, FragmentDelimiter=" … "')"""
_EXCERPT = f"""
    WITH asked AS MATERIALIZED (
        SELECT words, replace(words::text, ' & ', ' | ')::tsquery AS any_word
        FROM insight_query(%s) AS words)
    SELECT note.id, CASE WHEN strpos(english.marked, chr(2)) > 0 THEN english.marked
                         ELSE {_MARKED % "french"} END
    FROM insights_note AS note CROSS JOIN asked
    CROSS JOIN LATERAL (
        SELECT CASE WHEN char_length(note.text) <= {PART} THEN 1 ELSE {_FIRST % "words"} END AS start
        OFFSET 0) AS whole
    CROSS JOIN LATERAL (
        SELECT CASE WHEN whole.start IS NULL THEN asked.any_word ELSE asked.words END AS words,
               translate(substr(note.text, COALESCE(whole.start, {_FIRST % "any_word"}, 1),
                                {PART + OVERLAP}), '<>', chr(4) || chr(5)) AS text
        OFFSET 0) AS part
    CROSS JOIN LATERAL (SELECT {_MARKED % "english"} AS marked OFFSET 0) AS english
    WHERE note.program_id = %s AND note.id = ANY(%s)"""


def notes_in(program: Program | int) -> ScopedQuerySet[Note]:
    """Notes without their texts, but with the `opening` of each and what lists show."""
    rows = Note.objects.in_program(program).defer("text")
    rows = rows.select_related("account", "opportunity", "who")
    return rows.annotate(opening=Left("text", OPENING))


def having(rows: ScopedQuerySet[Note], text: str) -> ScopedQuerySet[Note]:
    """Notes that match a web search, in any English or French word form, with or without accents:
    "two words" in quotes together, -word to exclude. One statement.
    """
    wanted, unwanted = asked_for(text)
    if not wanted and not unwanted:
        return rows
    matching = rows.filter(_matches(wanted, unwanted))
    # The planner has to guess how rare words are, and may scan all notes from the newest on for
    # matches that are not there. Few matches are therefore fetched by the index, then sorted.
    few = list(matching.order_by().values_list("pk", flat=True)[: FEW + 1])
    return matching if len(few) > FEW else rows.filter(pk__in=few)


def having_any(rows: ScopedQuerySet[Note], phrases: Sequence[str]) -> ScopedQuerySet[Note]:
    """Notes with one of these phrases in any form, which may be more than a tracker finds."""
    quoted = ('"' + phrase.replace('"', " ") + '"' for phrase in phrases)
    return rows.filter(_matches(" or ".join(quoted), ""))


def _matches(wanted: str, unwanted: str) -> RawSQL:
    return RawSQL(_MATCHES, [wanted, unwanted], output_field=BooleanField())


def excerpts(
    program: Program | int, ids: Sequence[int], text: str
) -> dict[int, list[tuple[str, bool]]]:
    """By id, excerpts of the note around the matches; True marks a match. One statement."""
    wanted, _unwanted = asked_for(text)
    if not ids or not wanted:
        return {}
    pk = program if isinstance(program, int) else program.pk
    with connection.cursor() as cursor:
        cursor.execute(_EXCERPT, [wanted, pk, list(ids)])
        return {note: pieces(marked.translate(_ANGLES)) for note, marked in cursor.fetchall()}


def pieces(marked: str) -> list[tuple[str, bool]]:
    """Split a text with marks into non-empty pieces: (text, whether it is a match)."""
    found: list[tuple[str, bool]] = []
    for number, part in enumerate(marked.split(HIT)):
        hit, end, rest = part.partition(END)
        if number and end:
            found += [(hit, True), (rest, False)]
        else:
            found.append((part, False))
    return [(text, is_hit) for text, is_hit in found if text]


def tag_counts(program: Program | int, note_ids: Sequence[int]) -> dict[int, tuple[int, list[str]]]:
    """By note, the number of open suggestions and the names of accepted topics. One statement."""
    rows = Tag.objects.in_program(program).filter(note__in=note_ids).order_by().values("note")
    accepted = Q(state=Tag.State.ACCEPTED, topic__isnull=False)
    counted = rows.annotate(
        waiting=Count("pk", filter=Q(state=Tag.State.SUGGESTED)),
        names=ArrayAgg("topic__name", filter=accepted, distinct=True, default=[]),
    )
    return {row["note"]: (row["waiting"], row["names"]) for row in counted}


def may_remove(note: Note, user: User) -> bool:
    """The person who had the conversation may remove its note; so may managers and owners."""
    if note.who_id == user.pk:
        return True
    seat = seat_of(user=user, program=note.program)
    return seat is not None and seat.role in (Role.MANAGER, Role.OWNER)


def stage_at(opportunity: Opportunity | None, at: datetime) -> int | None:
    """The stage of the deal at that moment; its first stage if the deal began later."""
    if opportunity is None:
        return None
    steps = OpportunityStep.objects.in_program(opportunity.program_id).filter(
        opportunity=opportunity, to_stage__isnull=False
    )
    before = steps.filter(at__lte=at).order_by("-at", "-id").values_list("to_stage", flat=True)
    found: int | None = before.first()
    if found is None:
        found = steps.order_by("at", "id").values_list("to_stage", flat=True).first()
    return found or opportunity.stage_id
