"""`/imports/`: upload a list, correct its mapping, try it, import it, repair rejected rows."""

from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, StreamingHttpResponse
from django.utils.datastructures import MultiValueDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.core.rest import FieldError, JSONRenderer, Problem, filters, pointer
from alignment.core.rest.refusals import refused_at
from alignment.core.rest.schema import example
from alignment.core.rest.views import checked
from alignment.core.streaming import in_the_background
from alignment.imports import actions
from alignment.imports.looking import chosen
from alignment.imports.models import Import
from alignment.imports.parsing.mapping import ColumnMapping
from alignment.imports.parsing.tables import UnreadableTable
from alignment.jobs.api import JobOut
from alignment.jobs.models import Job
from alignment.people.api_views import DetailView, ListView
from alignment.people.idempotency import idempotent
from alignment.people.permissions import Scope

from .api_shapes import ImportChange, ImportIn, ImportOut
from .repair import problem_file

# Room for the other form fields beside the file.
FORM_BYTES = 64 * 1024


class ImportFilter(filters.FilterSet):
    target = filters.ChoiceFilter(choices=Import.Target.choices, label="What it holds")

    class Meta:
        model = Import
        fields: tuple[str, ...] = ()


@extend_schema_view(
    get=extend_schema(summary="List imports", operation_id="imports_list"),
    post=extend_schema(
        summary="Upload a list",
        description=(
            "The file is kept and its columns are guessed; nothing is taken in yet. Look at"
            " `columns`, correct them with PATCH, then `dry-run` or `run`."
        ),
        operation_id="imports_create",
        request={"multipart/form-data": ImportIn},
        responses={201: ImportOut},
    ),
)
class ImportsView(ListView):
    tag = "imports"
    write_scope = Scope.IMPORTS_WRITE
    serializer_class = ImportOut
    filterset_class = ImportFilter
    parser_classes = (MultiPartParser,)
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return Import.objects.in_program(self.program)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if announced.isdecimal() and int(announced) > settings.IMPORT_MAX_BYTES + FORM_BYTES:
            raise Problem(413, f"The file is larger than {settings.IMPORT_MAX_BYTES} bytes.")

    @idempotent
    def post(self, request: Request) -> Response:
        _refuse_repeated(cast("MultiValueDict[str, Any]", request.data))
        given = checked(ImportIn(data=request.data))
        try:
            upload = actions.create_import(
                program=self.program,
                file=given["file"],
                file_name=given["file"].name,
                target=given["target"],
                source=given.get("source", ""),
                by=self.person,
            )
        except UnreadableTable as unreadable:
            raise refused_at("/file", unreadable.message) from unreadable
        return Response(ImportOut(upload).data, status=201)


@extend_schema_view(
    get=extend_schema(summary="One import", operation_id="imports_get"),
    patch=extend_schema(
        summary="Correct how the file is read",
        description=(
            "Only given fields change. `columns` is the whole mapping: a column that is not in it is"
            " left out. While a job works by the import it stays as it is (409)."
        ),
        operation_id="imports_change",
        request=ImportChange,
        responses=ImportOut,
        examples=[
            example(
                "Names and revenue in millions; the other columns are left out",
                {
                    "columns": [
                        {"index": 0, "field": "name"},
                        {"index": 3, "field": "revenue", "scale": 1_000_000},
                    ]
                },
                request_only=True,
            )
        ],
    ),
    delete=extend_schema(
        summary="Discard a list that was never taken in",
        description="Its file is deleted. 409 once it was taken in, and while a job works by it.",
        operation_id="imports_discard",
        responses={204: None},
    ),
)
class ImportView(DetailView):
    tag = "imports"
    write_scope = Scope.IMPORTS_WRITE
    serializer_class = ImportOut

    def rows(self) -> QuerySet[Any]:
        return Import.objects.in_program(self.program).select_related("program")

    def patch(self, request: Request, pk: int) -> Response:
        upload = self.get_object()
        given = checked(ImportChange(data=request.data))
        try:
            self._change(upload, given)
        except UnreadableTable as unreadable:
            raise refused_at(_at(given), unreadable.message) from unreadable
        except actions.BadMapping as bad:
            raise refused_at(pointer("columns", *bad.at), str(bad)) from bad
        except (actions.Busy, actions.CannotStart) as cannot:
            raise Problem(409, str(cannot)) from cannot
        except FileNotFoundError as gone:
            raise Problem(409, "The file is no longer there. Upload it again.") from gone
        return Response(self.get_serializer(self.get_object()).data)

    def delete(self, request: Request, pk: int) -> Response:
        try:
            actions.discard(upload=self.get_object(), by=self.person)
        except (actions.Busy, actions.CannotStart) as cannot:
            raise Problem(409, str(cannot)) from cannot
        return Response(status=204)

    @transaction.atomic
    def _change(self, upload: Import, given: dict[str, Any]) -> None:
        if given.get("target", upload.target) != upload.target:
            actions.choose_target(upload=upload, target=given["target"], by=self.person)
        if "sheet" in given:
            actions.choose_sheet(upload=upload, sheet=given["sheet"], by=self.person)
        if "encoding" in given or "separator" in given:
            actions.choose_reading(
                upload=upload,
                encoding=given.get("encoding", chosen(upload, "encoding")),
                separator=given.get("separator", chosen(upload, "separator")),
                by=self.person,
            )
        columns = given.get("columns", upload.mapping.get("columns", []))
        actions.set_mapping(
            upload=upload,
            columns=[ColumnMapping.from_json(column) for column in columns],
            source=given.get("source"),
            options={name: given[name] for name in ("time_zone", "rates") if name in given},
            by=self.person,
        )


