"""One promise as people read it in a list, on its page and on the wall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from alignment.agreements.models import Version
from alignment.agreements.rules import InvalidContent
from alignment.sla import words
from alignment.sla.models import Clock
from alignment.sla.rules.contract import Contract, SlaClause, parse_contract
from alignment.sla.rules.sums import length_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Line:
    """`title` is the promise in two words, `sentence` all of it, `result` how it ended."""

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


def lines_of(program_id: int, clocks: Iterable[Clock]) -> list[Line]:
    """The clocks with their clauses: one query for the contracts that this process has not read."""
    clocks = list(clocks)
    contracts = contracts_of(program_id, {clock.version_id for clock in clocks})
    return [line_of(clock, contracts.get(clock.version_id)) for clock in clocks]


def line_of(clock: Clock, contract: Contract | None) -> Line:
    clause = contract.clause(clock.clause) if contract else None
    title = words.title(clause) if clause else clock.clause
    sentence = words.sentence(clause) if clause else ""
    return Line(clock, clause, title, sentence, result_of(clock, clause))


def result_of(clock: Clock, clause: SlaClause | None) -> str:
    """How the promise ended, by the clock on the wall; empty while it runs."""
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
    """ "40 min", "2 h", "3 d"; seconds below a minute."""
    seconds = max(int(time.total_seconds()), 0)
    if seconds < 60:
        return _("%(count)d s") % {"count": seconds}
    if seconds >= 2 * 86_400:
        return _("%(count)d d") % {"count": seconds // 86_400}
    return length_in_words(seconds // 60)


def contracts_of(program_id: int, version_ids: set[int]) -> dict[int, Contract]:
    """Contracts never change once signed, so each is parsed once."""
    missing = version_ids - _known.keys()
    if missing:
        rows = Version.objects.in_program(program_id).filter(pk__in=missing)
        for pk, content in rows.values_list("pk", "content"):
            _known[pk] = _parsed(content)
    return {pk: _known[pk] for pk in version_ids if pk in _known}


_known: dict[int, Contract] = {}


def _parsed(content: dict[str, object]) -> Contract:
    try:
        return parse_contract(content)
    except InvalidContent:
        return Contract()
