"""The weights of the account score in words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from alignment.agreements.rules import Clause

from .rules import PARTS, AccountWeights, Evidence


@dataclass(frozen=True, slots=True)
class Grounds:
    """The evidence for a score, with names. `closest`: the colleague and the person they know."""

    evidence: Evidence
    hottest: str
    topic: str
    closest: tuple[str, str] | None


def part_names() -> dict[str, str]:
    """Part -> its name in the active language."""
    return {
        "fit": _("Fit"),
        "engagement": _("Engagement"),
        "intent": _("Intent"),
        "relationships": _("Relationships"),
    }


def weight_clauses(weights: AccountWeights) -> list[Clause]:
    """As clauses among the others of a model, where each title has to say what it is about."""
    return [
        replace(line, title=_("Account score, %(part)s") % {"part": _inside(line.title)})
        for line in weight_lines(weights)
    ]


def _inside(title: str) -> str:
    return title[:1].lower() + title[1:]


def weight_lines(weights: AccountWeights) -> list[Clause]:
    """The most points of each part and the settings within the parts, below a common heading."""
    names = part_names()
    said = [
        Clause(
            f"account:{part}",
            names[part],
            _("at most %(n)d of 100 points") % {"n": weights.most(part)},
        )
        for part in PARTS
    ]
    points = ngettext("%(n)d point", "%(n)d points", weights.warm_at) % {"n": weights.warm_at}
    said.append(Clause("account:warm_at", _("A person is warm from"), points))
    said.append(
        Clause(
            "account:further",
            _("Each further warm or known person"),
            _("%(n)d of 100") % {"n": weights.further},
        )
    )
    return said


def said_of(grounds: Grounds, weights: AccountWeights) -> dict[str, str]:
    """Part -> its evidence as a sentence."""
    return {
        "fit": _fit(grounds.evidence),
        "engagement": _engagement(grounds, weights),
        "intent": _intent(grounds),
        "relationships": _relationships(grounds),
    }


def _fit(evidence: Evidence) -> str:
    if evidence.answer == "":
        return _("Not judged yet")
    if evidence.answer == "no":
        return _("Does not match the ICP, so no points for its grade")
    if evidence.answer == "yes":
        return _("Matches the ICP, grade %(n)d of 100") % {"n": evidence.grade}
    return _("Not all is known; what is known has grade %(n)d of 100") % {"n": evidence.grade}


def _engagement(grounds: Grounds, weights: AccountWeights) -> str:
    evidence = grounds.evidence
    if not grounds.hottest:
        return _("Nobody has an open lead")
    text = ngettext(
        "Hottest: %(name)s, %(n)d point", "Hottest: %(name)s, %(n)d points", evidence.hottest
    )
    said = text % {"name": grounds.hottest, "n": evidence.hottest}
    text = ngettext(
        "%(n)d person has %(at)d or more", "%(n)d people have %(at)d or more", evidence.warm
    )
    more = text % {"n": evidence.warm, "at": weights.warm_at}
    return _("%(said)s; %(more)s") % {"said": said, "more": more}


def _intent(grounds: Grounds) -> str:
    if not grounds.evidence.intent:
        return _("Nothing that still counts is reported")
    if not grounds.topic:
        return _("Visits to our own site")
    return _("Reads most about %(topic)s") % {"topic": grounds.topic}


def _relationships(grounds: Grounds) -> str:
    if grounds.closest is None:
        return _("Nobody of us is known to know anybody here")
    us, them = grounds.closest
    said = _("Closest: %(us)s and %(them)s") % {"us": us, "them": them}
    known = grounds.evidence.known
    text = ngettext("we know %(n)d person", "we know %(n)d people", known)
    return pgettext("between parts of a sentence", "; ").join([said, text % {"n": known}])
