"""Settings pages: what they show once, preselect, refuse and say in words."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from alignment.people.forms import InvitationForm, ProfileForm
from alignment.people.management.commands.create_program import Command
from alignment.people.models import ApiKey, Role, Side, Team, User
from alignment.reference.time_zones import time_zones
from tests.cast import Cast

NEW_KEY = {"name": "Sync", "scopes": ["read"], "days": "90"}


def address(cast: Cast, page: str) -> str:
    return f"/p/{cast.program.slug}/settings/{page}"


def test_a_key_is_made_once_and_its_secret_shown_once(cast: Cast) -> None:
    client, url = cast.client("owner"), address(cast, "keys/")
    reply = client.post(url, NEW_KEY)
    assert (reply.status_code, reply["Location"]) == (302, url)
    key = ApiKey.objects.in_program(cast.program).get()
    shown = client.get(url).content.decode()
    assert 'id="new-key"' in shown
    assert f"{key.prefix}…" in shown
    secret = shown.partition('id="new-key"')[0].rpartition('value="')[2].partition('"')[0]
    assert secret.startswith(key.prefix)
    again = client.get(url).content.decode()
    assert secret not in again
    assert ApiKey.objects.in_program(cast.program).count() == 1


def test_what_a_role_forbids_is_told_within_the_program(cast: Cast) -> None:
    reply = cast.client("observer").get(address(cast, "keys/"))
    assert reply.status_code == 403
    assert 'id="nav"' in reply.content.decode()


def test_without_a_mail_server_the_link_is_shown_once(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    client, seat = cast.client("owner"), {"role": "member", "team": cast.sales.pk}
    client.post(address(cast, "invitations/"), {"email": "new@example.com"} | seat)
    shown = client.get(address(cast, "members/"))
    link = shown.context["handed"]["link"]
    assert f'value="{link}"' in shown.text
    assert Client().get(link).status_code == 200
    assert link not in client.get(address(cast, "members/")).text


def test_what_a_key_may_do_is_said_in_words(cast: Cast) -> None:
    client, url = cast.client("owner"), address(cast, "keys/")
    client.post(url, NEW_KEY | {"scopes": ["facts:write"]})
    table = client.get(url).content.decode().partition("<tbody")[2].partition("</tbody")[0]
    assert "Write accounts and people" in table
    assert "facts:write" not in table


def test_an_invitation_is_for_a_member_unless_somebody_chooses(cast: Cast) -> None:
    form = InvitationForm(membership=cast.membership("owner"))
    assert form["role"].value() == Role.MEMBER
    page = cast.client("owner").get(address(cast, "members/")).content.decode()
    assert '<option value="member" selected>' in page


@pytest.mark.parametrize(("known", "name"), [("East", "EAST"), ("Équipe Été", "équipe été")])
def test_teams_that_differ_in_capitals_are_one(cast: Cast, known: str, name: str) -> None:
    team = Team.objects.in_program(cast.program).get(name="East")
    Team.objects.in_program(cast.program).filter(pk=team.pk).update(name=known)
    reply = cast.client("owner").post(address(cast, "teams/"), {"name": name, "side": "sales"})
    assert reply.status_code == 422
    assert "name" in reply.context["form"].errors
    with pytest.raises(IntegrityError), transaction.atomic():
        Team.objects.create(program=cast.program, side=Side.MARKETING, name=name)
    # A team may change the capitalisation of its own name.
    reply = cast.client("owner").post(address(cast, f"teams/{team.pk}/"), {"name": name})
    assert reply.status_code == 302


def test_each_place_has_one_time_zone() -> None:
    names = [name for _region, places in time_zones() for name, _place in places]
    assert {"UTC", "America/New_York", "Africa/Abidjan", "Europe/Kyiv"} <= set(names)
    assert not {"Asia/Calcutta", "America/Buenos_Aires", "US/Eastern", "Europe/Kiev"} & set(names)
    assert len(names) == len(set(names))


def test_a_zone_chosen_under_its_former_name_stays(cast: Cast) -> None:
    cast.owner.time_zone = "Asia/Calcutta"
    form = ProfileForm.of(cast.owner, {"time_zone": "Asia/Calcutta"})
    form.is_valid()
    assert "time_zone" not in form.errors
    assert "Asia/Calcutta" in str(ProfileForm.of(cast.owner)["time_zone"])


@pytest.mark.django_db
def test_a_wrong_address_is_told_before_a_password_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def asked(_command: Command) -> str:
        raise AssertionError("asked for a password")

    monkeypatch.setattr(Command, "_password", asked)
    with pytest.raises(CommandError):
        call_command("create_program", name="X", owner_email="nobody", stdout=StringIO())
    assert not User.objects.filter(email="nobody").exists()
