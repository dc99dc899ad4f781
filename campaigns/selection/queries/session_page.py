"""A session as one side may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.models import Account
from alignment.people.models import Program, Side

from ..models import Candidate, Confirmation, Nomination, Ready, Session, Target, Vote
from ..rules.lists import Line, free_places, is_complete, list_hash
from ..rules.ranking import is_change
from ..rules.votes import Agreement, Outcome, agreement, outcome
from .slate import MOST_CANDIDATES
from .targets import has_plays, open_targets, sessions_of
from .votes import by_candidate, cast_counts


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate with the votes that the reader may see, and its place on the list, if any.

    `before` holds each side's vote on the account in the previous session.
    """

    candidate: Candidate
    nominations: list[Nomination]
    ballots: dict[str, Vote]
    target: Target | None
    side: str
    before: dict[str, Vote]

    @property
    def account(self) -> Account:
        return self.candidate.account

    @property
    def is_merged(self) -> bool:
        """The account was merged into another one: its votes are kept, but nothing is decided any
        more.
        """
        return bool(self.candidate.known_as)

    @property
    def mine(self) -> Vote | None:
        """The vote of the reader's side."""
        return self.ballots.get(self.side)

    @property
    def marketing(self) -> Vote | None:
        return self.ballots.get(Side.MARKETING)

    @property
    def sales(self) -> Vote | None:
        return self.ballots.get(Side.SALES)

    @property
    def by_side(self) -> list[tuple[Side, Vote | None]]:
        return [(side, self.ballots.get(side)) for side in Side]

    @property
    def before_by_side(self) -> list[tuple[Side, Vote]]:
        return [(side, self.before[side]) for side in Side if side in self.before]

    @property
    def outcome(self) -> Outcome:
        return outcome(*(vote.choice if vote else None for vote in (self.marketing, self.sales)))

    @property
    def group(self) -> str:
        """The section of the discussion. An account on the list stays there until taken off."""
        if self.is_merged:
            return "merged"
        if self.outcome in (Outcome.DISAGREED, Outcome.OPEN):
            return "agenda"
        if self.outcome == Outcome.YES:
            return "listed" if self.target else "to_place"
        if self.outcome == Outcome.NO:
            return "to_take_off" if self.target else "refused"
        return "later"


@dataclass(frozen=True, slots=True)
class SideState:
    """What everybody may know about a side: how many votes it cast, and whether it is ready."""

    side: Side
    cast: int
    is_ready: bool
    confirmation: Confirmation | None


@dataclass(frozen=True, slots=True)
class Lack:
    """An account on the list that lacks an owner or a play, which prevents the confirmation."""

    target: Target
    marketing_owner: bool
    sales_owner: bool
    play: bool


@dataclass(frozen=True, slots=True)
class SessionPage:
    session: Session
    rows: list[Row]
    sides: list[SideState]
    my_side: str
    taken: int
    lacks: list[Lack]
    list_hash: str
    groups: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def lacking(self) -> int:
        return len(self.lacks)

    @property
    def free(self) -> int:
        return free_places(self.session.capacity, self.taken)

    @property
    def mine(self) -> SideState | None:
        return next((state for state in self.sides if state.side == self.my_side), None)

    @property
    def missing(self) -> int:
        """Candidates on which the reader's side has not voted."""
        return len(self.rows) - (self.mine.cast if self.mine else 0)

    @property
    def first_missing(self) -> Row | None:
        """The first candidate on which the reader's side has not voted."""
        return next((row for row in self.rows if row.mine is None), None)

    @property
    def others_ready(self) -> bool:
        """Whether the reader's readiness would reveal the votes."""
        return all(state.is_ready for state in self._others)

    @property
    def others_complete(self) -> bool:
        """Whether the other side has voted on everything without declaring itself ready."""
        others = self._others
        done = all(state.is_ready or state.cast >= len(self.rows) for state in others)
        return done and not self.others_ready

    @property
    def _others(self) -> list[SideState]:
        return [state for state in self.sides if state.side != self.my_side]

    @property
    def agreement(self) -> Agreement:
        """How often both sides agreed at the moment of the reveal."""
        votes = ((row.marketing, row.sales) for row in self.rows)
        return agreement((at_reveal(one), at_reveal(other)) for one, other in votes)

    @property
    def may_be_confirmed(self) -> bool:
        return not self.lacking and self.taken <= self.session.capacity


def session_numbered(program: Program, number: int) -> Session | None:
    """The session with that number that was not discarded: a discarded one passes its number on."""
    rows = sessions_of(program).select_related("program", "opened_by")
    return rows.filter(number=number, discarded_at__isnull=True).first()


