"""Template tags for deals."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, ngettext

from alignment.core import figures
from alignment.sla.rules.sums import length_in_words
from alignment.workspace.reference_names import industry_title
from campaigns.committee.rules import Gap
from campaigns.insights.helpful_words import reason_words
from campaigns.insights.rules.helpful import Because
from campaigns.insights.support_words import needed_by
from campaigns.opportunities.models import OpportunityStep

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from alignment.people.models import Program
    from campaigns.committee.models import CommitteeMember
    from campaigns.committee.queries import Committee, MemberShown
    from campaigns.committee.rules import Node
    from campaigns.insights.models import SupportRequest
    from campaigns.insights.rules.helpful import Reason
    from campaigns.opportunities.models import ExchangeRate, Opportunity

# Ten hours: below this many minutes, the minutes are shown.
EXACT = 600

register = template.Library()
Kind = OpportunityStep.Kind
ICONS = {
    Kind.OPENED: "plus",
    Kind.STAGE: "arrow-right",
    Kind.AMOUNT: "coin",
    Kind.CLOSE: "calendar-event",
    Kind.OWNER: "user",
}


@register.filter
def usd(amount: Decimal | None) -> str:
    """US dollars, abbreviated: $48K."""
    return "" if amount is None else figures.dollars(round(amount))


@register.filter
def usd_change(amount: Decimal) -> str:
    """The change of a sum: +$48K."""
    return f"{'−' if amount < 0 else '+'}{usd(abs(amount))}"


@register.filter
def usd_whole(amount: Decimal) -> str:
    """Whole dollars, for columns of amounts."""
    return figures.money(amount)


@register.filter
def rate_words(rate: ExchangeRate) -> str:
    """The worth of one unit, with all digits that were entered."""
    return figures.in_currency(str(number_format(rate.usd.normalize())))


@register.filter
def why_helpful(reason: Reason) -> str:
    """Why content is suggested: "answers: Price"."""
    is_sector = reason.because == Because.SECTOR
    return reason_words(reason, industry_title(reason.about) if is_sector else "")


@register.filter
def sent_when(at: datetime) -> str:
    """When content went or will go to the account: "sent on 11/20/2026"."""
    said = {"day": date_format(timezone.localtime(at), "SHORT_DATE_FORMAT")}
    if at > timezone.now():
        return gettext("goes out on %(day)s") % said
    return gettext("sent on %(day)s") % said


@register.filter
def needed_when(request: SupportRequest, program: Program) -> str:
    """The day until which it is needed."""
    return needed_by(request, program.time_zone)


@register.filter
def business_left(left: Mapping[int, int], request: SupportRequest) -> str:
    """The business time left for a request; empty for one that is late or closed."""
    minutes = left.get(request.pk)
    if minutes is None:
        return ""
    if minutes <= 0:
        return gettext("outside of business hours")
    shown = length_in_words(minutes if minutes < EXACT else round(minutes / 60) * 60)
    return gettext("%(time)s of business left") % {"time": shown}


@register.filter
def money(deal: Opportunity) -> str:
    """The amount in its own currency, with cents only if there are any; empty if unknown."""
    if deal.amount is None:
        return ""
    return figures.money(deal.amount, deal.currency, decimals=2)


@register.filter
def step_icon(step: OpportunityStep) -> str:
    return ICONS[Kind(step.kind)]


@register.filter
def step_words(step: OpportunityStep) -> str:
    """The change as a sentence."""
    if step.kind == Kind.OPENED:
        return gettext("Opened in: %(stage)s") % {"stage": step.to_stage}
    if step.kind == Kind.STAGE:
        return f"{step.from_stage} → {step.to_stage}"
    if step.kind == Kind.AMOUNT:
        return gettext("Amount: %(before)s → %(after)s") % {
            "before": usd(step.usd_before),
            "after": usd(step.usd_after),
        }
    if step.kind == Kind.CLOSE:
        return gettext("Expected close: %(before)s → %(after)s") % {
            "before": date_format(step.close_before) if step.close_before else "—",
            "after": date_format(step.close_after) if step.close_after else "—",
        }
    return gettext("Owner: %(owner)s") % {"owner": step.owner_after or "—"}


@register.filter
def shown_of(committee: Committee, node: Node) -> MemberShown:
    """The member that a node of the hierarchy stands for."""
    return committee.members[node.key]


@dataclass(frozen=True, slots=True)
class LackLine:
    """What is missing, as a sentence. `role` is the missing role, `adds` the words of the button
    that fills it; `without_owner` are those for whom one of us has to be named.
    """

    text: str
    role: str = ""
    adds: str = ""
    without_owner: tuple[CommitteeMember, ...] = ()


@register.filter
def lack_lines(committee: Committee) -> list[LackLine]:
    """The gaps, the worst first; each person is named once, with all that is wrong about them."""
    about: dict[int, tuple[Gap, ...]] = {}
    for lack in committee.lacks:
        for key in lack.keys:
            about[key] = (*about.get(key, ()), lack.gap)
    alike: dict[tuple[Gap, ...], list[CommitteeMember]] = {}
    for key, gaps in about.items():
        alike.setdefault(gaps, []).append(committee.members[key].member)
    missing = [_missing(lack.gap) for lack in committee.lacks if not lack.keys]
    return missing + [_about(gaps, members) for gaps, members in alike.items()]


def _missing(gap: Gap) -> LackLine:
    if gap == Gap.NO_DECISION_MAKER:
        text, adds = gettext("No decision-maker known"), gettext("Add a decision-maker")
        return LackLine(text, "decision_maker", adds)
    if gap == Gap.NO_ECONOMIC_BUYER:
        text, adds = gettext("No economic buyer known"), gettext("Add an economic buyer")
        return LackLine(text, "economic_buyer", adds)
    return LackLine(gettext("No champion known"), "champion", gettext("Add a champion"))


def _about(gaps: tuple[Gap, ...], members: list[CommitteeMember]) -> LackLine:
    who = ", ".join(str(member.stakeholder) for member in members)
    without = Gap.DECIDER_WITHOUT_SALES in gaps or Gap.INFLUENCE_AGAINST in gaps
    text = gap_words(gaps, len(members)) % {"who": who}
    return LackLine(text, without_owner=tuple(members) if without else ())


def gap_words(gaps: tuple[Gap, ...], number: int) -> str:
    """All combinations that `campaigns.committee.rules.lacks` may find about one person."""
    texts = {
        (Gap.DECIDER_WITHOUT_SALES, Gap.DECIDER_AGAINST): lambda: ngettext(
            "Decides and is against us, and nobody of sales looks after them: %(who)s",
            "Decide and are against us, and nobody of sales looks after them: %(who)s",
            number,
        ),
        (Gap.DECIDER_WITHOUT_SALES, Gap.STANCE_UNKNOWN): lambda: ngettext(
            "Decides, stance unknown, and nobody of sales looks after them: %(who)s",
            "Decide, stance unknown, and nobody of sales looks after them: %(who)s",
            number,
        ),
        (Gap.DECIDER_WITHOUT_SALES,): lambda: ngettext(
            "Decides, and nobody of sales looks after them: %(who)s",
            "Decide, and nobody of sales looks after them: %(who)s",
            number,
        ),
        (Gap.DECIDER_AGAINST,): lambda: gettext("Decides and is against us: %(who)s"),
        (Gap.INFLUENCE_AGAINST, Gap.WITHOUT_NURTURE): lambda: ngettext(
            "Has influence and is against us, with nobody of us named for them and nothing from"
            " marketing for a quarter: %(who)s",
            "Have influence and are against us, with nobody of us named for them and nothing from"
            " marketing for a quarter: %(who)s",
            number,
        ),
        (Gap.INFLUENCE_AGAINST,): lambda: ngettext(
            "Has influence and is against us, and nobody of us is named for them: %(who)s",
            "Have influence and are against us, and nobody of us is named for them: %(who)s",
            number,
        ),
        (Gap.WITHOUT_NURTURE,): lambda: gettext(
            "Without anything from marketing for a quarter: %(who)s"
        ),
        (Gap.STANCE_UNKNOWN,): lambda: gettext("Decides, and we do not know their stance: %(who)s"),
    }
    return texts[gaps]()
