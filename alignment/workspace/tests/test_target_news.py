"""Notices about a session: missing votes, open questions, and changes of a list that people own."""

import re

import pytest

from alignment.notifications.models import Notice, NoticeKind
from alignment.people.models import Side
from campaigns.selection.actions.confirming import confirm
from campaigns.selection.actions.listing import change_target
from campaigns.selection.queries.targets import hash_now
from campaigns.selection.tests import scenes
from tests.cast import Cast
from tests.markup import tight

from .test_targets import address, page, post

pytestmark = pytest.mark.django_db


def test_it_says_what_is_missing_before_the_reveal(cast: Cast) -> None:
    accounts = scenes.companies(cast, 3)
    session = scenes.opened(cast, accounts)
    scenes.say(cast, scenes.candidate(session, accounts[0]), "yes", "no")
    post(cast, "marketing_manager", "session/ready/", ready="yes")
    shown = page(cast, "sales_manager", "session/")
    assert "2 votes of your side are missing. A reveal cannot be undone." in shown
    post(cast, "sales_manager", "session/ready/", ready="yes")
    assert "3 accounts are still to talk about" in page(cast, "rep", "session/")


def test_what_is_missing_leads_to_the_first_account_without_a_vote(cast: Cast) -> None:
    accounts = scenes.companies(cast, 2)
    session = scenes.opened(cast, accounts)
    first, second = (scenes.candidate(session, account) for account in accounts)
    scenes.say(cast, first, None, "yes")
    for who in ("rep", "sales_manager"):
        assert f'href="#ballot-{second.pk}"' in page(cast, who, "session/")
    assert f'href="#ballot-{first.pk}"' in page(cast, "marketer", "session/")
    scenes.say(cast, second, None, "no")
    assert 'href="#ballot-' not in page(cast, "rep", "session/")
    assert 'href="#ballot-' not in page(cast, "observer", "session/")


def test_the_title_of_the_settings_names_the_program_once(cast: Cast) -> None:
    shown = tight(page(cast, "owner", "settings/"))
    assert f"<title>How targets are chosen · {cast.program.name}</title>" in shown


def test_a_past_list_shows_what_was_left_open(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    scenes.by_hand(cast)
    session = scenes.discussed(cast, {account: ("yes", "no")})
    scenes.settle(cast, session)
    shown = page(cast, "observer", f"past/{session.number}/")
    assert re.search(r"<details[^>]* open>.{0,200}Left open", tight(shown))
    assert "They called back" in shown


def test_who_confirmed_hears_that_the_list_is_another(cast: Cast) -> None:
    one, other = scenes.companies(cast, 2)
    session = scenes.discussed(cast, {one: ("yes", "yes"), other: ("yes", "yes")})
    (kept, _gone) = scenes.put(cast, session, one, other)
    seen = hash_now(cast.program.pk)
    confirm(session=session, side=Side.SALES, seen=seen, by=cast.sales_manager)
    change_target(target=kept, work=scenes.work(cast, 1), by=cast.marketing_manager)
    (notice,) = Notice.objects.in_program(cast.program).filter(kind=NoticeKind.TARGET)
    assert notice.user == cast.sales_manager
    assert notice.text == f"{cast.marketing_manager} changed Candidate 1."
    assert notice.path == address(cast, "session/")


def test_who_owns_or_manages_hears_that_an_account_left(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.discussed(cast, {account: ("yes", "yes")})
    (target,) = scenes.put(cast, session, account)
    post(cast, "rep", f"{target.pk}/leave/", reason="Bankrupt")
    told = Notice.objects.in_program(cast.program).filter(kind=NoticeKind.TARGET)
    assert {notice.user for notice in told} == {
        cast.marketer,
        cast.sales_manager,
        cast.marketing_manager,
    }
    assert {notice.title for notice in told} == {f"{cast.rep} took Candidate 1 off the list"}
    assert {notice.text for notice in told} == {"Bankrupt"}
