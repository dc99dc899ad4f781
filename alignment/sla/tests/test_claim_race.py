"""Fifty people claim one lead at once: one gets it, the others are told who did.

One thread each, on the connections of one pool, as in a server process.
"""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import Lead
from alignment.people.models import Role, User
from alignment.scoring.actions.leads import LeadMoved
from alignment.sla.actions.handoffs import compose
from alignment.sla.actions.work import claim
from alignment.sla.models import HandOff
from tests import cast as make
from tests.cast import Cast

from .handing import became_mql, mql

pytestmark = pytest.mark.django_db(transaction=True)

RIVALS = 50


@pytest.fixture
def crowd() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(RIVALS) as pool:
        yield pool


def rivals_of(cast: Cast) -> list[User]:
    people = [make.user(f"rival{n}@reps.example", name=f"Rival {n}") for n in range(RIVALS)]
    for person in people:
        make.member(cast.program, person, Role.MEMBER, cast.sales)
    return people


def race(pool: ThreadPoolExecutor, lead: Lead, people: list[User]) -> tuple[list[User], list[str]]:
    """Who won, and the messages that the others got."""
    barrier = threading.Barrier(len(people))

    def run(person: User) -> tuple[User | None, str]:
        barrier.wait()
        try:
            claim(lead=lead, by=person)
        except LeadMoved as moved:
            return None, str(moved)
        finally:
            # Return the connection to the pool, as at the end of a request.
            connection.close()
        return person, ""

    answers = list(pool.map(run, people))
    return [won for won, _told in answers if won], [told for won, told in answers if not won]


@pytest.mark.parametrize(
    "rounds", [20, pytest.param(200, marks=pytest.mark.torture, id="200-times")]
)
def test_one_of_fifty_wins_each_time(rounds: int, crowd: ThreadPoolExecutor) -> None:
    cast = make.make_cast()
    people = rivals_of(cast)
    person = make.stakeholder(cast.program, make.account(cast.program))
    lead = make.lead(cast.program, person)
    winners = 0
    for _ in range(rounds):
        Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(owner=None)
        won, told = race(crowd, lead, people)
        assert len(won) == 1
        assert Lead.objects.in_program(cast.program).get(pk=lead.pk).owner == won[0]
        assert told == [f"{won[0]} already has this lead."] * (RIVALS - 1)
        winners += 1
    assert winners == rounds
    assert lead.journal.filter(kind="owner_changed").count() == rounds


def test_a_claim_and_a_hand_off_at_once_agree(crowd: ThreadPoolExecutor) -> None:
    cast = make.make_cast()
    people = rivals_of(cast)[:4]
    lead = mql(cast.program)
    events = became_mql(cast.program)
    barrier = threading.Barrier(len(people) + 1)

    def grab(person: User) -> bool:
        barrier.wait()
        try:
            claim(lead=lead, by=person)
        except LeadMoved:
            return False
        finally:
            connection.close()
        return True

    def hand() -> None:
        barrier.wait()
        try:
            compose(program_id=cast.program.pk, event_ids=events)
        finally:
            connection.close()

    handing = crowd.submit(hand)
    claims = list(crowd.map(grab, people))
    handing.result()
    lead.refresh_from_db()
    row = HandOff.objects.in_program(cast.program).get(lead=lead)
    assert sum(claims) <= 1
    assert row.owner == lead.owner
    if any(claims):
        assert lead.owner == people[claims.index(True)]
