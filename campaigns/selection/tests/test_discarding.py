"""A session opened by mistake is discarded before the reveal: its votes are never shown."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from alignment.core.models import AuditEntry
from alignment.people.models import Side
from campaigns.selection.actions.sessions import nominate, open_session
from campaigns.selection.actions.voting import declare_ready, discard, vote
from campaigns.selection.models import Candidate, Nomination, Ready, Session, Vote
from campaigns.selection.queries.past import past_sessions
from campaigns.selection.queries.session_page import session_numbered
from campaigns.selection.queries.targets import just_discarded, open_session_of
from tests.cast import Cast

from . import scenes
from .test_sessions import refused

pytestmark = pytest.mark.django_db
WHY = "Opened a week early"


def voted(cast: Cast) -> tuple[Session, Candidate]:
    (account,) = scenes.companies(cast, 1)
    session = scenes.opened(cast, [account])
    each = scenes.candidate(session, account)
    scenes.say(cast, each, "yes", "no")
    return session, each


def thrown_away(cast: Cast, session: Session) -> Session:
    return discard(session=session, reason=WHY, by=cast.marketing_manager)


def test_it_keeps_who_and_why_and_no_vote(cast: Cast) -> None:
    session, each = voted(cast)
    take = Ready.objects.in_program(cast.program)
    take.create(program=cast.program, session=session, side=Side.SALES, at=timezone.now())
    held = thrown_away(cast, session)
    assert (held.state, held.discarded_by) == ("discarded", cast.marketing_manager)
    assert not Vote.objects.in_program(cast.program).exists()
    assert not take.exists()
    entry = AuditEntry.objects.get(action="selection.discard")
    assert (entry.detail["reason"], entry.detail["votes"]) == (WHY, {"marketing": 1, "sales": 1})
    assert scenes.SECRET not in str(entry.detail)
    assert just_discarded(cast.program) == held
    with refused("discarded"):
        vote(candidate=each, side=Side.SALES, choice="yes", reason="Late", by=cast.rep)
    with refused("discarded"):
        declare_ready(session=session, side=Side.SALES, by=cast.rep)
    with refused("discarded"):
        thrown_away(cast, session)


def test_the_next_session_takes_its_number_and_its_nominations(cast: Cast) -> None:
    scenes.by_hand(cast)
    session, each = voted(cast)
    thrown_away(cast, session)
    assert open_session_of(cast.program) is None
    assert session_numbered(cast.program, session.number) is None
    following = open_session(program=cast.program, by=cast.rep)
    assert following.number == session.number == 1
    assert session_numbered(cast.program, 1) == following
    assert scenes.candidate(following, each.account)
    (nomination,) = Nomination.objects.in_program(cast.program)
    assert nomination.session == following
    assert just_discarded(cast.program) is None
    scenes.reveal(cast, following)
    assert [past.session for past in past_sessions(cast.program)] == [following]


def test_a_nomination_that_waits_already_is_not_doubled(cast: Cast) -> None:
    session, each = voted(cast)
    Nomination.objects.create(
        program=cast.program,
        account=each.account,
        side=Side.SALES,
        by=cast.rep,
        reason="Again",
        at=timezone.now(),
    )
    thrown_away(cast, session)
    rows = Nomination.objects.in_program(cast.program).filter(session__isnull=True)
    assert [row.reason for row in rows] == ["Again"]
    with refused("nominated"):
        nominate(account=each.account, side=Side.SALES, reason="Third", by=cast.rep)


def test_after_the_reveal_it_is_too_late(cast: Cast) -> None:
    session, _each = voted(cast)
    scenes.reveal(cast, session)
    with refused("revealed"):
        thrown_away(cast, session)
    assert Vote.objects.in_program(cast.program).count() == 2


@pytest.mark.parametrize(
    "wrong",
    [{"discarded_because": ""}, {"revealed_at": timezone.now()}, {"confirmed_at": timezone.now()}],
)
def test_the_database_wants_a_reason_and_no_reveal(cast: Cast, wrong: dict[str, Any]) -> None:
    session, _each = voted(cast)
    facts = {"discarded_at": timezone.now(), "discarded_because": WHY} | wrong
    rows = Session.objects.in_program(cast.program).filter(pk=session.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**facts)


def test_what_is_discarded_stays_so(cast: Cast) -> None:
    session, _each = voted(cast)
    thrown_away(cast, session)
    with (
        pytest.raises(IntegrityError, match="is over"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE selection_session SET discarded_at = NULL, discarded_because = ''"
            " WHERE id = %s",
            [session.pk],
        )
