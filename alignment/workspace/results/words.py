"""Results and credits as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext, ngettext, pgettext

from alignment.core import figures
from alignment.metrics.queries.attribution import Attribution, with_deals
from alignment.metrics.queries.touches import NURTURE, RESPONSE
from alignment.metrics.results.queries import Result, Verdict
from alignment.metrics.rules import Definition, Measure, Statistic
from alignment.metrics.rules.attribution import Credit
from alignment.metrics.rules.comparison import Change
from alignment.workspace.dashboard.words import interval_words, value_words
from campaigns.library.models import TouchChannel
from campaigns.opportunities.models import Opportunity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alignment.metrics.queries.attribution import Credited
    from alignment.people.models import Program

Key = TypeVar("Key", int, str)


@dataclass(frozen=True, slots=True)
class Line:
    """One result on the page. `state` is a verdict, or "unknown" with the reason `why`."""

    result: Result
    definition: Definition
    value: str
    interval: str
    sample: int
    baseline: str
    change: str
    change_interval: str
    is_clear: bool
    target: str
    state: str
    why: str

    @property
    def verdict(self) -> str:
        """The verdict as text for a cell."""
        said = {
            Verdict.REACHED: pgettext("target", "Reached"),
            Verdict.LIKELY: gettext("Beyond the target, not certain yet"),
            Verdict.MISSED: gettext("Not reached"),
        }
        return next((text for state, text in said.items() if state == self.state), self.why)


@dataclass(frozen=True, slots=True)
class Part:
    """One row of a list of credits. `key` identifies it in addresses; `width` is out of 100."""

    key: str
    name: str
    campaign: int | None
    amount: str
    usd: float
    deals: int
    share: str
    width: int


def line(result: Result, *, is_part: bool = False) -> Line:
    """`is_part`: the result covers only some of the deals."""
    definition, now, change = result.definition, result.measure, result.change
    before = result.baseline
    return Line(
        result=result,
        definition=definition,
        value=value_words(definition.unit, now.value),
        interval=interval_words(definition, now),
        sample=now.sample,
        baseline=value_words(definition.unit, before.value) if before else "",
        change=_signed(change.share) if change else "",
        change_interval=_change_between(change),
        is_clear=bool(change and change.is_clear),
        target=_signed(result.target),
        state=str(result.verdict or "unknown"),
        why=_why(result, now, is_part=is_part),
    )


def _why(result: Result, now: Measure, *, is_part: bool) -> str:
    if result.change is not None:
        return ""
    if is_part and result.definition.statistic == Statistic.RATIO:
        return gettext("Costs belong to no team, sector, tier or source.")
    if now.value is None:
        return gettext("Nothing to reckon with in these days.")
    if not now.enough:
        text = ngettext(
            "Not enough data: %(n)s more deal is needed.",
            "Not enough data: %(n)s more deals are needed.",
            now.missing,
        )
        return text % {"n": now.missing}
    if result.baseline is None:
        return gettext("The baseline has no such figure.")
    return gettext("The baseline rests on too few deals.")


def _signed(share: float) -> str:
    sign = "+" if share > 0 else "−" if share < 0 else ""
    return sign + figures.percent(100 * abs(share))


def _change_between(change: Change | None) -> str:
    if change is None or change.low is None or change.high is None:
        return ""
    return gettext("%(low)s to %(high)s") % {
        "low": _signed(change.low),
        "high": _signed(change.high),
    }


def channels(found: Attribution) -> list[Part]:
    """The largest first; deals without a touch of marketing come last."""
    return [
        _part(key or "", channel_name(key), credit, found.cents)
        for key, credit in _ordered(found.channels)
    ]


def channel_name(key: str | None) -> str:
    """The name of a row; None stands for deals without a touch of marketing."""
    named: dict[str | None, object] = dict(TouchChannel.choices)
    named |= {RESPONSE: gettext("Campaign response"), NURTURE: gettext("Nurture track")}
    return str({**named, None: gettext("No touch of marketing")}.get(key, key))


def campaigns(found: Attribution) -> list[Part]:
    others = {None: gettext("No touch of marketing"), 0: gettext("No campaign")}
    return [
        _part(
            "" if key is None else str(key),
            others.get(key) or found.names.get(key or 0, ""),
            credit,
            found.cents,
            campaign=key or None,
        )
        for key, credit in _ordered(found.campaigns)
    ]


def _ordered(found: Mapping[Key | None, Credit]) -> list[tuple[Key | None, Credit]]:
    return sorted(found.items(), key=lambda item: (item[0] is None, -item[1].cents))


def _part(key: str, name: str, credit: Credit, total: int, *, campaign: int | None = None) -> Part:
    share = figures.share(credit.cents, total) if total else 0
    amount = figures.dollars(round(credit.cents / 100))
    usd = credit.cents / 100
    return Part(key, name, campaign, amount, usd, credit.deals, figures.percent(share), share)


@dataclass(frozen=True, slots=True)
class DealCredit:
    """A deal with the part of its amount that is credited."""

    deal: Opportunity
    credited: str
    amount: str


def dollars_of(cents: int) -> str:
    return figures.dollars(round(cents / 100))


def deals(program: Program, rows: Sequence[Credited]) -> list[DealCredit]:
    """In the order of `rows`: one statement."""
    return [
        DealCredit(deal, dollars_of(row.cents), dollars_of(row.amount_cents))
        for row, deal in with_deals(program, rows)
    ]
