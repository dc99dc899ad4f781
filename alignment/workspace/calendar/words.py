"""Conflicts in sentences, with the names that make them useful."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Stakeholder
from accounts.queries.names import know_by_address
from alignment.people.models import User
from campaigns.calendar.rules.conflicts import Kind
from campaigns.library.models import TouchChannel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from alignment.people.models import Program
    from campaigns.calendar.rules.conflicts import Conflict
    from campaigns.policy.rules import ContactPolicy


@dataclass(frozen=True, slots=True)
class Said:
    """A conflict as people read it; `other` is the id of the touch it is with."""

    kind: str
    text: str
    is_hard: bool
    other: int | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """Who the ids in conflicts are."""

    policy: ContactPolicy
    people: Mapping[int, str] = field(default_factory=dict)
    users: Mapping[int, str] = field(default_factory=dict)

    def person(self, pk: int | None) -> str:
        return self.people.get(pk or 0, _("this person"))

    def user(self, pk: int | None) -> str:
        return self.users.get(pk or 0, _("somebody"))


def names_in(program: Program, conflicts: Iterable[Conflict], policy: ContactPolicy) -> Names:
    """Two statements at most, three where somebody has no name."""
    found = list(conflicts)
    ids = {c.person for c in found if c.person}
    who = {c.other.who for c in found if c.other and c.other.who}
    people = list(Stakeholder.objects.in_program(program).filter(pk__in=ids)) if ids else []
    know_by_address(program=program, people=people)
    members = User.objects.filter(pk__in=who, memberships__program=program) if who else []
    return Names(
        policy=policy,
        people={person.pk: str(person) for person in people},
        users={user.pk: str(user) for user in members},
    )


def said(conflict: Conflict, names: Names) -> Said:
    return Said(
        kind=conflict.kind.value,
        text=_sentence(conflict, names),
        is_hard=conflict.is_hard,
        other=conflict.other.id if conflict.other else None,
    )


def kind_in_words(kind: str) -> str:
    """The name of a kind, for what was overridden earlier."""
    known = {
        Kind.DOUBLE: _("double prospecting"),
        Kind.CLASH: _("two messages at once"),
        Kind.STAKEHOLDER_CAP: _("too many touches of one person"),
        Kind.ACCOUNT_CAP: _("too many touches of the account"),
        Kind.QUIET: _("quiet hours"),
        Kind.NO_CONSENT: _("no consent"),
        Kind.DO_NOT_CONTACT: _("do not contact"),
        Kind.FIRST_NOT_DONE: _("the first touch is not done"),
        Kind.PAUSED: _("sales talks to the decision-maker"),
    }
    return known.get(Kind(kind), kind) if kind in set(Kind) else kind


def _sentence(conflict: Conflict, names: Names) -> str:
    policy, other = names.policy, conflict.other
    given = {
        "person": names.person(conflict.person),
        "who": names.user(other.who if other else None),
        "touch": TouchChannel(other.channel).label if other else "",
        "when": _moment(other.starts) if other else "",
        "count": conflict.count,
        "days": policy.window_days,
        "hours": policy.gap_hours,
        "pause": policy.pause_days,
    }
    texts = {
        Kind.DOUBLE: _(
            "%(who)s already reaches %(person)s: %(touch)s, %(when)s. Leave %(hours)s hours between,"
            " or take that touch up."
        ),
        Kind.CLASH: _("The account hears another message at that time: %(touch)s, %(when)s."),
        Kind.STAKEHOLDER_CAP: _(
            "It would be touch %(count)s of %(person)s within %(days)s days, more than you agreed."
        ),
        Kind.ACCOUNT_CAP: _(
            "It would be touch %(count)s of this account within %(days)s days, more than you agreed."
        ),
        Kind.QUIET: _("It is outside the hours in which this prospect may be disturbed."),
        Kind.NO_CONSENT: _("%(person)s does not want to be reached this way."),
        Kind.DO_NOT_CONTACT: _("Nobody may contact %(person)s."),
        Kind.FIRST_NOT_DONE: _("What it takes up is not done by then: %(touch)s, %(when)s."),
        Kind.PAUSED: _(
            "Sales talks to %(person)s: %(touch)s, %(when)s. Marketing's own touches of the"
            " decision-maker rest %(pause)s days around it."
        ),
    }
    return texts[conflict.kind] % given


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
