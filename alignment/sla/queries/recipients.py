"""Who is notified of a promise at risk or broken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from alignment.people.models import Membership, Role, User

OTHER = {"marketing": "sales", "sales": "marketing"}


class Recipients:
    """Managers and owners of some programs: one statement."""

    def __init__(self, program_ids: Collection[int]) -> None:
        self._owners: dict[int, list[User]] = defaultdict(list)
        self._by_side: dict[tuple[int, str], list[User]] = defaultdict(list)
        self._by_team: dict[int, list[User]] = defaultdict(list)
        rows = Membership.objects.across_programs().select_related("user", "team")
        rows = rows.filter(program_id__in=program_ids, role__in=(Role.OWNER, Role.MANAGER))
        for seat in rows.filter(user__is_active=True).order_by("pk"):
            if seat.team is None:
                self._owners[seat.program_id].append(seat.user)
            else:
                self._by_side[seat.program_id, seat.team.side].append(seat.user)
                self._by_team[seat.team.pk].append(seat.user)

    def of(
        self, to: str, *, program_id: int, side: str, owner_id: int | None, team_id: int | None
    ) -> Sequence[User]:
        """The recipients of a rung. The owing side's managers are those of the owner's team if it
        has any; if nobody is left to notify, the program's owners are."""
        if to == "owner":
            return self._owners[program_id]
        if to == "other_manager":
            found = self._by_side[program_id, OTHER[side]]
        else:
            theirs = self._by_team[team_id or 0] if owner_id else []
            found = theirs or self._by_side[program_id, side]
        return found or self._owners[program_id]
