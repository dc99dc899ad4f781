"""The outcomes of handed-over leads, for pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Subquery

from accounts.queries.names import set_known_as
from alignment.core.scoping import ScopedQuerySet
from alignment.people.models import Program

from ..handoff_words import action_words, reason_words
from ..models import Attempt, Feedback, HandOff
from .handoffs import STILL_HANDED, waits_for_owner

PAGE = 50
MOST_COUNTED = 999
LATEST = 6
SHOWS = ("all", "waiting", "unseen", "fits", "no")


@dataclass(frozen=True, slots=True)
class HandOffRow:
    """A hand-off with its outcome. `fits` is None while nobody gave feedback."""

    row: HandOff
    reason: str
    action: str
    attempts: int
    feedback: Feedback | None

    @property
    def waits(self) -> bool:
        return waits_for_owner(self.row)


@dataclass(frozen=True, slots=True)
class HandOffPage:
    rows: list[HandOffRow]
    older: int | None


def handoff_page(
    *, program: Program, show: str = "all", before: int | None = None, size: int = PAGE
) -> HandOffPage:
    """Newest first, before the id `before`. Six statements."""
    rows = _shown(program, show)
    if before:
        rows = rows.filter(pk__lt=before)
    related = ("lead__stakeholder", "lead__account", "lead__owner", "owner")
    found = list(rows.select_related(*related).defer("brief").order_by("-id")[: size + 1])
    older = found[size - 1].pk if len(found) > size else None
    found = found[:size]
    set_known_as(program=program, people=[row.lead.stakeholder for row in found])
    lead_ids = [row.lead_id for row in found]
    attempts = _attempts(program, lead_ids)
    words = newest_feedback(program.pk, lead_ids)
    return HandOffPage(
        [
            HandOffRow(
                row=row,
                reason=reason_words(row.route, row.why),
                action=action_words(row.next_action).action,
                attempts=attempts.get(row.lead_id, 0),
                feedback=words.get(row.lead_id),
            )
            for row in found
        ],
        older,
    )


def without_owner(program: Program) -> ScopedQuerySet[HandOff]:
    """Hand-offs of leads that nobody owns yet."""
    return _shown(program, "waiting")


def waiting_for_owner(program: Program) -> int:
    """The number of waiting hand-offs, counted up to `MOST_COUNTED`."""
    return without_owner(program).order_by().values("id")[:MOST_COUNTED].count()


def handoff_in(*, program: Program, pk: int) -> HandOff | None:
    rows = HandOff.objects.in_program(program)
    found = rows.select_related("lead__stakeholder", "lead__account", "lead__owner", "owner")
    row = found.filter(pk=pk).first()
    set_known_as(program=program, people=[row.lead.stakeholder] if row else [])
    return row


def newest_feedback(program_id: int, lead_ids: list[int]) -> dict[int, Feedback]:
    """The feedback that counts for each lead: two statements."""
    rows = Feedback.objects.in_program(program_id).filter(lead__in=lead_ids)
    newest = rows.order_by("lead_id", "-id").distinct("lead_id")
    return {row.lead_id: row for row in newest.select_related("by").prefetch_related("reasons")}


def _shown(program: Program, show: str) -> ScopedQuerySet[HandOff]:
    rows = HandOff.objects.in_program(program)
    if show == "waiting":
        return rows.filter(handed_at__isnull=True, lead__stage__in=STILL_HANDED)
    if show == "unseen":
        return rows.filter(handed_at__isnull=False, seen_at__isnull=True)
    if show in ("fits", "no"):
        last = Feedback.objects.in_program(program).filter(lead=OuterRef("lead")).order_by("-id")
        word = Subquery(last.values("fits")[:1])
        return rows.alias(said=word).filter(said=show == "fits")
    return rows


def _attempts(program: Program, lead_ids: list[int]) -> dict[int, int]:
    rows = Attempt.objects.in_program(program).filter(lead__in=lead_ids).order_by()
    return dict(rows.values_list("lead").annotate(n=Count("*")))
