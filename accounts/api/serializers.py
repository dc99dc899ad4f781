"""API schemas of accounts, people and the journal."""

from typing import Any

from rest_framework import serializers

from accounts.models import (
    Account,
    Consent,
    EmailAddress,
    Engagement,
    Phone,
    Signal,
    Stakeholder,
)
from accounts.rules.accounts import STATED


class AccountOut(serializers.ModelSerializer[Account]):
    owner_email = serializers.EmailField(source="owner.email", default=None, allow_null=True)

    class Meta:
        model = Account
        ref_name = "AccountFacts"
        fields = (
            "id",
            *STATED,
            "owner_email",
            "source",
            "external_id",
            "created_at",
            "updated_at",
        )


class SignalOut(serializers.ModelSerializer[Signal]):
    class Meta:
        model = Signal
        ref_name = "Signal"
        fields = ("id", "code", "name", "kind", "side")


class EngagementOut(serializers.ModelSerializer[Engagement]):
    signal = serializers.CharField(source="signal.code")
    stakeholder_id = serializers.IntegerField()
    lead_id = serializers.IntegerField()
    properties: Any = serializers.DictField()

    class Meta:
        model = Engagement
        ref_name = "Engagement"
        fields = (
            "id",
            "stakeholder_id",
            "lead_id",
            "signal",
            "occurred_at",
            "received_at",
            "source",
            "external_id",
            "value",
            "properties",
        )


class EmailOut(serializers.ModelSerializer[EmailAddress]):
    class Meta:
        model = EmailAddress
        ref_name = "EmailAddress"
        fields = ("address", "is_primary")


class PhoneOut(serializers.ModelSerializer[Phone]):
    class Meta:
        model = Phone
        ref_name = "Phone"
        fields = ("number", "is_primary")


class ConsentOut(serializers.ModelSerializer[Consent]):
    class Meta:
        model = Consent
        ref_name = "Consent"
        fields = ("channel", "granted", "source", "given_at")


class StakeholderOut(serializers.ModelSerializer[Stakeholder]):
    account_id = serializers.IntegerField(allow_null=True)
    emails = EmailOut(many=True)
    phones = PhoneOut(many=True)
    consents = ConsentOut(many=True)

    class Meta:
        model = Stakeholder
        ref_name = "Stakeholder"
        fields = (
            "id",
            "account_id",
            "first_name",
            "last_name",
            "title",
            "role",
            "linkedin_url",
            "do_not_contact",
            "do_not_contact_reason",
            "emails",
            "phones",
            "consents",
            "source",
            "external_id",
            "created_at",
            "updated_at",
        )


class JournalOut(serializers.Serializer[Any]):
    """What happened, when, to what, and why."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    account_id = serializers.IntegerField(allow_null=True)
    stakeholder_id = serializers.IntegerField(allow_null=True)
    lead_id = serializers.IntegerField(allow_null=True)
    actor_id = serializers.IntegerField(allow_null=True)
    cause = serializers.DictField()
    detail = serializers.DictField()

    class Meta:
        ref_name = "Event"


class JournalPage(serializers.Serializer[Any]):
    items = JournalOut(many=True)
    cursor = serializers.CharField(help_text="Send it as `cursor` to go on from here, even later.")
    more = serializers.BooleanField(help_text="More can be read at once.")

    class Meta:
        ref_name = "EventPage"
