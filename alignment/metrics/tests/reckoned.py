"""The metrics' definitions, computed by pandas from the raw tables.

It uses neither the SQL of the metrics nor their rules, so that an error would have to be made
twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from django.db.models import Model

from accounts.models import (
    Account,
    Engagement,
    JournalEvent,
    Lead,
    Signal,
    Stakeholder,
    ValidationCall,
)
from alignment.metrics.results.models import Cost
from alignment.people.models import Membership, Program
from alignment.sla.models import Attempt, Clock, Dispute, HandOff, WorkingHours
from campaigns.calendar.models import Touch
from campaigns.models import Campaign, CampaignAccount, CampaignCost, Track, TrackMember
from campaigns.opportunities.models import ExchangeRate, Opportunity
from campaigns.selection.models import Candidate, Session, Target, Vote

from .working import worked

SLICED = ["account_id", "owner_id", "source", "counted", "value"]
NEVER = pd.Timestamp("2200-01-01", tz="UTC")
HOUR, DAY = pd.Timedelta(hours=1), pd.Timedelta(days=1)
DEAL = ["id", "account_id", "owner_id", "source", "opened_at", "closed_at", "outcome", "cents"]


@dataclass
class Reckoning:
    """All figures of a program for whole days in its zone, both included."""

    program: Program
    first: date
    last: date
    # Tables read before, shared while the program does not change.
    known: dict[type[Model], pd.DataFrame] = field(default_factory=dict)
    # Later events are ignored.
    as_of: datetime | None = None

    def __post_init__(self) -> None:
        self.end = pd.Timestamp(self.as_of) if self.as_of else NEVER
        self.now = min(pd.Timestamp.now(tz="UTC"), self.end)
        self.zone = self.program.time_zone

    def table(self, model: type[Model]) -> pd.DataFrame:
        if model not in self.known:
            self.known[model] = self._read(model)
        return self.known[model].copy()

    def _read(self, model: type[Model]) -> pd.DataFrame:
        names = [column.attname for column in model._meta.concrete_fields]
        rows = model._default_manager.in_program(self.program)  # type: ignore[attr-defined]
        frame = pd.DataFrame.from_records(list(rows.values_list(*names)), columns=names)
        for column in model._meta.concrete_fields:
            if column.get_internal_type() == "DateTimeField":
                frame[column.attname] = pd.to_datetime(frame[column.attname], utc=True)
        return frame

    def inside(self, frame: pd.DataFrame, column: str) -> pd.DataFrame:
        """The rows whose moment is on one of the days in the program's zone."""
        days = frame[column].dt.tz_convert(self.zone).dt.date
        inside = frame[column].notna() & (days >= self.first) & (days <= self.last)
        return frame[inside & (frame[column] < self.end)]

    def rows(self) -> dict[str, pd.DataFrame]:
        """The rows of each metric, with the columns that slices need."""
        found: dict[str, pd.DataFrame] = {}
        for part in (self._leads, self._deals, self._funnel, self._promises, self._spend):
            found |= part()
        return {key: frame.reindex(columns=SLICED) for key, frame in found.items()}

    # Hand-offs

    def _handed(self) -> pd.DataFrame:
        handed = self.table(HandOff).dropna(subset=["handed_at"])
        handed = handed.merge(
            self.table(Lead)[["id", "account_id", "source"]].rename(columns={"id": "lead_id"}),
            on="lead_id",
        )
        later = handed[["lead_id", "handed_at"]].rename(columns={"handed_at": "then"})
        pairs = handed[["id", "lead_id", "handed_at"]].merge(later, on="lead_id")
        again = pairs[pairs.then > pairs.handed_at].groupby("id").then.min()
        handed["until"] = _moments(again, handed.id).fillna(NEVER)
        contacts = pd.concat(
            [
                self.table(Attempt)[["lead_id", "at"]],
                self.table(ValidationCall)[["lead_id", "called_at"]].set_axis(
                    ["lead_id", "at"], axis=1
                ),
            ]
        )
        contacts = contacts[contacts["at"] <= self.end]
        handed["met"] = self._earliest(handed, contacts, handed.handed_at.dt.floor("min"))
        journal = self.table(JournalEvent)
        rises = journal[(journal.kind == "became_sql") & (journal["at"] <= self.end)]
        rises = rises[["lead_id", "at"]]
        handed["is_sql"] = self._earliest(handed, rises, handed.handed_at).notna()
        handed["points"] = [brief.get("points", {}).get("total") for brief in handed.brief]
        handed["points"] = handed.points.astype(float)
        handed["took"] = (handed.met - handed.handed_at).dt.total_seconds().clip(lower=0)
        return self.inside(handed, "handed_at")

    def _earliest(self, handed: pd.DataFrame, events: pd.DataFrame, since: Any) -> pd.Series[Any]:
        """The first event of the same lead after `since` and before the next hand-off."""
        pairs = handed.assign(since=since)[["id", "lead_id", "since", "until"]].merge(
            events, on="lead_id"
        )
        good = pairs[(pairs["at"] >= pairs.since) & (pairs["at"] < pairs.until)]
        return _moments(good.groupby("id")["at"].min(), handed.id)

    def _leads(self) -> dict[str, pd.DataFrame]:
        handed = self._handed()
        response = handed.assign(counted=handed.met.notna(), value=handed.took)
        business = response.assign(value=self._worked(handed))
        ripe = handed[handed.handed_at + DAY <= self.now]
        followed = ripe.assign(counted=ripe.met <= ripe.handed_at + DAY)
        sqls = handed[handed.is_sql & handed.points.notna()]
        treated_by = handed.handed_at + 7 * DAY
        never = handed[(treated_by <= self.now) & ~(handed.met <= treated_by)]
        late = handed[(handed.met > handed.handed_at + DAY) & (handed.met <= treated_by)]
        found = {
            "conversion": handed.assign(counted=handed.is_sql),
            "follow-up": followed,
            "score-quality": sqls.assign(counted=sqls.points >= handed.points.median()),
            "untreated-leads": never.assign(value=250.0),
            "late-responses": late.assign(value=50.0),
        }
        for statistic in ("median", "mean", "p90"):
            found[f"response-{statistic}"] = response
            found[f"response-business-{statistic}"] = business
        return found

    def _worked(self, handed: pd.DataFrame) -> list[float]:
        """Seconds of each wait within the hours of the owner's team."""
        teams = self.table(Membership).set_index("user_id").team_id.to_dict()
        hours = self.table(WorkingHours).set_index("team_id").to_dict("index")
        return worked(handed, teams, hours, self.zone)

    # Deals

    def deals(self) -> pd.DataFrame:
        rates = self.table(ExchangeRate).set_index("currency").usd.to_dict() | {"USD": 1}
        deals = self.table(Opportunity)
        known = deals.amount.notna()
        dollars = [
            round((amount or 0) * rates[currency], 2) if amount else 0
            for amount, currency in zip(deals.amount, deals.currency, strict=True)
        ]
        deals["cents"] = [int(usd * 100) for usd in dollars]
        deals["usd"] = np.where(known, deals.cents / 100, np.nan)
        return deals

    def touches(self) -> pd.DataFrame:
        """Marketing's touches of all accounts, at any time."""
        touch, people = self.table(Touch), self.table(Stakeholder)[["id", "account_id"]]
        people = people.rename(columns={"id": "stakeholder_id"})
        done = touch[(touch.side == "marketing") & (touch.state == "done")]
        tracks = self.table(Track)[["id", "campaign_id"]].rename(columns={"id": "track_id"})
        entries = self.table(TrackMember).merge(tracks, on="track_id").merge(people)
        campaigns = self.table(Campaign)[["id", "starts_on", "ends_on"]]
        signals = self.table(Signal)
        marketing = signals[signals.side == "marketing"].id
        doings = self.table(Engagement).merge(people, on="stakeholder_id")
        doings = doings[doings.signal_id.isin(marketing)]
        doings = doings.merge(self.table(CampaignAccount)[["account_id", "campaign_id"]])
        doings = doings.merge(campaigns.rename(columns={"id": "campaign_id"}))
        days = doings.occurred_at.dt.tz_convert(self.zone).dt.date
        doings = doings[(days >= doings.starts_on) & (days <= doings.ends_on)]
        names = ["account_id", "channel", "campaign_id", "at"]
        return pd.concat(
            [
                done.assign(at=done.done_at)[names],
                entries.assign(channel="nurture", at=entries.entered_at)[names],
                doings.assign(channel="response", at=doings.occurred_at)[names],
            ]
        )

    def touched(self, deals: pd.DataFrame, end: pd.Series[Any]) -> pd.DataFrame:
        """A row for each deal and touch from 365 days before its opening until `end`."""
        pairs = deals.assign(end=end)[["id", "account_id", "opened_at", "end", "cents"]].merge(
            self.touches(), on="account_id"
        )
        return pairs[(pairs["at"] >= pairs.opened_at - 365 * DAY) & (pairs["at"] < pairs.end)]

    def _deals(self) -> dict[str, pd.DataFrame]:
        deals = self.deals()
        opened, closed = self.inside(deals, "opened_at"), self.inside(deals, "closed_at")
        won = closed[closed.outcome == "won"]
        early = self.touched(opened, opened.opened_at).id
        late = self.touched(opened, opened.closed_at.fillna(self.now).clip(upper=self.end)).id
        size = won.assign(value=won.usd)
        costs = self._costs()
        spent = pd.DataFrame({"value": costs.astype(float), "counted": False})
        return {
            "influenced-opened": opened.assign(counted=opened.id.isin(early)),
            "influenced-closed": opened.assign(counted=opened.id.isin(late)),
            "sales-cycle": won.assign(value=(won.closed_at - won.opened_at) / DAY),
            "deal-size-median": size,
            "deal-size-mean": size,
            "win-rate": closed.assign(counted=closed.outcome == "won"),
            "acquisition-cost": pd.concat([won.assign(counted=True, value=np.nan), spent]),
        }

    def _costs(self) -> pd.Series[Any]:
        return self._spent(pd.concat([self.table(CampaignCost), self.table(Cost)])).value

    def _spent(self, costs: pd.DataFrame) -> pd.DataFrame:
        """The part of each cost within the days, computed day by day; removed ones do not count."""
        costs = costs[costs.removed_at.isna()]
        days = [
            sum(
                self.first <= on + timedelta(days=n) <= self.last
                for n in range((until - on).days + 1)
            )
            for on, until in zip(costs.spent_on, costs.spent_until, strict=True)
        ]
        all_days = [
            (until - on).days + 1
            for on, until in zip(costs.spent_on, costs.spent_until, strict=True)
        ]
        costs = costs.assign(value=costs.amount_usd.astype(float) * days / all_days)
        return costs[np.array(days, dtype=int) > 0]

    # Other metrics

    def _funnel(self) -> dict[str, pd.DataFrame]:
        journal = self.table(JournalEvent)
        journal = journal[journal["at"] <= self.end].copy()
        journal["to"] = [detail.get("to") for detail in journal.detail]
        deal = (journal.kind == "stage_changed") & journal.to.isin(["opportunity", "won"])
        steps = {
            "mql": ("became_engaged", journal.kind == "became_mql"),
            "sql": ("became_mql", journal.kind == "became_sql"),
            "opportunity": ("became_sql", deal),
        }
        leads = self.table(Lead)[["id", "account_id", "owner_id", "source"]]
        found = {}
        for key, (stage, onward) in steps.items():
            began = self.inside(journal[journal.kind == stage], "at")[["id", "lead_id", "at"]]
            next_ = journal[onward][["lead_id", "at"]].rename(columns={"at": "next"})
            pairs = began.merge(next_, on="lead_id")
            first = pairs[pairs.next >= pairs["at"]].groupby("id").next.min()
            then = _moments(first, began.id)
            rows = began.assign(counted=then.notna(), value=(then - began["at"]).dt.total_seconds())
            rows = rows.drop(columns="id").merge(leads.rename(columns={"id": "lead_id"}))
            found[f"funnel-{key}"] = found[f"funnel-{key}-time"] = rows
        return found

    def _promises(self) -> dict[str, pd.DataFrame]:
        leads = self.table(Lead)[["id", "account_id", "source"]]
        disputes = self.table(Dispute)
        excused = disputes[disputes.granted.eq(True)].clock_id
        clocks = self.inside(self.table(Clock), "ended_at")
        clocks = clocks[clocks.state.isin(["kept", "broken"]) & ~clocks.id.isin(excused)]
        clocks = clocks.drop(columns="id").merge(leads.rename(columns={"id": "lead_id"}))
        clocks = clocks.assign(counted=clocks.state == "kept")
        found = {f"sla-kept-{side}": clocks[clocks.side == side] for side in ("marketing", "sales")}
        votes = self.table(Vote)
        sides = votes[votes.at_reveal != ""].pivot(
            index="candidate_id", columns="side", values="at_reveal"
        )
        sides = sides.reindex(columns=["marketing", "sales"])
        sessions = self.inside(self.table(Session), "revealed_at").id
        rows = self.table(Candidate)
        rows = rows[rows.session_id.isin(sessions)].merge(
            sides.dropna(), left_on="id", right_index=True
        )
        return found | {"agreement": rows.assign(counted=rows.marketing == rows.sales)}

    def _spend(self) -> dict[str, pd.DataFrame]:
        deals = self.table(Opportunity)
        with_deals = deals[deals.opened_at <= self.end].account_id
        audience = self.table(CampaignAccount)
        reaching = audience[audience.account_id.isin(with_deals)].campaign_id
        costs = self._spent(self.table(CampaignCost))
        lost = costs[~costs.campaign_id.isin(reaching)].merge(
            self.table(Campaign)[["id", "owner_id"]].rename(columns={"id": "campaign_id"})
        )
        return {"spend-without-deal": lost}

    def slices(self) -> dict[str, Callable[[pd.DataFrame, Any], pd.DataFrame]]:
        """The filter of each part of a slice."""
        accounts = self.table(Account).set_index("id")
        teams = self.table(Membership).set_index("user_id").team_id.dropna().to_dict()
        target = self.table(Target)
        tiers = target[target.left_at.isna()].set_index("account_id").tier.to_dict()
        sector = accounts.naics.str[:2].replace({"31": "31-33", "32": "31-33", "33": "31-33"})

        def tier(rows: pd.DataFrame, asked: str) -> pd.DataFrame:
            stands = rows.account_id.map(tiers)
            return rows[stands.isna() if asked == "none" else stands == int(asked)]

        return {
            "team": lambda rows, asked: rows[rows.owner_id.map(teams) == asked],
            "segment": lambda rows, asked: rows[rows.account_id.map(sector) == asked],
            "tier": tier,
            "source": lambda rows, asked: rows[rows.source == asked],
        }


def _moments(known: pd.Series[Any], ids: pd.Series[Any]) -> pd.Series[Any]:
    """The moment of each id, on the index of `ids`."""
    return pd.to_datetime(known.reindex(ids), utc=True).set_axis(ids.index)
