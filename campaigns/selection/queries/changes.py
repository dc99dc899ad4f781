"""What changed since the last confirmed list, from which the next session starts.

Each source returns account -> reasons. A room that knows about other changes adds a source.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Max, Q

from accounts.intent.models import AccountIntent
from accounts.intent.queries.new_surges import NewSurge, surges_begun
from alignment.icp.models import Answer, Verdict
from alignment.people.models import Side

from ..models import Candidate, ListedTarget, SelectionSettings, Session, Target, Vote
from ..rules.ranking import Reason, value_in, verdict_in
from ..rules.votes import Outcome, outcome
from .targets import on_the_list, open_targets
from .votes import by_candidate

Found = dict[int, list[Reason]]
# Limits how many accounts with earlier decisions are read, the latest first. A refused account
# returns to a session only because of a change.
MOST_REMEMBERED = 2_000
# At most this many surging accounts, the strongest, both on the list and off it.
MOST_SURGES = 20


@dataclass(frozen=True, slots=True)
class Since:
    """What sources compare with: the last confirmed session, if there was one, and the current
    time.
    """

    program_id: int
    settings: SelectionSettings
    last: Session | None
    now: datetime


@dataclass(slots=True)
class Changes:
    """`reviews` are on the list; `others` are not.

    `refused`: both sides said no or the account was taken off, and nothing has changed since.
    """

    reviews: Found = field(default_factory=dict)
    others: Found = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)


def changes(since: Since) -> Changes:
    """The number of statements does not depend on the number of accounts."""
    earlier = _earlier(since)
    reviews = on_the_list_since(since)
    others = _together(source(since, earlier) for source in OTHERS)
    refused = {account for account, each in earlier.items() if each.is_refused}
    refused |= _taken_off(since)
    return Changes(reviews, others, refused - others.keys())


def on_the_list_since(since: Since) -> Found:
    """What happened to accounts on the list, in a fixed number of statements."""
    return _together(source(since) for source in REVIEWS)


def _together(parts: Iterable[Found]) -> Found:
    found: Found = defaultdict(list)
    for part in parts:
        for account, reasons in part.items():
            found[account] += reasons
    return dict(found)


def flipped(since: Since) -> Found:
    """Accounts on the list whose verdict differs from that of the confirmed list."""
    if since.last is None:
        return {}
    rows = ListedTarget.objects.in_program(since.program_id).filter(
        session=since.last, account__in=open_targets(since.program_id).values("account")
    )
    now = rows.filter(~Q(verdict=F("account__verdict__answer")), account__verdict__isnull=False)
    found = now.values_list("account_id", "verdict", "account__verdict__answer")
    return {
        account: [{"code": "flipped", "was": was or Answer.UNKNOWN.value, "now": answer}]
        for account, was, answer in found
        # An empty verdict means that the account had not been judged yet.
        if (was or Answer.UNKNOWN) != answer
    }


def gone_quiet(since: Since) -> Found:
    """Accounts on the list for at least `quiet_days` without engagement in that time."""
    rows = open_targets(since.program_id).annotate(
        engaged=Max("account__leads__score__last_engaged_at")
    )
    found: Found = {}
    for account, entered, engaged in rows.values_list("account_id", "entered_at", "engaged"):
        days = (since.now - max(filter(None, (entered, engaged)))).days
        if days >= since.settings.quiet_days:
            found[account] = [{"code": "quiet", "days": days}]
    return found


def surging_anew(since: Since) -> Found:
    """Accounts on the list with topics that began to surge since both sides confirmed it."""
    if since.last is None or since.last.confirmed_at is None:
        return {}
    listed = open_targets(since.program_id).values_list("account_id", flat=True)
    begun = surges_begun(
        since.program_id, dict.fromkeys(listed, since.last.confirmed_at), since.now
    )
    strongest = sorted(begun, key=lambda account: (-begun[account][0].strength, account))
    return {account: _by_topic(begun[account]) for account in strongest[:MOST_SURGES]}


def _by_topic(begun: Iterable[NewSurge]) -> list[Reason]:
    return [{"code": "surge", "topic": surge.topic} for surge in begun]


def undecided(since: Since) -> Found:
    """Accounts on the list about which the sides disagreed in the last session, or which both
    wanted off but nobody took off.
    """
    if since.last is None:
        return {}
    rows = Candidate.objects.in_program(since.program_id).filter(
        session=since.last,
        known_as="",
        account__in=open_targets(since.program_id).values("account"),
    )
    accounts = dict(rows.values_list("pk", "account_id"))
    votes = by_candidate(since.program_id, None, accounts)
    found: Found = {}
    for pk, account in accounts.items():
        code = UNDECIDED.get(_outcome_of(votes.get(pk, {})))
        if code:
            found[account] = [{"code": code}]
    return found


def _outcome_of(sides: Mapping[str, Vote]) -> Outcome:
    return outcome(*(sides[side].choice if side in sides else None for side in Side.values))


UNDECIDED = {Outcome.DISAGREED: "disagreed", Outcome.NO: "unwanted"}
REVIEWS: tuple[Callable[[Since], Found], ...] = (flipped, gone_quiet, surging_anew, undecided)


@dataclass(frozen=True, slots=True)
class Earlier:
    """The last session's decision about an account."""

    session: int
    confirmed_at: datetime
    verdict: str
    surges: int
    outcome: Outcome

    @property
    def is_refused(self) -> bool:
        return self.outcome == Outcome.NO


