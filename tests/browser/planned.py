"""Plans of both teams for the pages that browsers open."""

from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.field.actions.findings import record_finding
from accounts.field.actions.people import set_competitor, set_relationship
from accounts.field.models import Competitor, Relationship
from accounts.field.rules import Checked
from accounts.models import Account, Stakeholder
from campaigns.actions.audience import add_accounts
from campaigns.actions.campaigns import add_campaign, add_cost
from campaigns.actions.tracks import add_track, enrol
from campaigns.calendar.actions.feeds import open_touch_feed
from campaigns.calendar.actions.planning import plan_touch
from campaigns.calendar.models import Touch
from campaigns.committee.actions.members import put_member
from campaigns.insights.actions.briefings import write_now
from campaigns.insights.actions.changes import record_change
from campaigns.insights.actions.notes import write_note
from campaigns.insights.actions.support import ask
from campaigns.insights.actions.tags import accept
from campaigns.insights.actions.topics import add_topic
from campaigns.insights.models import Briefing, InsightTopic, MessageChange, Note, Tag
from campaigns.library.actions.assets import add_asset
from campaigns.library.models import Asset, Play
from campaigns.models import Track
from campaigns.opportunities.actions.moving import move
from campaigns.opportunities.actions.writing import open_opportunity
from campaigns.opportunities.models import Opportunity
from campaigns.opportunities.queries.pipeline import stages_of
from campaigns.plays.actions.templates import save_play
from campaigns.plays.rules.steps import Step
from campaigns.selection.models import Candidate, Target
from campaigns.selection.tests import scenes
from tests import cast as play
from tests.cast import Cast


# Higher than any id that the sequences assign.
def a_play(cast: Cast) -> Play:
    steps = [Step(1, "marketing", "email", 0, time(10), 15, message="The Ohio insurer")]
    steps.append(Step(2, "sales", "call", 2, time(11), 15, follows=1, say="Did the case help?"))
    return save_play(
        program=cast.program, by=cast.marketer, name="Case study, then call", goal="", steps=steps
    )


def deal(cast: Cast, company: Account) -> Opportunity:
    """An overdue deal, beside a lost one."""
    lost = open_opportunity(account=company, by=cast.rep, name="Pilot", amount=Decimal(9_000))
    ends = {stage.outcome: stage for stage in stages_of(cast.program)}
    move(opportunity=lost, stage=ends["lost"], by=cast.rep, lost_reason="price", lost_to="Rival")
    late = timezone.localdate() - timedelta(days=4)
    found = open_opportunity(
        account=company,
        by=cast.rep,
        name="US rollout",
        amount=Decimal(48_000),
        close_on=late,
        owner=cast.rep,
    )
    people = Stakeholder.objects.in_program(cast.program).filter(account=company)
    boss = put_member(
        opportunity=found,
        stakeholder=people[0],
        by=cast.rep,
        role="economic_buyer",
        stance="against",
        owner=cast.rep,
    )
    beside = play.stakeholder(cast.program, company, "carl@cascade.example", first_name="Carl")
    put_member(opportunity=found, stakeholder=beside, by=cast.rep, role="champion", reports_to=boss)
    return found


def campaign(cast: Cast, person: Stakeholder) -> tuple[Asset, Track]:
    """Content sent with a touch, in a campaign with a cost and a nurture track."""
    program, now = cast.program, timezone.now()
    asset = add_asset(
        program=program,
        title="How Boreal saved a week",
        kind="case_study",
        sector="52",
        persona="Head of operations",
        stage="decide",
        by=cast.marketer,
    )
    campaign = add_campaign(
        program=program,
        name="Autumn",
        goal="Ten first meetings",
        budget_usd=1_000,
        starts_on=now.date() - timedelta(days=10),
        ends_on=now.date() + timedelta(days=10),
        by=cast.marketer,
    )
    add_accounts(campaign=campaign, account_ids=[person.account_id or 0], by=cast.marketer)
    add_cost(
        campaign=campaign, spent_on=now.date(), amount_usd=1_200, what_for="Ads", by=cast.marketer
    )
    Touch.objects.create(
        program=program,
        account_id=person.account_id or 0,
        asset=asset,
        campaign=campaign,
        channel="email",
        side="marketing",
        who=cast.marketer,
        thread=0,
        starts_at=now - timedelta(days=2),
        ends_at=now - timedelta(days=2) + timedelta(minutes=5),
        state="done",
        done_at=now - timedelta(days=2),
        result="replied",
    )
    play.stakeholder(program, person.account, "enzo@cascade.example", first_name="Enzo")
    walk = add_track(campaign=campaign, name="Slow burn", tool="HubSpot", external_id="w1", by=None)
    enrol(track=walk, stakeholder_ids=[person.pk], by=cast.marketer)
    return asset, walk


