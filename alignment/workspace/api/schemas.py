"""Schemas of requests and responses, for validation and for the OpenAPI document."""

from typing import Any, cast

from drf_spectacular.utils import (
    OpenApiExample,
    PolymorphicProxySerializer,
    extend_schema_field,
)
from rest_framework import serializers

from accounts.api.batches import OUTCOMES
from accounts.api.serializers import AccountOut
from accounts.models import Account, Channel, Stakeholder
from accounts.rules.accounts import STATED
from alignment.core.rest.schema import PROBLEM_TYPE, FieldErrorSchema, ProblemBody, example
from alignment.icp.models import Answer, Verdict
from alignment.icp.queries import VerdictVersions, verdict_of, verdict_versions_of
from alignment.scoring.account_score.queries import score_of
from alignment.scoring.account_score.rules import PARTS
from alignment.scoring.models import AccountScore

Shape = serializers.Serializer[Any]


class VerdictBrief(serializers.ModelSerializer[Verdict]):
    answer = serializers.ChoiceField(choices=Answer.choices)
    version = serializers.SerializerMethodField(
        help_text="Of the ICP in force; the one before it until its job has come to the account."
    )

    class Meta:
        model = Verdict
        ref_name = "VerdictBrief"
        fields = ("answer", "grade", "version", "judged_at")

    @extend_schema_field(serializers.IntegerField())
    def get_version(self, verdict: Verdict) -> int:
        verdict_versions: VerdictVersions = self.context["verdict_versions"]
        return verdict_versions.number_of(verdict)


class AccountScoreOut(serializers.ModelSerializer[AccountScore]):
    """Points by part; `score` is their sum, 0 to 100."""

    class Meta:
        model = AccountScore
        ref_name = "AccountScore"
        fields = ("score", "fit", "engagement", "intent", "relationships")


class AccountRow(AccountOut):
    verdict = serializers.SerializerMethodField()
    score = serializers.SerializerMethodField(help_text="Null for seconds after it is made.")

    class Meta(AccountOut.Meta):
        ref_name = "Account"
        fields = (*AccountOut.Meta.fields, "verdict", "score")  # type: ignore[assignment]

    @extend_schema_field(AccountScoreOut(allow_null=True))
    def get_score(self, account: Account) -> dict[str, Any] | None:
        score = getattr(account, "account_score", None)
        return AccountScoreOut(score).data if score else None

    @extend_schema_field(VerdictBrief(allow_null=True))
    def get_verdict(self, account: Account) -> dict[str, Any] | None:
        verdict = getattr(account, "verdict", None)
        if verdict is None:
            return None
        # Loaded once for a page of accounts, which all belong to one program.
        context = cast("dict[str, Any]", self.context)
        if "verdict_versions" not in context:
            context["verdict_versions"] = verdict_versions_of(account.program_id)
        return VerdictBrief(verdict, context=context).data


class CriterionOut(Shape):
    key = serializers.CharField()
    kind = serializers.CharField()
    weight = serializers.CharField(help_text="must, preferred or exclude")
    answer = serializers.ChoiceField(choices=Answer.choices)
    reason = serializers.CharField()

    class Meta:
        ref_name = "CriterionAnswer"


class VerdictOut(Shape):
    """The verdict on the current facts."""

    answer = serializers.ChoiceField(choices=Answer.choices)
    grade = serializers.IntegerField(help_text="Graded match, 0 to 100.")
    version = serializers.IntegerField(allow_null=True, help_text="Null before the first ICP.")
    criteria = CriterionOut(many=True)

    class Meta:
        ref_name = "Verdict"


class ScorePartOut(Shape):
    part = serializers.ChoiceField(choices=PARTS)
    points = serializers.IntegerField()
    most = serializers.IntegerField(help_text="Most points of this part in the signed model.")
    value = serializers.IntegerField(help_text="0 to 100: the share of `most` that it gives now.")
    evidence = serializers.CharField()

    class Meta:
        ref_name = "AccountScorePart"


class ScoreDetail(Shape):
    """The points of the parts add up to the score."""

    score = serializers.IntegerField(
        allow_null=True, help_text="Null for seconds after it is made."
    )
    version = serializers.IntegerField(allow_null=True, help_text="Of the scoring model in force.")
    parts = ScorePartOut(many=True)

    class Meta:
        ref_name = "AccountScoreDetail"


class AccountMerged(ProblemBody):
    """The account is part of another one now."""

    merged_into_id = serializers.IntegerField(help_text="The account that stayed.")

    class Meta:
        ref_name = "AccountMerged"


# What the address of a merged account answers.
MERGED = {(410, PROBLEM_TYPE): AccountMerged}


class AccountDetail(AccountOut):
    verdict = serializers.SerializerMethodField()
    score = serializers.SerializerMethodField()

    class Meta(AccountOut.Meta):
        ref_name = "AccountDetail"
        fields = (*AccountOut.Meta.fields, "verdict", "score")  # type: ignore[assignment]

    @extend_schema_field(ScoreDetail)
    def get_score(self, account: Account) -> dict[str, Any]:
        panel = score_of(account)
        parts = [
            {
                "part": line.part,
                "points": line.points,
                "most": line.most,
                "value": line.value,
                "evidence": line.said,
            }
            for line in panel.lines
        ]
        return {"score": panel.score, "version": panel.version, "parts": parts}

    @extend_schema_field(VerdictOut)
    def get_verdict(self, account: Account) -> dict[str, Any]:
        view = verdict_of(account)
        return {
            "answer": view.answer.value,
            "grade": view.grade,
            "version": view.version_number,
            "criteria": [
                {
                    "key": row.criterion.key,
                    "kind": row.criterion.kind,
                    "weight": str(row.criterion.weight),
                    "answer": row.answer.value,
                    "reason": row.criterion.reason,
                }
                for row in view.criteria
            ],
        }


