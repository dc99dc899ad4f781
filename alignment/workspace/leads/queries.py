"""Pages of leads: the list, and the queue of leads to work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from accounts.models import Lead, Signal, Stage
from accounts.queries.names import set_known_as
from alignment.people.models import Membership, Team
from alignment.people.queries import offered_owners, possible_owners
from alignment.scoring.queries import ruling
from alignment.sla.queries.lead_work import NO_WORK, QueueWork, queue_work

from ..paging import Ordering, Page, page_of
from .after_contact import step_after_contact
from .due_order import due_page
from .filters import SORTS_OF_SCORES
from .mql_causes import MqlCause, mql_causes
from .recent import RecentSignal, recent_signals
from .selection import leads_matching, scores_matching, to_call

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import QuerySet

    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import Program, User
    from alignment.scoring.rules import ScoringModel

    from .filters import LeadFilter

PAGE = 50
COUNT_UP_TO = 10_000
MOST_WAITING = 999
EXPORT_UP_TO = 100_000
EXPORT_BATCH = 2_000
MOST_CHOICES = 500
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

ORDERINGS = {
    "moved": Ordering(("stage_since", "id"), (datetime, int), descending=True),
    "waiting": Ordering(("stage_since", "id"), (datetime, int)),
    "score": Ordering(("total", "lead_id"), (int, int), descending=True),
    "engaged": Ordering(("engaged", "lead_id"), (datetime, int), descending=True),
}
EXPORTED_BY: dict[str, list[Any]] = {
    "moved": ["-stage_since", "-id"],
    "waiting": ["stage_since", "id"],
    "score": [F("score__total").desc(nulls_last=True), "-id"],
    "engaged": [F("score__last_engaged_at").desc(nulls_last=True), "-id"],
}

SHOWN = (
    "program_id",
    "stage",
    "stage_since",
    "source",
    "opened_at",
    "stakeholder__first_name",
    "stakeholder__last_name",
    "stakeholder__title",
    "stakeholder__do_not_contact",
    "account__name",
    "account__domain",
    "account__verdict__answer",
    "account__verdict__grade",
    "owner__name",
    "owner__email",
    "score__total",
    "score__fit",
    "score__engagement",
    "score__last_engaged_at",
)


@dataclass(frozen=True, slots=True)
class LeadRow:
    lead: Lead
    recent: list[RecentSignal]
    is_new: bool = False
    work: QueueWork = NO_WORK
    rise: MqlCause | None = None

    @property
    def action(self) -> str:
        """What to do next."""
        then = step_after_contact(self.lead, spoken=self.work.spoken, outcome=self.work.outcome)
        return then or self.work.action


@dataclass(frozen=True, slots=True)
class LeadPage:
    """`after` and `before` are cursors of the neighbouring pages."""

    rows: list[LeadRow]
    after: str
    before: str
    count: int

    @property
    def is_capped(self) -> bool:
        """Whether there are more leads than were counted."""
        return self.count >= COUNT_UP_TO


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of the filters."""

    teams: list[Team]
    members: list[Membership]
    signals: list[Signal]


def lead_page(
    *,
    program: Program,
    asked: LeadFilter,
    query: Mapping[str, str],
    size: int = PAGE,
    fresh_since: datetime | None = None,
    with_work: bool = False,
) -> LeadPage:
    """The page at the cursor `after` or `before` in the query, with the last signals; `with_work`
    adds the next action with its due time, and what made each an MQL.
    """
    # Select the leads by narrow rows first; the columns to show are fetched for this page only.
    page = _page_of_ids(program, asked, query, size)
    lead_ids = page.rows
    shown = with_shown(Lead.objects.in_program(program)).in_bulk(lead_ids)
    set_known_as(program=program, people=[lead.stakeholder for lead in shown.values()])
    recent = recent_signals(program=program, lead_ids=lead_ids)
    todo = queue_work(program_id=program.pk, lead_ids=lead_ids) if with_work else {}
    risen = mql_causes(program=program, lead_ids=lead_ids) if with_work else {}
    rows = [
        LeadRow(
            lead,
            recent.get(lead.pk, []),
            bool(fresh_since and lead.stage_since > fresh_since),
            todo.get(lead.pk, NO_WORK),
            risen.get(lead.pk),
        )
        for lead_id in lead_ids
        if (lead := shown.get(lead_id))
    ]
    alone = not page.after and not page.before
    matching = leads_matching(program=program, asked=asked)
    return LeadPage(rows, page.after, page.before, len(rows) if alone else count_up_to(matching))


