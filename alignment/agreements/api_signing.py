"""`/agreements/{agreement}/`: writing, proposing, signing and comparing, for every kind.

Everything is done as the key's owner, who needs the same role as on the pages.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.core.rest import FieldError, Problem, pointer
from alignment.core.rest.moments import MomentField
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView
from alignment.people.permissions import Permission, Scope

from .actions import drafts, signing
from .api import VersionOut
from .handlers import kinds
from .models import MOVES_LEADS, Kind, Version
from .queries import open_version
from .queries_pages import comparison
from .rules import InvalidContent

CONFLICTS = (drafts.NotADraft, drafts.DraftChanged, signing.NotProposed, signing.StaleSignature)
FURTHEST = timedelta(days=730)
AGREEMENT = OpenApiParameter(
    "agreement", str, OpenApiParameter.PATH, enum=list(Kind), description="Which one"
)


class DraftIn(serializers.Serializer[Any]):
    content = serializers.DictField(help_text="As `content` of a version in force.")
    note = serializers.CharField(required=False, allow_blank=True, max_length=2_000, default="")
    seen = MomentField(
        required=False, help_text="`updated_at` of the draft you read: 409 if it was saved since."
    )


class TermsIn(serializers.Serializer[Any]):
    counts_from = MomentField(required=False, allow_null=True, default=None)
    hands_over = serializers.BooleanField(
        required=False, default=False, help_text="Of `icp` and `scoring`: the leads that rise."
    )

    def validate_counts_from(self, value: datetime | None) -> datetime | None:
        """A version cannot count from the past: nobody would have seen it in force."""
        if value is not None and not timezone.now() < value < timezone.now() + FURTHEST:
            raise serializers.ValidationError("A moment within the next two years.")
        return value


class SignatureIn(serializers.Serializer[Any]):
    number = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    digest = serializers.RegexField(r"^[0-9a-f]{64}$", help_text="Of exactly what you sign.")


class DeclineIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2_000)


class ChangeOut(serializers.Serializer[Any]):
    key = serializers.CharField()
    kind = serializers.ChoiceField(choices=["added", "removed", "changed"])
    title = serializers.CharField()
    was = serializers.CharField()
    now = serializers.CharField()

    class Meta:
        ref_name = "AgreementChange"


class ChangesOut(serializers.Serializer[Any]):
    items = ChangeOut(many=True)

    class Meta:
        ref_name = "AgreementChanges"


class _AgreementView(DetailView):
    tag = "agreements"
    write_scope = Scope.AGREEMENTS_WRITE
    write_permission = Permission.EDIT_AGREEMENTS
    serializer_class = VersionOut

    @property
    def kind(self) -> Kind:
        if self.kwargs["agreement"] not in kinds():
            raise Http404
        return Kind(self.kwargs["agreement"])

    def rows(self) -> QuerySet[Any]:
        return Version.objects.in_program(self.program).filter(kind=self.kind)

    def opened(self) -> Version:
        """The draft or proposal; 404 while nothing is open."""
        version = open_version(self.program, self.kind)
        if version is None:
            raise Http404
        return version

    def done(self, change: Callable[[], Version], status: int = 200) -> Response:
        """The version after a change; a conflict becomes a 409, invalid content a 422."""
        try:
            version = change()
        except CONFLICTS as conflict:
            raise Problem(409, str(conflict)) from conflict
        except (signing.NotASigner, signing.NotYours) as refused:
            raise Problem(403, str(refused)) from refused
        except InvalidContent as invalid:
            raise _invalid(invalid) from invalid
        return Response(self.get_serializer(version).data, status=status)


def _invalid(invalid: InvalidContent) -> Problem:
    errors: list[FieldError] = [
        {"pointer": pointer("content", *path.split(".")), "detail": text}
        for path, text in invalid.errors.items()
    ]
    return Problem(422, "This content can't rule.", errors=errors)


class DraftView(_AgreementView):
    """The open draft."""

    http_method_names = ("get", "put", "delete", "head", "options")

    @extend_schema(
        summary="What is open: the draft, or the proposal that waits for signatures",
        operation_id="agreements_open",
        parameters=[AGREEMENT],
        responses=VersionOut,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(self.get_serializer(self.opened()).data)

    @extend_schema(
        summary="Start the draft or save it",
        operation_id="agreements_save",
        parameters=[AGREEMENT],
        request=DraftIn,
        responses=VersionOut,
    )
    def put(self, request: Request, agreement: str) -> Response:
        given = checked(DraftIn(data=request.data))
        return self.done(lambda: self._save(given))

    @transaction.atomic
    def _save(self, given: dict[str, Any]) -> Version:
        draft = drafts.start_draft(program=self.program, kind=self.kind, by=self.person)
        return drafts.save_draft(
            version=draft,
            content=given["content"],
            note=given["note"],
            by=self.person,
            seen=given.get("seen"),
        )

    @extend_schema(
        summary="Discard the draft",
        operation_id="agreements_discard",
        parameters=[AGREEMENT],
        responses={204: None},
    )
    def delete(self, request: Request, agreement: str) -> Response:
        try:
            drafts.discard_draft(version=self.opened(), by=self.person)
        except drafts.NotADraft as conflict:
            raise Problem(409, str(conflict)) from conflict
        return Response(status=204)


class ProposeView(_AgreementView):
    http_method_names = ("post", "head", "options")
    needs_body = False

    @extend_schema(
        summary="Propose the draft to both sides",
        description="Its content is frozen from then on, until it is withdrawn or declined.",
        operation_id="agreements_propose",
        parameters=[AGREEMENT],
        request=TermsIn,
        responses=VersionOut,
    )
    def post(self, request: Request, agreement: str) -> Response:
        terms = checked(TermsIn(data=request.data))
        if terms["hands_over"] and self.kind not in MOVES_LEADS:
            text = "A version of this agreement makes no lead rise."
            wrong: list[FieldError] = [{"pointer": pointer("hands_over"), "detail": text}]
            raise Problem(422, text, errors=wrong)
        return self.done(lambda: signing.propose(version=self.opened(), by=self.person, **terms))


class SignView(_AgreementView):
    http_method_names = ("post", "head", "options")
    write_permission = Permission.SIGN_AGREEMENTS

    @extend_schema(
        summary="Sign the proposal for your side",
        description=(
            "As the key's owner, who must be a manager of marketing or sales. `digest` names exactly"
            " what is signed; if that is no longer proposed the reply is 409. With a signature of"
            " each side the version comes in force."
        ),
        operation_id="agreements_sign",
        parameters=[AGREEMENT],
        request=SignatureIn,
        responses=VersionOut,
    )
    def post(self, request: Request, agreement: str) -> Response:
        given = checked(SignatureIn(data=request.data))
        version = self.rows().filter(number=given["number"]).first()
        if version is None:
            raise Http404
        return self.done(
            lambda: signing.sign(version=version, digest=given["digest"], by=self.person)
        )


class WithdrawView(_AgreementView):
    http_method_names = ("post", "head", "options")

    @extend_schema(
        summary="Withdraw the proposal",
        description="By the side that proposed it, or an owner; the other side declines.",
        operation_id="agreements_withdraw",
        parameters=[AGREEMENT],
        request=None,
        responses=VersionOut,
    )
    def post(self, request: Request, agreement: str) -> Response:
        return self.done(lambda: signing.send_back(version=self.opened(), by=self.person))


class DeclineView(_AgreementView):
    http_method_names = ("post", "head", "options")
    write_permission = Permission.SIGN_AGREEMENTS

    @extend_schema(
        summary="Decline the proposal, with a reason",
        operation_id="agreements_decline",
        parameters=[AGREEMENT],
        request=DeclineIn,
        responses=VersionOut,
    )
    def post(self, request: Request, agreement: str) -> Response:
        given = checked(DeclineIn(data=request.data))
        return self.done(
            lambda: signing.send_back(version=self.opened(), by=self.person, reason=given["reason"])
        )


class CompareView(_AgreementView):
    """Two versions in words."""

    pagination_class = None

    @extend_schema(
        summary="What one version says otherwise than another, in words",
        operation_id="agreements_compare",
        parameters=[AGREEMENT],
        responses=ChangesOut,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        found = comparison(
            program=self.program, kind=self.kind, older=kwargs["older"], newer=kwargs["newer"]
        )
        if found is None:
            raise Http404
        return Response(ChangesOut({"items": found.changes}).data)
