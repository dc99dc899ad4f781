"""Files, punctuation and texts for French readers."""

from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from accounts.models import Account
from alignment.icp.count_views import problems_of
from alignment.icp.forms import MaturityForm
from alignment.workspace.accounts.finding_words import criterion_names
from alignment.workspace.calendar.forms import in_a_line
from campaigns.calendar.models import Touch
from tests import cast as make
from tests.cast import Cast

from .pages import address, lines, text
from .test_accounts import FITTING, hot_lead


@pytest.fixture
def account(cast: Cast) -> Account:
    cast.owner.language = "fr"
    cast.owner.save()
    account = make.account(cast.program, "Acme", **FITTING)
    hot_lead(account)
    return account


def test_cells_of_files_speak_as_their_heads_do(cast: Cast, account: Account) -> None:
    make.lead(cast.program, make.stakeholder(cast.program, make.account(cast.program, "Bolt")))
    files = {
        name: "\n".join(lines(cast.client("owner").get(address(cast, f"{name}/export/"))))
        for name in ("accounts", "people", "leads")
    }
    assert "Code postal" in files["accounts"]
    assert "Correspond" in files["accounts"]
    assert "Inconnu" in files["accounts"]
    assert ";non;" in files["people"]
    assert "Nouveau" in files["leads"]
    for name, file in files.items():
        for english in (";Match;", ";Unknown;", ";no;", ";New;"):
            assert english not in file, (name, english)


def test_a_space_stands_before_colons(cast: Cast, account: Account) -> None:
    page = text(cast, "owner", f"accounts/{account.pk}/")
    assert "Oui\u00a0:" in page
    assert "Oui:" not in page
    assert "Marketing:" not in page


def test_a_space_stands_before_colons_in_lines_that_are_put_together() -> None:
    touch = Touch(channel="call", starts_at=datetime(2026, 12, 1, 9, tzinfo=UTC), message="Prix")
    with override("fr"):
        assert in_a_line(touch).endswith("\u00a0: Prix")
        assert problems_of(MaturityForm({}))
        assert all("\u00a0: " in problem for problem in problems_of(MaturityForm({})))


def test_a_finding_of_an_earlier_profile_is_read_in_french() -> None:
    with override("fr"):
        words = criterion_names(()).of("Technology maturity: 3 or more")
    assert words == "Maturité technologique\u00a0: 3 ou plus"


def test_tabs_agree_with_what_they_list(cast: Cast, account: Account) -> None:
    jobs, promises = text(cast, "owner", "jobs/"), text(cast, "owner", "promises/")
    for word in ("Toutes", "Terminées", "Échouées", "Annulées"):
        assert word in jobs
    for word in ("Tenues", "Non tenues", "Dérogations", "Les miennes"):
        assert word in promises


def test_headings_of_the_admin(cast: Cast) -> None:
    cast.owner.language, cast.owner.is_staff = "fr", True
    cast.owner.save()
    page = cast.client("owner").get("/admin/").content.decode()
    for heading in ("Comptes et leads", "Accords", "Imports", "Tâches"):
        assert heading in page