def _earlier(since: Since) -> dict[int, Earlier]:
    """The latest candidacy of each account that is not on the list."""
    rows = Candidate.objects.in_program(since.program_id).filter(
        session__confirmed_at__isnull=False
    )
    rows = rows.exclude(account__in=open_targets(since.program_id).values("account"))
    # An account's own candidacy comes before that of an account merged into it.
    ordered = rows.select_related("session").order_by("-session__number", "known_as", "-pk")
    latest = list(ordered[:MOST_REMEMBERED])
    votes = by_candidate(since.program_id, None, (candidate.pk for candidate in latest))
    found: dict[int, Earlier] = {}
    for candidate in latest:
        found.setdefault(
            candidate.account_id,
            Earlier(
                candidate.session_id,
                candidate.session.confirmed_at or since.now,
                verdict_in(candidate.reasons),
                value_in(candidate.reasons, "surges"),
                _outcome_of(votes.get(candidate.pk, {})),
            ),
        )
    return found


def _taken_off(since: Since) -> set[int]:
    """Accounts that left the list: the ranking must not propose them again at once."""
    rows = Target.objects.in_program(since.program_id).filter(left_at__isnull=False)
    latest = rows.order_by("-left_at").values_list("account_id", flat=True)
    return set(latest[:MOST_REMEMBERED])


LEFT_OPEN = {Outcome.YES: "wanted", Outcome.DISAGREED: "disagreed"}


def left_open(since: Since, earlier: dict[int, Earlier]) -> Found:
    """What the last session left open: accounts that both sides want but that got no place, and
    those on which they disagree. An account that has been on the list since and was taken off is
    settled.
    """
    if since.last is None:
        return {}
    stays = Target.objects.in_program(since.program_id)
    off = set(
        stays.filter(left_at__gte=since.last.revealed_at).values_list("account_id", flat=True)
    )
    return {
        account: [{"code": LEFT_OPEN[each.outcome]}]
        for account, each in earlier.items()
        if each.session == since.last.pk and each.outcome in LEFT_OPEN and account not in off
    }


def became_a_match(since: Since, earlier: dict[int, Earlier]) -> Found:
    """Accounts that sessions left out, and that match the profile now but did not then."""
    unmatched = [account for account, each in earlier.items() if each.verdict not in ("yes", "")]
    rows = Verdict.objects.in_program(since.program_id).filter(account__in=unmatched, answer="yes")
    return {
        account: [{"code": "flipped", "was": earlier[account].verdict, "now": "yes"}]
        for account in rows.values_list("account_id", flat=True)
    }


def new_surges(since: Since, earlier: dict[int, Earlier]) -> Found:
    """Accounts off the list with more or other surging topics than at the last decision about them;
    of accounts without a decision, all with rising intent.
    """
    decided = {account: each.confirmed_at for account, each in earlier.items()}
    begun = surges_begun(since.program_id, decided, since.now)
    rises = Q(topics__gt=0, change__gt=0) | Q(account__in=list(begun))
    rows = AccountIntent.objects.in_program(since.program_id).filter(rises)
    off = rows.filter(~on_the_list(since.program_id, "account")).exclude(
        account__verdict__answer="no"
    )
    found: Found = {}
    strongest = off.order_by("-strength", "-account").values_list("account", "topics", "top_topic")
    # Decided accounts without a new topic are skipped; the larger limit makes up for them.
    for account, topics, topic in strongest[: MOST_SURGES + len(earlier)]:
        if account in begun:
            found[account] = _by_topic(begun[account])
        elif account not in earlier or topics > earlier[account].surges:
            found[account] = [{"code": "surge", "topic": topic}]
        if len(found) == MOST_SURGES:
            break
    return found


OTHERS: tuple[Callable[[Since, dict[int, Earlier]], Found], ...] = (
    left_open,
    became_a_match,
    new_surges,
)
