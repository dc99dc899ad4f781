"""Six months of history: what people did, and how sales worked those who became MQL.

Everything runs through the real actions, day by day, and is then backdated to that day.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import Engagement, JournalEvent, Lead, Stage
from alignment.people.models import Program, User
from alignment.scoring.actions import leads as actions
from alignment.scoring.ingest import EngagementIn, ingest
from alignment.scoring.queries import Ruling, ruling
from alignment.sla.actions import work

from . import deals, handoffs, words

DAYS = 183
SATURDAY = 5
# From 9 am in New York to 5 pm in Los Angeles, in minutes of the day in UTC.
OFFICE_MINUTES = (14 * 60, 24 * 60)
# Activity in six months: share of people, fewest and most events, and share of strong signals.
TEMPERS = ((0.45, 0, 1, 0.02), (0.31, 2, 6, 0.08), (0.14, 5, 12, 0.25), (0.1, 8, 18, 0.5))
COOL = ("website_visit", "email_opened", "email_opened", "email_clicked")
HOT = ("pricing_page_view", "case_study_download", "webinar_attended", "form_submitted")
# What determines whether a deal is won. The shipped model ignores clicks and forms, so that a
# back-test has something to find.
LUCK = -0.1
TELLING = {
    "case_study_download": 0.3,
    "email_clicked": 0.3,
    "form_submitted": 0.25,
}

_BACK = """
    UPDATE accounts_journalevent j SET at = COALESCE(
        (SELECT e.occurred_at FROM accounts_engagement e
         WHERE e.id = (j.cause->>'engagement')::bigint), %(day)s)
    WHERE j.id > %(after)s AND j.program_id = %(program)s"""
_SINCE = """
    UPDATE accounts_lead l SET stage_since = j.at,
        closed_at = CASE WHEN l.closed_at IS NULL THEN NULL ELSE j.at END
    FROM (SELECT DISTINCT ON (lead_id) lead_id, at FROM accounts_journalevent
          WHERE id > %(after)s AND program_id = %(program)s
            AND kind IN ('became_engaged', 'became_mql', 'became_sql', 'stage_changed')
          ORDER BY lead_id, id DESC) j
    WHERE l.id = j.lead_id"""


@dataclass
class Story:
    program: Program
    people: dict[str, User]
    dice: random.Random
    # Midnight (UTC) of the first day.
    start: datetime
    rule: Ruling = field(init=False)
    # Day -> actions of sales on that day.
    plans: dict[int, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    sent: int = 0

    def __post_init__(self) -> None:
        self.rule = ruling(self.program)

    def moment(self, day: int) -> datetime:
        """A random moment in US office hours of that day, but never in the future."""
        minutes = self.dice.randint(*OFFICE_MINUTES)
        return min(
            self.start + timedelta(days=self.workday(day), minutes=minutes),
            timezone.now() - timedelta(minutes=self.dice.randint(2, 600)),
        )

    def workday(self, day: int) -> int:
        """The day itself, or the following Monday if it is on a weekend."""
        weekday = (self.start + timedelta(days=day)).weekday()
        return day + 7 - weekday if weekday >= SATURDAY else day

    def event(self, person: int, code: str, day: int) -> EngagementIn:
        self.sent += 1
        properties = {"title": self.dice.choice(words.PAGES.get(code, ("",)))}
        if code in HOT:
            properties["campaign"] = self.dice.choice(words.CAMPAIGNS)
            if self.dice.random() < 0.5:
                properties["promise"] = self.dice.choice(words.PROMISES)[1]
        return EngagementIn(
            person,
            self.rule.signal_id(code),
            self.moment(day),
            words.SOURCES.get(code, "sales"),
            f"demo-{self.sent}",
            True,
            properties,
        )


def tell(story: Story, stakeholders: list[int]) -> None:
    """Play through the six months."""
    calendar = _calendar(story, stakeholders)
    for day in range(DAYS + 1):
        if day < DAYS and story.workday(day) != day:
            calendar[day + 1] += calendar[day]
            story.plans[day + 1] += story.plans.pop(day, [])
            continue
        mark = _newest(story.program)
        if calendar[day]:
            ingest(program=story.program, events=calendar[day])
        for what, lead_id in story.plans.pop(day, []):
            _act(story, what, lead_id, day)
        _plan_for_new_mqls(story, mark, day)
        _set_back(story, mark, day)
        handoffs.hand_over(story, mark)


def _calendar(story: Story, stakeholders: list[int]) -> dict[int, list[EngagementIn]]:
    calendar: dict[int, list[EngagementIn]] = defaultdict(list)
    dice = story.dice
    for person in stakeholders:
        _share, least, most, heat = dice.choices(TEMPERS, [t[0] for t in TEMPERS])[0]
        first = dice.randint(0, DAYS - 1)
        for _ in range(dice.randint(least, most)):
            day = first + int(dice.expovariate(1 / 25))
            if day > DAYS:
                continue
            code = dice.choice(HOT if dice.random() < heat else COOL)
            calendar[day].append(story.event(person, code, day))
    return calendar


def _newest(program: Program) -> int:
    newest = JournalEvent.objects.in_program(program).order_by("-id").first()
    return newest.pk if newest else 0


def _plan_for_new_mqls(story: Story, mark: int, day: int) -> None:
    events = JournalEvent.objects.in_program(story.program).filter(id__gt=mark, kind="became_mql")
    for lead_id in events.order_by("id").values_list("lead_id", flat=True):
        if lead_id is None or story.dice.random() < 0.08:
            continue
        claim = day + story.dice.choice((0, 0, 1, 1, 2, 3))
        story.plans[claim].append(("claim", lead_id))
        story.plans[claim + story.dice.randint(1, 5)].append(("call", lead_id))


def _act(story: Story, what: str, subject: int, day: int) -> None:
    dice = story.dice
    if what == "advance":
        deals.advance(story, subject, day)
        return
    if what == "close":
        deals.close(story, subject, day, _chance(story, subject))
        return
    lead = Lead.objects.in_program(story.program).select_related("owner", "account").get(pk=subject)
    owner = lead.owner or story.people[dice.choice(("marcus", "ines", "dan"))]
    if what == "claim":
        if lead.owner_id is None:
            actions.claim(lead=lead, by=owner)
    elif what == "call" and lead.stage == Stage.MQL:
        _call(story, lead, owner, day)
    elif what == "opportunity" and lead.stage == Stage.SQL:
        deals.begin(story, lead, owner, day)


def _chance(story: Story, deal_id: int) -> float:
    """The probability that a deal is won, which depends only partly on what its people did."""
    engaged = Engagement.objects.in_program(story.program).filter(lead__deal__opportunity=deal_id)
    done = set(engaged.values_list("signal__code", flat=True))
    return LUCK + sum(more for code, more in TELLING.items() if code in done)


def _call(story: Story, lead: Lead, owner: User, day: int) -> None:
    dice = story.dice
    events = [story.event(lead.stakeholder_id, "call_answered", day)]
    fate = dice.random()
    if fate < 0.55:
        known = dice.sample(("budget_confirmed", "decision_authority", "purchase_timing"), 2)
        events += [story.event(lead.stakeholder_id, code, day) for code in known]
    ingest(program=story.program, events=events)
    call: dict[str, Any] = {"lead": lead, "by": owner, "called_at": story.moment(day)}
    if fate < 0.55:
        handoffs.judge(story, lead, owner, fits=True)
        note = "Knows their cost per lead to the dollar. Wants to see the hand-off live."
        actions.record_validation_call(outcome="validated", note=note, **call)
        story.plans[day + dice.randint(3, 15)].append(("opportunity", lead.pk))
    elif fate < 0.8:
        actions.record_validation_call(outcome="not_now", note="", **call)
        handoffs.judge(story, lead, owner, fits=dice.random() < 0.5)
        code, note = dice.choice(words.RECYCLE_REASONS)
        until = (story.start + timedelta(days=day + dice.choice((60, 90, 180)))).date()
        work.recycle(lead=lead, by=owner, code=code, until=until, note=note)
    else:
        actions.record_validation_call(outcome="no_fit", note="", **call)
        handoffs.judge(story, lead, owner, fits=False)
        code, note = dice.choice(words.DISQUALIFY_REASONS)
        work.disqualify(lead=lead, by=owner, code=code, note=note)


def _set_back(story: Story, mark: int, day: int) -> None:
    parameters: dict[str, Any] = {
        "after": mark,
        "program": story.program.pk,
        "day": story.moment(day),
    }
    with connection.cursor() as cursor:
        cursor.execute(_BACK, parameters)
        cursor.execute(_SINCE, parameters)