class FileView(DetailView):
    tag = "imports"
    http_method_names = ("delete", "head", "options")
    write_scope = Scope.IMPORTS_WRITE
    serializer_class = ImportOut

    def rows(self) -> QuerySet[Any]:
        return Import.objects.in_program(self.program)

    @extend_schema(
        summary="Delete the file of a list that was taken in",
        description=(
            "Makes room for other files; the record and its rows to repair stay. 409 while a job works"
            " by it, and if it was never taken in: then discard it."
        ),
        operation_id="imports_delete_file",
        responses={204: None},
    )
    def delete(self, request: Request, pk: int) -> Response:
        try:
            actions.delete_file(upload=self.get_object(), by=self.person)
        except (actions.Busy, actions.CannotStart) as cannot:
            raise Problem(409, str(cannot)) from cannot
        return Response(status=204)


class StartView(DetailView):
    """POST: start a job for an import."""

    tag = "imports"
    http_method_names = ("post", "head", "options")
    write_scope = Scope.IMPORTS_WRITE
    serializer_class = JobOut
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return Import.objects.in_program(self.program).select_related("program")

    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        try:
            job = self.start(self.get_object())
        except (actions.CannotStart, actions.Busy) as cannot:
            raise Problem(409, str(cannot)) from cannot
        return Response(JobOut(job).data, status=202)

    def start(self, upload: Import) -> Job:
        raise NotImplementedError


@extend_schema_view(
    post=extend_schema(
        summary="Count what an import would do, without doing it",
        operation_id="imports_dry_run",
        request=None,
        responses={202: JobOut},
    )
)
class DryRunView(StartView):
    def start(self, upload: Import) -> Job:
        return actions.start_dry_run(upload=upload, by=self.person)


@extend_schema_view(
    post=extend_schema(
        summary="Take the file in",
        description="Runs as a job; doing it twice changes nothing.",
        operation_id="imports_run",
        request=None,
        responses={202: JobOut},
    )
)
class RunView(StartView):
    def start(self, upload: Import) -> Job:
        return actions.start_import(upload=upload, by=self.person)


class CsvRenderer(JSONRenderer):
    """Accepts `Accept: text/csv`; problems are still JSON."""

    media_type = "text/csv"
    format = "csv"


class ProblemsView(DetailView):
    tag = "imports"
    renderer_classes = (CsvRenderer, JSONRenderer)
    serializer_class = ImportOut

    def rows(self) -> QuerySet[Any]:
        return Import.objects.in_program(self.program).select_related("job", "dry_run_job")

    @extend_schema(
        summary="The rows that were not taken, to repair",
        description=(
            "A CSV file with the columns of the upload and what was wrong: repair it and upload it"
            " again. Of the run, or before it of the dry run; 404 before either."
        ),
        operation_id="imports_problems",
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, "The file.")},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        upload = self.get_object()
        job = upload.job or upload.dry_run_job
        if job is None:
            raise Http404
        reply = StreamingHttpResponse(
            in_the_background(problem_file(upload=upload, job=job)),
            content_type="text/csv; charset=utf-8",
        )
        reply["Content-Disposition"] = f'attachment; filename="problems-{upload.pk}.csv"'
        return reply


def _refuse_repeated(form: MultiValueDict[str, Any]) -> None:
    """Refuse repeated parts: only the last one would be used, without any error."""
    errors: list[FieldError] = [
        {"pointer": pointer(name), "detail": "Given more than once: one import reads one file."}
        for name, values in form.lists()
        if len(values) > 1
    ]
    if errors:
        raise Problem(422, "Some values were not accepted.", errors=errors)


def _at(given: dict[str, Any]) -> str:
    """JSON pointer to the reading option that failed."""
    return next(
        f"/{name}" for name in ("sheet", "encoding", "separator", "target") if name in given
    )