def candidate_in(*, program: Program, candidate_id: int) -> Candidate | None:
    rows = Candidate.objects.in_program(program)
    related = ("session__program", "account")
    return rows.select_related(*related).filter(pk=candidate_id).first()


def candidates_of(session: Session) -> list[Candidate]:
    """First changes on the list, then other changes and open questions, then nominations, then by
    rank.
    """
    rows = Candidate.objects.in_program(session.program_id).filter(session=session)
    rows = rows.select_related("account__verdict", "session")
    return sorted(rows.order_by("pk")[:MOST_CANDIDATES], key=_place)


def _place(candidate: Candidate) -> tuple[bool, bool, int]:
    """Equal keys keep the order of ids, because the rows come sorted by id."""
    changed = any(is_change(reason) for reason in candidate.reasons)
    return not candidate.is_review, not changed, 0 if changed else candidate.rank or 0


def session_page(session: Session, side: Side | str | None) -> SessionPage:
    """Everything that the page shows to a person of that side: eleven statements."""
    program_id, candidates = session.program_id, candidates_of(session)
    votes = by_candidate(program_id, side, (candidate.pk for candidate in candidates))
    nominations = _nominations(session)
    listed = _listed(program_id)
    before = _votes_before(session, (candidate.account_id for candidate in candidates))
    rows = [
        Row(
            candidate=candidate,
            nominations=nominations[candidate.account_id, candidate.known_as],
            ballots=votes.get(candidate.pk, {}),
            target=None if candidate.known_as else listed.get(candidate.account_id),
            side=str(side or ""),
            before=before.get(candidate.account_id, {}),
        )
        for candidate in candidates
    ]
    lines = [_line(target) for target in listed.values()]
    plays = has_plays(program_id)
    return SessionPage(
        session=session,
        rows=rows,
        sides=_sides(session),
        my_side=str(side or ""),
        taken=len(lines),
        lacks=_lacks(listed.values(), has_plays=plays),
        list_hash=list_hash(lines),
        groups=_groups(rows) if session.revealed_at else {},
    )


def _votes_before(session: Session, accounts: Iterable[int]) -> dict[int, dict[str, Vote]]:
    """Account -> side -> vote in the previous session, which is over and therefore revealed."""
    program_id = session.program_id
    rows = Candidate.objects.in_program(program_id).filter(
        session__number=session.number - 1,
        session__confirmed_at__isnull=False,
        account__in=list(accounts),
        known_as="",
    )
    of = dict(rows.values_list("pk", "account_id"))
    return {of[pk]: votes for pk, votes in by_candidate(program_id, None, of).items()}


def at_reveal(vote: Vote | None) -> str | None:
    return vote.at_reveal if vote else None


def _groups(rows: list[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.group].append(row)
    return dict(groups)


def _nominations(session: Session) -> dict[tuple[int, str], list[Nomination]]:
    """By account and `known_as`, the name before a merge."""
    found: dict[tuple[int, str], list[Nomination]] = defaultdict(list)
    rows = Nomination.objects.in_program(session.program_id).filter(session=session)
    for nomination in rows.select_related("by").order_by("at", "pk"):
        found[nomination.account_id, nomination.known_as].append(nomination)
    return found


def _listed(program_id: int) -> dict[int, Target]:
    rows = open_targets(program_id).select_related("account")
    return {target.account_id: target for target in rows}


def _lacks(targets: Iterable[Target], *, has_plays: bool) -> list[Lack]:
    lacking = (t for t in targets if not is_complete(_line(t), has_plays=has_plays))
    return [
        Lack(
            target,
            marketing_owner=target.marketing_owner_id is None,
            sales_owner=target.sales_owner_id is None,
            play=has_plays and target.play_id is None,
        )
        for target in sorted(lacking, key=lambda target: target.account.name.lower())
    ]


def _line(target: Target) -> Line:
    return Line(
        target.account_id,
        target.tier,
        target.marketing_owner_id,
        target.sales_owner_id,
        target.play_id,
    )


def _sides(session: Session) -> list[SideState]:
    cast = cast_counts(session)
    readies = Ready.objects.in_program(session.program_id).filter(session=session)
    ready = set(readies.values_list("side", flat=True))
    rows = Confirmation.objects.in_program(session.program_id).filter(session=session)
    confirmed = {row.side: row for row in rows.select_related("by")}
    return [SideState(side, cast[side], side in ready, confirmed.get(side)) for side in Side]
