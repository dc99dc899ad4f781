"""The life cycle of a version: what only both sides together can do, and what nobody can."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from alignment.agreements.actions import comments, drafts, ruling, signing
from alignment.agreements.models import Kind, Signature, State, Version
from alignment.agreements.queries import comments_on, in_force
from alignment.core import audit_chain
from alignment.jobs.models import Job
from alignment.people.models import Role, Side, User
from tests import cast as play
from tests.cast import Cast
from tests.threads import raised_at_once


def draft_of(cast: Cast, **changes: Any) -> Version:
    draft = drafts.start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner)
    content = draft.content | {"mql_at": 35} | changes
    return drafts.save_draft(version=draft, content=content, note="", by=cast.owner)


def proposal_of(cast: Cast, **terms: Any) -> Version:
    return signing.propose(version=draft_of(cast), by=cast.marketing_manager, **terms)


def sign(version: Version, by: User, digest: str = "") -> Version:
    return signing.sign(version=version, digest=digest or version.digest or "", by=by)


def state(version: Version) -> str:
    return Version.objects.in_program(version.program_id).get(pk=version.pk).state


def test_one_signature_is_not_enough_and_two_bring_it_in_force(cast: Cast) -> None:
    before = in_force(cast.program, Kind.SCORING)
    proposal = proposal_of(cast)
    assert sign(proposal, cast.marketing_manager).state == State.PROPOSED
    assert sign(proposal, cast.marketing_manager).state == State.PROPOSED
    assert in_force(cast.program, Kind.SCORING) == before
    assert sign(proposal, cast.sales_manager).state == State.IN_FORCE
    assert in_force(cast.program, Kind.SCORING) == proposal
    assert before is not None
    assert state(before) == State.RETIRED
    job = Job.objects.in_program(cast.program).filter(kind=Job.Kind.RESCORE).latest("id")
    assert job.parameters == {"version": proposal.pk}


def test_two_managers_of_one_side_are_still_one_side(cast: Cast) -> None:
    second = play.user(name="Second")
    play.member(cast.program, second, Role.MANAGER, cast.marketing)
    proposal = proposal_of(cast)
    sign(proposal, cast.marketing_manager)
    assert sign(proposal, second).state == State.PROPOSED


@pytest.mark.parametrize("who", ["owner", "marketer", "rep", "observer", "stranger"])
def test_only_managers_sign(cast: Cast, who: str) -> None:
    proposal = proposal_of(cast)
    with pytest.raises(signing.NotASigner):
        sign(proposal, getattr(cast, who))
    assert not Signature.objects.in_program(cast.program).exists()


def test_sent_back_it_loses_its_signatures_and_the_old_page_signs_nothing(cast: Cast) -> None:
    proposal = proposal_of(cast)
    seen = proposal.digest or ""
    sign(proposal, cast.marketing_manager)
    back = signing.send_back(version=proposal, by=cast.sales_manager, reason="Too low")
    assert (back.state, back.digest, back.returned_because) == (State.DRAFT, None, "Too low")
    assert not Signature.objects.in_program(cast.program).exists()
    with pytest.raises(signing.StaleSignature):
        sign(proposal, cast.sales_manager, seen)
    drafts.save_draft(
        version=back, content=back.content | {"mql_at": 38}, note="", by=cast.sales_manager
    )
    again = signing.propose(version=back, by=cast.sales_manager)
    with pytest.raises(signing.StaleSignature):
        sign(again, cast.sales_manager, seen)
    assert sign(again, cast.sales_manager).state == State.PROPOSED


def test_other_terms_are_another_signature(cast: Cast) -> None:
    proposal = proposal_of(cast)
    seen = proposal.digest or ""
    back = signing.send_back(version=proposal, by=cast.marketing_manager)
    again = signing.propose(version=back, by=cast.marketing_manager, hands_over=True)
    with pytest.raises(signing.StaleSignature):
        sign(again, cast.sales_manager, seen)


def test_signed_for_a_day_it_rules_from_that_day_on(cast: Cast) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    proposal = proposal_of(cast, counts_from=tomorrow)
    sign(proposal, cast.marketing_manager)
    assert sign(proposal, cast.sales_manager).state == State.PROPOSED
    assert ruling.start_due() == 0
    back = signing.send_back(version=proposal, by=cast.owner)
    again = signing.propose(
        version=back, by=cast.owner, counts_from=timezone.now() - timedelta(seconds=1)
    )
    sign(again, cast.marketing_manager)
    assert state(again) == State.PROPOSED
    assert ruling.start_due() == 0
    assert sign(again, cast.sales_manager).state == State.IN_FORCE


def test_the_sweep_starts_what_both_sides_signed_for_today(cast: Cast) -> None:
    soon = timezone.now() + timedelta(seconds=2)
    proposal = proposal_of(cast, counts_from=soon)
    for person in (cast.marketing_manager, cast.sales_manager):
        sign(proposal, person)
    assert state(proposal) == State.PROPOSED
    threading.Event().wait(max(0.0, (soon - timezone.now()).total_seconds()) + 0.1)
    assert ruling.start_due() == 1
    assert state(proposal) == State.IN_FORCE


@pytest.mark.parametrize(
    "change",
    [
        "content = '{}'",
        "number = 99",
        "digest = repeat('0', 64)",
        "hands_over = true",
        "counts_from = now()",
        "state = 'in_force'",
        "state = 'retired'",
    ],
)
def test_the_database_itself_holds_a_proposal(cast: Cast, change: str) -> None:
    proposal = proposal_of(cast)
    sign(proposal, cast.marketing_manager)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE agreements_version SET {change} WHERE id = %s", [proposal.pk])


def test_nobody_signs_for_both_sides_or_another_content(cast: Cast) -> None:
    proposal = proposal_of(cast)
    sign(proposal, cast.marketing_manager)
    fields: dict[str, Any] = {"program": cast.program, "version": proposal, "name": "x"}
    assert proposal.digest
    with pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.create(
            **fields, digest=proposal.digest or "", side=Side.SALES, user=cast.marketing_manager
        )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.create(**fields, digest="0" * 64, side=Side.SALES, user=cast.rep)


def test_one_version_is_open_at_a_time(cast: Cast) -> None:
    proposal = proposal_of(cast)
    with pytest.raises(drafts.NotADraft):
        drafts.start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner)
    with pytest.raises(drafts.NotADraft):
        drafts.save_draft(version=proposal, content={}, note="", by=cast.owner)
    with pytest.raises(drafts.NotADraft):
        signing.propose(version=proposal, by=cast.owner)


def test_a_settled_thread_opens_with_the_next_answer(cast: Cast) -> None:
    proposal = proposal_of(cast)
    said: dict[str, Any] = {"version": proposal, "clause": "mql_at"}
    first = comments.comment(**said, text="Why 35?", by=cast.rep)
    comments.settle(version=proposal, comment_id=first.pk, settled=True, by=cast.marketer)
    comments.comment(**said, text="Still why?", by=cast.rep, parent_id=first.pk)
    threads = comments_on(proposal)
    assert [(c.text, c.side, c.settled_at) for c in threads] == [
        ("Why 35?", "sales", None),
        ("Still why?", "sales", None),
    ]
    with pytest.raises(comments.NoSuchThread):
        comments.comment(**said, text="?", by=cast.rep, parent_id=threads[1].pk)


@pytest.mark.django_db(transaction=True)
def test_twenty_signers_at_once_bring_it_in_force_once() -> None:
    cast = play.make_cast()
    for number in range(20):
        team = cast.marketing if number % 2 else cast.sales
        play.member(cast.program, play.user(f"signer{number}@example.com"), Role.MANAGER, team)
    proposal = proposal_of(cast)
    signers = list(User.objects.filter(email__startswith="signer").order_by("id"))
    raised = raised_at_once(*[lambda who=who: sign(proposal, who) for who in signers])
    assert state(proposal) == State.IN_FORCE
    signed = Signature.objects.in_program(cast.program).filter(version=proposal)
    assert {type(error) for error in raised} <= {signing.StaleSignature}
    assert signed.count() + len(raised) == 20
    assert set(signed.values_list("side", flat=True)) == {"marketing", "sales"}
    jobs = Job.objects.in_program(cast.program).filter(parameters__version=proposal.pk)
    assert jobs.count() == 1
    assert audit_chain.broken_entries() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(6))
def test_signing_while_it_is_withdrawn_has_one_outcome(turn: int) -> None:
    cast = play.make_cast()
    proposal = proposal_of(cast)
    sign(proposal, cast.marketing_manager)
    works: list[Callable[[], object]] = [
        lambda: sign(proposal, cast.sales_manager),
        lambda: signing.send_back(version=proposal, by=cast.marketing_manager),
    ]
    raised = raised_at_once(*(works if turn % 2 else works[::-1]))
    signatures = Signature.objects.in_program(cast.program).count()
    assert len(raised) == 1
    if isinstance(raised[0], signing.StaleSignature):
        assert (state(proposal), signatures) == (State.DRAFT, 0)
    else:
        assert isinstance(raised[0], signing.NotProposed)
        assert (state(proposal), signatures) == (State.IN_FORCE, 2)
