"""The pages of possible duplicates."""

from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.duplicates.models import DuplicatePair
from accounts.models import Account
from alignment.jobs.models import Job
from alignment.workspace.tests.pages import address, queries, text
from campaigns.plays.actions.starting import start_play
from campaigns.plays.tests.test_starting import begin, template
from campaigns.selection.models import Session
from campaigns.selection.tests.scenes import by_hand, companies, discussed, opened, put, settle
from tests import cast as make
from tests.cast import Cast
from tests.markup import tight

pytestmark = pytest.mark.django_db


def pair(cast: Cast, **facts: Any) -> DuplicatePair:
    first = make.account(cast.program, "Acme Robotics", state="TX", city="Austin")
    second = make.account(cast.program, "Acme Robotic", **facts)
    return paired(cast, first, second)


def paired(cast: Cast, first: Account, second: Account) -> DuplicatePair:
    return DuplicatePair.objects.create(
        program=cast.program,
        first=first,
        second=second,
        similarity=92,
        ground="name",
        found_at=timezone.now(),
    )


def test_a_search_is_started_and_shown(cast: Cast) -> None:
    assert "Nobody has searched yet" in text(cast, "rep", "accounts/duplicates/")
    reply = cast.client("rep").post(address(cast, "accounts/duplicates/find/"))
    assert reply.status_code == 302
    started = Job.objects.in_program(cast.program).filter(kind=Job.Kind.DUPLICATES)
    assert started.count() == 1
    assert "Searching" in text(cast, "rep", "accounts/duplicates/")
    assert (
        cast.client("observer").post(address(cast, "accounts/duplicates/find/")).status_code == 403
    )


def test_side_by_side_gaps_are_filled_and_the_merge_does_what_is_chosen(cast: Cast) -> None:
    row = pair(cast, employees_low=800, employees_high=900, state="MA", city="Boston")
    where = f"accounts/duplicates/{row.pk}/"
    assert where in text(cast, "rep", "accounts/duplicates/")
    page = tight(text(cast, "rep", where))
    second = row.second_id
    assert f'name="take-employees" value="{second}" checked' in page
    assert f'name="take-place" value="{row.first_id}" checked' in page
    assert f'name="stays" value="{second}"' in text(cast, "rep", f"{where}?stays={second}")
    sent = {"stays": row.first_id, "take-employees": row.first_id, "take-place": second}
    reply = cast.client("rep").post(address(cast, where), sent)
    assert reply["Location"] == address(cast, f"accounts/{row.first_id}/")
    left = Account.objects.in_program(cast.program).get()
    assert (left.name, left.state, left.employees_low) == ("Acme Robotics", "MA", None)
    gone = cast.client("rep").get(address(cast, f"accounts/{second}/"))
    assert gone["Location"] == address(cast, f"accounts/{left.pk}/")
    assert "Merged with another account" in text(cast, "rep", f"accounts/{left.pk}/")
    # Anyone who opens the pair again, or still has it open, is redirected.
    back = cast.client("rep").get(address(cast, where))
    assert back["Location"] == address(cast, f"accounts/{left.pk}/")
    assert cast.client("rep").get(address(cast, "accounts/duplicates/999999/")).status_code == 404


def test_the_other_one_may_stay(cast: Cast) -> None:
    row = pair(cast)
    cast.client("rep").post(
        address(cast, f"accounts/duplicates/{row.pk}/"), {"stays": row.second_id}
    )
    assert Account.objects.in_program(cast.program).get().pk == row.second_id


