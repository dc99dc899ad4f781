"""Choosing the account of a touch: while typing, by Enter, and without JavaScript."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account
from campaigns.selection.models import Target
from tests import cast as play
from tests.cast import Cast

from .scenes import HTMX, at, someone

pytestmark = pytest.mark.django_db


def asked(cast: Cast, text: str = "", who: str = "rep", **more: Any) -> Any:
    return cast.client(who).get(at(cast, "touch_plan"), {"q": text} if text else {}, **more)


def names(reply: Any) -> list[str]:
    return [account.name for account in reply.context["offer"].accounts]


def listed(cast: Cast, name: str, tier: int = 1, **owners: Any) -> Account:
    account = play.account(cast.program, name)
    Target.objects.create(
        program=cast.program, account=account, tier=tier, entered_at=timezone.now(), **owners
    )
    return account


def test_who_types_sees_accounts_by_name_word_and_domain(cast: Cast) -> None:
    for name in ("Acme Steel", "Northern Acme", "Borel"):
        play.account(cast.program, name)
    play.account(cast.program, "Wholly Other", domain="acme.example")
    play.account(cast.other_program, "Acme of strangers")
    reply = asked(cast, "acme", headers=HTMX)
    assert names(reply) == ["Wholly Other", "Acme Steel", "Northern Acme"]
    html = reply.content.decode()
    assert "<html" not in html
    assert f"{at(cast, 'touch_plan')}?account={reply.context['offer'].accounts[0].pk}" in html


def test_targets_are_offered_first_and_the_number_is_the_true_one(cast: Cast) -> None:
    for number in range(12):
        play.account(cast.program, f"Lynx {number:02}")
    listed(cast, "Walnut Lynx Payments")
    reply = asked(cast, "lynx", headers=HTMX)
    assert names(reply)[:2] == ["Walnut Lynx Payments", "Lynx 00"]
    assert "The first 10 of 13 accounts" in reply.content.decode()
    assert "13 accounts" not in asked(cast, "lynx 0", headers=HTMX).content.decode()


def test_the_campaign_that_one_came_from_goes_along(cast: Cast) -> None:
    for name in ("Acme", "Acme Steel"):
        someone(cast, name)
    reply = cast.client("rep").get(at(cast, "touch_plan"), {"q": "acm", "campaign": "7"})
    html = reply.content.decode()
    assert html.count("?account=") >= 2
    assert all("&amp;campaign=7" in part[:40] for part in html.split("?account=")[1:])
    assert '<input type="hidden" name="campaign" value="7">' in html


def test_enter_goes_on_where_one_is_meant_and_lists_where_several_are(cast: Cast) -> None:
    person = someone(cast, "Acme", first_name="Dana", last_name="Field")
    play.account(cast.program, "Acme Steel")
    play.account(cast.program, "Borel Foundries", domain="borel.example")
    # The whole name, though another name begins with it; a whole domain; the only match.
    assert "Dana Field" in asked(cast, "acme").content.decode()
    for text in ("BOREL.example", "foundries"):
        assert asked(cast, text).context["company"].name == "Borel Foundries"
    several = asked(cast, "acm")
    assert (several.status_code, names(several)) == (200, ["Acme", "Acme Steel"])
    twins = [play.account(cast.program, "Twin", domain=f"twin{n}.example") for n in (1, 2)]
    assert names(asked(cast, "Twin")) == [twin.name for twin in twins]
    assert person.account_id


def test_nothing_found_keeps_what_was_typed(cast: Cast) -> None:
    reply = asked(cast, "Nobody Inc")
    html = reply.content.decode()
    assert (reply.status_code, 'value="Nobody Inc"' in html) == (422, True)
    assert "No account has this domain or name." in html
    # An unfinished word is not an error yet.
    assert asked(cast, "Nob", headers=HTMX).status_code == 200


def test_before_anybody_types_targets_are_offered_ones_own_first(cast: Cast) -> None:
    listed(cast, "Of another", tier=1)
    listed(cast, "Second", tier=3, marketing_owner=cast.marketer, sales_owner=cast.rep)
    gone = Target.objects.in_program(cast.program).get(account=listed(cast, "Gone"))
    gone.left_at, gone.left_because = timezone.now(), "Bankrupt"
    gone.save()
    assert names(asked(cast)) == ["Second", "Of another"]
    assert names(asked(cast, who="sales_manager")) == ["Of another", "Second"]


@pytest.mark.parametrize("count", [1, 3])
def test_it_asks_as_much_for_one_as_for_three(
    cast: Cast, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        listed(cast, f"Acme {number}")
    asked(cast)
    for text in ("", "acm"):
        with django_assert_max_num_queries(10):
            asked(cast, text, headers=HTMX)


def test_who_only_watches_chooses_none(cast: Cast) -> None:
    assert asked(cast, who="observer").status_code == 403