class AccountIn(serializers.ModelSerializer[Account]):
    """Only the given fields change; null clears."""

    owner_email = serializers.EmailField(
        required=False, allow_null=True, help_text="A member of the program."
    )

    class Meta:
        model = Account
        ref_name = "AccountIn"
        fields = (*STATED, "owner_email", "source", "external_id")
        extra_kwargs = {name: {"required": False} for name in STATED}
        validators: tuple[()] = ()


class AccountItems(Shape):
    items = serializers.ListField(child=AccountIn(), min_length=1, max_length=1000)

    class Meta:
        ref_name = "AccountItems"


AccountBatch = PolymorphicProxySerializer(
    component_name="AccountOrItems",
    serializers=[AccountIn, AccountItems],
    resource_type_field_name=None,
    many=False,
)


class UpsertResult(Shape):
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    id = serializers.IntegerField(allow_null=True)
    errors: Any = FieldErrorSchema(many=True, required=False)

    class Meta:
        ref_name = "UpsertResult"


class UpsertResults(Shape):
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField()
    results = UpsertResult(many=True, help_text="In the order of the items.")

    class Meta:
        ref_name = "UpsertResults"


def upsert_responses(one: type[serializers.Serializer[Any]]) -> dict[int, Any]:
    """201 for a new object; 200 for an existing one, or with a result per row of a batch."""
    either = PolymorphicProxySerializer(
        component_name=f"{one.Meta.ref_name}OrResults",  # type: ignore[attr-defined]
        serializers=[one, UpsertResults],
        resource_type_field_name=None,
        many=False,
    )
    return {200: either, 201: one}


ACCOUNT_EXAMPLES: list[OpenApiExample] = [
    example(
        "One account",
        {
            "name": "Acme Robotics, Inc.",
            "domain": "acme.example",
            "state": "TX",
            "naics": "333992",
            "employees_low": 200,
            "employees_high": 500,
            "external_id": "crm-1001",
        },
        request_only=True,
    ),
    example(
        "A batch",
        {"items": [{"domain": "acme.example", "revenue_low": 50_000_000}, {"name": "Globex"}]},
        request_only=True,
    ),
]


class ConsentIn(Shape):
    channel = serializers.ChoiceField(choices=Channel.choices)
    granted = serializers.BooleanField()
    source: Any = serializers.CharField(max_length=120)
    given_at = serializers.DateTimeField(required=False, allow_null=True)

    class Meta:
        ref_name = "ConsentIn"


class StakeholderIn(serializers.ModelSerializer[Stakeholder]):
    """Only the given fields change; null clears. Addresses and phones are added to the known ones;
    `remove_emails` and `remove_phones` remove them.
    """

    emails = serializers.ListField(child=serializers.EmailField(), required=False)
    phones = serializers.ListField(child=serializers.CharField(max_length=40), required=False)
    remove_emails = serializers.ListField(
        child=serializers.EmailField(),
        required=False,
        help_text=(
            "Addresses to take away; one that is not there changes nothing. Refused for whoever must not"
            " be contacted or refused e-mail, and for the last one of somebody without `external_id`."
        ),
    )
    remove_phones = serializers.ListField(
        child=serializers.CharField(max_length=40),
        required=False,
        help_text="Phones to take away, written as they are stored.",
    )
    consents = ConsentIn(many=True, required=False)
    account_id = serializers.IntegerField(required=False, allow_null=True)
    account_external_id = serializers.CharField(required=False, allow_null=True)
    account_domain = serializers.CharField(required=False, allow_null=True)
    account_name = serializers.CharField(required=False, allow_null=True)
    account_city = serializers.CharField(required=False, allow_null=True)

    class Meta:
        model = Stakeholder
        ref_name = "StakeholderIn"
        fields = (
            "external_id",
            "first_name",
            "last_name",
            "title",
            "role",
            "linkedin_url",
            "do_not_contact",
            "do_not_contact_reason",
            "source",
            "emails",
            "phones",
            "remove_emails",
            "remove_phones",
            "consents",
            "account_id",
            "account_external_id",
            "account_domain",
            "account_name",
            "account_city",
        )
        validators: tuple[()] = ()


class StakeholderItems(Shape):
    items = serializers.ListField(child=StakeholderIn(), min_length=1, max_length=1000)

    class Meta:
        ref_name = "StakeholderItems"


StakeholderBatch = PolymorphicProxySerializer(
    component_name="StakeholderOrItems",
    serializers=[StakeholderIn, StakeholderItems],
    resource_type_field_name=None,
    many=False,
)
STAKEHOLDER_EXAMPLES: list[OpenApiExample] = [
    example(
        "One person",
        {
            "external_id": "crm-person-77",
            "first_name": "Jane",
            "last_name": "Doe",
            "title": "VP Operations",
            "role": "decision_maker",
            "emails": ["jane.doe@acme.example"],
            "account_domain": "acme.example",
            "consents": [
                {
                    "channel": "email",
                    "granted": True,
                    "source": "webinar form",
                    "given_at": "2026-10-01T09:30:00Z",
                }
            ],
        },
        request_only=True,
    )
]
