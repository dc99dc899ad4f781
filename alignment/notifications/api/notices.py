"""`/notices/`: the notices of the key's owner."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.core.rest import filters
from alignment.core.rest.ids import IdField
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView, ListView
from alignment.people.permissions import Scope

from ..actions.reading import mark_read
from ..models import Notice, NoticeKind


class NoticeOut(serializers.ModelSerializer[Notice]):
    class Meta:
        model = Notice
        ref_name = "Notice"
        fields = ("id", "kind", "title", "text", "path", "created_at", "read_at")
        extra_kwargs = {"path": {"help_text": "Page it leads to, from the root of the site."}}


class NoticeFilter(filters.FilterSet):
    kind = filters.MultipleChoiceFilter(choices=NoticeKind.choices, label="Kind; may be repeated")
    unread = filters.BooleanFilter(
        field_name="read_at", lookup_expr="isnull", label="true: unread ones; false: read ones"
    )

    class Meta:
        model = Notice
        fields: tuple[str, ...] = ()


@extend_schema_view(
    get=extend_schema(summary="List your notices", operation_id="notices_list"),
)
class NoticesView(ListView):
    tag = "notices"
    serializer_class = NoticeOut
    filterset_class = NoticeFilter

    def rows(self) -> QuerySet[Any]:
        return Notice.objects.in_program(self.program).filter(user=self.person)


@extend_schema_view(get=extend_schema(summary="One notice", operation_id="notices_get"))
class NoticeView(DetailView):
    tag = "notices"
    serializer_class = NoticeOut

    def rows(self) -> QuerySet[Any]:
        return Notice.objects.in_program(self.program).filter(user=self.person)


class ReadView(DetailView):
    tag = "notices"
    http_method_names = ("post", "head", "options")
    write_scope = Scope.NOTICES_WRITE
    serializer_class = NoticeOut

    def rows(self) -> QuerySet[Any]:
        return Notice.objects.in_program(self.program).filter(user=self.person)

    @extend_schema(
        summary="Mark a notice as read",
        description="One that is read stays as it is.",
        operation_id="notices_read",
        request=None,
        responses=NoticeOut,
    )
    def post(self, request: Request, pk: int) -> Response:
        mark_read(program=self.program, user=self.person, pk=self.get_object().pk)
        return Response(self.get_serializer(self.get_object()).data)


class ReadAllIn(serializers.Serializer[Any]):
    up_to = IdField(help_text="The id of the newest notice you have seen.")
    kind = serializers.ChoiceField(choices=NoticeKind.choices, required=False)

    class Meta:
        ref_name = "NoticesRead"


class ReadCount(serializers.Serializer[Any]):
    read = serializers.IntegerField(help_text="How many were unread.")

    class Meta:
        ref_name = "NoticesReadCount"


class ReadAllView(DetailView):
    tag = "notices"
    http_method_names = ("post", "head", "options")
    write_scope = Scope.NOTICES_WRITE
    serializer_class = ReadCount

    @extend_schema(
        summary="Mark your notices as read, up to one",
        operation_id="notices_read_all",
        request=ReadAllIn,
        responses=ReadCount,
    )
    def post(self, request: Request) -> Response:
        given = checked(ReadAllIn(data=request.data))
        read = mark_read(program=self.program, user=self.person, **given)
        return Response({"read": read})
