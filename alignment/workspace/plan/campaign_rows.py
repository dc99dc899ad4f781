"""The rows behind the numbers of a campaign: its touches, and engagements of its audience."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Max

from accounts.models import Account, Engagement, Stakeholder
from accounts.queries.names import set_known_as
from alignment.workspace.paging import Ordering, Page, page_of
from campaigns.calendar.models import Touch

from .campaigns import PAGE
from .doings import engaged_in
from .library import of_use

if TYPE_CHECKING:
    from collections.abc import Mapping

    from campaigns.models import Campaign

BY_START = Ordering(("starts_at", "id"), (datetime, int), descending=True)
BY_MOMENT = Ordering(("occurred_at", "id"), (datetime, int), descending=True)
MOST_GROUPS = 200


@dataclass(frozen=True, slots=True)
class Group:
    """The engagements of one account or person of the audience."""

    pk: int
    name: str
    number: int
    last: datetime


def touches_of(
    campaign: Campaign, *, which: str, account: int | None, asked: Mapping[str, str]
) -> Page[Touch]:
    """A page of its touches, the newest first; `which` is a number of `Use`, or all."""
    rows = Touch.objects.in_program(campaign.program_id).filter(campaign=campaign)
    rows = rows.select_related("account", "who")
    of = of_use(campaign.program)
    if which in of:
        rows = rows.filter(of[which])
    if account is not None:
        rows = rows.filter(account=account)
    return page_of(rows, BY_START, asked, size=PAGE)


def engagements_of(
    campaign: Campaign, *, signal: str, account: int | None, asked: Mapping[str, str]
) -> Page[Engagement]:
    """A page of engagements of its audience between its dates, the newest first."""
    rows = engaged_in(campaign)
    if signal:
        rows = rows.filter(signal__code=signal)
    if account is not None:
        rows = rows.filter(lead__stakeholder__account=account)
    whole = Engagement.objects.in_program(campaign.program_id)
    whole = whole.select_related("stakeholder__account", "signal")
    page = page_of(rows, BY_MOMENT, asked, size=PAGE, whole=whole)
    people = [row.stakeholder for row in page.rows]
    set_known_as(program=campaign.program_id, people=people)
    return page


def accounts_that_engaged(campaign: Campaign) -> list[Group]:
    """Those with the most engagements first; two statements."""
    rows = engaged_in(campaign).values_list("lead__stakeholder__account")
    counted = rows.annotate(number=Count("pk"), last=Max("occurred_at"))
    found = list(counted.order_by("-number", "lead__stakeholder__account")[:MOST_GROUPS])
    accounts = Account.objects.in_program(campaign.program_id).in_bulk([row[0] for row in found])
    return [Group(pk, accounts[pk].name, *rest) for pk, *rest in found if pk in accounts]


def people_that_engaged(campaign: Campaign) -> list[Group]:
    """Those with the most engagements first; three statements at most."""
    rows = engaged_in(campaign).values_list("stakeholder")
    counted = rows.annotate(number=Count("pk"), last=Max("occurred_at"))
    found = list(counted.order_by("-number", "stakeholder")[:MOST_GROUPS])
    people = Stakeholder.objects.in_program(campaign.program_id).in_bulk([row[0] for row in found])
    set_known_as(program=campaign.program_id, people=people.values())
    return [Group(pk, str(people[pk]), *rest) for pk, *rest in found if pk in people]
