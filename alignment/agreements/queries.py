"""Reading agreements."""

from datetime import datetime

from django.db.models import Q

from alignment.people.models import Membership, Program, Role, Side

from .models import OPEN, Comment, Kind, Signature, State, Version

HISTORY_LIMIT = 100
MOST_COMMENTS = 500


def in_force(program: Program | int, kind: Kind) -> Version | None:
    """The version that the program runs on now."""
    return Version.objects.in_program(program).filter(kind=kind, state=State.IN_FORCE).first()


def in_force_at(program: Program | int, kind: Kind, at: datetime) -> Version | None:
    """The version that the program ran on at that time; None before its first version."""
    rows = Version.objects.in_program(program).filter(kind=kind, in_force_at__lte=at)
    still = Q(retired_at__isnull=True) | Q(retired_at__gt=at)
    return rows.filter(still).order_by("-in_force_at").first()


def open_version(program: Program | int, kind: Kind) -> Version | None:
    """The version that is being written or waits for its signatures."""
    return Version.objects.in_program(program).filter(kind=kind, state__in=OPEN).first()


def draft_of(program: Program | int, kind: Kind) -> Version | None:
    return Version.objects.in_program(program).filter(kind=kind, state=State.DRAFT).first()


def history(program: Program | int, kind: Kind) -> list[Version]:
    """All versions, newest first, with their signatures."""
    rows = Version.objects.in_program(program).select_related("created_by")
    rows = rows.prefetch_related("signatures")
    return list(rows.filter(kind=kind).order_by("-number")[:HISTORY_LIMIT])


def to_sign(membership: Membership) -> list[Version]:
    """The proposals that wait for a signature of this manager's side; one query."""
    if membership.role != Role.MANAGER or membership.side is None:
        return []
    rows = Version.objects.in_program(membership.program_id).filter(state=State.PROPOSED)
    rows = rows.exclude(signatures__side=membership.side)
    return list(rows.select_related("proposed_by").order_by("proposed_at"))


def sides_without_signer(membership: Membership) -> list[Side]:
    """The sides whose signature a proposal waits for although they have no manager; at most
    three queries, for the owners and managers who can name one.
    """
    if membership.role not in (Role.OWNER, Role.MANAGER):
        return []
    rows = Version.objects.in_program(membership.program_id).filter(state=State.PROPOSED)
    rows = rows.prefetch_related("signatures")
    signed = [{signature.side for signature in version.signatures.all()} for version in rows]
    if not signed:
        return []
    signers = Membership.objects.in_program(membership.program_id)
    signers = signers.filter(role=Role.MANAGER, user__is_active=True)
    known = set(signers.values_list("team__side", flat=True))
    lacking = [side for side in Side if side not in known]
    return [side for side in lacking if any(side not in sides for sides in signed)]


def version_numbers(program: Program, kind: Kind) -> list[int]:
    """The numbers of all versions, newest first."""
    rows = Version.objects.in_program(program).filter(kind=kind).order_by("-number")
    return list(rows.values_list("number", flat=True)[:HISTORY_LIMIT])


def two_versions(
    *, program: Program, kind: Kind, older: int, newer: int
) -> tuple[Version, Version] | None:
    """Two versions by number; None if either is missing."""
    rows = Version.objects.in_program(program).filter(kind=kind, number__in=[older, newer])
    found = {version.number: version for version in rows}
    return (found[older], found[newer]) if older in found and newer in found else None


def is_signed(version: Version) -> bool:
    """Whether both sides signed the version's current content and terms."""
    rows = Signature.objects.in_program(version.program_id).filter(version=version)
    sides = set(rows.filter(digest=version.digest).values_list("side", flat=True))
    return sides == set(Side.values)


def comments_on(version: Version) -> list[Comment]:
    """Threads with their answers, oldest first, at most `MOST_COMMENTS`: two queries."""
    rows = Comment.objects.in_program(version.program_id).filter(version=version)
    rows = rows.select_related("author", "settled_by").order_by("written_at", "id")
    return list(rows[:MOST_COMMENTS])
