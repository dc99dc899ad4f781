"""`/jobs/`: long work, its progress, and stopping it."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.core.rest import Problem, filters
from alignment.people.api_views import DetailView, ListView
from alignment.people.permissions import Scope

from . import actions
from .models import UNITS, Job


class JobOut(serializers.ModelSerializer[Job]):
    created_by = serializers.EmailField(source="created_by.email", default=None, allow_null=True)
    unit = serializers.ChoiceField(
        choices=sorted(set(UNITS.values())), help_text="What `done` and `total` count."
    )
    result = serializers.DictField()

    class Meta:
        model = Job
        ref_name = "Job"
        fields = (
            "id",
            "kind",
            "state",
            "done",
            "total",
            "unit",
            "result",
            "problem",
            "cancel_asked_at",
            "created_by",
            "created_at",
            "started_at",
            "finished_at",
        )


class JobFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=Job.Kind.choices, label="Kind")
    state = filters.MultipleChoiceFilter(choices=Job.State.choices, label="State; may be repeated")

    class Meta:
        model = Job
        fields: tuple[str, ...] = ()


@extend_schema_view(get=extend_schema(summary="List jobs", operation_id="jobs_list"))
class JobsView(ListView):
    tag = "jobs"
    serializer_class = JobOut
    filterset_class = JobFilter

    def rows(self) -> QuerySet[Any]:
        return Job.objects.in_program(self.program).select_related("created_by")


@extend_schema_view(get=extend_schema(summary="One job", operation_id="jobs_get"))
class JobView(DetailView):
    tag = "jobs"
    serializer_class = JobOut

    def rows(self) -> QuerySet[Any]:
        return Job.objects.in_program(self.program).select_related("created_by")


class CancelView(DetailView):
    tag = "jobs"
    http_method_names = ("post", "head", "options")
    write_scope = Scope.JOBS_WRITE
    serializer_class = JobOut

    def rows(self) -> QuerySet[Any]:
        return Job.objects.in_program(self.program).select_related("created_by")

    @extend_schema(
        summary="Stop a job after its current step",
        description="A job that is over stays as it is.",
        operation_id="jobs_cancel",
        request=None,
        responses=JobOut,
    )
    def post(self, request: Request, pk: int) -> Response:
        actions.cancel(job=self.get_object(), by=self.person)
        return Response(self.get_serializer(self.get_object()).data)


class GoOnView(DetailView):
    tag = "jobs"
    http_method_names = ("post", "head", "options")
    write_scope = Scope.JOBS_WRITE
    serializer_class = JobOut

    def rows(self) -> QuerySet[Any]:
        return Job.objects.in_program(self.program).select_related("created_by")

    @extend_schema(
        summary="Do the rest of a job that stopped",
        description=(
            "For jobs of the kinds `judge`, `rescore` and `rebuild` that were cancelled or failed."
            " Another job does the rest; asked again, the reply is the same job. Any other job: 409."
        ),
        operation_id="jobs_go_on",
        request=None,
        responses=JobOut,
    )
    def post(self, request: Request, pk: int) -> Response:
        try:
            rest = actions.go_on(job=self.get_object(), by=self.person)
        except actions.CannotGoOn as reason:
            raise Problem(409, str(reason)) from reason
        return Response(self.get_serializer(rest).data)
