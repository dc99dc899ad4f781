"""API keys: shown once, limited in scope and time, revoked when the membership ends."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from alignment.people.actions.keys import create_key, revoke_key
from alignment.people.actions.members import remove_member
from alignment.people.models import ApiKey, Membership, Role, User
from alignment.people.permissions import Scope
from tests import cast as play
from tests.cast import Cast

ACCOUNTS = "/api/v1/accounts/"


def status(secret: str, method: str = "get") -> int:
    ask = getattr(Client(headers=play.bearer(secret)), method)
    body: object = {"accounts": []} if method == "post" else None
    return int(ask(ACCOUNTS, body, content_type="application/json").status_code)


def the_key(cast: Cast) -> ApiKey:
    return ApiKey.objects.in_program(cast.program).get()


def test_a_key_opens_its_program(cast: Cast) -> None:
    secret = play.api_key(cast.program, cast.owner, Scope.READ)
    assert status(secret) == 200
    key = the_key(cast)
    assert key.last_used_at is not None
    assert secret.startswith(key.prefix)
    assert secret not in str(ApiKey.objects.in_program(cast.program).values().get())


def test_wrong_keys_open_nothing(cast: Cast) -> None:
    secret = play.api_key(cast.program, cast.owner, Scope.READ)
    for wrong in ("", "x", secret[:-1], secret.upper()):
        assert status(wrong) == 401
    assert Client().get(ACCOUNTS).status_code == 401


def test_scopes(cast: Cast) -> None:
    assert status(play.api_key(cast.program, cast.owner, Scope.READ), "post") == 403
    assert status(play.api_key(cast.program, cast.owner, Scope.FACTS_WRITE), "get") == 403


def test_revoked(cast: Cast) -> None:
    secret = play.api_key(cast.program, cast.owner)
    revoke_key(key=the_key(cast), by=cast.owner)
    assert status(secret) == 401


def test_expired(cast: Cast) -> None:
    secret = play.api_key(cast.program, cast.owner)
    ApiKey.objects.in_program(cast.program).update(expires_at=timezone.now())
    assert status(secret) == 401
    with pytest.raises(ValidationError):
        create_key(
            program=cast.program,
            name="Late",
            scopes=["read"],
            owner=cast.owner,
            expires_at=timezone.now() - timedelta(seconds=1),
            by=cast.owner,
        )


def test_a_key_does_no_more_than_its_owner(cast: Cast) -> None:
    secret = play.api_key(cast.program, cast.observer, Scope.READ, Scope.FACTS_WRITE)
    assert status(secret) == 200
    assert status(secret, "post") == 403
    remove_member(membership=cast.membership("observer"), by=cast.owner)
    assert status(secret) == 401
    # The keys stay revoked if the owner comes back.
    Membership.objects.create(program=cast.program, user=cast.observer, role=Role.OBSERVER)
    assert status(secret) == 401


def test_a_closed_account_stops_its_keys(cast: Cast) -> None:
    secret = play.api_key(cast.program, cast.rep)
    cast.rep.is_active = False
    cast.rep.save()
    assert status(secret) == 401


def test_the_page_says_which_keys_a_closed_account_stopped(cast: Cast) -> None:
    play.api_key(cast.program, cast.rep)
    page = f"/p/{cast.program.slug}/settings/keys/"
    assert "Account closed" not in cast.client("owner").get(page).text
    User.objects.filter(pk=cast.rep.pk).update(is_active=False)
    assert "Account closed" in cast.client("owner").get(page).text


def test_only_owners_make_keys(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        create_key(
            program=cast.program,
            name="Mine",
            scopes=["read"],
            owner=cast.sales_manager,
            expires_at=None,
            by=cast.sales_manager,
        )
    with pytest.raises(ValidationError):
        play.api_key(cast.program, cast.stranger)


def test_the_page_shows_the_secret_once(cast: Cast) -> None:
    page = f"/p/{cast.program.slug}/settings/keys/"
    browser = cast.client("owner")
    made = browser.post(page, {"name": "Sync", "scopes": ["read"], "days": "30"}, follow=True)
    key = the_key(cast)
    assert key.expires_at is not None
    assert made.text.count(key.prefix) >= 2
    secret = made.context["made"]["secret"]
    assert secret in made.text
    assert secret not in browser.get(page).text
    assert (
        browser.post(page, {"name": "Sync", "scopes": ["root"], "days": "never"}).status_code == 422
    )
    browser.post(f"{page}{key.pk}/revoke/")
    assert status(secret) == 401


def test_the_command_prints_the_key_alone(cast: Cast) -> None:
    out = StringIO()
    call_command(
        "create_api_key",
        "--program=us-mid-market",
        "--name=CRM",
        "--scope=read",
        "--scope=engagements:write",
        "--expires-days=2",
        stdout=out,
    )
    assert status(out.getvalue().strip()) == 200
    assert the_key(cast).scopes == ["engagements:write", "read"]
    for wrong in (["--program=nowhere", "--scope=read"], ["--program=us-mid-market", "--scope=x"]):
        with pytest.raises(CommandError):
            call_command("create_api_key", "--name=N", *wrong)


@pytest.mark.parametrize("days", [0, -1, 3_651, 99_999_999_999])
def test_days_that_make_no_sense_make_no_key(cast: Cast, days: int) -> None:
    with pytest.raises(CommandError, match="takes 1 to 3650 days"):
        call_command(
            "create_api_key",
            "--program=us-mid-market",
            "--name=CRM",
            "--scope=read",
            f"--expires-days={days}",
        )
    assert not ApiKey.objects.in_program(cast.program).exists()


def test_create_program(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTENTE_PASSWORD", play.PASSWORD)
    out = StringIO()
    call_command(
        "create_program", "--name=EU", "--slug=eu", "--owner-email=Eve@example.com", stdout=out
    )
    assert "/p/eu/" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("create_program", "--name=EU", "--slug=eu", "--owner-email=eve@example.com")
