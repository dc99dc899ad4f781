"""Serializers of targets, sessions and votes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.references import OfAccount
from alignment.core.rest.ids import IdField
from alignment.people.models import Side

from ..models import Choice, ListedTarget, Nomination, Session, Target, Vote
from ..models.targets import Tier
from ..queries.session_page import Row, SessionPage
from ..rules.reasons import LONGEST_REASON

VOTE_NOTE = "Null: none, or not yours to read before the reveal."
BEFORE_NOTE = "In the session before; null: none."


class TargetOut(serializers.ModelSerializer[Target]):
    account_id = serializers.IntegerField()
    account_name = serializers.CharField(source="account.name")
    tier = serializers.ChoiceField(choices=Tier.choices)
    marketing_owner = serializers.EmailField(source="marketing_owner.email", default=None)
    sales_owner = serializers.EmailField(source="sales_owner.email", default=None)
    play_id = serializers.IntegerField(allow_null=True)

    class Meta:
        model = Target
        ref_name = "Target"
        fields = (
            "id",
            "account_id",
            "account_name",
            "known_as",
            "tier",
            "marketing_owner",
            "sales_owner",
            "play_id",
            "entered_at",
            "left_at",
            "left_because",
            "updated_at",
        )


class PlacedOut(serializers.Serializer[Any]):
    items = TargetOut(many=True)


class WorkIn(serializers.Serializer[Any]):
    """Who works a target, at which tier, with which play."""

    tier = serializers.ChoiceField(choices=Tier.choices)
    marketing_owner = serializers.EmailField(
        required=False, allow_null=True, default=None, help_text="Of a member of marketing."
    )
    sales_owner = serializers.EmailField(
        required=False, allow_null=True, default=None, help_text="Of a member of sales."
    )
    play_id = IdField(required=False, allow_null=True, default=None)


class PlaceIn(WorkIn):
    candidate_id = IdField()


class ReasonIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=LONGEST_REASON)


class NominationIn(OfAccount, ReasonIn):
    """Why it belongs on the list."""


class NominationOut(serializers.ModelSerializer[Nomination]):
    account_id = serializers.IntegerField()
    side = serializers.ChoiceField(choices=Side.choices)
    session_id = serializers.IntegerField(
        allow_null=True, help_text="Null: it waits for the next session."
    )

    class Meta:
        model = Nomination
        ref_name = "Nomination"
        fields = ("id", "account_id", "side", "reason", "at", "session_id")


class VoteIn(ReasonIn):
    choice = serializers.ChoiceField(choices=Choice.choices)


class VoteOut(serializers.ModelSerializer[Vote]):
    choice = serializers.ChoiceField(choices=Choice.choices)
    by = serializers.EmailField(source="by.email", default=None, allow_null=True)

    class Meta:
        model = Vote
        ref_name = "Vote"
        fields = ("choice", "reason", "by", "at", "at_reveal")


class CandidateOut(serializers.Serializer[Row]):
    """A candidate with the votes that the caller's side may read."""

    id = serializers.IntegerField(source="candidate.pk")
    account_id = serializers.IntegerField(source="account.pk")
    account_name = serializers.CharField(source="account.name")
    known_as = serializers.CharField(
        source="candidate.known_as",
        help_text="Name of then, if it was merged into the account since; else empty.",
    )
    rank = serializers.IntegerField(source="candidate.rank", allow_null=True)
    is_review = serializers.BooleanField(
        source="candidate.is_review", help_text="On the list already: a yes keeps it."
    )
    reasons = serializers.ListField(
        source="candidate.reasons", child=serializers.DictField(), help_text="Facts of the day."
    )
    nominated_by = serializers.SerializerMethodField()
    marketing = VoteOut(allow_null=True, help_text=VOTE_NOTE)
    sales = VoteOut(allow_null=True, help_text=VOTE_NOTE)
    marketing_before = VoteOut(
        source="before.marketing", default=None, allow_null=True, help_text=BEFORE_NOTE
    )
    sales_before = VoteOut(
        source="before.sales", default=None, allow_null=True, help_text=BEFORE_NOTE
    )
    target_id = serializers.IntegerField(
        source="target.pk", default=None, allow_null=True, help_text="Null: not on the list."
    )

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(Side.choices)))
    def get_nominated_by(self, row: Row) -> list[str]:
        return [nomination.side for nomination in row.nominations]


class SessionOut(serializers.ModelSerializer[Session]):
    state = serializers.ChoiceField(choices=["voting", "discussing", "confirmed", "discarded"])

    class Meta:
        model = Session
        ref_name = "SelectionSession"
        fields = (
            "id",
            "number",
            "state",
            "capacity",
            "opened_at",
            "revealed_at",
            "confirmed_at",
            "list_hash",
            "discarded_at",
            "discarded_because",
        )


class SideStateOut(serializers.Serializer[Any]):
    """The only facts about a side that are visible to the other before the reveal."""

    side = serializers.ChoiceField(choices=Side.choices)
    votes_cast = serializers.IntegerField(source="cast")
    is_ready = serializers.BooleanField()
    has_confirmed = serializers.SerializerMethodField()

    def get_has_confirmed(self, state: Any) -> bool:
        return state.confirmation is not None


class AgreementOut(serializers.Serializer[Any]):
    """The number of candidates on which both sides had voted at the reveal, and how many got the
    same vote.
    """

    both = serializers.IntegerField()
    alike = serializers.IntegerField()
    percent = serializers.IntegerField(allow_null=True)


class SessionPageOut(serializers.Serializer[SessionPage]):
    """A session as the caller's side may see it."""

    session = SessionOut()
    sides = SideStateOut(many=True)
    agreement = serializers.SerializerMethodField()
    taken = serializers.IntegerField(help_text="Accounts on the list now.")
    list_hash = serializers.CharField(help_text="Of the list now: what a confirmation names.")
    candidates = CandidateOut(source="rows", many=True)

    @extend_schema_field(AgreementOut(allow_null=True))
    def get_agreement(self, page: SessionPage) -> dict[str, Any] | None:
        """Null before the reveal."""
        return AgreementOut(page.agreement).data if page.session.revealed_at else None


class ListedOut(serializers.ModelSerializer[ListedTarget]):
    account_id = serializers.IntegerField(allow_null=True)
    account_name = serializers.CharField()

    class Meta:
        model = ListedTarget
        ref_name = "ListedTarget"
        fields = (
            "account_id",
            "account_name",
            "verdict",
            "tier",
            "marketing_owner",
            "sales_owner",
            "play",
            "entered_at",
        )


class ReadyIn(serializers.Serializer[Any]):
    anyway = serializers.BooleanField(
        default=False, help_text="Wait no longer for a side that voted on everything."
    )


class RevealOut(serializers.Serializer[Any]):
    revealed = serializers.BooleanField()


class ConfirmIn(serializers.Serializer[Any]):
    list_hash = serializers.CharField(
        max_length=64, help_text="Of the list as you read it, from the session."
    )


class ConfirmOut(serializers.Serializer[Any]):
    settled = serializers.BooleanField(help_text="True: both sides have confirmed.")


class PlacedIn(serializers.Serializer[Any]):
    targets = PlaceIn(many=True, allow_empty=False)
