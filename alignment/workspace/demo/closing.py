"""What helps the demo's deals close: ROI pages for prospects and requests to marketing; also the
baseline that results are compared with.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import timezone

from alignment.metrics.queries.deals import ACQUISITION, CYCLE, MEAN_SIZE, RATE, SIZE
from alignment.metrics.results.actions.baselines import Entered, freeze_entered
from alignment.metrics.results.actions.costs import add_cost
from campaigns.actions.campaigns import add_cost as add_campaign_cost
from campaigns.committee.models import CommitteeMember
from campaigns.insights.actions.support import ask, decline, deliver, notify_overdue, take
from campaigns.insights.actions.topics import answer_topic
from campaigns.insights.models import InsightTopic, SupportRequest
from campaigns.library.models import Asset
from campaigns.models import Campaign
from campaigns.opportunities.models import Opportunity, Outcome
from campaigns.roi.actions.sharing import Recipient, revoke_share, share_calculator
from campaigns.roi.actions.visiting import note_visit
from campaigns.roi.actions.writing import publish_calculator, save_calculator
from campaigns.roi.defaults import EXAMPLES, LATE_LEADS
from campaigns.roi.models import Calculator, RoiShare, RoiVisit

if TYPE_CHECKING:
    from alignment.people.models import Program, User

SENDER = "Hexalog"
# The prospect's numbers: more leads and larger deals than the calculator's defaults.
THEIR_NUMBERS = {"leads": 340, "late": 55, "deal_size": 31_000}
# Figures of the year before, from a former CRM, each with the number of deals behind it. Too few
# deals had an amount for a mean.
BEFORE = {
    CYCLE: Entered(44, 46),
    SIZE: Entered(68_000, 46),
    MEAN_SIZE: Entered(74_000, 22),
    RATE: Entered(0.34, 136),
    ACQUISITION: Entered(21_500, 46),
}
MONTHLY = (
    ("Salaries of marketing, share of this program", "marketing", 58_000),
    ("Salaries of sales, share of this program", "sales", 84_000),
    ("Data and tools", "marketing", 9_500),
)
MONTHS = 6


def help_close(program: Program, people: dict[str, User]) -> None:
    """For open deals, the most advanced first."""
    rows = Opportunity.objects.in_program(program).filter(outcome=Outcome.OPEN)
    deals = list(rows.select_related("account", "owner").order_by("-stage__position", "pk")[:8])
    _link_content(program, people["lea"])
    _send_pages(program, people["lea"], deals)
    _ask_for_support(program, people, deals)
    _freeze_baseline(program, people)


def _link_content(program: Program, by: User) -> None:
    """Add an ROI page to the answer to the price."""
    model = Asset.objects.in_program(program).filter(kind="one_pager").order_by("pk").first()
    for topic in InsightTopic.objects.in_program(program).filter(name="Price").exclude(answer=""):
        answer_topic(topic=topic, by=by, answer=topic.answer, asset=model)


def _send_pages(program: Program, by: User, deals: list[Opportunity]) -> None:
    """One used twice, one opened, one unopened in French, one expired, one closed."""
    calculator = save_calculator(
        program=program, by=by, name="What late leads cost", content=LATE_LEADS
    )
    publish_calculator(calculator=calculator, by=by)
    other = next(content for content in EXAMPLES.values() if content is not LATE_LEADS)
    save_calculator(program=program, by=by, name=other.title.en, content=other)
    used, opened, _untouched, expired, closed = (
        _send(calculator, by, deal, "fr" if number == 2 else "en")
        for number, deal in enumerate(deals[:5])
    )
    now = timezone.now()
    values = {each.key: each.default for each in LATE_LEADS.inputs} | THEIR_NUMBERS
    for share, days in ((used, 4), (used, 1), (opened, 2)):
        note_visit(share=share, kind=RoiVisit.Kind.OPENED, at=now - timedelta(days=days, hours=3))
    for days in (4, 1):
        at = now - timedelta(days=days, hours=2, minutes=50)
        note_visit(share=used, kind=RoiVisit.Kind.USED, at=at, values=values)
    _since(used, now - timedelta(days=5))
    _since(expired, now - timedelta(days=45))
    RoiShare.objects.in_program(program).filter(pk=expired.pk).update(
        expires_at=now - timedelta(days=15)
    )
    revoke_share(share=closed, by=by)


def _send(calculator: Calculator, by: User, deal: Opportunity, language: str) -> RoiShare:
    seats = CommitteeMember.objects.in_program(deal.program_id).filter(opportunity=deal)
    seat = seats.select_related("stakeholder").order_by("-influence", "pk").first()
    return share_calculator(
        calculator=calculator,
        to=Recipient(deal.account, seat.stakeholder if seat else None, deal),
        sender=SENDER,
        language=language,
        days=60,
        by=by,
    ).share


def _since(share: RoiShare, then: datetime) -> None:
    RoiShare.objects.in_program(share.program_id).filter(pk=share.pk).update(created_at=then)


def _ask_for_support(program: Program, people: dict[str, User], deals: list[Opportunity]) -> None:
    """Requests in each state: open, taken, delivered, declined, and overdue."""
    lea, paul = people["lea"], people["paul"]
    made = _asked(deals[1], "Reference call with a CIO of their size", 5)
    take(support=made, by=paul)
    done = _asked(deals[2], "Case study in insurance, in two pages", 4)
    study = Asset.objects.in_program(program).filter(kind="case_study").order_by("pk").first()
    deliver(support=done, by=lea, asset=study)
    refused = _asked(deals[3], "A demo environment with their own data by tomorrow", 3)
    decline(support=refused, by=lea, reason="Data protection needs two weeks: offer the sandbox.")
    late = _asked(deals[0], "One page on security for their board", 6)
    take(support=late, by=lea)
    _asked(deals[4], "Their logo on the ROI page for the steering committee", 7)
    now, rows = timezone.now(), SupportRequest.objects.in_program(program)
    rows.filter(pk=late.pk).update(
        asked_at=now - timedelta(days=6), due_on=None, due_at=_evening(program, 1)
    )
    for row, days in ((done, 8), (refused, 9)):
        rows.filter(pk=row.pk).update(
            asked_at=now - timedelta(days=days),
            closed_at=now - timedelta(days=days - 2),
            due_at=_evening(program, days - 3),
            due_on=None,
        )
    notify_overdue()


def _evening(program: Program, days_ago: int) -> datetime:
    """5 pm in the program's time zone."""
    zone = ZoneInfo(program.time_zone)
    day = timezone.localdate(timezone=zone) - timedelta(days=days_ago)
    return datetime.combine(day, time(17), zone)


