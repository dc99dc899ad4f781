"""Pages of a program without any rows say what to do next, not what would be true with rows."""

import pytest

from alignment.people.models import Membership
from campaigns.opportunities.actions.writing import open_opportunity
from tests import cast as make
from tests.cast import Cast

from .pages import text

IMPORT = "imports/new/"
GUIDED = {
    "queue/": "No leads yet",
    "leads/": "No leads yet",
    "accounts/": "No accounts yet",
    "accounts/industries/": "No accounts yet",
}


def main(cast: Cast, who: str, page: str) -> str:
    """The content of the page, without the navigation."""
    return text(cast, who, page).partition("<main")[2]


@pytest.mark.parametrize("page", GUIDED)
def test_a_list_without_rows_leads_to_the_import(cast: Cast, page: str) -> None:
    shown = main(cast, "owner", page)
    assert GUIDED[page] in shown
    assert IMPORT in shown
    assert "Take away a filter" not in shown


def test_nobody_is_sent_to_a_page_that_is_closed_to_them(cast: Cast) -> None:
    shown = main(cast, "observer", "queue/")
    assert "No leads yet" in shown
    assert IMPORT not in shown


def test_a_queue_is_empty_only_once_there_are_leads(cast: Cast) -> None:
    make.lead(cast.program)
    shown = text(cast, "owner", "queue/")
    assert "Every MQL has been called" in shown
    assert "No leads yet" not in shown


def test_no_industry_under_a_filter_is_the_filter(cast: Cast) -> None:
    make.account(cast.program)
    shown = text(cast, "owner", "accounts/industries/?verdict=yes&state=TX")
    assert "No account matches" in shown
    assert "No accounts yet" not in shown


def test_the_board_without_deals_says_how_to_open_one(cast: Cast) -> None:
    shown = text(cast, "rep", "opportunities/")
    assert "No opportunity yet" in shown
    assert shown.count("opportunities/new/") == 2
    assert text(cast, "observer", "opportunities/").count("opportunities/new/") == 0
    open_opportunity(account=make.account(cast.program), by=cast.rep, name="Pilot")
    assert "No opportunity yet" not in text(cast, "rep", "opportunities/")


def test_no_deal_under_a_filter_is_the_filter(cast: Cast) -> None:
    open_opportunity(account=make.account(cast.program), by=cast.rep, name="Pilot")
    shown = text(cast, "rep", "opportunities/?q=nothing-has-this-name")
    assert "No opportunity matches" in shown
    assert "No opportunity yet" not in shown


@pytest.mark.parametrize("page", ["sla/rotation/", "sla/coverage/"])
def test_who_may_invite_is_led_to_the_members(cast: Cast, page: str) -> None:
    Membership.objects.in_program(cast.program).filter(team__side="sales").delete()
    assert "settings/members/" in main(cast, "owner", page)


def test_an_owner_reads_who_opens_the_session(cast: Cast) -> None:
    words = "A member of either side opens it."
    assert words in text(cast, "owner", "targets/session/")
    assert words not in text(cast, "sales_manager", "targets/session/")
