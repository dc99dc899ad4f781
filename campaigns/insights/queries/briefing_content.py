"""The content of a briefing, computed once, when it is written, and then stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q
from django.db.models.functions import Greatest

from alignment.core.scoping import ScopedQuerySet
from alignment.people.models import Program
from campaigns.library.rules import sector_of
from campaigns.opportunities.models import Opportunity, Outcome

from ..models import THEIR_WORDS, InsightTopic, MessageChange, Note, SupportRequest, Tag, TagKind
from ..rules import briefing as rules
from ..rules.briefing import Earlier, Mention, RaisedTopic, section, shortened
from ..rules.effect import Counted, Raised, as_of, effect_of
from ..rules.rhythm import furthest_back, weeks_before
from .effects import changes_in, in_use, raised_in
from .support import PENDING
from .topics import gaps, topics_in

# Limits the passages read for one period, beyond what a team can accept in a week.
MOST_TAGS = 10_000
MOST_ROWS = 500
COUNTED = {
    "objections": TagKind.OBJECTION,
    "competitors": TagKind.COMPETITOR,
    "pains": TagKind.PAIN,
}
PROMISES = (TagKind.COMMITMENT, TagKind.NEXT_STEP)
_COLUMNS = (
    "kind",
    "topic",
    "topic__name",
    "quote",
    "note",
    "note__at",
    "note__account",
    "note__account__name",
    "note__account__naics",
    "note__opportunity",
    "note__opportunity__name",
    "note__stage__name",
)


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` inclusive to `end` exclusive. Requests due before `due_until` count as due."""

    start: datetime
    end: datetime
    due_until: datetime
    zone: ZoneInfo

    @property
    def days(self) -> int:
        """At least 1, rounded, so that a clock change does not make a week longer."""
        return max(round((self.end - self.start).total_seconds() / 86_400), 1)


def content_of(program: Program, period: Period) -> dict[str, Any]:
    """The document, made of JSON values only; twelve statements at most."""
    tags = _tags(program, period)
    earlier = _earlier(program, period, {tag["topic"] for tag in tags if tag["topic"]})
    topics = InsightTopic.objects.in_program(program).in_bulk(list(earlier))
    said: dict[str, Any] = {
        "days": period.days,
        "conversations": _conversations(program, period),
        "tags": len(tags),
    }
    for name, kind in COUNTED.items():
        mentions = [_mention(tag) for tag in tags if tag["kind"] == kind and tag["topic"]]
        lines = rules.raised_topics(mentions, earlier, days=period.days)
        said[name] = section([_topic_data(line, topics[line.topic]) for line in lines])
        said[name]["notable"] = sum(line.trend != rules.Trend.AGAIN for line in lines)
    said["promises"] = section([_promise(tag) for tag in tags if tag["kind"] in PROMISES])
    said["gaps"] = section([_gap(topic) for topic in _gaps(program, period)])
    said |= _closed(program, period)
    said["answered"] = section([_answer(row) for row in _answered(program, period)])
    said["due"] = section([_due(row) for row in _support(program, period)])
    said["changes"] = section(_changes(program, period))
    return said


def is_empty(said: Mapping[str, Any]) -> bool:
    """Nothing happened; lasting states, such as an old gap, are not news."""
    happened = ("objections", "competitors", "pains", "promises", "lost", "answered")
    is_quiet = not any(said[name]["lines"] for name in happened)
    fresh = any(line["is_new"] for line in said["changes"]["lines"])
    return is_quiet and not said["won"] and not fresh


def _accepted(program: Program) -> ScopedQuerySet[Tag]:
    return Tag.objects.in_program(program).filter(state=Tag.State.ACCEPTED)


def _tags(program: Program, period: Period) -> list[dict[str, Any]]:
    """Tags of conversations in the period, and of conversations in the four weeks before that were
    accepted during it, so that late acceptance loses nothing.
    """
    first = furthest_back(period.start, period.zone)
    now = Q(note__at__gte=period.start, note__at__lt=period.end, decided_at__lt=period.end)
    late = Q(note__at__gte=first, note__at__lt=period.start) & Q(
        decided_at__gte=period.start, decided_at__lt=period.end
    )
    rows = _accepted(program).filter(now | late).order_by("-note__at", "-id")
    return list(rows.values(*_COLUMNS)[:MOST_TAGS])


def _earlier(program: Program, period: Period, topics: Iterable[int]) -> dict[int, Earlier]:
    """What was known about these topics when the period began; one statement. A conversation counts
    in the week whose briefing contained it, so by its acceptance if that was later. The numbers
    thus agree with those of earlier briefings.
    """
    known = {pk: Earlier() for pk in topics}
    weeks = weeks_before(period.start, period.zone)
    rows = _accepted(program).filter(
        topic__in=known, note__at__lt=period.start, decided_at__lt=period.start
    )
    counts: dict[str, Any] = {
        f"week{number}": Count(
            "note",
            filter=Q(told__gte=since, told__lt=until)
            & Q(note__at__gte=furthest_back(since, period.zone)),
            distinct=True,
        )
        for number, (since, until) in enumerate(weeks)
    }
    rows = rows.annotate(told=Greatest(F("note__at"), F("decided_at")))
    row: Any
    for row in rows.order_by().values("topic").annotate(**counts):
        numbers = tuple(row[name] for name in counts)
        known[row["topic"]] = Earlier(numbers, is_known=True)
    return known


def _conversations(program: Program, period: Period) -> int:
    rows = Note.objects.in_program(program).filter(kind__in=THEIR_WORDS)
    return rows.filter(at__gte=period.start, at__lt=period.end).count()


