"""Serializers of campaigns, costs and tracks."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from alignment.core.rest.ids import IdField
from alignment.core.rest.moments import MomentField
from alignment.core.rest.names import NameField

from ..models import Campaign, CampaignAccount, CampaignCost, Track, TrackMember

MOST_AT_ONCE = 1_000


class CampaignOut(serializers.ModelSerializer[Campaign]):
    owner_id = serializers.IntegerField(allow_null=True)
    play_ids: Any = serializers.PrimaryKeyRelatedField(
        source="plays", many=True, read_only=True, help_text="Plays it is run with."
    )

    class Meta:
        model = Campaign
        ref_name = "Campaign"
        fields = (
            "id",
            "external_id",
            "name",
            "goal",
            "budget_usd",
            "starts_on",
            "ends_on",
            "owner_id",
            "play_ids",
            "created_at",
            "updated_at",
        )


class CampaignChange(serializers.Serializer[Any]):
    """Fields left out stay unchanged."""

    name = NameField(max_length=120, required=False)
    goal = serializers.CharField(max_length=300, allow_blank=True, required=False)
    budget_usd = serializers.IntegerField(
        min_value=0, max_value=10**12, allow_null=True, required=False
    )
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False)
    play_ids = serializers.ListField(child=IdField(), max_length=50, required=False)
    owner_id = IdField(allow_null=True, required=False)
    external_id = serializers.CharField(
        max_length=120,
        allow_null=True,
        required=False,
        help_text="Your own id: sent again with POST, it changes that one.",
    )


class CampaignIn(CampaignChange):
    name = NameField(max_length=120)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class AudienceOut(serializers.ModelSerializer[CampaignAccount]):
    account_id = serializers.IntegerField()

    class Meta:
        model = CampaignAccount
        ref_name = "CampaignAccount"
        fields = ("id", "account_id", "added_at")


class AudienceIn(serializers.Serializer[Any]):
    account_ids = serializers.ListField(child=IdField(), min_length=1, max_length=MOST_AT_ONCE)


class AddedOut(serializers.Serializer[Any]):
    added = serializers.IntegerField(help_text="Those that were in before are not counted.")


class CostOut(serializers.ModelSerializer[CampaignCost]):
    class Meta:
        model = CampaignCost
        ref_name = "CampaignCost"
        fields = (
            "id",
            "spent_on",
            "spent_until",
            "amount_usd",
            "what_for",
            "created_at",
            "removed_at",
        )
        extra_kwargs = {"removed_at": {"help_text": "From then on it counts no longer."}}


class CostIn(serializers.Serializer[Any]):
    spent_on = serializers.DateField()
    spent_until = serializers.DateField(
        required=False, help_text="Last day, included: it counts evenly over its days."
    )
    amount_usd = serializers.IntegerField(min_value=1, max_value=10**12)
    what_for = serializers.CharField(max_length=200)


class TrackOut(serializers.ModelSerializer[Track]):
    campaign_id = serializers.IntegerField()

    class Meta:
        model = Track
        ref_name = "NurtureTrack"
        fields = (
            "id",
            "campaign_id",
            "name",
            "tool",
            "external_id",
            "created_at",
            "updated_at",
        )


class TrackChange(serializers.Serializer[Any]):
    """Fields left out stay unchanged."""

    name = NameField(max_length=120, required=False)
    tool = serializers.CharField(max_length=60, allow_blank=True, required=False)
    external_id = serializers.CharField(
        max_length=120,
        allow_null=True,
        required=False,
        help_text="The tool's id of the workflow: sent again with POST and `tool`, it changes that"
        " one.",
    )


class TrackIn(TrackChange):
    campaign_id = IdField()
    name = NameField(max_length=120)
    tool = serializers.CharField(max_length=60, allow_blank=True, default="")


class StayOut(serializers.ModelSerializer[TrackMember]):
    stakeholder_id = serializers.IntegerField()

    class Meta:
        model = TrackMember
        ref_name = "NurtureStay"
        fields = ("id", "stakeholder_id", "entered_at", "left_at", "left_because")


class TrackEnterIn(serializers.Serializer[Any]):
    stakeholder_ids = serializers.ListField(child=IdField(), min_length=1, max_length=MOST_AT_ONCE)
    entered_at = MomentField(
        required=False, allow_null=True, default=None, help_text="Now, if left out."
    )


class TrackLeaveIn(serializers.Serializer[Any]):
    stakeholder_id = IdField()
    because = serializers.CharField(max_length=300)
    left_at = MomentField(
        required=False, allow_null=True, default=None, help_text="Now, if left out."
    )