def _asked(deal: Opportunity, what: str, days: int) -> SupportRequest:
    due_on = timezone.localdate() + timedelta(days=days)
    return ask(account=deal.account, opportunity=deal, by=deal.owner, what=what, due_on=due_on)


def _freeze_baseline(program: Program, people: dict[str, User]) -> None:
    """Costs of six months, and a frozen baseline from the year before."""
    month = timezone.localdate().replace(day=1)
    for _number in range(MONTHS):
        for what_for, side, amount in MONTHLY:
            add_cost(
                program=program,
                spent_on=month,
                spent_until=_month_after(month) - timedelta(days=1),
                amount_usd=amount,
                what_for=what_for,
                side=side,
                by=people["claire"],
            )
        month = _month_before(month)
    campaign = Campaign.objects.in_program(program).order_by("pk").first()
    if campaign is not None and campaign.starts_on is not None:
        for days, amount, what_for in ((1, 11_000, "LinkedIn ads"), (12, 6_500, "Webinar")):
            add_campaign_cost(
                campaign=campaign,
                spent_on=campaign.starts_on + timedelta(days=days),
                amount_usd=amount,
                what_for=what_for,
                by=people["hugo"],
            )
    source = "CRM export of last year, checked by sales and marketing"
    freeze_entered(program=program, source=source, figures=BEFORE, by=people["claire"])


def _month_after(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _month_before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)
