"""Reading people and programs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.core.scoping import ScopedQuerySet

from .models import ApiKey, Invitation, Membership, Program, Role, Side, Team, User
from .permissions import Permission, Seat, may_fill, roles_with
from .tokens import hash_secret

# A program with more people than this would need pages; nobody is hidden silently below it.
PEOPLE_SHOWN = 1_000


def membership_in(*, user: User, slug: str) -> Membership | None:
    """The person's membership in the program with that slug, with program and team."""
    rows = Membership.objects.across_programs().select_related("program", "team")
    found = rows.filter(user=user, program__slug=slug).first()
    if found is not None:
        found.user = user
    return found


def has_belonged_since(program_id: int, user_id: int, moment: datetime) -> bool:
    """Whether the person has been a member without a break from that moment until now."""
    rows = Membership.objects.in_program(program_id)
    return rows.filter(user=user_id, created_at__lte=moment).exists()


def seat_of(*, user: User, program: Program) -> Seat | None:
    """The person's role and side in the program; None for non-members."""
    rows = Membership.objects.in_program(program).select_related("team")
    membership = rows.filter(user=user).first()
    return Seat.of(membership) if membership else None


def owners_of(program: Program) -> list[User]:
    rows = Membership.objects.in_program(program).select_related("user")
    return [row.user for row in rows.filter(role=Role.OWNER).order_by("user__name")[:50]]


def memberships_of(user: User) -> list[Membership]:
    """Every program the person can open, by name."""
    rows = Membership.objects.across_programs().select_related("program", "team")
    return list(rows.filter(user=user).order_by("program__name")[:100])


def may_found(user: User) -> bool:
    """Whether this person may begin another program."""
    owned = Membership.objects.across_programs().filter(user=user, role=Role.OWNER)
    return user.is_superuser or owned.exists()


def members_of(program: Program) -> list[Membership]:
    """Everybody in the program: owners, then team by team, then observers."""
    rows = Membership.objects.in_program(program).select_related("user", "team", "program")
    members = list(rows.order_by("user__name", "pk")[:PEOPLE_SHOWN])
    order = {"owner": 0, "manager": 1, "member": 1, "observer": 2}
    return sorted(
        members,
        key=lambda m: (
            order[m.role],
            (m.team.side, m.team.name) if m.team else ("", ""),
            m.role != "manager",
        ),
    )


def at_work(program: Program, *, also: int | None = None) -> list[Membership]:
    """Members who may work deals and can sign in; `also` is a user to include in any case."""
    may = roles_with(Permission.WORK_DEALS)
    return [
        seat
        for seat in members_of(program)
        if seat.user_id == also or (seat.role in may and seat.user.is_active)
    ]


def possible_owners(program: Program | int) -> QuerySet[Membership]:
    """Who may own leads and accounts: those who may work leads, so no observers."""
    rows = Membership.objects.in_program(program).select_related("user", "team")
    return rows.filter(role__in=roles_with(Permission.WORK_LEADS))


def offered_owners(program: Program | int) -> QuerySet[Membership]:
    """Of them, those who can sign in: nobody else is offered work."""
    return possible_owners(program).filter(user__is_active=True)


def former_owners(program: Program | int, owned: QuerySet[Any]) -> list[int]:
    """Ids of owners who left the program, only look on by now, or whose account is closed. `owned`
    are the rows of the outer user: filtered by `OuterRef("pk")`.
    """
    here = offered_owners(program).values("user_id")
    gone = User.objects.exclude(pk__in=here).filter(Exists(owned))
    return list(gone.values_list("pk", flat=True))


def why_not(program: Program | int, user_id: int | None) -> str:
    """Why this person can be assigned nothing here; empty if they can, or if `user_id` is None."""
    if user_id is None:
        return ""
    seats = Membership.objects.in_program(program).filter(user=user_id)
    role = seats.values_list("role", flat=True).first()
    if role is None:
        return _("There is no such person in the program.")
    if role not in roles_with(Permission.WORK_LEADS):
        return _("Observers only read. Choose somebody of a team.")
    return ""


def member(*, program: Program, pk: int) -> Membership | None:
    rows = Membership.objects.in_program(program).select_related("user", "team", "program")
    return rows.filter(pk=pk).first()


