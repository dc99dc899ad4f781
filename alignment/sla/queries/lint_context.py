"""The program's facts that the remarks on its contract need."""

from collections import defaultdict

from alignment.notifications.models import Endpoint
from alignment.people.models import Membership, Program, Role, Team

from ..lint import LintContext
from ..models import WorkingHours


def lint_context(program: Program) -> LintContext:
    """Four small queries."""
    seats = Membership.objects.in_program(program).filter(user__is_active=True)
    managing = seats.filter(role=Role.MANAGER, team__isnull=False)
    teams: dict[str, int] = defaultdict(int)
    for side in Team.objects.in_program(program).values_list("side", flat=True):
        teams[side] += 1
    idle: dict[str, tuple[str, ...]] = {}
    for hours in WorkingHours.objects.in_program(program).select_related("team"):
        if not any(hours.week):
            idle[hours.team.side] = (*idle.get(hours.team.side, ()), hours.team.name)
    endpoints = Endpoint.objects.in_program(program).filter(is_active=True)
    return LintContext(
        managed=frozenset(managing.values_list("team__side", flat=True)),
        has_owner=seats.filter(role=Role.OWNER).exists(),
        idle_teams=idle,
        teams=dict(teams),
        endpoints=frozenset(endpoints.values_list("kind", flat=True)),
    )
