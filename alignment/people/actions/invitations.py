"""Inviting people by e-mail; the secret in the link is kept only as its hash."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.core.live import bus
from alignment.core.names import named
from alignment.people.models import Invitation, Membership, Program, Team, User
from alignment.people.permissions import Seat
from alignment.people.rules import check_address_length
from alignment.people.tokens import hash_secret, new_secret

from .authority import demand_seats
from .members import check_seat
from .programs import lock_program

VALID_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Invited:
    """The only places that hold the secret are this object and the mail or page with the link."""

    invitation: Invitation
    secret: str


@transaction.atomic
def invite(
    *,
    program: Program,
    email: str,
    role: str,
    team: Team | None,
    by: User,
    by_mail: bool = False,
) -> Invited:
    """Open an invitation for seven days. With `by_mail` a worker sends it, with a secret of its own;
    else the caller hands the link over.

    Raises ValidationError for members and for addresses that already have an invitation.
    """
    email = email.strip().lower()
    validate_email(email)
    check_address_length(email)
    check_seat(program=program, role=role, team=team)
    demand_seats(program=program, by=by, seats=[Seat.at(role, team)])
    lock_program(program)
    if Membership.objects.in_program(program).filter(user__email=email).exists():
        raise ValidationError({"email": _("This person is a member already.")})
    waiting = Invitation.objects.in_program(program).filter(email=email, accepted_at__isnull=True)
    if waiting.filter(expires_at__gt=timezone.now()).exists():
        raise ValidationError({"email": _("This person is invited already; send it again below.")})
    waiting.delete()
    secret = new_secret()
    invitation = Invitation.objects.create(
        program=program,
        email=email,
        role=role,
        team=team,
        secret_hash=hash_secret(secret),
        invited_by=by,
        expires_at=timezone.now() + VALID_FOR,
        next_try_at=Now() if by_mail else None,
    )
    audit.record(
        by=by,
        action="invitation.create",
        target=invitation,
        program_id=program.pk,
        email=email,
        role=role,
        team=team.pk if team else None,
    )
    bus.publish(program.pk, "people")
    return Invited(invitation, secret)


@transaction.atomic
def resend(*, invitation: Invitation, by: User, by_mail: bool = False) -> Invited:
    """A new secret and seven more days; the link sent before stops working. `by_mail` as in
    `invite`."""
    waiting = _locked(invitation)
    demand_seats(program=waiting.program, by=by, seats=[Seat.at(waiting.role, waiting.team)])
    secret = new_secret()
    waiting.secret_hash = hash_secret(secret)
    waiting.expires_at = timezone.now() + VALID_FOR
    waiting.invited_by = by
    waiting.next_try_at = Now() if by_mail else None
    waiting.save(update_fields=["secret_hash", "expires_at", "invited_by", "next_try_at"])
    audit.record(
        by=by,
        action="invitation.resend",
        target=waiting,
        program_id=waiting.program_id,
        email=waiting.email,
    )
    return Invited(waiting, secret)


@transaction.atomic
def revoke(*, invitation: Invitation, by: User) -> None:
    """Take the invitation back; its link stops working."""
    waiting = _locked(invitation)
    demand_seats(program=waiting.program, by=by, seats=[Seat.at(waiting.role, waiting.team)])
    audit.record(
        by=by,
        action="invitation.revoke",
        target=waiting,
        program_id=waiting.program_id,
        email=waiting.email,
    )
    waiting.delete()
    bus.publish(waiting.program_id, "people")


@transaction.atomic
def accept(*, invitation: Invitation, user: User) -> Membership:
    """The invited person joins. Raises PermissionDenied for anybody else, and ValidationError when
    the invitation expired or who sent it could not give that seat any more.
    """
    waiting = _locked(invitation)
    if waiting.email != user.email.lower():
        raise PermissionDenied
    if waiting.expires_at <= timezone.now():
        raise ValidationError(_("This invitation has expired. Ask for a new one."))
    _demand_sender(waiting)
    waiting.accepted_at = timezone.now()
    waiting.save(update_fields=["accepted_at"])
    membership, created = Membership.objects.in_program(waiting.program).get_or_create(
        user=user,
        defaults={"program": waiting.program, "role": waiting.role, "team": waiting.team},
    )
    if created:
        audit.record(
            by=user,
            action="member.join",
            target=membership,
            program_id=waiting.program_id,
            role=waiting.role,
            invited_by=waiting.invited_by_id,
        )
    bus.publish(waiting.program_id, "people")
    return membership


@transaction.atomic
def accept_as_new(*, invitation: Invitation, name: str, password: str) -> Membership:
    """Create the invited person, in the language they are reading and the time zone of the program,
    and let them join.

    Raises ValidationError (by field) for a weak password or when the address has a user.
    """
    _locked(invitation)
    user = User(email=invitation.email, name=named(name))
    if not user.name:
        raise ValidationError({"name": _("Tell the others your name.")})
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    language = translation.get_language() or "en"
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                invitation.email,
                password,
                name=user.name,
                language="fr" if language[:2] == "fr" else "en",
                time_zone=invitation.program.time_zone,
            )
    except IntegrityError as taken:
        told = _("There is an account with this address. Sign in first.")
        raise ValidationError(told) from taken
    return accept(invitation=invitation, user=user)


def _demand_sender(waiting: Invitation) -> None:
    """Like a key, a link opens no more than who sent it may open today."""
    sender, seat = waiting.invited_by, Seat.at(waiting.role, waiting.team)
    try:
        demand_seats(program=waiting.program, by=sender, seats=[seat])
    except PermissionDenied:
        is_backed = False
    else:
        is_backed = sender.is_active
    if not is_backed:
        raise ValidationError(_("This invitation is no longer open."))


def _locked(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.in_program(invitation.program_id).filter(
        pk=invitation.pk, secret_hash=invitation.secret_hash, accepted_at__isnull=True
    )
    waiting = rows.select_for_update().first()
    if waiting is None:
        raise ValidationError(_("This invitation is no longer open."))
    return waiting