def side_left_alone(member: Membership) -> Side | None:
    """The side that nobody could sign for without this manager."""
    if member.role != Role.MANAGER or member.side is None:
        return None
    others = Membership.objects.in_program(member.program_id).filter(
        role=Role.MANAGER, team__side=member.side, user__is_active=True
    )
    return None if others.exclude(pk=member.pk).exists() else Side(member.side)


def sides_of(program: Program | int, users: Iterable[int | None]) -> dict[int, str]:
    """The side of each of these users who is in a team."""
    asked = {pk for pk in users if pk}
    if not asked:
        return {}
    seats = Membership.objects.in_program(program).filter(user__in=asked, team__isnull=False)
    return dict(seats.values_list("user_id", "team__side"))


def teams_of(program: Program) -> list[Team]:
    """The program's teams, by side and name, with `people`, the number of members."""
    rows = Team.objects.in_program(program).select_related("program")
    return list(rows.annotate(people=Count("memberships")).order_by("side", "name")[:200])


def team(*, program: Program, pk: int) -> Team | None:
    return Team.objects.in_program(program).select_related("program").filter(pk=pk).first()


def invitations_of(program: Program) -> list[Invitation]:
    """Pending invitations, newest first, including expired ones."""
    rows = Invitation.objects.in_program(program).select_related("team", "invited_by", "program")
    return list(rows.filter(accepted_at__isnull=True).order_by("-created_at")[:PEOPLE_SHOWN])


def without_sender(program: Program, invitations: Iterable[Invitation]) -> set[int]:
    """Those (by id) whose sender could not give that seat any more, so that their links open
    nothing: one query."""
    sent = list(invitations)
    rows = Membership.objects.in_program(program).select_related("team")
    rows = rows.filter(user__in={each.invited_by_id for each in sent}, user__is_active=True)
    seats = {row.user_id: Seat.of(row) for row in rows}
    return {each.pk for each in sent if not _is_backed(each, seats.get(each.invited_by_id))}


def _is_backed(sent: Invitation, sender: Seat | None) -> bool:
    if sent.invited_by.is_superuser:
        return sent.invited_by.is_active
    return sender is not None and may_fill(sender, Seat.at(sent.role, sent.team))


def invitation(*, program: Program, pk: int) -> Invitation | None:
    """A pending invitation."""
    rows = Invitation.objects.in_program(program).select_related("team", "program")
    return rows.filter(pk=pk, accepted_at__isnull=True).first()


def invitation_by_secret(secret: str) -> Invitation | None:
    """The pending invitation that a link belongs to, expired or not."""
    rows = Invitation.objects.across_programs().select_related("program", "team", "invited_by")
    return rows.filter(secret_hash=hash_secret(secret), accepted_at__isnull=True).first()


def is_invited(email: str) -> bool:
    """Whether this address has an invitation, in any program, that can be accepted now."""
    return _acceptable(email).exists()


def working_keys_of(program: Program, user_id: int) -> list[ApiKey]:
    """The keys that act for this person now."""
    rows = ApiKey.objects.in_program(program).filter(_works(timezone.now()), owner=user_id)
    return list(rows.order_by("name", "pk")[:PEOPLE_SHOWN])


def zone_of_invited(email: str) -> str:
    """The time zone of the program that invited this address last; empty if none did."""
    zones = _acceptable(email).order_by("-created_at").values_list("program__time_zone", flat=True)
    return zones.first() or ""


def _acceptable(email: str) -> ScopedQuerySet[Invitation]:
    """Invitations of this address, in any program, that can be accepted now."""
    return Invitation.objects.across_programs().filter(
        email=email.lower(), accepted_at__isnull=True, expires_at__gt=timezone.now()
    )


def keys_of(program: Program, *, now: datetime) -> list[ApiKey]:
    """The program's keys, valid ones first; `works` says whether a key is valid."""
    rows = ApiKey.objects.in_program(program).select_related("owner", "program")
    rows = rows.annotate(works=ExpressionWrapper(_works(now), output_field=BooleanField()))
    return list(rows.order_by("-works", "-created_at")[:PEOPLE_SHOWN])


def _works(now: datetime) -> Q:
    return Q(revoked_at__isnull=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=now))


def key(*, program: Program, pk: int) -> ApiKey | None:
    return ApiKey.objects.in_program(program).select_related("program").filter(pk=pk).first()
