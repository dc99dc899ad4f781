"""Lists that still contain a merged company: their rows refer to the surviving account."""

import pytest

from accounts.duplicates.actions.merging import merge
from accounts.intent.actions.standing import today_utc
from accounts.intent.models import Surge
from accounts.models import Account
from tests import cast as play
from tests.cast import Cast

from .lists import run, taken, uploaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(cast: Cast) -> Account:
    stays = play.account(cast.program, "Acme", domain="acme.com", city="Boston", state="MA")
    goes = play.account(cast.program, "Acme Robotics", domain="acme-robotics.com")
    merge(survivor=stays, gone=goes, take=(), by=cast.rep)
    return stays


def test_companies_people_and_surges(cast: Cast, acme: Account) -> None:
    companies = (
        b"Company,Website,City,State,Employees\n"
        b"Acme Robotics,https://acme-robotics.com/,Chicago,IL,40\n"
        b"Globex,https://globex.com/,Boston,MA,7\n"
    )
    tried = taken(run(uploaded(cast.program, companies), dry_run=True))
    assert tried == {"rows": 2, "created": 1, "updated": 1}
    assert taken(run(uploaded(cast.program, companies))) == tried
    assert taken(run(uploaded(cast.program, companies))) == {"rows": 2, "unchanged": 2}
    acme.refresh_from_db()
    # Its size was unknown; its name and place were known.
    assert (acme.name, acme.city, acme.state, acme.employees_low) == ("Acme", "Boston", "MA", 40)

    people = b"Email,First name,Last name\ndana@acme-robotics.com,Dana,Field\n"
    assert taken(run(uploaded(cast.program, people, target="stakeholders"))) == {
        "rows": 1,
        "created": 1,
    }
    assert acme.stakeholders.get().last_name == "Field"

    surges = f"Domain,Topic,Score,Week,Source\nacme-robotics.com,ERP,80,{today_utc()},Bombora\n"
    assert taken(run(uploaded(cast.program, surges.encode(), target="surges"))) == {
        "rows": 1,
        "created": 1,
    }
    assert Surge.objects.in_program(cast.program).get().account == acme
    names = Account.objects.in_program(cast.program).order_by("name")
    assert [account.name for account in names] == ["Acme", "Globex"]
