"""Criteria of the profile as text: what is wanted, and what is known of an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from alignment.agreements.handlers import shown_reason
from alignment.core import figures
from alignment.icp.models import Answer
from alignment.icp.words import CriterionWords, in_words, kind_title, weight_title
from alignment.reference.spoken import state_name
from alignment.workspace import reference_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.utils.functional import _StrPromise

    from accounts.models import Account
    from alignment.icp.queries import CriterionView, VerdictView
    from alignment.icp.rules import Criterion

MOST_NAMED = 4

# The question to ask when a criterion is unknown.
QUESTIONS: dict[str, str | _StrPromise] = {
    "revenue": _("What is their annual revenue?"),
    "employees": _("How many people work there?"),
    "industry": _("What is their industry, to the full NAICS code?"),
    "maturity": _("How mature is their technology (1 to 5)?"),
    "technology": _("Which technologies do they use?"),
    "budget": _("What budget do they have?"),
    "budget_confirmed": _("Is their budget there? Say so on a lead: “Budget confirmed”."),
    "geography": _("Which state and metropolitan area are they in?"),
}


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """`mark` is the answer from the account's point of view: an exclusion that applies is a no."""

    key: str
    kind: str
    label: str
    weight: str
    mark: str
    wanted: str
    seen: str
    reason: str
    question: str
    is_exclusion: bool

    @property
    def can_be_checked(self) -> bool:
        """The budget's confirmation is known from leads, not from facts of the account."""
        return self.kind != "budget_confirmed"

    @property
    def words(self) -> str:
        """The criterion as a sentence: "Employees: not 1 to 10"."""
        return _sentence(self.label, self.wanted, self.is_exclusion)


def sentences_of(criteria: Sequence[Criterion]) -> list[str]:
    """Like `CriterionLine.words`, in the active language."""
    pairs = zip(criteria, in_words(criteria), strict=True)
    return [_sentence(kind_title(c.kind), said.wanted, c.weight == "exclude") for c, said in pairs]


def _sentence(label: str, wanted: str, is_exclusion: bool) -> str:
    excluded = gettext("not %(wanted)s") % {"wanted": wanted}
    return f"{label}{pgettext('after a label', ':')} {excluded if is_exclusion else wanted}"


def lines_of(account: Account, verdict: VerdictView) -> list[CriterionLine]:
    """The verdict of one account, criterion by criterion."""
    described = in_words(view.criterion for view in verdict.criteria)
    pairs = zip(verdict.criteria, described, strict=True)
    return [_line(account, view, said) for view, said in pairs]


def _line(account: Account, view: CriterionView, said: CriterionWords) -> CriterionLine:
    criterion = view.criterion
    excludes = criterion.weight == "exclude"
    mark = str(view.answer)
    if excludes and view.answer != Answer.UNKNOWN:
        mark = "no" if view.answer == Answer.YES else "yes"
    return CriterionLine(
        key=criterion.key,
        kind=criterion.kind,
        # Exclusions say "not" in the text, so the label is that of the kind: "Industry: not
        # retail".
        label=kind_title(criterion.kind),
        weight=weight_title(criterion.weight),
        mark=mark,
        wanted=said.wanted,
        seen=_seen(account, view),
        reason=shown_reason(criterion.reason),
        question=str(QUESTIONS[criterion.kind]),
        is_exclusion=excludes,
    )


def _seen(account: Account, view: CriterionView) -> str:
    """Like `seen`; for the budget's confirmation, the value follows from the answer."""
    if view.criterion.kind != "budget_confirmed":
        return seen(account, view.criterion.kind)
    if view.answer == Answer.UNKNOWN:
        return ""
    is_there = (view.answer == Answer.YES) == view.criterion.confirmed
    return gettext("yes") if is_there else gettext("no")


def seen(account: Account, kind: str) -> str:
    """What is known of the account for this kind of criterion; empty if nothing is."""
    if kind == "revenue":
        return figures.dollar_range(account.revenue_low, account.revenue_high)
    if kind == "employees":
        return figures.people_range(account.employees_low, account.employees_high)
    if kind == "industry":
        return reference_names.industry_title(account.naics) if account.naics else ""
    if kind == "maturity":
        known = account.technology_maturity
        return "" if known is None else gettext("%(number)s of 5") % {"number": known}
    if kind == "technology":
        if account.technologies is None:
            return ""
        return _some(account.technologies) or gettext("none")
    if kind == "budget":
        return "" if account.budget_usd is None else figures.dollars(account.budget_usd)
    state = state_name(account.state or "")
    return ", ".join(part for part in (state, reference_names.metro_name(account.cbsa)) if part)


def _some(names: Iterable[str]) -> str:
    """The first few, and the number of further ones."""
    every = list(names)
    text = ", ".join(every[:MOST_NAMED])
    more = len(every) - MOST_NAMED
    if more <= 0:
        return text
    rest = ngettext("%(names)s and %(number)s more", "%(names)s and %(number)s more", more)
    return rest % {"names": text, "number": more}
