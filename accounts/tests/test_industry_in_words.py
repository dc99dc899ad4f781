"""An industry given in words becomes a code; a stated code is kept."""

from typing import Any

from accounts.actions.accounts import upsert_accounts
from accounts.models import Account
from tests.cast import Cast


def naics_after(cast: Cast, *lists: dict[str, Any]) -> str | None:
    for row in lists:
        facts: Any = {"name": "Acme", "domain": "acme.example", **row}
        upsert_accounts(program=cast.program, rows=[facts], by=None, source="list")
    return Account.objects.in_program(cast.program).get(domain="acme.example").naics


def test_words_become_a_code(cast: Cast) -> None:
    assert naics_after(cast, {"industry": "Application Software"}) == "513210"


def test_unclear_words_stay_unknown(cast: Cast) -> None:
    assert naics_after(cast, {"industry": "Energy"}) is None


def test_a_stated_code_is_kept(cast: Cast) -> None:
    stated = {"industry": "Application Software", "naics": "541512"}
    assert naics_after(cast, stated, {"industry": "Banks"}) == "541512"
    assert naics_after(cast, {"naics": None}) is None


def test_the_code_follows_the_words(cast: Cast) -> None:
    assert naics_after(cast, {"industry": "Application Software"}, {"industry": "Banks"}) == "5221"
