"""Forms of the admin: two people who edit one row at once, and content that nobody can store."""

import re
from typing import Any

import pytest
from django.forms import CheckboxInput
from django.test import Client

from accounts.models import Signal
from alignment.agreements.actions.drafts import start_draft
from alignment.agreements.models import Kind
from alignment.people.models import Role, User
from alignment.sla.models import WorkingHours
from tests import cast as play
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Client:
    return play.sign_in(play.user(is_staff=True, is_superuser=True))


def typed(page: Any) -> dict[str, Any]:
    """What a browser sends of the form on this page, if nobody touches it."""
    sent: dict[str, Any] = {}
    for bound in page.context["adminform"].form:
        box = isinstance(bound.field.widget, CheckboxInput)
        if bound.field.show_hidden_initial:
            (value,) = re.findall(
                rf'name="{bound.html_initial_name}"(?: value="([^"]*)")?', page.text
            )
            sent[bound.html_initial_name] = value
        if not box or bound.value():
            sent[bound.html_name] = "on" if box else bound.value() or ""
    return sent


def test_who_saves_an_old_form_opens_no_account_again(cast: Cast, operator: Client) -> None:
    page = f"/admin/people/user/{cast.rep.pk}/change/"
    seen = typed(operator.get(page))
    User.objects.filter(pk=cast.rep.pk).update(is_active=False)
    assert operator.post(page, seen | {"name": "Ravi R."}).status_code == 302
    cast.rep.refresh_from_db()
    assert (cast.rep.name, cast.rep.is_active) == ("Ravi R.", False)


def test_who_changes_what_somebody_else_just_changed_is_asked(cast: Cast, operator: Client) -> None:
    page = f"/admin/people/user/{cast.rep.pk}/change/"
    seen = typed(operator.get(page))
    User.objects.filter(pk=cast.rep.pk).update(name="Ravi Rao", theme="dark")
    asked = operator.post(page, seen | {"name": "Ravi R."})
    assert asked.context["adminform"].errors == {
        "name": [
            "Somebody else meanwhile wrote “Ravi Rao”. Save again to replace it with yours.",
        ]
    }
    assert operator.post(page, typed(asked)).status_code == 302
    cast.rep.refresh_from_db()
    assert (cast.rep.name, cast.rep.theme) == ("Ravi R.", "dark")


def test_a_form_carries_no_password(cast: Cast, operator: Client) -> None:
    cast.rep.set_password(play.PASSWORD)
    cast.rep.save()
    assert cast.rep.password not in operator.get(f"/admin/people/user/{cast.rep.pk}/change/").text


def test_two_changes_of_one_seat_are_both_kept(cast: Cast) -> None:
    seat = cast.membership("rep")
    page = f"/admin/people/membership/{seat.pk}/change/"
    browser = cast.client("owner")
    seen = typed(browser.get(page))
    seat.role = Role.MANAGER
    seat.save()
    assert browser.post(page, seen | {"leads_a_week": 7}).status_code == 302
    seat.refresh_from_db()
    assert (seat.role, seat.leads_a_week) == (Role.MANAGER, 7)


def test_a_row_that_goes_while_it_is_saved_is_told(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(**_said: Any) -> None:
        raise Signal.DoesNotExist

    monkeypatch.setattr("alignment.scoring.admin.rename_signal", gone)
    signal = Signal.objects.in_program(cast.program).get(code="pricing_page_view")
    page = f"/admin/accounts/signal/{signal.pk}/change/"
    refused = cast.client("owner").post(page, {"name": "Prices", "side": "marketing"})
    assert "Somebody else meanwhile deleted it." in refused.text


@pytest.mark.parametrize("page", ["people/program", "sla/workinghours"])
def test_a_time_zone_is_chosen(cast: Cast, page: str) -> None:
    hours = WorkingHours.objects.create(
        program=cast.program, team=cast.sales, week=[[]] * 7, time_zone="America/New_York"
    )
    pk = cast.program.pk if page == "people/program" else hours.pk
    shown = cast.client("owner").get(f"/admin/{page}/{pk}/change/").text
    assert '<option value="America/New_York" selected>' in shown
    assert '<option value="Europe/Paris">' in shown


@pytest.mark.parametrize(
    "text", ["[" * 5_000 + "]" * 5_000, '{"a": "\\ud800"}', '{"a": "\\u0000"}', '{"a": NaN}', "{"]
)
def test_content_that_cannot_be_stored_is_refused_at_its_field(cast: Cast, text: str) -> None:
    draft = start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner)
    page = f"/admin/agreements/version/{draft.pk}/change/"
    refused = cast.client("owner").post(page, {"content": text, "note": ""})
    assert refused.context["adminform"].errors == {"content": ["Enter a valid JSON."]}
