"""Conflicts in words, with the names of people and things."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Stakeholder
from accounts.queries.names import set_known_as
from alignment.people.models import Program, Side, User
from campaigns.library.models import TouchChannel

from ..rules.conflicts import Conflict, Kind
from ..rules.slots import SKIPPED

KIND_NAMES: Mapping[str, Any] = {
    Kind.DOUBLE: gettext_lazy("Double prospecting"),
    Kind.SAME: gettext_lazy("Planned already"),
    Kind.CLASH: gettext_lazy("Two messages at one account"),
    Kind.STAKEHOLDER_CAP: gettext_lazy("Too many touches for one person"),
    Kind.ACCOUNT_CAP: gettext_lazy("Too many touches for one account"),
    Kind.QUIET: gettext_lazy("Quiet hours"),
    Kind.NO_CONSENT: gettext_lazy("No consent"),
    Kind.DO_NOT_CONTACT: gettext_lazy("Do not contact"),
    Kind.FIRST_NOT_DONE: gettext_lazy("First touch not done"),
    Kind.PAUSED: gettext_lazy("Sales is talking to them"),
    Kind.BOOKED: gettext_lazy("Booked elsewhere at that time"),
    Kind.DAY_OFF: gettext_lazy("Not a business day"),
}


@dataclass(frozen=True, slots=True)
class DescribedConflict:
    """One conflict. `other_*` describe the touch that it collides with, if any."""

    kind: Kind
    is_hard: bool
    text: str
    person_id: int | None = None
    person: str = ""
    other_id: int | None = None
    other_who: str = ""
    other_side: str = ""
    other_starts_at: datetime | None = None
    count: int = 0

    @property
    def kind_name(self) -> str:
        return str(KIND_NAMES[self.kind])


@dataclass(frozen=True, slots=True)
class ConflictFacts:
    """The facts in a sentence about a conflict: names as they are, `channel` by its code. They can
    be stored and worded later in the reader's language."""

    kind: str
    person: str = ""
    who: str = ""
    channel: str = ""
    message: str = ""
    count: int = 0
    # The side of the touch it collides with.
    side: str = ""
    # For double prospecting: the planned touch names nobody to do it.
    names_nobody: bool = False
    # For a first touch that is not done: it was skipped.
    is_skipped: bool = False


# Sentences with the name of the other touch's person in the middle.
_NAMED_WITHIN = frozenset({Kind.SAME, Kind.CLASH})


def sentence(facts: ConflictFacts) -> str:
    """The sentence in the active language."""
    begins = facts.kind not in _NAMED_WITHIN
    words = {
        "person": facts.person or _("this person"),
        "who": facts.who or (_("Somebody") if begins else _("somebody")),
        "channel": str(TouchChannel(facts.channel).label) if facts.channel else "",
        "message": facts.message,
    }
    if facts.kind == Kind.CLASH and facts.person:
        return _same_message_words(words)
    if facts.kind == Kind.DOUBLE:
        return _double_words(facts, words)
    if facts.kind == Kind.FIRST_NOT_DONE and facts.is_skipped:
        return _("The touch that it takes up was skipped (%(channel)s).") % words
    return _SENTENCES[Kind(facts.kind)](words, facts.count)


def _double_words(facts: ConflictFacts, words: Mapping[str, str]) -> str:
    """If either touch names nobody yet, add how naming somebody would help."""
    # Of a concurrent touch, found only by the database's refusal, no details are known.
    if facts.who or not facts.side:
        said = _("%(who)s already reaches %(person)s around that time (%(channel)s).") % words
    elif facts.side == Side.MARKETING:
        said = _("Marketing already reaches %(person)s around that time (%(channel)s).") % words
    else:
        said = _("Sales already reaches %(person)s around that time (%(channel)s).") % words
    if not facts.side or (facts.who and not facts.names_nobody):
        return said
    return said + " " + _unnamed_words(words, is_other=not facts.who)


def _unnamed_words(words: Mapping[str, str], *, is_other: bool) -> str:
    if is_other:
        return _(
            "Nobody is named yet who does that. Name who does it: touches of the same person, or of"
            " which one takes up the other, do not collide."
        )
    return _("Nobody is named yet for this one. If %(who)s does it too, name them.") % words


