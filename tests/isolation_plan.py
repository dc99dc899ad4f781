"""The stranger's rows of the plan: see isolation_world."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import Account, Stakeholder
from campaigns.calendar.models import Occurrence, Touch, TouchFeed, TouchPerson
from campaigns.library.models import Asset, Play, PlayStep
from campaigns.models import Campaign, CampaignAccount, CampaignCost, Track, TrackMember
from campaigns.plays.models import PlayRun, RunTouch

from .cast import Cast


def hers_plan(cast: Cast, number: int) -> None:
    """Rows with that primary key and her MARK in every text."""
    hers, stella, now = cast.other_program, cast.stranger, timezone.now()
    row: dict[str, Any] = {"pk": number, "program": hers}
    account = Account.objects.in_program(hers).get(pk=number)
    person = Stakeholder.objects.in_program(hers).get(pk=number)
    asset = Asset.objects.create(
        **row, title="Zanzibar case study", kind="case_study", message="Zanzibar message"
    )
    play = Play.objects.create(**row, name="Zanzibar play", goal="Zanzibar goal")
    PlayStep.objects.create(
        **row,
        play=play,
        position=1,
        side="marketing",
        channel="email",
        message="Zanzibar step",
        asset=asset,
    )
    campaign = Campaign.objects.create(
        **row,
        name="Zanzibar campaign",
        goal="Zanzibar goal",
        starts_on=date(2026, 11, 1),
        ends_on=date(2026, 12, 31),
        owner=stella,
    )
    campaign.plays.add(play)
    CampaignAccount.objects.create(**row, campaign=campaign, account=account)
    CampaignCost.objects.create(
        **row,
        campaign=campaign,
        spent_on=date(2026, 11, 2),
        spent_until=date(2026, 11, 2),
        amount_usd=number,
        what_for="Zanzibar ads",
        created_by=stella,
    )
    track = Track.objects.create(
        **row,
        campaign=campaign,
        name="Zanzibar track",
        tool="Zanzibar tool",
        external_id="zanzibar",
    )
    TrackMember.objects.create(
        **row,
        track=track,
        stakeholder=person,
        entered_at=now,
        left_at=now,
        left_because="Zanzibar reason",
    )
    touch = Touch.objects.create(
        **row,
        account=account,
        channel="call",
        side="sales",
        who=stella,
        starts_at=now,
        ends_at=now + timedelta(minutes=15),
        message="Zanzibar call",
        asset=asset,
        campaign=campaign,
        thread=number,
    )
    TouchPerson.objects.create(**row, touch=touch, stakeholder=person)
    run = PlayRun.objects.create(
        **row, play=play, account=account, starts_on=date(2026, 11, 2), start_key=UUID(int=number)
    )
    RunTouch.objects.create(**row, run=run, touch=touch, position=1)
    Occurrence.objects.create(
        **row, source="zanzibar", external_id="zanzibar-1", touch=touch, waits=False
    )
    TouchFeed.objects.create(
        **row, scope="team", team_id=number, owner=stella, secret_hash=f"zanzibar-touches-{number}"
    )
