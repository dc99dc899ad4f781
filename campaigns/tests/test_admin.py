"""Long lists of the admin are found by the indexes of the pages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Account, Stakeholder
from campaigns.calendar.models import Occurrence, Touch
from campaigns.committee.actions.members import put_member
from campaigns.opportunities.actions.writing import open_opportunity
from tests import cast as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def found_by(browser: Client, of: str, words: str) -> int:
    """The number of rows found. No statement compares a text in a way that no index knows."""
    with CaptureQueriesContext(connection) as said:
        page = browser.get(f"/admin/{of}/", {"q": words})
    assert not [query["sql"] for query in said if "UPPER(" in query["sql"]]
    number: int = page.context["cl"].result_count
    return number


def touch(account: Account) -> Touch:
    at = timezone.now() + timedelta(days=1)
    return Touch.objects.create(
        program=account.program,
        account=account,
        channel="email",
        side="marketing",
        thread=0,
        starts_at=at,
        ends_at=at + timedelta(minutes=5),
    )


def test_touches_are_found_by_their_account(cast: Cast) -> None:
    touch(make.account(cast.program, "Société Générale"))
    touch(make.account(cast.program))
    touch(make.account(cast.other_program, "Générale Foods"))
    browser = cast.client("owner")
    assert found_by(browser, "calendar/touch", "generale soc") == 1
    assert found_by(browser, "calendar/touch", "generale") == 1
    assert found_by(browser, "calendar/touch", "nobody at all") == 0


def test_occurrences_are_found_by_their_id(cast: Cast) -> None:
    for external_id in ("call-7", "call-70"):
        Occurrence.objects.create(program=cast.program, source="dialer", external_id=external_id)
    browser = cast.client("owner")
    assert found_by(browser, "calendar/occurrence", "call-7") == 1
    assert found_by(browser, "calendar/occurrence", "call") == 0


@pytest.mark.parametrize("words", ["faure hele", "helene@ac", "roll-out"])
def test_members_of_committees_are_found_by_person_and_deal(cast: Cast, words: str) -> None:
    helene = make.stakeholder(
        cast.program,
        make.account(cast.program),
        "helene@acme.example",
        first_name="Hélène",
        last_name="Faure",
    )
    _member(helene, "Roll-out in Texas")
    _member(make.stakeholder(cast.program, make.account(cast.program)), "Renewal")
    browser = cast.client("owner")
    assert found_by(browser, "committee/committeemember", words) == 1
    assert found_by(browser, "committee/committeemember", "nobody at all") == 0


def _member(person: Stakeholder, deal: str) -> None:
    assert person.account
    opened = open_opportunity(account=person.account, by=None, name=deal)
    put_member(opportunity=opened, stakeholder=person, by=None, role="user")
