"""Reading people and programs."""

from .models import Membership, User


def membership_in(*, user: User, slug: str) -> Membership | None:
    """The person's membership in the program of that address, with program and team."""
    return (
        Membership.objects.across_programs()
        .select_related("program", "team", "user")
        .filter(user=user, program__slug=slug)
        .first()
    )


def memberships_of(user: User) -> list[Membership]:
    """Every program the person can open, by name."""
    rows = Membership.objects.across_programs().select_related("program", "team")
    return list(rows.filter(user=user).order_by("program__name")[:100])
