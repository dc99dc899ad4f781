"""Past sessions: their lists, and how often both sides agreed."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from alignment.people.models import Program

from ..models import ListedTarget, Session, Target
from ..models.targets import MOST_TARGETS
from ..rules.votes import Agreement
from .targets import sessions_of
from .votes import agreements

MOST_SESSIONS = 60
MOST_LEFT = 20


@dataclass(frozen=True, slots=True)
class PastSession:
    """`listed` is the number of accounts on the list it confirmed; None while it is open."""

    session: Session
    agreement: Agreement
    listed: int | None


def past_sessions(program: Program) -> list[PastSession]:
    """Revealed sessions, the newest first: three statements."""
    rows = sessions_of(program).filter(revealed_at__isnull=False).order_by("-number")
    sessions = list(rows[:MOST_SESSIONS])
    ids = [session.pk for session in sessions]
    found = agreements(program.pk, ids)
    lines = ListedTarget.objects.in_program(program).filter(session__in=ids).order_by()
    counts = dict(lines.values_list("session").annotate(n=Count("pk")))
    return [
        PastSession(
            session=session,
            agreement=found.get(session.pk, Agreement()),
            listed=counts.get(session.pk, 0) if session.is_confirmed else None,
        )
        for session in sessions
    ]


def listed_in(session: Session) -> list[ListedTarget]:
    """The list as that session confirmed it."""
    rows = ListedTarget.objects.in_program(session.program_id).filter(session=session)
    return list(rows.order_by("tier", "account_name", "pk")[:MOST_TARGETS])


def left_lately(program: Program) -> list[Target]:
    """The accounts that left the list most recently, and why."""
    rows = Target.objects.in_program(program).filter(left_at__isnull=False)
    return list(rows.select_related("account", "left_by").order_by("-left_at")[:MOST_LEFT])
