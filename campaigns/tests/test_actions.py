"""Campaigns, their audience, costs and nurture tracks."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Channel, Consent
from alignment.core.models import AuditEntry
from campaigns.actions import audience
from campaigns.actions.audience import add_accounts, remove_account
from campaigns.actions.campaigns import add_campaign, add_cost, change_campaign, remove_cost
from campaigns.actions.tracks import NotInTrack, add_track, enrol, leave
from campaigns.library.models import Play
from campaigns.models import Campaign, CampaignAccount, CampaignCost, Track, TrackMember
from tests import cast as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAYS = {"starts_on": date(2026, 11, 1), "ends_on": date(2026, 12, 31)}


def campaign(cast: Cast, name: str = "Autumn", **said: Any) -> Campaign:
    return add_campaign(program=cast.program, by=cast.marketer, name=name, **(DAYS | said))


def track(cast: Cast) -> Track:
    return add_track(
        campaign=campaign(cast),
        name="Slow burn",
        tool="HubSpot",
        external_id="w1",
        by=cast.marketer,
    )


def test_the_same_external_id_is_the_same_campaign(cast: Cast) -> None:
    play = Play.objects.create(program=cast.program, name="Welcome")
    made = campaign(cast, external_id="7", plays=[play.pk], goal="Ten meetings")
    again = campaign(cast, "Winter", external_id="7")
    assert (again.pk, again.name, again.goal) == (made.pk, "Winter", "Ten meetings")
    assert list(again.plays.all()) == [play]
    change_campaign(campaign=again, by=cast.rep, plays=[])
    assert not again.plays.exists()
    rows = AuditEntry.objects.filter(program_id=cast.program.pk, action__startswith="campaign.")
    assert [row.action for row in rows.order_by("pk")] == ["campaign.add"] + ["campaign.change"] * 2


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"name": ""}, "name"),
        ({"name": "Taken"}, "name"),
        ({"budget_usd": -1}, "budget_usd"),
        ({"ends_on": date(2026, 10, 1)}, "ends_on"),
        ({"starts_on": date(1066, 10, 14)}, "starts_on"),
        ({"plays": [999_999]}, "plays"),
    ],
)
def test_nonsense_is_refused_at_its_place(cast: Cast, wrong: dict[str, Any], place: str) -> None:
    campaign(cast, "Taken")
    found = campaign(cast, "Found", goal="Before")
    with pytest.raises(ValidationError) as refused:
        change_campaign(campaign=found, by=cast.rep, goal="After", **wrong)
    assert set(refused.value.message_dict) == {place}
    found.refresh_from_db()
    assert (found.name, found.goal) == ("Found", "Before")


def test_nobody_of_another_program_owns_or_plays(cast: Cast) -> None:
    theirs = Play.objects.create(program=cast.other_program, name="Theirs")
    with pytest.raises(ValidationError) as refused:
        campaign(cast, owner=cast.stranger, plays=[theirs.pk])
    assert set(refused.value.message_dict) == {"owner", "plays"}


def test_accounts_are_in_an_audience_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    found = campaign(cast)
    one, two, three = (make.account(cast.program) for _ in range(3))
    assert add_accounts(campaign=found, account_ids=[one.pk, two.pk], by=cast.rep) == 2
    assert add_accounts(campaign=found, account_ids=[one.pk], by=cast.rep) == 0
    theirs = make.account(cast.other_program)
    with pytest.raises(ValidationError):
        add_accounts(campaign=found, account_ids=[three.pk, theirs.pk], by=cast.rep)
    monkeypatch.setattr(audience, "MOST_ACCOUNTS", 2)
    with pytest.raises(ValidationError):
        add_accounts(campaign=found, account_ids=[three.pk], by=cast.rep)
    rows = CampaignAccount.objects.in_program(cast.program)
    remove_account(member=rows.get(account=one), by=cast.rep)
    assert list(rows.values_list("account_id", flat=True)) == [two.pk]


def test_a_cost_is_an_amount_on_a_day_for_something(cast: Cast) -> None:
    found = campaign(cast)
    said: Any = {"spent_on": date(2026, 11, 2), "amount_usd": 1_200, "what_for": " Ads "}
    cost = add_cost(campaign=found, by=cast.marketer, **said)
    assert cost.what_for == "Ads"
    wrong: Any = {"spent_on": date(1, 1, 1), "amount_usd": 0, "what_for": " "}
    with pytest.raises(ValidationError) as refused:
        add_cost(campaign=found, by=cast.marketer, **wrong)
    assert set(refused.value.message_dict) == set(wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        CampaignCost.objects.in_program(cast.program).update(amount_usd=0)
    for by in (cast.owner, cast.marketer):
        remove_cost(cost=cost, by=by)
    (row,) = CampaignCost.objects.in_program(cast.program)
    assert (row.removed_by, row.removed_at is None) == (cast.owner, False)


def test_people_enter_a_track_leave_it_and_enter_again(cast: Cast) -> None:
    found = track(cast)
    person = make.stakeholder(cast.program)
    assert enrol(track=found, stakeholder_ids=[person.pk], by=cast.marketer) == 1
    assert enrol(track=found, stakeholder_ids=[person.pk], by=cast.marketer) == 0
    left = leave(track=found, stakeholder_id=person.pk, because="Meeting agreed", by=None)
    assert left.left_at
    with pytest.raises(NotInTrack):
        leave(track=found, stakeholder_id=person.pk, because="Again", by=None)
    assert enrol(track=found, stakeholder_ids=[person.pk], by=cast.marketer) == 1
    rows = TrackMember.objects.in_program(cast.program).order_by("pk")
    assert [row.left_because for row in rows] == ["Meeting agreed", ""]


def test_who_is_not_to_be_contacted_enters_no_track(cast: Cast) -> None:
    found = track(cast)
    fine, barred, refused = (make.stakeholder(cast.program, last_name=n) for n in ("A", "Bo", "Cy"))
    barred.do_not_contact = True
    barred.save(update_fields=["do_not_contact"])
    Consent.objects.create(
        program=cast.program,
        stakeholder=refused,
        channel=Channel.EMAIL,
        granted=False,
        source="form",
        given_at=timezone.now(),
    )
    for person in (barred, refused):
        with pytest.raises(ValidationError) as told:
            enrol(track=found, stakeholder_ids=[fine.pk, person.pk], by=cast.rep)
        assert person.last_name in str(told.value)
    assert not TrackMember.objects.in_program(cast.program).exists()
    theirs = make.stakeholder(cast.other_program)
    with pytest.raises(ValidationError):
        enrol(track=found, stakeholder_ids=[theirs.pk], by=cast.rep)


def test_the_times_of_a_tool_are_kept_where_they_make_sense(cast: Cast) -> None:
    found, person = track(cast), make.stakeholder(cast.program)
    now = timezone.now()
    with pytest.raises(ValidationError):
        enrol(track=found, stakeholder_ids=[person.pk], by=None, entered_at=now + timedelta(days=1))
    day = timedelta(days=1)
    enrol(track=found, stakeholder_ids=[person.pk], by=None, entered_at=now - 3 * day)
    for at, because in ((now - 4 * day, "Bought"), (now + day, "Bought"), (now, " ")):
        with pytest.raises(ValidationError):
            leave(track=found, stakeholder_id=person.pk, because=because, by=None, left_at=at)
    member = leave(track=found, stakeholder_id=person.pk, because="Bought", by=None, left_at=now)
    assert (member.entered_at, member.left_at) == (now - 3 * day, now)


def test_the_database_holds_a_stay_to_its_sense(cast: Cast) -> None:
    found, person = track(cast), make.stakeholder(cast.program)
    now = timezone.now()
    row = {"program": cast.program, "track": found, "stakeholder": person, "entered_at": now}
    for wrong in (
        {"left_at": now},
        {"left_because": "No"},
        {"left_at": now - timedelta(days=1), "left_because": "No"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            TrackMember.objects.create(**row, **wrong)
    TrackMember.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        TrackMember.objects.create(**row)


def test_names_and_ids_of_tracks_are_taken_once(cast: Cast) -> None:
    found = track(cast)
    taken: tuple[dict[str, Any], ...] = (
        {"name": "Slow burn", "external_id": None},
        {"name": "Other", "external_id": "w1"},
    )
    for said in taken:
        with pytest.raises(ValidationError):
            add_track(campaign=found.campaign, tool="HubSpot", by=None, **said)
