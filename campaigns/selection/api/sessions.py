"""`/selection/session/`: opening, voting, the reveal, confirming; `/selection/sessions/`."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.core.rest import Problem
from alignment.core.rest.views import checked
from alignment.people.api_views import ListView, ProgramApiView
from alignment.people.idempotency import idempotent
from alignment.people.permissions import Permission, Scope

from ..actions import confirming, sessions, voting
from ..models import ListedTarget, Session
from ..queries.session_page import candidate_in, session_numbered, session_page
from ..queries.targets import open_session_of
from .asking import done, side_of
from .schemas import (
    ConfirmIn,
    ConfirmOut,
    ListedOut,
    ReadyIn,
    ReasonIn,
    RevealOut,
    SessionOut,
    SessionPageOut,
    VoteIn,
    VoteOut,
)


class SittingView(ProgramApiView):
    """Acts on the open session."""

    tag = "targets"
    write_scope = Scope.TARGETS_WRITE
    filter_backends = ()
    keeps_replies = True

    def session(self) -> Session:
        session = open_session_of(self.program)
        if session is None:
            raise Problem(404, "No session is open.")
        return session


@extend_schema_view(
    get=extend_schema(
        summary="The session that is open",
        description="Until the reveal the other side's votes are null; so are all for who is of none.",
        operation_id="selection_session_get",
        responses=SessionPageOut,
    ),
    post=extend_schema(
        summary="Open the next session",
        operation_id="selection_session_open",
        request=None,
        responses={201: SessionOut},
    ),
)
class SessionView(SittingView):
    serializer_class = SessionPageOut

    def get(self, request: Request) -> Response:
        side = side_of(self.program, self.person)
        return Response(SessionPageOut(session_page(self.session(), side)).data)

    @idempotent
    def post(self, request: Request) -> Response:
        session = done(lambda: sessions.open_session(program=self.program, by=self.person))
        return Response(SessionOut(session).data, status=201)


@extend_schema_view(
    post=extend_schema(
        summary="Vote on a candidate for your side",
        description="Whoever of a side votes last speaks for it. After the reveal a vote may change.",
        operation_id="selection_vote",
        request=VoteIn,
        responses=VoteOut,
    )
)
class VoteView(SittingView):
    serializer_class = VoteOut

    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        given = checked(VoteIn(data=request.data))
        candidate = candidate_in(program=self.program, candidate_id=pk)
        if candidate is None:
            raise Problem(404, "There is no such candidate.")
        side = side_of(self.program, self.person, needed=True)
        said = done(lambda: voting.vote(candidate=candidate, side=side, by=self.person, **given))
        return Response(VoteOut(said).data)


@extend_schema_view(
    post=extend_schema(
        summary="Say that your side is ready",
        description="By a manager of the side. Reveals the votes if the other side is ready too. With `anyway` also if it has "
        "voted on everything without saying that it is ready.",
        operation_id="selection_ready",
        request=ReadyIn,
        responses=RevealOut,
    ),
    delete=extend_schema(
        summary="Go on voting after all",
        operation_id="selection_not_ready",
        responses={204: None},
    ),
)
class ReadyView(SittingView):
    serializer_class = RevealOut
    write_permission = Permission.CONFIRM_TARGETS
    needs_body = False

    @idempotent
    def post(self, request: Request) -> Response:
        session, side = self.session(), side_of(self.program, self.person, needed=True)
        anyway = checked(ReadyIn(data=request.data))["anyway"]
        revealed = done(
            lambda: voting.declare_ready(session=session, side=side, by=self.person, anyway=anyway)
        )
        return Response({"revealed": revealed})

    def delete(self, request: Request) -> Response:
        session, side = self.session(), side_of(self.program, self.person, needed=True)
        done(lambda: voting.take_back_ready(session=session, side=side, by=self.person))
        return Response(status=204)


@extend_schema_view(
    post=extend_schema(
        summary="Confirm the list for your side",
        description="By a manager of the side. Name the hash of the list that you read.",
        operation_id="selection_confirm",
        request=ConfirmIn,
        responses=ConfirmOut,
    )
)
class ConfirmView(SittingView):
    serializer_class = ConfirmOut
    write_permission = Permission.CONFIRM_TARGETS

    @idempotent
    def post(self, request: Request) -> Response:
        seen = checked(ConfirmIn(data=request.data))["list_hash"]
        session, side = self.session(), side_of(self.program, self.person, needed=True)
        settled = done(
            lambda: confirming.confirm(session=session, side=side, seen=seen, by=self.person)
        )
        return Response({"settled": settled})


@extend_schema_view(
    post=extend_schema(
        summary="Discard the session",
        description="By a manager, before the reveal. Its votes are deleted unread, its nominations "
        "wait for the next session, which takes its number.",
        operation_id="selection_discard",
        request=ReasonIn,
        responses=SessionOut,
    )
)
class DiscardView(SittingView):
    serializer_class = SessionOut
    write_permission = Permission.CONFIRM_TARGETS

    @idempotent
    def post(self, request: Request) -> Response:
        reason = checked(ReasonIn(data=request.data))["reason"]
        session = self.session()
        held = done(lambda: voting.discard(session=session, reason=reason, by=self.person))
        return Response(SessionOut(held).data)


@extend_schema_view(
    get=extend_schema(summary="List sessions", operation_id="selection_sessions_list")
)
class SessionsView(ListView):
    tag = "targets"
    serializer_class = SessionOut

    def rows(self) -> QuerySet[Any]:
        return Session.objects.in_program(self.program)


@extend_schema_view(
    get=extend_schema(
        summary="The list that a session confirmed", operation_id="selection_sessions_list_of"
    )
)
class ListOfSessionView(ListView):
    tag = "targets"
    serializer_class = ListedOut

    def rows(self) -> QuerySet[Any]:
        session = session_numbered(self.program, self.kwargs["number"])
        if session is None:
            raise Problem(404, "There is no such session.")
        return ListedTarget.objects.in_program(self.program).filter(session=session)
