"""Observers only read: nothing can be assigned to them, over the API or on a page."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account
from campaigns.actions.campaigns import add_campaign
from campaigns.committee.models import CommitteeMember
from campaigns.insights.models import Note
from campaigns.models import Campaign
from campaigns.opportunities.actions.writing import open_opportunity
from tests import cast as make
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ONLY_READ = "Observers only read. Choose somebody of a team."


@pytest.fixture
def company(cast: Cast) -> Account:
    return make.account(cast.program)


def refused(reply: Any, field: str) -> None:
    found = problem(reply, 422)
    assert pointers(found) == [f"/{field}"]
    assert found["errors"][0]["detail"] == ONLY_READ


def test_the_api_gives_them_nothing_to_do(api: Api, cast: Cast, company: Account) -> None:
    them, address = cast.observer.pk, cast.observer.email
    person = make.stakeholder(cast.program, company)
    deal = open_opportunity(account=company, by=cast.rep, name="Rollout")
    moment = timezone.now() + timedelta(days=14)
    touch: dict[str, Any] = {
        "account_id": company.pk,
        "stakeholder_ids": [person.pk],
        "channel": "call",
    }
    touch |= {"starts_at": moment.isoformat(), "who": address}
    touch |= {"ends_at": (moment + timedelta(minutes=15)).isoformat()}
    refused(api.post("touches/", touch), "who")
    made = api.post("accounts/", {"name": "Acme", "domain": "acme.example", "owner_email": address})
    assert pointers(problem(made, 422)) == ["/owner_email"]
    at = timezone.now().isoformat()
    call: dict[str, Any] = {"source": "dialer", "external_id": "1", "channel": "call", "at": at}
    call |= {"stakeholder_id": person.pk, "who": address}
    refused(api.post("touches/reports/", call), "who")
    note: dict[str, Any] = {
        "account_id": company.pk,
        "kind": "call",
        "text": "Hello.",
        "who_id": them,
    }
    refused(api.post("notes/", note), "who_id")
    part = {"stakeholder_id": person.pk, "role": "champion", "owner_id": them}
    refused(api.put(f"opportunities/{deal.pk}/committee/", part), "owner_id")
    knows = {"stakeholder_id": person.pk, "user": address, "strength": 3}
    refused(api.post("relationships/", knows), "user")
    assert "/owner_id" in pointers(
        problem(api.patch(f"opportunities/{deal.pk}/", {"owner_id": them}), 422)
    )
    assert not Note.objects.in_program(cast.program).exists()


def test_who_is_there_already_stays(api: Api, cast: Cast, company: Account) -> None:
    """Someone assigned before becoming an observer stays, and other fields can still be changed."""
    person = make.stakeholder(cast.program, company)
    deal = open_opportunity(account=company, by=cast.rep, name="Rollout")
    path = f"opportunities/{deal.pk}/committee/"
    part = {"stakeholder_id": person.pk, "role": "champion"}
    assert api.put(path, part).status_code == 200
    CommitteeMember.objects.in_program(cast.program).update(owner=cast.observer)
    changed = api.put(path, part | {"note": "Likes it", "owner_id": cast.observer.pk})
    assert (changed.status_code, changed.json()["note"]) == (200, "Likes it")


def test_pages_do_not_offer_them(cast: Cast, company: Account) -> None:
    person = make.stakeholder(cast.program, company)
    deal = open_opportunity(account=company, by=cast.rep, name="Rollout")
    today = make.today()
    campaign = add_campaign(
        program=cast.program, by=cast.marketer, name="Autumn", starts_on=today, ends_on=today
    )
    home, client = f"/p/{cast.program.slug}", cast.client("marketing_manager")
    pages = [
        f"{home}/campaigns/new/",
        f"{home}/campaigns/{campaign.pk}/edit/",
        f"{home}/accounts/{company.pk}/edit/",
        f"{home}/accounts/{company.pk}/relationships/?person={person.pk}",
        f"{home}/calendar/plan/?account={company.pk}",
        f"{home}/accounts/{company.pk}/notes/new/",
        f"{home}/opportunities/{deal.pk}/edit/",
        f"{home}/opportunities/{deal.pk}/committee/add/",
    ]
    for page in pages:
        shown = client.get(page)
        assert shown.status_code == 200, page
        assert cast.rep.name in shown.text, page
        assert cast.observer.name not in shown.text, page
    Campaign.objects.in_program(cast.program).update(owner=cast.observer)
    # An existing owner is still shown as the owner, and can stay.
    text = client.get(f"{home}/campaigns/{campaign.pk}/edit/").text
    assert f'<option value="{cast.observer.pk}" selected' in text


def test_a_page_refuses_one_that_it_did_not_offer(cast: Cast) -> None:
    today = make.today().isoformat()
    sent = {"name": "Autumn", "starts_on": today, "ends_on": today, "owner": cast.observer.pk}
    shown = cast.client("marketer").post(f"/p/{cast.program.slug}/campaigns/new/", sent)
    assert (shown.status_code, Campaign.objects.in_program(cast.program).count()) == (422, 0)
