"""`/touches/reports/`: messages that a tool sent and calls made, matched to planned touches."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.references import OfAccount
from accounts.models import Account, Stakeholder
from accounts.rules.engagements import too_early, too_late
from alignment.core.rest.ids import IdField
from alignment.core.rest.moments import MomentField
from alignment.core.rest.refusals import refused
from alignment.core.rest.schema import example
from alignment.core.rest.views import checked
from alignment.people.api_views import ProgramApiView
from alignment.people.models import Side
from alignment.people.permissions import Scope
from campaigns.library.models import TouchChannel

from ..actions.matching import Report, report_touch
from ..models import Touch
from ..rules.matching import Meaning
from .refusals import done
from .shapes import TouchOut, foreign_source
from .touches import fields_of, sent


class TouchReportIn(OfAccount):
    needs_account = False
    source: Any = serializers.CharField(
        max_length=60, help_text="The tool; it names itself so always."
    )
    external_id = serializers.CharField(
        max_length=120, help_text="The tool's own id: the same one counts once."
    )
    stakeholder_id = IdField(required=False, help_text="Whom it reached.")
    account_id = IdField(
        required=False,
        help_text="This or `account_external_id` where it reached nobody in particular, such as an"
        " ad.",
    )
    channel = serializers.ChoiceField(choices=TouchChannel.choices)
    at = MomentField(help_text="When it happened.")
    who = serializers.EmailField(
        required=False, allow_null=True, help_text="Address of a member of the program."
    )
    side = serializers.ChoiceField(
        choices=Side.choices, required=False, default="", help_text="Where `who` says nothing."
    )
    result = serializers.ChoiceField(
        choices=Touch.Result.choices, required=False, allow_blank=True, default=""
    )
    message = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    note = serializers.CharField(max_length=10_000, required=False, allow_blank=True, default="")

    def validate_source(self, value: str) -> str:
        return foreign_source(value)

    def validate_at(self, value: Any) -> Any:
        if too_early(value) or too_late(value, now=timezone.now()):
            raise serializers.ValidationError("From the year 2000 until now.")
        return value


class ReportedOut(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(
        choices=["matched", "created", "duplicate"],
        help_text="It was planned; it was not; it was told before.",
    )
    touch: Any = TouchOut()


@extend_schema_view(
    post=extend_schema(
        summary="Report a touch that happened",
        description=(
            "Matched to what was planned for the same person (or account) on the same channel"
            " within three days; that touch is done then. Otherwise an unplanned touch is kept,"
            " whatever it collides with. Sending it again is safe."
        ),
        operation_id="touches_report",
        request=TouchReportIn,
        responses=ReportedOut,
        examples=[
            example(
                "An e-mail that the marketing tool sent",
                {
                    "source": "marketing-tool",
                    "external_id": "send-81723",
                    "stakeholder_id": 77,
                    "channel": "email",
                    "side": "marketing",
                    "at": "2026-11-20T15:04:05Z",
                    "message": "Case study",
                },
                request_only=True,
            )
        ],
    )
)
class TouchReportsView(ProgramApiView):
    tag = "touches"
    write_scope = Scope.CALENDAR_WRITE

    def post(self, request: Request) -> Response:
        read = checked(TouchReportIn(data=request.data, context={"program": self.program}))
        given = fields_of(self.program, read)
        account, person = self._of(given)
        report = Report(
            source=given["source"],
            external_id=given["external_id"],
            account=account,
            person=person,
            meaning=Meaning(given["channel"], given["result"]),
            at=given["at"],
            who=given.get("who"),
            side=given["side"],
            message=given["message"],
            note=given["note"],
        )
        touch, outcome = done(
            self.program, lambda: report_touch(program=self.program, report=report, by=self.person)
        )
        return Response({"outcome": outcome, "touch": sent(self.program, touch)})

    def _of(self, given: dict[str, Any]) -> tuple[Account, Stakeholder | None]:
        """The company and the person; a named person determines the company."""
        if "stakeholder_id" not in given:
            if given.get("account") is None:
                raise refused("stakeholder_id", "Say whom it reached, or the account.")
            return given["account"], None
        people = Stakeholder.objects.in_program(self.program).select_related("account")
        person = people.filter(pk=given["stakeholder_id"]).first()
        if person is None:
            raise refused("stakeholder_id", "There is no such thing in this program.")
        if person.account is None:
            raise refused("stakeholder_id", "This person belongs to no account yet.")
        return person.account, person
