"""`/scoring-models/{number}/what-if/`: what a draft or a proposal would do."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.agreements.models import Kind, Version
from alignment.agreements.rules import InvalidContent
from alignment.core.rest import Problem
from alignment.people.api_views import DetailView
from alignment.people.idempotency import idempotent
from alignment.people.permissions import Scope

from .actions.whatif import CannotTry, start_what_if
from .models import Move, WhatIf
from .queries_whatif import Answer, answer_of, newest

MOVES = {"type": "object", "properties": {kind: {"type": "integer"} for kind in Move.Kind.values}}
_SQUARES = {"type": "object", "additionalProperties": {"type": "integer"}}
CELLS = {"type": "object", "properties": {"now": _SQUARES, "then": _SQUARES}}


class WhatIfResult(serializers.Serializer[Answer]):
    """Numbers of leads, if the version came into force now."""

    leads = serializers.IntegerField(source="tally.leads")
    changed = serializers.IntegerField(
        source="tally.changed", help_text="Leads whose points become others"
    )
    over_now = serializers.IntegerField(source="tally.over_now")
    over_then = serializers.IntegerField(source="tally.over_then")
    moves = serializers.SerializerMethodField(help_text="Leads that would cross a threshold")
    new_mqls_a_week_now = serializers.FloatField(source="weekly_now")
    new_mqls_a_week_then = serializers.FloatField(source="weekly_then")
    sales_members = serializers.IntegerField(source="sellers")
    sales_capacity_a_week = serializers.IntegerField(
        source="capacity",
        allow_null=True,
        help_text="New MQLs a week that they can take; null until it is known of each of them",
    )
    cells = serializers.SerializerMethodField(
        help_text="Leads by fit and engagement, in squares of five points"
    )

    @extend_schema_field(MOVES)
    def get_moves(self, answer: Answer) -> dict[str, int]:
        return {kind.value: answer.tally.moves(kind) for kind in Move.Kind}

    @extend_schema_field(CELLS)
    def get_cells(self, answer: Answer) -> dict[str, dict[str, int]]:
        return {which: answer.tally.counts.get(f"cells_{which}", {}) for which in ("now", "then")}


class WhatIfOut(serializers.ModelSerializer[WhatIf]):
    version = serializers.IntegerField(source="version.number")
    against = serializers.IntegerField(
        source="against.number", default=None, allow_null=True, help_text="The model in force then"
    )
    content_hash = serializers.CharField(source="digest")
    job_id = serializers.IntegerField()
    state = serializers.CharField(
        source="job.state", help_text="Of the job: queued, running, done, failed, cancelled"
    )
    problem = serializers.CharField(source="job.problem")
    done = serializers.IntegerField(source="job.done")
    total = serializers.IntegerField(source="job.total", allow_null=True)
    draft_changed = serializers.SerializerMethodField()
    model_changed = serializers.SerializerMethodField()
    result = serializers.SerializerMethodField()

    class Meta:
        model = WhatIf
        ref_name = "WhatIf"
        fields = (
            "version",
            "against",
            "content_hash",
            "job_id",
            "state",
            "problem",
            "done",
            "total",
            "asked_at",
            "finished_at",
            "draft_changed",
            "model_changed",
            "result",
        )

    def get_draft_changed(self, what_if: WhatIf) -> bool:
        return self._answer(what_if).draft_changed

    def get_model_changed(self, what_if: WhatIf) -> bool:
        return self._answer(what_if).model_changed

    @extend_schema_field(WhatIfResult(allow_null=True))
    def get_result(self, what_if: WhatIf) -> dict[str, Any] | None:
        if what_if.finished_at is None:
            return None
        return dict(WhatIfResult(self._answer(what_if)).data)

    def _answer(self, what_if: WhatIf) -> Answer:
        answer: Answer = self.context["answer"]
        return answer


@extend_schema_view(
    get=extend_schema(
        summary="The newest what-if of a scoring model",
        description="404 until somebody asked for one. `result` is null until it is finished.",
        operation_id="scoring_models_what_if_get",
    ),
    post=extend_schema(
        summary="Ask what a draft or proposal would do",
        description="Runs as a job over all leads and changes nothing. Asked again while it runs, "
        "the one that runs is the answer.",
        operation_id="scoring_models_what_if_start",
        request=None,
        responses={202: WhatIfOut},
    ),
)
class WhatIfView(DetailView):
    tag = "scoring-models"
    write_scope = Scope.AGREEMENTS_WRITE
    serializer_class = WhatIfOut
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return WhatIf.objects.in_program(self.program)

    def _version(self, number: int) -> Version:
        versions = Version.objects.in_program(self.program).select_related("program")
        found = versions.filter(kind=Kind.SCORING, number=number).first()
        if found is None:
            raise Http404
        return found

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        version = self._version(kwargs["number"])
        what_if = newest(version=version)
        if what_if is None:
            raise Http404
        return Response(self._what_if_data(what_if, version))

    @idempotent
    def post(self, request: Request, number: int) -> Response:
        version = self._version(number)
        try:
            what_if = start_what_if(version=version, by=self.person)
        except (CannotTry, InvalidContent) as cannot:
            raise Problem(409, str(cannot)) from cannot
        return Response(self._what_if_data(what_if, version), status=202)

    def _what_if_data(self, what_if: WhatIf, version: Version) -> dict[str, Any]:
        answer = answer_of(what_if, version=version)
        return dict(WhatIfOut(what_if, context={"answer": answer}).data)
