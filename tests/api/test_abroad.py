"""Companies outside the US, over REST and in the browser's form."""

import pytest

from accounts.models import Account
from alignment.scoring.actions.accounts import judge_waiting
from tests import cast as make
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast

pytestmark = pytest.mark.django_db

STATELESS = "A company outside of the United States has no US state."


def test_a_us_fact_of_a_company_abroad_is_refused_at_its_field(api: Api) -> None:
    here = {"name": "Acme", "country": "FR", "zip": "75002"}
    for fact in ({"state": "TX"}, {"cbsa": "19100"}, {"county_fips": "48113"}):
        body = problem(api.post("accounts/", {**here, **fact}), 422)
        assert pointers(body) == [f"/{next(iter(fact))}"]
    made = api.post("accounts/", here).json()
    assert (made["state"], made["zip"]) == (None, "75002")
    one = f"accounts/{made['id']}/"
    for reply in (api.patch(one, {"state": "TX"}), api.put(one, {**here, "state": "TX"})):
        assert problem(reply, 422)["errors"] == [{"pointer": "/state", "detail": STATELESS}]


def test_no_country_is_refused_and_changes_nothing(api: Api, cast: Cast) -> None:
    account = make.account(cast.program, "Acme", country="FR")
    for send in (api.patch, api.put):
        body = problem(send(f"accounts/{account.pk}/", {"name": "Acme", "country": None}), 422)
        assert pointers(body) == ["/country"]
    account.refresh_from_db()
    assert account.country == "FR"


def test_who_is_abroad_is_in_no_place_of_the_profile(api: Api, cast: Cast) -> None:
    account = make.account(cast.program, "Acme", state="TX")
    path = f"accounts/{account.pk}/"

    def answered(answer: str) -> bool:
        """Whether the account page (rules) and the list (SQL) both give this answer."""
        judge_waiting(program_id=cast.program.pk)
        rows = api.get(path).json()["verdict"]["criteria"]
        (one,) = (row for row in rows if row["kind"] == "geography")
        listed = api.get("accounts/", answer=f"{one['key']}:{answer}").json()["items"]
        return bool(one["answer"] == answer and listed)

    assert answered("yes")
    assert api.patch(path, {"country": "FR"}).json()["state"] is None
    assert answered("no")


def test_the_form_says_it_at_the_state(cast: Cast) -> None:
    client, account = cast.client("rep"), make.account(cast.program, "Acme", state="TX")
    given = {"name": "Acme", "state": "TX", "country": "fr"}
    for path in ("new/", f"{account.pk}/edit/"):
        reply = client.post(f"/p/{cast.program.slug}/accounts/{path}", given)
        assert reply.status_code == 422
        assert STATELESS in reply.content.decode()
    stored = Account.objects.in_program(cast.program).values_list("country", "state")
    assert list(stored) == [("US", "TX")]