def _same_message_words(words: Mapping[str, str]) -> str:
    if not words["message"]:
        return _("%(person)s gets the same content around then, from %(who)s.") % words
    return _("%(person)s hears the same around then: “%(message)s”, from %(who)s.") % words


def facts_of(program: Program, found: Sequence[Conflict]) -> list[ConflictFacts]:
    """In the order given; at most three statements in all."""
    people = _people(program, {conflict.person for conflict in found if conflict.person})
    users = _users({c.other.who for c in found if c.other and c.other.who})
    return [
        ConflictFacts(
            kind=conflict.kind.value,
            person=people.get(conflict.person or 0, ""),
            who=users.get(conflict.other.who or 0, "") if conflict.other else "",
            channel=conflict.other.channel if conflict.other else "",
            message=conflict.other.message if conflict.other else "",
            count=conflict.count,
            side=conflict.other.side if conflict.other else "",
            names_nobody=conflict.names_nobody,
            is_skipped=conflict.other is not None and conflict.other.state == SKIPPED,
        )
        for conflict in found
    ]


def describe(program: Program, found: Sequence[Conflict]) -> list[DescribedConflict]:
    """In the order given, in the active language; at most three statements in all."""
    return [
        _described(conflict, facts)
        for conflict, facts in zip(found, facts_of(program, found), strict=True)
    ]


def _described(conflict: Conflict, facts: ConflictFacts) -> DescribedConflict:
    other = conflict.other
    return DescribedConflict(
        kind=conflict.kind,
        is_hard=conflict.is_hard,
        text=_overtaken_words(facts) if conflict.is_overtaken else sentence(facts),
        person_id=conflict.person,
        person=facts.person,
        other_id=other.id if other else None,
        other_who=facts.who or (_("Somebody") if other else ""),
        other_side=other.side if other else "",
        other_starts_at=other.starts if other else None,
        count=conflict.count,
    )


def _overtaken_words(facts: ConflictFacts) -> str:
    words = {"channel": str(TouchChannel(facts.channel).label), "who": facts.who or _("Somebody")}
    return (
        _("%(who)s takes it up before that (%(channel)s), and it will not be done by then.") % words
    )


def _people(program: Program, ids: Iterable[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = list(Stakeholder.objects.in_program(program).filter(pk__in=ids))
    set_known_as(program=program, people=rows)
    return {row.pk: str(row) for row in rows}


def _users(ids: Iterable[int]) -> dict[int, str]:
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids)} if ids else {}


_Sentence = Callable[[Mapping[str, str], int], str]
_SENTENCES: Mapping[Kind, _Sentence] = {
    Kind.SAME: lambda words, _n: (
        _("The same touch of %(person)s is planned already, by %(who)s (%(channel)s).") % words
    ),
    Kind.CLASH: lambda words, _n: (
        _("The account hears another message around then: “%(message)s”, from %(who)s.") % words
    ),
    Kind.STAKEHOLDER_CAP: lambda words, count: (
        ngettext(
            "%(person)s would get %(count)d touch within the window of the policy.",
            "%(person)s would get %(count)d touches within the window of the policy.",
            count,
        )
        % {**words, "count": count}
    ),
    Kind.ACCOUNT_CAP: lambda _words, count: (
        ngettext(
            "The account would get %(count)d touch within the window of the policy.",
            "The account would get %(count)d touches within the window of the policy.",
            count,
        )
        % {"count": count}
    ),
    Kind.QUIET: lambda _words, _n: _("These are quiet hours where the prospect is."),
    Kind.NO_CONSENT: lambda words, _n: (
        _("%(person)s does not want to be reached on this channel.") % words
    ),
    Kind.DO_NOT_CONTACT: lambda words, _n: _("%(person)s is not to be contacted.") % words,
    Kind.FIRST_NOT_DONE: lambda words, _n: (
        _("The touch that it takes up will not have been done by then (%(channel)s).") % words
    ),
    Kind.PAUSED: lambda words, _n: (
        _("%(who)s of sales is talking to %(person)s, who decides: marketing pauses.") % words
    ),
    Kind.BOOKED: lambda words, _n: (
        _("%(who)s has something else to attend at that time (%(channel)s).") % words
    ),
    Kind.DAY_OFF: lambda _words, _n: _(
        "It is a weekend or a holiday where the prospect is: nobody is at their desk."
    ),
}
