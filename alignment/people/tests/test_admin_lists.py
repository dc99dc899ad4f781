"""Lists of the admin answer whatever their address asks."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.db.models import CharField, JSONField
from django.test import Client, RequestFactory
from django.urls import reverse

from tests import cast as play

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Client:
    return play.sign_in(play.user(is_staff=True, is_superuser=True))


def test_every_list_starts_anew_where_it_cannot_be_filtered_so(operator: Client) -> None:
    """By what no row can hold, and by columns that are no filter: some have no index, and some no
    such comparison."""
    asked = 0
    for model, room in admin.site._registry.items():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        texts = [f.name for f in model._meta.fields if isinstance(f, CharField | JSONField)]
        filters = [name for name in room.list_filter if isinstance(name, str)]
        for name in {*texts[:2], *filters[:1]}:
            answer = operator.get(address, {f"{name}__exact": "x\x00"})
            assert answer.status_code == 302, (address, name)
            assert answer["Location"] == f"{address}?e=1"
            asked += 1
    assert asked > 100


def test_a_choice_is_searched_for_what_no_row_can_hold(operator: Client) -> None:
    for app, model, field in (("accounts", "signal", "program"), ("people", "apikey", "owner")):
        asked = {"app_label": app, "model_name": model, "field_name": field, "term": "a\x00b"}
        assert operator.get("/admin/autocomplete/", asked).json()["results"] == []


def test_no_list_counts_the_rows_of_each_choice(operator: Client) -> None:
    """A list of millions would be counted once for each choice of each of its filters."""
    page = operator.get("/admin/accounts/lead/", {"_facets": "1"}).text
    assert "(0)" not in page
    assert "Show counts" not in page


def test_no_model_is_left_to_the_admin_of_a_library() -> None:
    """It would write without our actions, and so without a trace."""
    ours = ("accounts.", "alignment.", "campaigns.")
    rooms = admin.site._registry.values()
    assert [str(room) for room in rooms if not type(room).__module__.startswith(ours)] == []


@pytest.mark.parametrize("room", ["usersessions/usersession", "mfa/authenticator"])
def test_a_chosen_row_that_cannot_be_one_is_not_looked_up(operator: Client, room: str) -> None:
    chosen = {"action": "delete_selected", "_selected_action": ["abc"], "index": "0"}
    answer = operator.post(f"/admin/{room}/", chosen, follow=True)
    assert "Items must be selected" in answer.text


def test_sessions_are_only_ended(operator: Client) -> None:
    assert operator.get("/admin/usersessions/usersession/add/").status_code == 403
    room = admin.site._registry[UserSession]
    request = RequestFactory().get("/")
    request.user = play.user(is_staff=True, is_superuser=True)
    assert not room.has_change_permission(request)
    assert room.has_delete_permission(request)
