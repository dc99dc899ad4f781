"""The causes of a deal's risks: which objection, person or request, and since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Stakeholder
from campaigns.committee.models import CommitteeMember
from campaigns.opportunities.rules import Flag, PutOff, Risk

if TYPE_CHECKING:
    from datetime import date

    from alignment.people.models import Program
    from campaigns.insights.models import SupportRequest
    from campaigns.insights.queries.topics import OpenObjection
    from campaigns.opportunities.models import Opportunity

DECIDING = (Stakeholder.CommitteeRole.DECISION_MAKER, Stakeholder.CommitteeRole.ECONOMIC_BUYER)
# The field of the deal's form in which what is missing is written down.
MISSING = {Risk.NO_NEXT_STEP: "next_step", Risk.NO_DATE: "close_on", Risk.NO_AMOUNT: "amount"}
# Causes of one kind shown for a deal; the number beside them counts all.
MOST = 5


@dataclass(frozen=True, slots=True)
class Because:
    """One sentence, and the page where something can be done about it. `kind` and `id` identify the
    row it concerns.
    """

    text: str
    url: str
    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class LastHeard:
    """Contacts of one account in the last half year: how many people were met, when one of them
    last spoke, whether a decider is among them, and the id of one of them.
    """

    people: int = 0
    at: datetime | None = None
    decides: bool = False
    one: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one deal besides its own row."""

    heard: LastHeard
    put_off: PutOff
    objections: list[OpenObjection]
    late: list[SupportRequest]


class Causes:
    """Finds the causes for flags of several deals in two statements."""

    def __init__(
        self,
        program: Program,
        deals: Sequence[Opportunity],
        facts: Mapping[int, Facts],
        flags: Mapping[int, Sequence[Flag]],
    ) -> None:
        self.slug, self.facts = program.slug, facts
        told = {
            risk: [deal for deal in deals if any(flag.risk == risk for flag in flags[deal.pk])]
            for risk in (Risk.SINGLE_THREADED, Risk.NO_DECISION_MAKER)
        }
        ones = {facts[deal.pk].heard.one for deal in told[Risk.SINGLE_THREADED]} - {None}
        self.people = Stakeholder.objects.in_program(program).in_bulk(ones)
        self.deciders = _deciders(program, told[Risk.NO_DECISION_MAKER])
        self._say = {
            Risk.OPEN_OBJECTION: self._objections,
            Risk.LATE_SUPPORT: self._late,
            Risk.SINGLE_THREADED: self._alone,
            Risk.NO_DECISION_MAKER: self._undecided,
            Risk.RESTLESS_DATE: self._restless,
            Risk.OVERDUE: self._overdue,
            Risk.SILENT: self._silent,
        }

    def of(self, deal: Opportunity, flag: Flag) -> list[Because]:
        say = self._say.get(flag.risk)
        if say:
            return say(deal, self.facts[deal.pk])
        return [self._change(deal, _("write it down"), at=MISSING[flag.risk])]

    def _objections(self, deal: Opportunity, facts: Facts) -> list[Because]:
        text = _("%(topic)s, since %(day)s")
        return [
            Because(
                text % {"topic": each.topic, "day": _day(each.since)},
                reverse("workspace:note", args=[self.slug, each.note]),
                "note",
                each.note,
            )
            for each in facts.objections[:MOST]
        ]

    def _late(self, deal: Opportunity, facts: Facts) -> list[Because]:
        page = f"{self._page(deal)}#support-"
        return [
            Because(_request(row), f"{page}{row.pk}", "support_request", row.pk)
            for row in facts.late[:MOST]
        ]

    def _alone(self, deal: Opportunity, facts: Facts) -> list[Because]:
        person = self.people.get(facts.heard.one or 0)
        if person is None:
            text = _("no contact in half a year")
            return [self._at_page(deal, text, "committee")]
        return [self._person(person, str(person))]

    def _undecided(self, deal: Opportunity, _facts: Facts) -> list[Because]:
        known = self.deciders.get(deal.account_id, [])
        text = _("%(person)s is known, but nobody heard from them in half a year")
        if known:
            return [self._person(who, text % {"person": who}) for who in known[:MOST]]
        return [self._at_page(deal, _("nobody who decides is known there"), "committee")]

    def _restless(self, deal: Opportunity, facts: Facts) -> list[Because]:
        first, now = _date(facts.put_off.first), _date(deal.close_on)
        text = _("first expected %(first)s, now %(now)s") % {"first": first, "now": now}
        return [self._at_page(deal, text, "history")]

    def _overdue(self, deal: Opportunity, _facts: Facts) -> list[Because]:
        text = _("it was expected by %(day)s") % {"day": _date(deal.close_on)}
        return [self._change(deal, text, at="close_on")]

    def _silent(self, deal: Opportunity, facts: Facts) -> list[Because]:
        if facts.heard.at is None:
            text = _("not since it was opened on %(day)s") % {"day": _day(deal.opened_at)}
        else:
            text = _("last heard on %(day)s") % {"day": _day(facts.heard.at)}
        return [self._at_page(deal, text, "notes")]

    def _person(self, person: Stakeholder, text: str) -> Because:
        page = reverse("workspace:person", args=[self.slug, person.pk])
        return Because(text, page, "stakeholder", person.pk)

    def _change(self, deal: Opportunity, text: str, *, at: str) -> Because:
        page = reverse("workspace:opportunity_edit", args=[self.slug, deal.pk])
        return Because(text, f"{page}?at={at}", "opportunity", deal.pk)

    def _at_page(self, deal: Opportunity, text: str, place: str) -> Because:
        return Because(text, f"{self._page(deal)}#{place}", "opportunity", deal.pk)

    def _page(self, deal: Opportunity) -> str:
        return reverse("workspace:opportunity", args=[self.slug, deal.pk])


def _deciders(program: Program, deals: Sequence[Opportunity]) -> dict[int, list[Stakeholder]]:
    """The people who decide at the accounts of these deals, by account."""
    parts = CommitteeMember.objects.in_program(program).filter(
        opportunity__in=[deal.pk for deal in deals], role__in=DECIDING
    )
    rows = Stakeholder.objects.in_program(program).filter(
        Q(role__in=DECIDING) | Q(pk__in=parts.values("stakeholder")),
        account__in={deal.account_id for deal in deals},
    )
    found: dict[int, list[Stakeholder]] = {}
    for person in rows.order_by("pk"):
        found.setdefault(person.account_id or 0, []).append(person)
    return found


def _request(row: SupportRequest) -> str:
    facts = {"what": row.what, "day": _day(row.due_at), "who": row.owner}
    if row.owner_id:
        return _("%(what)s, needed by %(day)s; %(who)s works on it") % facts
    return _("%(what)s, needed by %(day)s; nobody has taken it") % facts


def _day(at: datetime) -> str:
    return _date(timezone.localtime(at).date())


def _date(day: date | None) -> str:
    return date_format(day, "SHORT_DATE_FORMAT") if day else "—"
