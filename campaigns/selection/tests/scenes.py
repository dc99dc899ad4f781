"""Sessions in various states for tests, made by the real actions."""

from collections.abc import Iterable

from accounts.models import Account
from alignment.people.models import Side
from campaigns.selection.actions.confirming import confirm
from campaigns.selection.actions.listing import Work, place
from campaigns.selection.actions.sessions import nominate, open_session
from campaigns.selection.actions.voting import declare_ready, vote
from campaigns.selection.models import Candidate, SelectionSettings, Session, Target
from campaigns.selection.queries.targets import hash_now
from tests import cast as make
from tests.cast import Cast

SECRET = "Their contract ends in March"
Choices = tuple[str | None, str | None]


def by_hand(cast: Cast, *, capacity: int = 50) -> None:
    """Let the ranking propose only enough to fill the free places."""
    SelectionSettings.objects.create(program=cast.program, capacity=capacity, proposed=0)


def companies(cast: Cast, number: int) -> list[Account]:
    return [make.account(cast.program, f"Candidate {i}") for i in range(1, number + 1)]


def opened(cast: Cast, accounts: Iterable[Account] = ()) -> Session:
    """A session in which those accounts were nominated, besides those it opened with."""
    session = open_session(program=cast.program, by=cast.sales_manager)
    for account in accounts:
        nominate(account=account, side=Side.SALES, reason="We know the CFO", by=cast.rep)
    return session


def candidate(session: Session, account: Account) -> Candidate:
    rows = Candidate.objects.in_program(session.program_id).select_related("session", "account")
    return rows.get(session=session, account=account, known_as="")


def say(cast: Cast, each: Candidate, marketing: str | None, sales: str | None) -> None:
    """Both sides vote; the reason of marketing is the secret."""
    if marketing:
        vote(
            candidate=each,
            side=Side.MARKETING,
            choice=marketing,
            reason=SECRET,
            by=cast.marketer,
        )
    if sales:
        vote(candidate=each, side=Side.SALES, choice=sales, reason="They called back", by=cast.rep)


def reveal(cast: Cast, session: Session) -> Session:
    declare_ready(session=session, side=Side.MARKETING, by=cast.marketer)
    if Session.objects.in_program(cast.program).get(pk=session.pk).is_voting:
        assert declare_ready(session=session, side=Side.SALES, by=cast.rep)
    session.refresh_from_db()
    return session


def discussed(cast: Cast, votes: dict[Account, Choices]) -> Session:
    """A session whose votes are revealed."""
    session = opened(cast, votes)
    for account, (marketing, sales) in votes.items():
        say(cast, candidate(session, account), marketing, sales)
    return reveal(cast, session)


def work(cast: Cast, tier: int = 2) -> Work:
    return Work(tier, cast.marketer, cast.rep, None)


def put(cast: Cast, session: Session, *accounts: Account) -> list[Target]:
    rows = [(candidate(session, account), work(cast)) for account in accounts]
    return place(session=session, work=rows, by=cast.marketer)


def settle(cast: Cast, session: Session) -> Session:
    """Both managers confirm what is on the list."""
    seen = hash_now(session.program_id)
    confirm(session=session, side=Side.SALES, seen=seen, by=cast.sales_manager)
    assert confirm(session=session, side=Side.MARKETING, seen=seen, by=cast.marketing_manager)
    session.refresh_from_db()
    return session