def test_what_a_merge_ends_stands_above_it_for_the_one_that_goes(cast: Cast) -> None:
    """Before the merge, the page lists what would end: a place on the list, a candidacy, a run of a
    play.
    """
    by_hand(cast)
    one, two, asked = companies(cast, 3)
    put(cast, discussed(cast, {one: ("yes", "yes"), two: ("yes", "yes")}), one, two)
    settle(cast, Session.objects.in_program(cast.program).get())
    opened(cast, [asked])
    for account in (one, two):
        make.stakeholder(cast.program, account=account)
    start = begin(cast, template(cast), one, two)
    start_play(program=cast.program, start=start, key=uuid4(), by=cast.rep)
    listed, candidate = paired(cast, one, two), paired(cast, one, asked)

    def told(pair: DuplicatePair, stays: Account) -> str:
        page = text(cast, "rep", f"accounts/duplicates/{pair.pk}/?stays={stays.pk}")
        before, title, after = page.partition("What the merge ends")
        assert not title or "<form" in after, before
        return unescape(after.partition("<form")[0])

    for stays, goes in ((one, two), (two, one)):
        said = told(listed, stays)
        assert f"“{goes.name}” leaves the list" in said
        assert f"merged into “{stays.name}”" in said
        assert f"the run on “{goes.name}” ends" in said
        assert "candidate" not in said
    assert f"“{asked.name}” is a candidate of the session that is open" in told(candidate, one)
    said = told(candidate, asked)
    assert f"“{asked.name}” takes the place of “{one.name}” on the list" in said
    assert "is a candidate" not in said
    # Nothing ends if neither account is a target, a candidate or in a play.
    assert told(pair(cast), Account.objects.in_program(cast.program).latest("pk")) == ""


def test_what_cannot_be_taken_over_is_told_and_the_choice_stays(cast: Cast) -> None:
    row = pair(cast)
    Account.objects.in_program(cast.program).filter(pk=row.second_id).update(owner=make.user())
    where = address(cast, f"accounts/duplicates/{row.pk}/")
    sent = {"stays": row.first_id, "take-owner": row.second_id}
    reply = cast.client("rep").post(where, sent)
    html = tight(reply.content.decode())
    assert reply.status_code == 422
    assert "They were not merged" in html
    assert f'name="take-owner" value="{row.second_id}" checked' in html
    assert Account.objects.in_program(cast.program).count() == 2


def test_two_companies_are_kept_apart(cast: Cast) -> None:
    row = pair(cast)
    where = address(cast, f"accounts/duplicates/{row.pk}/apart/")
    assert cast.client("observer").post(where).status_code == 403
    assert cast.client("rep").post(where).status_code == 302
    row.refresh_from_db()
    assert row.state == "different"
    assert cast.client("rep").post(where).status_code == 404


def test_the_page_costs_the_same_for_one_pair_and_three(cast: Cast) -> None:
    first = pair(cast)
    one = queries(cast, "rep", "accounts/duplicates/")
    for number in range(2):
        other = make.account(cast.program, f"Acme {number}")
        DuplicatePair.objects.create(
            program=cast.program,
            first=first.first,
            second=other,
            similarity=70,
            ground="domain",
            found_at=timezone.now(),
        )
    assert queries(cast, "rep", "accounts/duplicates/") == one


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"state": "TX", "city": "AUSTIN"}, "Similar names, both in Austin"),
        ({"state": "TX", "city": "Dallas"}, "Similar names, both in TX"),
        ({"state": "MA", "city": "Boston"}, "Similar names, in two states"),
        ({}, "Similar names; where one of them is, nobody knows"),
    ],
)
def test_why_they_are_alike_is_said_as_it_is(cast: Cast, facts: dict[str, str], words: str) -> None:
    row = pair(cast, **facts)
    for where in ("accounts/duplicates/", f"accounts/duplicates/{row.pk}/"):
        assert words in text(cast, "rep", where)
    assert "in one place" not in text(cast, "rep", "accounts/duplicates/")


def test_domains_of_one_root_are_named(cast: Cast) -> None:
    row = pair(cast)
    DuplicatePair.objects.in_program(cast.program).update(ground="domain")
    words = f"Domains of one root: {row.first.domain} and {row.second.domain}"
    assert words in text(cast, "rep", "accounts/duplicates/")
