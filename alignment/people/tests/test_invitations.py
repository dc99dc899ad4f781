"""Invitations: who may send them, how long they last, what their link does."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alignment.people.actions import invitation_mail
from alignment.people.actions.invitation_mail import send_invitations
from alignment.people.actions.invitations import (
    Invited,
    accept,
    accept_as_new,
    invite,
    resend,
    revoke,
)
from alignment.people.actions.members import adjust_member, remove_member
from alignment.people.actions.waiting_mail import LEASE, RETRY
from alignment.people.mail import send_invitation
from alignment.people.models import Invitation, Membership, Role, User
from alignment.people.queries import invitation_by_secret
from tests import cast as play
from tests.cast import PASSWORD, Cast
from tests.threads import beside, until_somebody_waits

DOWN = "alignment.people.tests.test_forgotten_password.Down"


def invited(cast: Cast, email: str = "new@example.com") -> Invited:
    return invite(
        program=cast.program, email=email, role=Role.MEMBER, team=cast.sales, by=cast.sales_manager
    )


def test_the_secret_is_kept_only_as_hash(cast: Cast) -> None:
    made = invited(cast, " New@Example.com ")
    assert made.invitation.email == "new@example.com"
    assert made.secret not in str(Invitation.objects.in_program(cast.program).values().get())
    assert invitation_by_secret(made.secret) == made.invitation


@pytest.mark.parametrize(
    ("who", "role", "team"),
    [
        ("sales_manager", Role.MEMBER, "marketing"),
        ("sales_manager", Role.OWNER, None),
        ("sales_manager", Role.OBSERVER, None),
        ("rep", Role.MEMBER, "sales"),
        ("observer", Role.OBSERVER, None),
        ("stranger", Role.OWNER, None),
    ],
)
def test_nobody_hands_out_more_than_allowed(
    cast: Cast, who: str, role: Role, team: str | None
) -> None:
    with pytest.raises(PermissionDenied):
        invite(
            program=cast.program,
            email="x@example.com",
            role=role,
            team=getattr(cast, team) if team else None,
            by=getattr(cast, who),
        )


def test_members_and_the_invited_are_not_invited_again(cast: Cast) -> None:
    invited(cast)
    for email in ("new@example.com", cast.rep.email, "not an address"):
        with pytest.raises(ValidationError):
            invited(cast, email)


def test_an_expired_invitation_makes_room(cast: Cast) -> None:
    old = invited(cast)
    expire(old.invitation)
    new = invited(cast)
    assert invitation_by_secret(old.secret) is None
    assert invitation_by_secret(new.secret) == new.invitation


def test_sending_again_replaces_the_link(cast: Cast) -> None:
    first = invited(cast)
    second = resend(invitation=first.invitation, by=cast.owner, by_mail=True)
    assert invitation_by_secret(first.secret) is None
    assert send_invitations() == 1
    (message,) = mail.outbox
    assert message.to == ["new@example.com"]
    assert secret_in(message) not in (first.secret, second.secret)
    assert invitation_by_secret(secret_in(message)) == second.invitation


def secret_in(message: Any) -> str:
    (secret,) = re.findall(r"/invitation/([^/\s]+)/", message.body)
    return str(secret)


def invite_on_the_page(cast: Cast, email: str = "new@example.com") -> str:
    sent = {"email": email, "role": Role.MEMBER, "team": cast.sales.pk}
    url = reverse("program:invite", args=[cast.program.slug])
    return str(cast.client("sales_manager").post(url, sent, follow=True).text)


def wait(cast: Cast, time: timedelta) -> None:
    """The database keeps the time."""
    rows = Invitation.objects.in_program(cast.program)
    rows.update(next_try_at=F("next_try_at") - time)


def test_a_mail_server_that_is_down_neither_fails_the_request_nor_loses_the_mail(
    cast: Cast, settings: Any
) -> None:
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, DOWN
    page = invite_on_the_page(cast)
    assert "An invitation is on its way to new@example.com." in page
    assert "waiting to be sent" in page
    assert send_invitations() == 0
    settings.EMAIL_BACKEND = working
    assert send_invitations() == 0
    wait(cast, RETRY)
    assert send_invitations() == 1
    assert send_invitations() == 0
    (message,) = mail.outbox
    invitation = Invitation.objects.in_program(cast.program).get()
    assert invitation_by_secret(secret_in(message)) == invitation
    page = (
        cast.client("sales_manager").get(reverse("program:members", args=[cast.program.slug])).text
    )
    assert "new@example.com" in page
    assert "waiting to be sent" not in page


def test_a_worker_that_is_killed_loses_no_invitation(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite_on_the_page(cast)

    def killed(*_: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(invitation_mail, "send_invitation", killed)
        with pytest.raises(SystemExit):
            send_invitations()
    assert send_invitations() == 0
    wait(cast, LEASE)
    assert send_invitations() == 1
    assert len(mail.outbox) == 1


def test_an_invitation_sent_again_while_its_mail_leaves_is_sent_anew(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite_on_the_page(cast)
    really = send_invitation

    def meanwhile(made: Invited) -> None:
        resend(invitation=made.invitation, by=cast.owner, by_mail=True)
        really(made)

    with monkeypatch.context() as patch:
        patch.setattr(invitation_mail, "send_invitation", meanwhile)
        send_invitations(limit=1)
    assert send_invitations() == 1
    first, second = mail.outbox
    assert invitation_by_secret(secret_in(first)) is None
    assert invitation_by_secret(secret_in(second))


def test_nothing_is_sent_for_an_invitation_that_expired_or_was_taken_back(cast: Cast) -> None:
    invite_on_the_page(cast)
    expire(Invitation.objects.in_program(cast.program).get())
    assert send_invitations() == 0
    members = reverse("program:members", args=[cast.program.slug])
    page = cast.client("sales_manager").get(members).text
    assert "was not sent" in page
    assert "waiting to be sent" not in page
    invite_on_the_page(cast)
    revoke(invitation=Invitation.objects.in_program(cast.program).get(), by=cast.owner)
    assert send_invitations() == 0
    assert mail.outbox == []


def test_the_mail_is_in_the_language_of_who_invites_unless_the_reader_has_one(cast: Cast) -> None:
    User.objects.filter(pk=cast.sales_manager.pk).update(language="fr")
    User.objects.filter(pk=cast.stranger.pk).update(language="en")
    for email in ("new@example.com", cast.stranger.email):
        invite_on_the_page(cast, email)
    send_invitations()
    subjects = {message.to[0]: message.subject for message in mail.outbox}
    assert subjects["new@example.com"] != subjects[cast.stranger.email]


def test_taken_back(cast: Cast) -> None:
    made = invited(cast)
    with pytest.raises(PermissionDenied):
        revoke(invitation=made.invitation, by=cast.marketing_manager)
    revoke(invitation=made.invitation, by=cast.sales_manager)
    assert Client().get(f"/invitation/{made.secret}/").status_code == 404


def test_somebody_new_joins_and_is_signed_in(cast: Cast) -> None:
    made = invited(cast)
    browser = Client()
    page = browser.get(f"/invitation/{made.secret}/")
    assert cast.program.name in page.text
    answer = browser.post(f"/invitation/{made.secret}/", {"name": "Nina New", "password": PASSWORD})
    assert answer.status_code == 302, answer.text
    nina = User.objects.get(email="new@example.com")
    assert nina.check_password(PASSWORD)
    membership = Membership.objects.in_program(cast.program).get(user=nina)
    assert (membership.role, membership.team) == (Role.MEMBER, cast.sales)
    assert browser.get(f"/p/{cast.program.slug}/settings/").status_code == 200
    assert Client().get(f"/invitation/{made.secret}/").status_code == 404


def test_a_weak_password_is_refused(cast: Cast) -> None:
    made = invited(cast)
    answer = Client().post(f"/invitation/{made.secret}/", {"name": "Nina", "password": "short"})
    assert answer.status_code == 422
    assert not User.objects.filter(email="new@example.com").exists()


def test_somebody_known_signs_in_and_joins(cast: Cast) -> None:
    made = invited(cast, cast.stranger.email)
    link = f"/invitation/{made.secret}/"
    assert Client().get(link).status_code == 302
    answer = cast.client("stranger").post(link)
    assert answer["Location"] == f"/p/{cast.program.slug}/"
    assert Membership.objects.in_program(cast.program).filter(user=cast.stranger).exists()


def test_nobody_else_may_use_the_link(cast: Cast) -> None:
    made = invited(cast, "somebody.else@example.com")
    link = f"/invitation/{made.secret}/"
    assert cast.client("stranger").post(link).status_code == 403
    with pytest.raises(PermissionDenied):
        accept(invitation=made.invitation, user=cast.stranger)


def test_known_addresses_get_no_second_account(cast: Cast) -> None:
    made = invited(cast, cast.stranger.email)
    with pytest.raises(ValidationError):
        accept_as_new(invitation=made.invitation, name="Stella", password=PASSWORD)


def test_seven_days(cast: Cast) -> None:
    made = invited(cast, cast.stranger.email)
    left = made.invitation.expires_at - timezone.now()
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)
    expire(made.invitation)
    assert cast.client("stranger").get(f"/invitation/{made.secret}/").status_code == 410
    with pytest.raises(ValidationError):
        accept(invitation=made.invitation, user=cast.stranger)


def test_accepting_twice_joins_once(cast: Cast) -> None:
    made = invited(cast, cast.stranger.email)
    accept(invitation=made.invitation, user=cast.stranger)
    with pytest.raises(ValidationError):
        accept(invitation=made.invitation, user=cast.stranger)


def test_the_page_sends_the_mail(cast: Cast) -> None:
    browser = cast.client("sales_manager")
    answer = browser.post(
        f"/p/{cast.program.slug}/settings/invitations/",
        {"email": "new@example.com", "role": "member", "team": cast.sales.pk},
    )
    assert answer.status_code == 302
    assert mail.outbox == []
    send_invitations()
    assert "/invitation/" in mail.outbox[0].body
    refused = browser.post(
        f"/p/{cast.program.slug}/settings/invitations/",
        {"email": "two@example.com", "role": "member", "team": cast.marketing.pk},
    )
    assert refused.status_code == 422


def expire(invitation: Invitation) -> None:
    invitation.expires_at = timezone.now() - timedelta(minutes=1)
    invitation.save(update_fields=["expires_at"])


def test_a_team_with_open_invitations_stays(cast: Cast) -> None:
    from alignment.people.actions.teams import create_team, delete_team

    west = create_team(program=cast.program, side="sales", name="West", by=cast.owner)
    made = invite(
        program=cast.program, email="w@example.com", role=Role.MEMBER, team=west, by=cast.owner
    )
    with pytest.raises(ValidationError):
        delete_team(team=west, by=cast.owner)
    person = play.user("w@example.com")
    membership = accept(invitation=made.invitation, user=person)
    membership.delete()
    delete_team(team=west, by=cast.owner)


@pytest.mark.django_db(transaction=True)
def test_an_import_under_way_keeps_nobody_from_inviting(cast: Cast) -> None:
    def invite_somebody() -> None:
        invite(
            program=cast.program, email="n@x.example", role=Role.OBSERVER, team=None, by=cast.owner
        )

    with transaction.atomic():
        play.account(cast.program)
        meanwhile = beside(invite_somebody)
        meanwhile.thread.join(5)
        assert Invitation.objects.in_program(cast.program).filter(email="n@x.example").exists()
    assert meanwhile.end() == []


def test_an_address_longer_than_mail_allows_is_refused_where_it_is_typed(cast: Cast) -> None:
    long = "a" * 60 + "@" + ".".join(["b" * 60] * 4) + ".com"
    form = {"email": long, "role": "member", "team": cast.sales.pk}
    refused = cast.client("owner").post(f"/p/{cast.program.slug}/settings/invitations/", form)
    assert refused.status_code == 422
    assert "at most 254" in refused.text
    assert long in refused.text
    own = cast.client("rep").post("/sign-in/email/", {"email": long, "action_add": ""})
    assert own.status_code == 200
    assert "at most 254" in own.text


def test_who_joins_gets_the_time_zone_of_the_program(cast: Cast) -> None:
    joined = accept_as_new(invitation=invited(cast).invitation, name="Nora", password=PASSWORD)
    assert joined.user.time_zone == cast.program.time_zone == "America/New_York"


def test_who_joins_has_a_name_that_is_seen(cast: Cast) -> None:
    made = invited(cast)
    with pytest.raises(ValidationError, match="Nothing can be seen"):
        accept_as_new(invitation=made.invitation, name="\u200b", password=PASSWORD)


@pytest.mark.parametrize("loss", ["left", "lowered", "deactivated"])
def test_a_link_opens_no_more_than_its_sender_may_today(cast: Cast, loss: str) -> None:
    """Or who loses an owner's power would come back with a link to another address of theirs."""
    second = play.user()
    seat = play.member(cast.program, second, Role.OWNER)
    made = invite(
        program=cast.program, email=cast.stranger.email, role=Role.OWNER, team=None, by=second
    )
    if loss == "left":
        remove_member(membership=seat, by=cast.owner)
    elif loss == "lowered":
        adjust_member(membership=seat, by=cast.owner, role=Role.OBSERVER)
    else:
        User.objects.filter(pk=second.pk).update(is_active=False)
    page = reverse("program:members", args=[cast.program.slug])
    closed = "Opens nothing: who sent it may no longer invite"
    assert closed in cast.client("owner").get(page).text
    link = f"/invitation/{made.secret}/"
    refused = cast.client("stranger").post(link)
    assert refused.status_code == 422
    assert "This invitation is no longer open." in refused.text
    assert not Membership.objects.in_program(cast.program).filter(user=cast.stranger).exists()
    again = resend(invitation=made.invitation, by=cast.owner)
    assert closed not in cast.client("owner").get(page).text
    assert cast.client("stranger").post(f"/invitation/{again.secret}/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_joining_twice_at_once_makes_one_person() -> None:
    cast = play.make_cast()
    link = f"/invitation/{invited(cast).secret}/"
    said = {"name": "Nina New", "password": PASSWORD}
    late: list[int] = []
    with transaction.atomic():
        assert Client().post(link, said).status_code == 302
        slower = beside(lambda: late.append(Client().post(link, said).status_code))
        until_somebody_waits(unless=slower)
    assert (slower.end(), late) == ([], [422])
    assert User.objects.filter(email="new@example.com").count() == 1


@pytest.mark.django_db(transaction=True)
def test_joining_two_programs_at_once_makes_one_person() -> None:
    cast = play.make_cast()
    theirs = invite(
        program=cast.other_program,
        email="new@example.com",
        role=Role.OBSERVER,
        team=None,
        by=cast.stranger,
    )
    said = {"name": "Nina New", "password": PASSWORD}
    late: list[Any] = []
    with transaction.atomic():
        assert Client().post(f"/invitation/{invited(cast).secret}/", said).status_code == 302
        link = f"/invitation/{theirs.secret}/"
        slower = beside(lambda: late.append(Client().post(link, said)))
        until_somebody_waits(unless=slower)
    assert slower.end() == []
    (answer,) = late
    assert answer.status_code == 422
    assert "There is an account with this address." in answer.text
    # Signed in, the same link still opens the other program.
    assert Client().get(link).status_code == 302
