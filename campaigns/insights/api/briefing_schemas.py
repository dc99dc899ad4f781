"""How briefings, message changes and their effect look in the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alignment.core.addresses import HIGHEST_ID
from alignment.core.rest.ids import IdField
from alignment.core.rest.moments import MomentField
from campaigns.opportunities.models import LostReason, Opportunity

from ..models import LONGEST_MESSAGE, Briefing, BriefingRhythm, MessageChange, TagKind
from ..queries.effects import Only
from ..rules.briefing import Trend
from ..rules.effect import Counted, Effect, Group, Verdict

TRENDS = [(trend.value, trend.value) for trend in Trend]
VERDICTS = [(verdict.value, verdict.value) for verdict in Verdict]
GROUPS = [(group.value, group.value) for group in Group if group != Group.OTHER]
ONLY = [(only.value, only.value) for only in Only]


class QuoteOut(serializers.Serializer[Any]):
    note = serializers.IntegerField()
    at = serializers.DateTimeField()
    quote = serializers.CharField(help_text="Word for word; a long one ends with an ellipsis.")
    account = serializers.IntegerField()
    account_name = serializers.CharField()
    deal = serializers.IntegerField(allow_null=True)
    deal_name = serializers.CharField(allow_blank=True)


class HeardOut(serializers.Serializer[Any]):
    topic = serializers.IntegerField()
    name = serializers.CharField()
    conversations = serializers.IntegerField()
    accounts = serializers.IntegerField()
    deals = serializers.IntegerField()
    trend = serializers.ChoiceField(choices=TRENDS)
    before = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Conversations in each of the four weeks before, the nearest first; empty for"
        " what was never heard before.",
    )
    stages = serializers.ListField(
        child=serializers.ListField(), help_text="Name and conversations, the most first."
    )
    sectors = serializers.ListField(
        child=serializers.ListField(), help_text="NAICS sector and conversations; '' is unknown."
    )
    quotes = QuoteOut(many=True)
    has_answer = serializers.BooleanField()


class PromiseOut(QuoteOut):
    kind = serializers.ChoiceField(choices=TagKind.choices)
    name = serializers.CharField(allow_blank=True)


class GapOut(serializers.Serializer[Any]):
    topic = serializers.IntegerField()
    name = serializers.CharField()
    since = serializers.DateTimeField()
    conversations = serializers.IntegerField()


class LostDealOut(serializers.Serializer[Any]):
    deal = serializers.IntegerField()
    deal_name = serializers.CharField()
    account_name = serializers.CharField()
    lost_to = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)


class LostOut(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=LostReason.choices)
    count = serializers.IntegerField()
    usd = serializers.IntegerField()
    deals = LostDealOut(many=True)
    more = serializers.IntegerField()


class AnsweredOut(serializers.Serializer[Any]):
    topic = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=TagKind.choices)
    answer = serializers.CharField()
    answered_at = serializers.DateTimeField()
    by = serializers.CharField(allow_blank=True)
    asset = serializers.IntegerField(allow_null=True)
    asset_name = serializers.CharField(allow_blank=True)


class DueOut(serializers.Serializer[Any]):
    what = serializers.CharField()
    due_at = serializers.DateTimeField()
    account = serializers.IntegerField()
    account_name = serializers.CharField()
    owner = serializers.CharField(allow_blank=True)


class SideOut(serializers.Serializer[Any]):
    deals = serializers.IntegerField()
    won = serializers.IntegerField()
    closed = serializers.IntegerField()


class ChangedOut(serializers.Serializer[Any]):
    change = serializers.IntegerField()
    topic = serializers.IntegerField()
    name = serializers.CharField()
    since = serializers.DateTimeField()
    says_now = serializers.CharField()
    is_new = serializers.BooleanField()
    verdict = serializers.ChoiceField(choices=VERDICTS)
    before = SideOut()
    after = SideOut()


class _Section(serializers.Serializer[Any]):
    more = serializers.IntegerField(help_text="How many there are beyond `lines`.")


class HeardSection(_Section):
    lines = HeardOut(many=True)
    notable = serializers.IntegerField(help_text="How many are new or rising.")


class PromiseSection(_Section):
    lines = PromiseOut(many=True)


class GapSection(_Section):
    lines = GapOut(many=True)


class LostSection(_Section):
    lines = LostOut(many=True)
    deals = serializers.IntegerField()


class AnsweredSection(_Section):
    lines = AnsweredOut(many=True)


class DueSection(_Section):
    lines = DueOut(many=True)


class ChangedSection(_Section):
    lines = ChangedOut(many=True)


class ContentOut(serializers.Serializer[Any]):
    """The document, exactly as it was stored when the briefing was written."""

    days = serializers.IntegerField()
    conversations = serializers.IntegerField()
    tags = serializers.IntegerField(help_text="Accepted passages.")
    objections = HeardSection()
    competitors = HeardSection()
    pains = HeardSection()
    promises = PromiseSection()
    gaps = GapSection()
    won = serializers.IntegerField()
    lost = LostSection()
    answered = AnsweredSection()
    due = DueSection()
    changes = ChangedSection()


class BriefingRow(serializers.ModelSerializer[Briefing]):
    written_by_id = serializers.IntegerField(allow_null=True)
    read_by = serializers.IntegerField(help_text="How many of marketing say to have read it.")

    class Meta:
        model = Briefing
        ref_name = "BriefingRow"
        fields: tuple[str, ...] = (
            "id",
            "week",
            "starts_at",
            "ends_at",
            "is_empty",
            "written_at",
            "written_by_id",
            "read_by",
        )


class BriefingOut(BriefingRow):
    content = serializers.SerializerMethodField()

    class Meta(BriefingRow.Meta):
        ref_name = "Briefing"
        fields = (*BriefingRow.Meta.fields, "content")

    @extend_schema_field(ContentOut)
    def get_content(self, row: Briefing) -> Any:
        return row.content


class RhythmOut(serializers.ModelSerializer[BriefingRhythm]):
    weekday = serializers.IntegerField(min_value=0, max_value=6, help_text="0 is Monday.")
    hour = serializers.IntegerField(
        min_value=0, max_value=23, help_text="On the clock of the program."
    )

    class Meta:
        model = BriefingRhythm
        ref_name = "BriefingRhythm"
        fields = ("weekday", "hour", "is_on", "zone", "next_at")


class RhythmIn(serializers.Serializer[Any]):
    weekday = serializers.IntegerField(
        min_value=0, max_value=6, required=False, help_text="0 is Monday."
    )
    hour = serializers.IntegerField(min_value=0, max_value=23, required=False)
    is_on = serializers.BooleanField(required=False)


class ChangeOut(serializers.ModelSerializer[MessageChange]):
    topic_id = serializers.IntegerField()
    asset_id = serializers.IntegerField(allow_null=True)
    briefing_id = serializers.IntegerField(allow_null=True)
    made_by_id = serializers.IntegerField(allow_null=True)

    class Meta:
        model = MessageChange
        ref_name = "MessageChange"
        fields = (
            "id",
            "topic_id",
            "said_before",
            "says_now",
            "asset_id",
            "why",
            "since",
            "ended_at",
            "briefing_id",
            "made_by_id",
            "made_at",
        )


class ChangeIn(serializers.Serializer[Any]):
    topic_id = IdField()
    says_now = serializers.CharField(max_length=LONGEST_MESSAGE)
    why = serializers.CharField(max_length=500)
    said_before = serializers.CharField(
        max_length=LONGEST_MESSAGE,
        required=False,
        allow_blank=True,
        help_text="Today's answer, unless it was another.",
    )
    since = MomentField(required=False, help_text="Now, unless it was before.")
    asset_id = IdField(allow_null=True, required=False)
    briefing_id = IdField(allow_null=True, required=False)
    is_answer = serializers.BooleanField(
        default=True, help_text="It is also what sales answers from now on."
    )
    seen_id = serializers.IntegerField(
        min_value=0,
        max_value=HIGHEST_ID,
        required=False,
        help_text="The newest change of the topic that you know of, 0 for none. If there is a newer"
        " one, nothing is recorded (409).",
    )


class IntervalOut(serializers.Serializer[Any]):
    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class CountedOut(serializers.Serializer[Counted]):
    deals = serializers.IntegerField()
    answered = serializers.IntegerField(help_text="Got content after it came up.")
    won = serializers.IntegerField()
    lost = serializers.IntegerField()
    open = serializers.IntegerField()
    share = IntervalOut(
        allow_null=True, help_text="Won of those closed, with Wilson's 95 % interval."
    )


class EffectOut(serializers.Serializer[Effect]):
    """Values are null where there is not enough data."""

    before = CountedOut()
    after = CountedOut()
    crossed = serializers.IntegerField(help_text="Left out: they heard both messages.")
    too_late = serializers.IntegerField(help_text="Left out: it came up after the close.")
    difference = IntervalOut(allow_null=True, help_text="Since minus before; Newcombe's interval.")
    verdict = serializers.ChoiceField(choices=VERDICTS)


class DealsAsked(serializers.Serializer[Any]):
    group = serializers.ChoiceField(choices=GROUPS, default=Group.AFTER.value)
    only = serializers.ChoiceField(choices=ONLY, required=False)


class RaisedDealOut(serializers.Serializer[Any]):
    """A deal behind a number."""

    opportunity_id = serializers.IntegerField(source="deal.pk")
    name = serializers.CharField(source="deal.name")
    outcome = serializers.ChoiceField(
        source="deal.outcome", choices=Opportunity._meta.get_field("outcome").choices or ()
    )
    first_at = serializers.DateTimeField(source="raised.first_at")
    closed_at = serializers.DateTimeField(source="raised.closed_at", allow_null=True)
    answered = serializers.BooleanField(source="raised.answered")


class RaisedDealsOut(serializers.Serializer[Any]):
    items = RaisedDealOut(many=True)
