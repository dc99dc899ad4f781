"""Versions of an agreement in the API; each agreement's room names its kind."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.people.api_views import DetailView, ListView

from .models import Kind, Signature, State, Version


class SignatureOut(serializers.ModelSerializer[Signature]):
    class Meta:
        model = Signature
        ref_name = "AgreementSignature"
        fields = ("side", "name", "signed_at", "digest")


class VersionOut(serializers.ModelSerializer[Version]):
    content = serializers.DictField()
    signatures = SignatureOut(many=True)

    class Meta:
        model = Version
        ref_name = "AgreementVersion"
        fields = (
            "number",
            "state",
            "content",
            "note",
            "digest",
            "signatures",
            "counts_from",
            "hands_over",
            "created_at",
            "updated_at",
            "proposed_at",
            "in_force_at",
            "retired_at",
        )


class VersionsView(ListView):
    """GET: all versions, newest first."""

    kind: Kind
    serializer_class = VersionOut
    filter_backends = ()

    def rows(self) -> QuerySet[Any]:
        rows = Version.objects.in_program(self.program).filter(kind=self.kind)
        return rows.prefetch_related("signatures")


class VersionView(DetailView):
    """GET: one version by its number."""

    kind: Kind
    serializer_class = VersionOut
    lookup_field = "number"
    lookup_url_kwarg = "number"

    def rows(self) -> QuerySet[Any]:
        rows = Version.objects.in_program(self.program).filter(kind=self.kind)
        return rows.prefetch_related("signatures")


class InForceView(DetailView):
    """GET: the version in force; 404 before the first."""

    kind: Kind
    serializer_class = VersionOut

    def rows(self) -> QuerySet[Any]:
        rows = Version.objects.in_program(self.program).filter(kind=self.kind)
        return rows.prefetch_related("signatures")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        version = self.rows().filter(state=State.IN_FORCE).first()
        if version is None:
            raise Http404
        return Response(self.get_serializer(version).data)
