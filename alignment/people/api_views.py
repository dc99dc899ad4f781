"""The base of API views inside a program."""

from collections.abc import Collection, Iterable
from typing import Any, cast

from django.db.models import QuerySet
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.core.rest.filters import (
    OF_LISTS,
    REPEATABLE,
    FilterSet,
    refuse_empty,
    refuse_repeated,
    refuse_unknown,
)
from alignment.core.rest.views import ApiView

from .models import Program, User
from .permissions import Permission, Scope


class ProgramApiView(ApiView):
    """`program` and `person` come from the key; every query starts from that program."""

    read_scope: Scope = Scope.READ
    write_scope: Scope = Scope.FACTS_WRITE
    # A permission that the role must have for writes, in addition to the scope, if any.
    write_permission: Permission | None = None
    # Writes concern rows that people keep for themselves: anyone who may read may write them, with
    # a key of the right scope.
    keeps_ones_own = False
    # Query parameters that the view reads; any other is refused.
    asks: Collection[str] = ()
    repeats: Collection[str] = ()
    # POST honours `Idempotency-Key`; set this where `idempotent` wraps the handler.
    keeps_replies = False

    @property
    def program(self) -> Program:
        return cast("Program", self.request.program)  # type: ignore[attr-defined]

    @property
    def person(self) -> User:
        """The person who makes the change: the key's owner or the signed-in person."""
        return cast("User", self.request.user)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_unknown(request, self.parameters())
        refuse_repeated(request, self.repeatable())
        refuse_empty(request)

    def parameters(self) -> Iterable[str]:
        """Query parameters that the request's method understands."""
        return self.asks

    def repeatable(self) -> Collection[str]:
        """Query parameters that may be given more than once."""
        return self.repeats

    def rows(self) -> QuerySet[Any]:
        """The rows of this program that the view serves."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            # The OpenAPI document is generated without a request, so without a program.
            serializer: Any = self.serializer_class
            empty: QuerySet[Any] = serializer.Meta.model.objects.none()
            return empty
        return self.rows()


class ListView(ListModelMixin, ProgramApiView):
    """GET: filtered, paged rows."""

    filterset_class: type[FilterSet] | None = None

    def parameters(self) -> Iterable[str]:
        if self.request.method not in SAFE_METHODS:
            return self.asks
        filters = self.filterset_class
        return (*self.asks, *OF_LISTS, *(filters.base_filters if filters else ()))

    def repeatable(self) -> Collection[str]:
        filters = self.filterset_class.base_filters if self.filterset_class else {}
        return [name for name, each in filters.items() if isinstance(each, REPEATABLE)]

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class DetailView(ProgramApiView):
    """GET: one row by `id`."""

    filter_backends = ()

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(self.get_serializer(self.get_object()).data)
