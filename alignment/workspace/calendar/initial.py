"""Initial values of the form of a touch."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import Stakeholder
from alignment.core.addresses import number_in
from campaigns.calendar.days_off import is_day_off
from campaigns.calendar.models import Touch
from campaigns.calendar.queries.conflict_context import zone_of
from campaigns.calendar.rules.days import ONE_DAY, opening_day

if TYPE_CHECKING:
    from django.http import QueryDict

    from accounts.models import Account
    from alignment.people.requests import ProgramRequest

# The hour proposed if none was asked for, in the prospect's time zone.
USUAL_HOUR = 10


def proposed(request: ProgramRequest, company: Account) -> dict[str, Any]:
    """The prospect's next business day at ten in the morning local time, by the current user."""
    zone = zone_of(company) or ZoneInfo(request.program.time_zone)
    day = opening_day(timezone.now().astimezone(zone).date() + ONE_DAY, is_day_off)
    starts = datetime.combine(day, time(USUAL_HOUR), zone)
    side = request.membership.side
    person = number_in(request.GET, "person") or _only_person(company)
    return {
        "starts_at": starts,
        "who": request.user.pk,
        "channel": "call" if side == "sales" else "email",
        "people": [person] if person else [],
        "follows": request.GET.get("follows", ""),
        "campaign": number_in(request.GET, "campaign") or _campaign_of(company, request.GET),
    }


def _only_person(company: Account) -> int | None:
    """The one person that the account has, if they may be contacted."""
    people = Stakeholder.objects.in_program(company.program_id).filter(account=company)
    found = list(people.values_list("pk", "do_not_contact")[:2])
    return found[0][0] if len(found) == 1 and not found[0][1] else None


def _campaign_of(company: Account, asked: QueryDict) -> int | None:
    """A follow-up belongs to the campaign of the touch it follows."""
    first = Touch.objects.in_program(company.program_id).filter(
        account=company, pk=number_in(asked, "follows") or 0
    )
    return first.values_list("campaign", flat=True).first()


def stored(touch: Touch) -> dict[str, Any]:
    names = ("starts_at", "ends_at", "is_whole_committee", "channel", "message", "say")
    return {
        **{name: getattr(touch, name) for name in names},
        "who": touch.who_id,
        "asset": touch.asset_id,
        "follows": touch.follows_id,
        "campaign": touch.campaign_id,
        "reason": touch.override_reason,
        "people": [row.stakeholder_id for row in touch.people.all()],
    }