def _mention(tag: Mapping[str, Any]) -> Mention:
    return Mention(
        topic=tag["topic"],
        note=tag["note"],
        at=tag["note__at"],
        quote=tag["quote"],
        account=tag["note__account"],
        account_name=tag["note__account__name"],
        sector=sector_of(tag["note__account__naics"] or ""),
        deal=tag["note__opportunity"],
        deal_name=tag["note__opportunity__name"] or "",
        stage=tag["note__stage__name"],
    )


def _topic_data(line: RaisedTopic, topic: InsightTopic) -> dict[str, Any]:
    return {
        "topic": topic.pk,
        "name": topic.name,
        "conversations": line.conversations,
        "accounts": line.accounts,
        "deals": line.deals,
        "trend": line.trend.value,
        "before": list(line.before),
        "stages": [list(pair) for pair in line.stages],
        "sectors": [list(pair) for pair in line.sectors],
        "quotes": [_quote(mention) for mention in line.quotes],
        "has_answer": bool(topic.answer),
    }


def _quote(mention: Mention) -> dict[str, Any]:
    return {
        "note": mention.note,
        "at": mention.at.isoformat(),
        "quote": shortened(mention.quote),
        "account": mention.account,
        "account_name": mention.account_name,
        "deal": mention.deal,
        "deal_name": mention.deal_name,
    }


def _promise(tag: Mapping[str, Any]) -> dict[str, Any]:
    said = {"kind": tag["kind"], "name": tag["topic__name"] or ""}
    return said | _quote(_mention(tag))


def _gaps(program: Program, period: Period) -> list[InsightTopic]:
    return [gap for gap in gaps(program) if gap.gap_since and gap.gap_since < period.end]


def _gap(topic: InsightTopic) -> dict[str, Any]:
    assert topic.gap_since is not None
    heard: int = topic.heard  # type: ignore[attr-defined]
    since = topic.gap_since.isoformat()
    return {"topic": topic.pk, "name": topic.name, "since": since, "conversations": heard}


def _closed(program: Program, period: Period) -> dict[str, Any]:
    """Deals won, and deals lost by reason; one statement."""
    rows = Opportunity.objects.in_program(program).filter(
        closed_at__gte=period.start, closed_at__lt=period.end
    )
    rows = rows.select_related("account").order_by("-closed_at", "-id")
    found = list(rows[:MOST_ROWS])
    lost = [deal for deal in found if deal.outcome == Outcome.LOST]
    reasons: dict[str, list[Opportunity]] = {}
    for deal in lost:
        reasons.setdefault(deal.lost_reason, []).append(deal)
    ranked = sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))
    lines = [_reason(reason, deals) for reason, deals in ranked]
    return {"won": len(found) - len(lost), "lost": section(lines) | {"deals": len(lost)}}


def _reason(reason: str, deals: Sequence[Opportunity]) -> dict[str, Any]:
    shown = [
        {
            "deal": deal.pk,
            "deal_name": deal.name,
            "account_name": deal.account.name,
            "lost_to": deal.lost_to,
            "note": shortened(deal.lost_note),
        }
        for deal in deals[: rules.MOST_QUOTES]
    ]
    dollars = round(sum(deal.amount_usd for deal in deals))
    more = len(deals) - len(shown)
    return {"reason": reason, "count": len(deals), "usd": dollars, "deals": shown, "more": more}


def _answered(program: Program, period: Period) -> list[InsightTopic]:
    rows = topics_in(program).filter(answered_at__gte=period.start, answered_at__lt=period.end)
    return list(rows.order_by("-answered_at", "-pk")[:MOST_ROWS])


def _answer(topic: InsightTopic) -> dict[str, Any]:
    assert topic.answered_at is not None
    return {
        "topic": topic.pk,
        "name": topic.name,
        "kind": topic.kind,
        "answer": shortened(topic.answer),
        "answered_at": topic.answered_at.isoformat(),
        "by": str(topic.answered_by or ""),
        "asset": topic.asset_id,
        "asset_name": str(topic.asset or ""),
    }


def _support(program: Program, period: Period) -> list[SupportRequest]:
    """Requests that marketing has to deliver before the next briefing, including overdue ones."""
    rows = SupportRequest.objects.in_program(program).select_related("account", "owner")
    rows = rows.filter(state__in=PENDING, asked_at__lt=period.end, due_at__lt=period.due_until)
    return list(rows.order_by("due_at", "id")[:MOST_ROWS])


def _due(row: SupportRequest) -> dict[str, Any]:
    return {
        "what": row.what,
        "due_at": row.due_at.isoformat(),
        "account": row.account_id,
        "account_name": row.account.name,
        "owner": str(row.owner or ""),
    }


def _changes(program: Program, period: Period) -> list[dict[str, Any]]:
    """Messages in use with their effect at the end of the period, the newest first."""
    rows = changes_in(program).filter(ended_at__isnull=True, since__lt=period.end)
    newest = list(rows.order_by("-since", "-pk")[:MOST_ROWS])
    raised = raised_in(program, sorted({change.topic_id for change in newest}))
    return [_change(change, raised.get(change.topic_id, ()), period) for change in newest]


def _change(change: MessageChange, raised: Sequence[Raised], period: Period) -> dict[str, Any]:
    effect = effect_of(as_of(raised, period.end), in_use(change))
    return {
        "change": change.pk,
        "topic": change.topic_id,
        "name": change.topic.name,
        "since": change.since.isoformat(),
        "says_now": shortened(change.says_now),
        "is_new": change.made_at >= period.start,
        "verdict": effect.verdict.value,
        "before": _counted(effect.before),
        "after": _counted(effect.after),
    }


def _counted(group: Counted) -> dict[str, Any]:
    return {"deals": group.deals, "won": group.won, "closed": group.closed}
