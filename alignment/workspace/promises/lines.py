"""A promise as text for lists, its page and the wallboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from alignment.sla import words
from alignment.sla.models import Clock
from alignment.sla.queries.contracts import contracts
from alignment.sla.rules.contract import Contract, SlaClause
from alignment.sla.rules.sums import length_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Line:
    """`title` is the promise in two words, `sentence` the full text, `result` how it ended."""

    clock: Clock
    clause: SlaClause | None
    title: str
    sentence: str
    result: str = ""

    @property
    def is_timed(self) -> bool:
        return self.clause is None or self.clause.is_timed

    @property
    def is_excused(self) -> bool:
        dispute = getattr(self.clock, "dispute", None)
        return bool(dispute and dispute.granted)


def lines_of(clocks: Iterable[Clock]) -> list[Line]:
    """The clocks with their clauses: one query for contracts that this process has not cached."""
    clocks = list(clocks)
    known = contracts(clock.version_id for clock in clocks)
    return [line_of(clock, known.get(clock.version_id)) for clock in clocks]


def line_of(clock: Clock, contract: Contract | None) -> Line:
    clause = contract.clause(clock.clause) if contract else None
    title = words.title(clause) if clause else clock.clause
    sentence = words.sentence(clause) if clause else ""
    return Line(clock, clause, title, sentence, result_of(clock, clause))


def result_of(clock: Clock, clause: SlaClause | None) -> str:
    """How the promise ended, in elapsed time; empty while it runs."""
    if clock.state == Clock.State.RUNNING:
        return ""
    if clock.state == Clock.State.LAPSED:
        return _("No longer owed")
    if clause and not clause.is_timed:
        return _("Held") if clock.state == Clock.State.KEPT else _("Did not hold")
    if clock.state == Clock.State.KEPT:
        assert clock.met_at is not None
        return _("Kept, %(time)s to spare") % {"time": lasting(clock.due_at - clock.met_at)}
    if clock.met_at and clock.met_at > clock.due_at:
        return _("Broken, done %(time)s late") % {"time": lasting(clock.met_at - clock.due_at)}
    return _("Broken") if clock.met_at else _("Broken, still not done")


def lasting(time: timedelta) -> str:
    """ "40 min", "2 h", "3 d"; in seconds below a minute."""
    seconds = max(int(time.total_seconds()), 0)
    if seconds < 60:
        return _("%(count)d s") % {"count": seconds}
    if seconds >= 2 * 86_400:
        return _("%(count)d d") % {"count": seconds // 86_400}
    return length_in_words(seconds // 60)