def _page_of_ids(
    program: Program, asked: LeadFilter, query: Mapping[str, str], size: int
) -> Page[int]:
    if asked.sort == "due":
        return due_page(program=program, asked=asked, query=query, size=size)
    page = page_of(_narrow(program, asked), ORDERINGS[asked.sort], query, size=size)
    return Page([row.pk for row in page.rows], page.after, page.before)


def _narrow(program: Program, asked: LeadFilter) -> QuerySet[Any]:
    """Leads, or their score rows if these provide the order; both have the lead's id as key."""
    if asked.sort not in SORTS_OF_SCORES:
        return leads_matching(program=program, asked=asked).only("stage_since")
    scores = scores_matching(program=program, asked=asked).only("total")
    if asked.sort == "engaged":
        return scores.annotate(engaged=Coalesce("last_engaged_at", Value(NEVER)))
    return scores


def count_up_to(leads: QuerySet[Lead], most: int = COUNT_UP_TO) -> int:
    """The number of leads, at most `most`: counting a million rows would take too long."""
    return leads.order_by().values("id")[:most].count()


def with_shown(leads: ScopedQuerySet[Lead]) -> ScopedQuerySet[Lead]:
    """Only the columns that a row shows: the score row alone has sixty."""
    related = ("stakeholder", "account__verdict", "owner", "score")
    return leads.select_related(*related).only(*SHOWN)


def choices(*, program: Program) -> Choices:
    """The teams, people and signals for the filters."""
    members = possible_owners(program)
    return Choices(
        teams=list(Team.objects.in_program(program)[:MOST_CHOICES]),
        members=list(members.order_by("user__name")[:MOST_CHOICES]),
        signals=sorted(Signal.objects.in_program(program), key=lambda signal: signal.shown_name),
    )


# Each count stops early, so that the cost does not grow with the table.
STAGE_COUNTS = """
SELECT asked.stage, (
    SELECT count(*) FROM (
        SELECT FROM accounts_lead WHERE program_id = %s AND stage = asked.stage LIMIT %s
    ) AS counted)
FROM unnest(%s::text[]) AS asked (stage)
"""


def stage_counts(*, program: Program) -> dict[str, int]:
    """How many leads are in each stage, each at most `COUNT_UP_TO`."""
    with connection.cursor() as cursor:
        cursor.execute(STAGE_COUNTS, [program.pk, COUNT_UP_TO, list(Stage.values)])
        return dict(cursor.fetchall())


def has_leads(*, program: Program) -> bool:
    return Lead.objects.in_program(program).exists()


def waiting_count(*, program: Program) -> int:
    """MQLs that sales has not called yet, at most `MOST_WAITING`."""
    return count_up_to(to_call(program), MOST_WAITING)


def exported(*, program: Program, asked: LeadFilter) -> Iterator[list[Lead]]:
    """Leads for an export in batches; at most `EXPORT_UP_TO`."""
    leads = with_shown(leads_matching(program=program, asked=asked))
    ordered = leads.order_by(*EXPORTED_BY[asked.sort])[:EXPORT_UP_TO].iterator(EXPORT_BATCH)
    while batch := list(islice(ordered, EXPORT_BATCH)):
        yield batch


def lead_in(*, program: Program, lead_id: int) -> Lead | None:
    """One lead with its person, company, owner and score."""
    related = ("stakeholder", "account__verdict", "owner", "score", "program")
    found = Lead.objects.in_program(program).select_related(*related).filter(pk=lead_id).first()
    set_known_as(program=program, people=[found.stakeholder] if found else [])
    return found


def member_of(*, program: Program, user_id: int) -> User | None:
    """The user, if they are a member of the program who may own leads."""
    rows = offered_owners(program).filter(user_id=user_id)
    membership = rows.first()
    return membership.user if membership else None


def thresholds(*, program: Program) -> ScoringModel:
    """The model in force, for the thresholds on the score bars."""
    return ruling(program).compiled.model