def in_the_field(cast: Cast, person: Stakeholder) -> tuple[Relationship, Competitor]:
    """What sales knows about the company and its people, and a finding that refutes a value."""
    account = person.account
    assert account
    size = Checked("employees", "Employees: 50 to 500", *[("employees_low", "employees_high")] * 3)
    said: dict[str, Any] = {"checked": size, "seen": "Their careers page", "by": cast.rep}
    few: dict[str, Any] = {"employees_low": 90, "employees_high": 90}
    record_finding(account=account, outcome="filled", values=few, **said)
    record_finding(account=account, outcome="refuted", values=None, **said)
    known = set_relationship(
        stakeholder=person, user=cast.rep, strength=3, since=None, note="A fair", by=cast.rep
    )
    return known, set_competitor(
        account=account,
        name="Rival Systems",
        contract_ends=timezone.localdate(),
        strength=4,
        source="A call",
        note="",
        by=cast.rep,
    )


def chosen(cast: Cast, account: Account) -> tuple[Target, Candidate]:
    """A confirmed list with the account on it, and a session in which both sides vote."""
    session = scenes.discussed(cast, {account: ("yes", "yes")})
    (target,) = scenes.put(cast, session, account)
    scenes.settle(cast, session)
    following = scenes.opened(cast, [account])
    candidate = scenes.candidate(following, account)
    scenes.say(cast, candidate, "no", "later")
    return target, candidate


def planned(cast: Cast, person: Stakeholder) -> Touch:
    """A touch in the shared calendar, and a feed of it."""
    open_touch_feed(program=cast.program, scope="program", team=None, by=cast.rep)
    at = timezone.now() + timedelta(hours=1)
    assert person.account
    return plan_touch(
        program=cast.program,
        account=person.account,
        people=[person.pk],
        channel="event",
        starts_at=at,
        ends_at=at + timedelta(hours=1),
        message="Plant tour",
        by=cast.rep,
        who=cast.rep,
    )


def noted(cast: Cast, deal: Opportunity) -> tuple[Note, InsightTopic, Tag]:
    """A call note with a confirmed but unanswered objection, and an undecided suggestion."""
    made: dict[str, Any] = {"program": cast.program, "by": cast.marketer}
    price = add_topic(kind="objection", name="Price", phrases=["price"], **made)
    add_topic(kind="competitor", name="Rival Systems", phrases=["rival"], **made)
    note = write_note(
        account=deal.account,
        opportunity=deal,
        by=cast.rep,
        who=cast.rep,
        kind="call",
        text="Good call.\nYour price is too high for us. They also look at Rival.",
    )
    due = timezone.now() + timedelta(days=2)
    ask(account=deal.account, opportunity=deal, by=cast.rep, what="Case study", due_at=due)
    tags = Tag.objects.in_program(cast.program)
    accept(tag=tags.get(topic=price), by=cast.rep)
    return note, price, tags.get(state=Tag.State.SUGGESTED)


def briefed(cast: Cast) -> Briefing:
    """A briefing on what was said until now."""
    return write_now(program=cast.program, by=cast.marketer)


def rephrased(cast: Cast, topic: InsightTopic) -> MessageChange:
    """A change of what marketing says on a topic, made yesterday."""
    since = timezone.now() - timedelta(days=1)
    said: dict[str, Any] = {"says_now": "It pays back in a year.", "why": "Heard in five calls."}
    return record_change(topic=topic, by=cast.marketer, since=since, is_answer=False, **said)
