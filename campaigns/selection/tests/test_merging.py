"""Merged accounts: votes and past lists stay, open decisions are made anew."""

import pytest
from django.db import connection

from accounts.duplicates.actions.merging import merge
from accounts.duplicates.merge_hooks import warnings_of
from accounts.models import Account
from alignment.people.models import Side
from campaigns.selection.actions.listing import place
from campaigns.selection.actions.refusals import SelectionRefused
from campaigns.selection.actions.sessions import nominate
from campaigns.selection.actions.voting import declare_ready, vote
from campaigns.selection.models import (
    Candidate,
    ListedTarget,
    Nomination,
    Ready,
    Session,
    Target,
    Vote,
)
from campaigns.selection.queries.past import past_sessions
from campaigns.selection.queries.session_page import session_page
from campaigns.selection.queries.targets import open_targets
from tests.cast import Cast

from .scenes import (
    Choices,
    by_hand,
    candidate,
    companies,
    discussed,
    opened,
    put,
    reveal,
    say,
    settle,
    work,
)

pytestmark = pytest.mark.django_db


def become(survivor: Account, gone: Account, cast: Cast) -> None:
    merge(survivor=survivor, gone=gone, take=[], by=cast.rep)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def both_listed(cast: Cast) -> tuple[Account, Account, Account, Session]:
    by_hand(cast)
    one, two, three = companies(cast, 3)
    votes: dict[Account, Choices] = {one: ("yes", "yes"), two: ("yes", "yes"), three: ("yes", "no")}
    session = discussed(cast, votes)
    put(cast, session, one, two)
    return one, two, three, settle(cast, session)


def test_of_two_places_one_is_left_with_a_dated_reason(cast: Cast) -> None:
    one, two, _three, _session = both_listed(cast)
    [warning] = warnings_of(one, two)
    assert two.name in warning
    become(one, two, cast)
    assert open_targets(cast.program).get().account == one
    left = Target.objects.in_program(cast.program).get(left_at__isnull=False)
    assert (left.account, left.known_as, left.left_by) == (one, "Candidate 2", cast.rep)
    assert left.left_because == "Merged into Candidate 1"


def test_what_a_confirmed_session_voted_and_listed_stays(cast: Cast) -> None:
    one, two, three, session = both_listed(cast)
    [before] = past_sessions(cast.program)
    become(one, two, cast)
    become(one, three, cast)
    [after] = past_sessions(cast.program)
    assert (after.agreement, after.listed) == (before.agreement, before.listed)
    assert (after.agreement.both, after.agreement.alike) == (3, 2)
    rows = session_page(session, Side.SALES).rows
    assert [row.candidate.known_as for row in rows] == ["", "Candidate 2", "Candidate 3"]
    assert [len(row.nominations) for row in rows] == [1, 1, 1]
    assert session_page(session, Side.SALES).agreement == before.agreement
    names = ListedTarget.objects.in_program(cast.program).values_list("account_name", flat=True)
    assert set(names) == {"Candidate 1", "Candidate 2"}


def test_the_place_of_one_that_is_listed_alone_goes_to_the_survivor(cast: Cast) -> None:
    one, two, three, session = both_listed(cast)
    assert len(warnings_of(three, one)) == 1
    become(three, one, cast)
    stay = open_targets(cast.program).get(account=three)
    assert (stay.known_as, stay.session) == ("", session)
    assert set(open_targets(cast.program).values_list("account", flat=True)) == {two.pk, three.pk}


def test_an_open_session_votes_on_the_survivor_anew(cast: Cast) -> None:
    one, _two, _three, _first = both_listed(cast)
    other = companies(cast, 4)[3]
    session = opened(cast, [other])
    say(cast, candidate(session, other), "yes", "yes")
    declare_ready(session=session, side=Side.MARKETING, by=cast.marketer)
    assert any("candidate" in words for words in warnings_of(one, other))
    become(one, other, cast)
    asked = candidate(session, one)
    assert asked.is_review
    assert {"code": "merged", "name": other.name} in asked.reasons
    assert not asked.votes.exists()
    assert not Ready.objects.in_program(cast.program).filter(session=session).exists()
    assert not Candidate.objects.in_program(cast.program).filter(known_as=other.name).exists()


def test_votes_on_a_survivor_that_is_asked_already_stay(cast: Cast) -> None:
    by_hand(cast)
    one, two = companies(cast, 2)
    session = opened(cast, [one, two])
    say(cast, candidate(session, one), "yes", None)
    say(cast, candidate(session, two), "no", "no")
    become(one, two, cast)
    asked = candidate(session, one)
    assert list(asked.votes.values_list("side", "choice")) == [("marketing", "yes")]
    assert asked.reasons[-1]["code"] == "merged"
    assert Nomination.objects.in_program(cast.program).filter(session=session).count() == 1


def test_once_revealed_the_votes_are_kept_and_decide_nothing(cast: Cast) -> None:
    by_hand(cast)
    one, two = companies(cast, 2)
    session = discussed(cast, {two: ("yes", "yes")})
    become(one, two, cast)
    page = session_page(Session.objects.in_program(cast.program).get(pk=session.pk), Side.SALES)
    assert (page.agreement.both, page.agreement.alike) == (1, 1)
    [merged] = page.groups["merged"]
    [asked] = page.groups["agenda"]
    assert (merged.candidate.known_as, asked.account) == ("Candidate 2", one)
    with pytest.raises(SelectionRefused, match="Candidate 1"):
        vote(
            candidate=merged.candidate,
            side=Side.SALES,
            choice="no",
            reason="Late",
            by=cast.rep,
        )
    say(cast, asked.candidate, "yes", "yes")
    put(cast, session, one)
    assert open_targets(cast.program).get().account == one


def test_no_vote_on_an_account_that_was_merged_while_somebody_read_it(cast: Cast) -> None:
    by_hand(cast)
    one, two = companies(cast, 2)
    session = opened(cast, [two])
    read = candidate(session, two)
    become(one, two, cast)
    with pytest.raises(SelectionRefused, match="Candidate 2"):
        say(cast, read, "yes", None)
    assert not Vote.objects.in_program(cast.program).exists()


def test_nothing_is_done_with_one_that_was_merged_after_the_reveal(cast: Cast) -> None:
    by_hand(cast)
    one, two = companies(cast, 2)
    session = discussed(cast, {two: ("yes", "yes")})
    read = candidate(session, two)
    become(one, two, cast)
    with pytest.raises(SelectionRefused, match="Candidate 1"):
        say(cast, read, "no", None)
    with pytest.raises(SelectionRefused, match="Candidate 1"):
        place(session=session, work=[(read, work(cast))], by=cast.marketer)
    assert not open_targets(cast.program).exists()


def test_what_waits_for_the_next_session_moves_along(cast: Cast) -> None:
    by_hand(cast)
    one, two = companies(cast, 2)
    for account in (one, two):
        nominate(account=account, side=Side.SALES, reason="We know them", by=cast.rep)
    assert warnings_of(one, two) == []
    become(one, two, cast)
    session = reveal(cast, opened(cast))
    assert candidate(session, one).reasons[0]["code"] == "verdict"
    assert Nomination.objects.in_program(cast.program).get().account == one
