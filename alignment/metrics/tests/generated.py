"""Generated programs: rows of any shape that the tables may hold, by a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from accounts.duplicates.actions.merging import merge
from accounts.models import Account, Engagement, JournalEvent, Lead, ValidationCall
from alignment.agreements.models import Kind
from alignment.agreements.queries import in_force
from alignment.metrics.actions.credits import settle
from alignment.metrics.results.actions.costs import add_cost
from alignment.people.models import User
from alignment.sla.models import Attempt, Clock, Dispute, HandOff, WorkingHours
from campaigns.calendar.models import Touch
from campaigns.models import Campaign, CampaignAccount, CampaignCost, Track, TrackMember
from campaigns.opportunities.actions.moving import move
from campaigns.opportunities.actions.pipeline import set_rate
from campaigns.opportunities.actions.writing import open_opportunity
from campaigns.opportunities.models import Opportunity, Outcome
from campaigns.opportunities.queries.pipeline import first_stage
from campaigns.selection.models import Candidate, Session, Target, Vote
from tests import cast as facts
from tests.cast import Cast

# Monday to Thursday with a lunch break; on Fridays work stops at noon.
SPLIT_WEEK = [[[480, 720], [780, 1080]]] * 4 + [[[480, 720]], [], []]
MINUTES = [-5, -1, 0, 1, 59, 60, 61, 1_439, 1_440, 1_441, 4_000, 10_079, 10_080, 10_081, 20_000]
SECTORS = ("513210", "332710", "541512", "")
YEAR = timedelta(days=365)
YEAR_2026 = datetime(2026, 1, 1, tzinfo=UTC)


class Generator:
    """One program. Moments cluster around the end of a month, in the program's zone, and around
    clock changes."""

    def __init__(self, cast: Cast, seed: int, zone: str) -> None:
        self.cast, self.dice, self.zone = cast, random.Random(seed), ZoneInfo(zone)
        cast.program.time_zone = zone
        cast.program.save()
        self.reps: Sequence[User | None] = (cast.rep, cast.sales_manager, cast.marketer, None)
        self.engaging = facts.signal(cast.program, "webinar_attended")
        self.selling = facts.signal(cast.program, "call_answered")
        self.leads: list[Lead] = []
        self.accounts: list[Account] = []

    def moment(self) -> datetime:
        month = self.dice.choice([1, 2, 3, 4, 5])
        day = self.dice.choice([1, 1, 8, 29 if month == 3 else 15])
        at = datetime(2026, month, day, tzinfo=self.zone).astimezone(UTC)
        if self.dice.random() < 0.5:
            return at + timedelta(seconds=self.dice.choice([-3_600, -1, 0, 1, 5_400]))
        return at + timedelta(minutes=self.dice.randrange(-20_000, 20_000))

    def fill(self, size: int) -> None:
        WorkingHours.objects.create(
            program=self.cast.program,
            team=self.cast.sales,
            time_zone="America/Los_Angeles",
            week=SPLIT_WEEK,
            holidays="none",
        )
        set_rate(program=self.cast.program, currency="EUR", usd=Decimal("1.0837"), by=None)
        for _number in range(size):
            self._lead()
        self._selection()
        self._campaigns()
        for account in self.accounts:
            for _number in range(self.dice.choice([0, 1, 1, 2])):
                self._deal(account)
        self._reopened()
        self._merged()

    def _lead(self) -> None:
        dice = self.dice
        naics = dice.choice(SECTORS)
        company = facts.account(self.cast.program, **({"naics": naics} if naics else {}))
        person = facts.stakeholder(self.cast.program, company)
        lead = facts.lead(self.cast.program, person, owner=dice.choice(self.reps))
        Lead.objects.in_program(lead.program_id).filter(pk=lead.pk).update(
            source=dice.choice(["web", "fair"])
        )
        self.leads.append(lead)
        self.accounts.append(company)
        at = self.moment()
        self._reached(lead, "became_engaged", at - timedelta(hours=dice.choice([0, 1, 300])))
        for _again in range(dice.choice([0, 1, 1, 2, 3])):
            self._hand_over(lead, at)
            at += timedelta(minutes=dice.choice([1, 90, 3_000, 20_000]))

    def _reached(self, lead: Lead, kind: str, at: datetime, **detail: str) -> JournalEvent:
        return JournalEvent.objects.create(
            program=self.cast.program, kind=kind, at=at, lead=lead, detail=detail, is_followed=True
        )

    def _hand_over(self, lead: Lead, at: datetime) -> None:
        dice, program = self.dice, self.cast.program
        event = self._reached(lead, "became_mql", at)
        waits = dice.random() < 0.15
        scored = {"points": {"total": dice.randrange(30, 60)}}
        HandOff.objects.create(
            program=program,
            lead=lead,
            event=event,
            owner=None if waits else dice.choice(self.reps),
            route="nobody" if waits else "rotation",
            became_mql_at=at,
            handed_at=None if waits else at + timedelta(seconds=dice.choice([0, 7])),
            brief=scored if dice.random() < 0.9 else {},
        )
        for _time in range(dice.choice([0, 1, 2])):
            then = at + timedelta(minutes=dice.choice(MINUTES))
            if dice.random() < 0.3:
                ValidationCall.objects.create(
                    program=program, lead=lead, called_at=then, outcome="not_now"
                )
            else:
                Attempt.objects.create(
                    program=program, lead=lead, channel="call", outcome="sent", at=then
                )
        if dice.random() < 0.5:
            sql = at + timedelta(minutes=dice.choice([-1, 0, 30, 5_000]))
            self._reached(lead, "became_sql", sql)
            if dice.random() < 0.5:
                to = dice.choice(["opportunity", "won", "lost"])
                self._reached(lead, "stage_changed", sql + timedelta(hours=9), to=to)
        self._clock(lead, event, at)

    def _clock(self, lead: Lead, event: JournalEvent, at: datetime) -> None:
        dice = self.dice
        state = dice.choice(["kept", "kept", "broken", "lapsed", "running"])
        version = in_force(self.cast.program, Kind.SLA)
        assert version is not None
        clock = Clock.objects.create(
            program=self.cast.program,
            version=version,
            clause="first-contact",
            side=dice.choice(["marketing", "sales"]),
            lead=lead,
            event=event,
            owner=dice.choice(self.reps),
            state=state,
            started_at=at,
            due_at=at + timedelta(hours=1),
            ended_at=None if state == "running" else self.moment(),
        )
        if state == "broken" and dice.random() < 0.6:
            granted = dice.choice([True, False, None])
            told = {"decided_at": at, "answer": "So be it."} if granted is not None else {}
            Dispute.objects.create(
                program=self.cast.program, clock=clock, reason="Ill", granted=granted, **told
            )

    def _selection(self) -> None:
        dice, program = self.dice, self.cast.program
        for number in (1, 2):
            revealed = self.moment()
            session = Session.objects.create(
                program=program,
                number=number,
                capacity=9,
                opened_at=revealed,
                revealed_at=revealed,
                confirmed_at=revealed,
                list_hash="0" * 64,
            )
            for account in dice.sample(self.accounts, len(self.accounts) // 2):
                row = Candidate.objects.create(program=program, session=session, account=account)
                for side in ("marketing", "sales"):
                    said = dice.choice(["yes", "no", "later"])
                    at_reveal = dice.choice([said, said, "yes", ""])
                    told = {"choice": said, "at_reveal": at_reveal, "reason": "So", "at": revealed}
                    Vote.objects.create(program=program, candidate=row, side=side, **told)
        for account in dice.sample(self.accounts, len(self.accounts) // 2):
            left = dice.choice([None, None, datetime(2026, 4, 1, tzinfo=UTC)])
            Target.objects.create(
                program=program,
                account=account,
                tier=dice.choice([1, 2, 3]),
                entered_at=datetime(2026, 1, 1, tzinfo=UTC),
                left_at=left,
                left_because="Enough" if left else "",
            )

    def _campaigns(self) -> None:
        dice, program = self.dice, self.cast.program
        for number in range(4):
            first = date(2026, dice.choice([1, 2, 3]), dice.choice([1, 8, 28]))
            campaign = Campaign.objects.create(
                program=program,
                name=f"Campaign {number}",
                starts_on=first,
                ends_on=first + timedelta(days=dice.choice([0, 20, 40])),
            )
            Track.objects.create(program=program, campaign=campaign, name="Nurture")
            # The last campaign has an empty audience, so its money touches no deal.
            for account in dice.sample(self.accounts, len(self.accounts) // 2 if number < 3 else 0):
                CampaignAccount.objects.create(program=program, campaign=campaign, account=account)
            for day in (first, date(2026, 3, 31), date(2026, 4, 1)):
                CampaignCost.objects.create(
                    program=program,
                    campaign=campaign,
                    spent_on=day,
                    spent_until=day + timedelta(days=dice.choice([0, 0, 6, 45])),
                    amount_usd=dice.randrange(1, 900),
                    what_for="Ads",
                    removed_at=dice.choice([None, None, YEAR_2026]),
                )
        for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31)):
            amount = dice.randrange(1, 900)
            told: Any = {"what_for": "Fair", "side": "sales", "by": self.cast.owner}
            until = day + timedelta(days=dice.choice([0, 30]))
            add_cost(program=program, spent_on=day, spent_until=until, amount_usd=amount, **told)

    def _deal(self, account: Account) -> None:
        dice = self.dice
        opened, outcome = self.moment(), dice.choice(["open", "won", "won", "lost"])
        amount = dice.choice([None, Decimal(0), Decimal(dice.randrange(1, 10**7)) / 100])
        deal = open_opportunity(
            account=account,
            by=None,
            opened_at=opened,
            name="Deal",
            amount=amount,
            currency=dice.choice(["USD", "EUR"]),
            owner=dice.choice(self.reps),
            source=dice.choice(["web", "fair", ""]),
        )
        closed = opened + timedelta(minutes=dice.choice([0, 60, 20_000, 90_000]))
        if outcome != "open":
            said = {"outcome": outcome, "lost_reason": "price" if outcome == "lost" else ""}
            stage = facts.ending(self.cast.program, Outcome(outcome))
            Opportunity.objects.in_program(self.cast.program).filter(pk=deal.pk).update(
                closed_at=closed, stage=stage, **said
            )
        self._touches(account, (opened, closed))

    def _touches(self, account: Account, edges: Sequence[datetime]) -> None:
        """Touches, some exactly at the opening and the close, or a year before to the second."""
        dice = self.dice
        lead = next(lead for lead in self.leads if lead.account_id == account.pk)
        back = [timedelta(0), timedelta(seconds=1), -timedelta(seconds=1), YEAR]
        back += [YEAR + timedelta(seconds=1), timedelta(days=9), timedelta(days=30)]
        for number in range(dice.choice([0, 0, 2, 4])):
            at = dice.choice(edges) - dice.choice(back)
            kind = dice.choice(["touch", "track", "doing", "doing"])
            if kind == "touch":
                self._touch(account, at)
            elif kind == "track":
                track = dice.choice(list(Track.objects.in_program(self.cast.program)))
                told = {"track": track, "stakeholder": lead.stakeholder, "left_at": at}
                TrackMember.objects.create(
                    program=self.cast.program, entered_at=at, left_because="Done", **told
                )
            else:
                Engagement.objects.create(
                    program=self.cast.program,
                    stakeholder=lead.stakeholder,
                    lead=lead,
                    signal=dice.choice([self.engaging, self.engaging, self.selling]),
                    occurred_at=at,
                    source="test",
                    external_id=f"{account.pk}-{number}-{at.timestamp()}",
                )

    def _touch(self, account: Account, at: datetime) -> None:
        dice = self.dice
        state = dice.choice(["done", "done", "planned"])
        campaigns = [None, *Campaign.objects.in_program(self.cast.program)]
        Touch.objects.create(
            program=self.cast.program,
            account=account,
            channel=dice.choice(["email", "call"]),
            side=dice.choice(["marketing", "marketing", "sales"]),
            campaign=dice.choice(campaigns),
            starts_at=at,
            ends_at=at + timedelta(minutes=5),
            state=state,
            done_at=at if state == "done" else None,
            thread=0,
        )

    def _reopened(self) -> None:
        """A deal that is won, reopened, and won again."""
        program, at = self.cast.program, datetime(2026, 3, 2, 12, tzinfo=UTC)
        said: dict[str, Any] = {"name": "Twice", "amount": Decimal(900), "opened_at": at}
        deal = open_opportunity(account=self.accounts[0], by=None, **said)
        won, first = facts.ending(program, Outcome.WON), first_stage(program)
        for days, stage in ((3, won), (5, first), (20, won)):
            move(opportunity=deal, stage=stage, by=None, at=at + timedelta(days=days))

    def _merged(self) -> None:
        """Half of the deals are precomputed before two accounts are merged."""
        settle(program=self.cast.program)
        survivor, gone = self.dice.sample(self.accounts, 2)
        merge(survivor=survivor, gone=gone, take=(), by=self.cast.owner)
