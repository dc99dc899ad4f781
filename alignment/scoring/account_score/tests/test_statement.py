"""The statement gives the same scores as the rules, and the parts always sum to the score."""

from dataclasses import asdict, replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.field.models import Relationship
from accounts.intent.models import AccountIntent
from accounts.models import Lead, Stage
from alignment.icp.models import Verdict
from alignment.scoring.account_score import statement
from alignment.scoring.account_score.rules import (
    DEFAULT_WEIGHTS,
    PARTS,
    AccountWeights,
    Evidence,
    Parts,
    content_of,
    parse_weights,
    parts_of,
    values_of,
)
from alignment.scoring.account_score.statement import write_scores, write_span
from alignment.scoring.models import AccountScore, LeadScore
from alignment.scoring.queries import ruling
from tests import cast as play
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@st.composite
def weights(draw: st.DrawFn) -> AccountWeights:
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=3, max_size=3)))
    most = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    parts = dict(zip(PARTS, most, strict=True))
    return AccountWeights(
        **parts, warm_at=draw(st.integers(1, 90)), further=draw(st.integers(0, 50))
    )


people = st.lists(
    st.tuples(
        st.none() | st.integers(0, 130),  # the lead's points, if there is a lead
        st.booleans(),  # whether the lead is closed
        st.lists(st.integers(1, 4), max_size=2),  # how well each of two colleagues knows the person
    ),
    max_size=4,
)
worlds = st.tuples(
    st.sampled_from(["", "yes", "no", "unknown"]), st.integers(0, 100), st.integers(0, 100), people
)


def settle(cast: Cast, world: Any, model: AccountWeights) -> tuple[int, Evidence]:
    """Create the account described, and return the evidence to pass to the rules."""
    answer, grade, intent, staff = world
    account = play.account(cast.program)
    row: dict[str, Any] = {"program": cast.program}
    Verdict.objects.in_program(cast.program).filter(account=account).delete()
    if answer:
        judged = {"version_id": 1, "yes_mask": 0, "unknown_mask": 0, "judged_at": timezone.now()}
        Verdict.objects.create(**row, account=account, answer=answer, grade=grade, **judged)
    AccountIntent.objects.create(
        **row,
        account=account,
        strength=intent,
        change=0,
        topics=0,
        as_of=timezone.now().date(),
    )
    totals, strengths = [], []
    for points, is_closed, known in staff:
        person = play.stakeholder(cast.program, account)
        if points is not None:
            now = timezone.now()
            lead = Lead.objects.create(
                **row,
                stakeholder=person,
                account=account,
                stage=Stage.WON if is_closed else Stage.NEW,
                stage_since=now,
                opened_at=now,
                closed_at=now if is_closed else None,
            )
            LeadScore.objects.create(**row, lead=lead, total=points)
            totals += [] if is_closed else [points]
        for user, strength in zip((cast.rep, cast.marketer), known, strict=False):
            Relationship.objects.create(**row, user=user, stakeholder=person, strength=strength)
        strengths += [max(known)] if known else []
    return account.pk, Evidence(
        answer=answer,
        grade=grade if answer else 0,
        hottest=max(totals, default=0),
        warm=sum(total >= model.warm_at for total in totals),
        intent=intent,
        strongest=max(strengths, default=0),
        known=len(strengths),
    )


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(told=st.lists(worlds, min_size=1, max_size=3), model=weights())
def test_the_statement_and_the_rules_agree(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, told: Any, model: AccountWeights
) -> None:
    def ruled(program_id: int) -> Any:
        rule = ruling(program_id)
        weighed = replace(rule.compiled.model, account=model)
        return replace(rule, compiled=replace(rule.compiled, model=weighed))

    with monkeypatch.context() as patch, transaction.atomic():
        patch.setattr(statement, "ruling", ruled)
        settled = dict(settle(cast, world, model) for world in told)
        assert sorted(write_scores(cast.program.pk, list(settled))) == sorted(settled)
        rows = AccountScore.objects.in_program(cast.program).filter(pk__in=settled)
        found = {row.pk: (row.score, {part: getattr(row, part) for part in PARTS}) for row in rows}
        expected = {pk: parts_of(evidence, model) for pk, evidence in settled.items()}
        assert found == {pk: (parts.score, asdict(parts)) for pk, parts in expected.items()}
        # Nothing changed, so nothing is written, neither by ids nor by span.
        assert write_scores(cast.program.pk, list(settled)) == []
        assert not set(write_span(cast.program.pk, 0, 2**63 - 1)) & set(settled)
        transaction.set_rollback(True)


evidences = st.builds(
    Evidence,
    answer=st.sampled_from(["", "yes", "no", "unknown"]),
    grade=st.integers(0, 100),
    hottest=st.integers(0, 200),
    warm=st.integers(0, 300),
    intent=st.integers(0, 100),
    strongest=st.integers(0, 4),
    known=st.integers(0, 50),
)


@given(evidence=evidences, model=weights())
def test_a_score_is_the_sum_of_its_parts_within_their_bounds(
    evidence: Evidence, model: AccountWeights
) -> None:
    parts = parts_of(evidence, model)
    assert parts.score == sum(asdict(parts).values())
    assert 0 <= parts.score <= 100
    assert all(0 <= getattr(parts, part) <= model.most(part) for part in PARTS)
    assert all(0 <= value <= 100 for value in values_of(evidence, model).values())


@given(model=weights(), hottest=st.integers(0, 130), warm=st.integers(1, 9))
def test_another_person_never_takes_points_away(
    model: AccountWeights, hottest: int, warm: int
) -> None:
    one = parts_of(Evidence(hottest=hottest, warm=warm), model)
    more = parts_of(Evidence(hottest=hottest, warm=warm + 1), model)
    assert more.engagement >= one.engagement >= parts_of(Evidence(), model).engagement


def test_an_account_that_does_not_match_has_no_points_for_fit() -> None:
    assert parts_of(Evidence(answer="no", grade=90), DEFAULT_WEIGHTS) == Parts()
    assert parts_of(Evidence(answer="unknown", grade=90), DEFAULT_WEIGHTS) == Parts(fit=36)


def test_a_content_without_weights_means_the_shipped_ones() -> None:
    errors: dict[str, str] = {}
    assert parse_weights(None, errors) == DEFAULT_WEIGHTS
    # Signed versions depend on these numbers: see docs/adr/0021.
    assert asdict(DEFAULT_WEIGHTS) == {
        "fit": 40,
        "engagement": 30,
        "intent": 20,
        "relationships": 10,
        "warm_at": 30,
        "further": 10,
    }
    assert content_of(DEFAULT_WEIGHTS) is None
    assert not errors


@given(model=weights())
def test_weights_survive_being_kept(model: AccountWeights) -> None:
    errors: dict[str, str] = {}
    assert parse_weights(content_of(model), errors) == model
    assert not errors


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("much", "account"),
        ({"fit": 100}, "account.engagement"),
        ({**asdict(DEFAULT_WEIGHTS), "fit": 41}, "account"),
        ({**asdict(DEFAULT_WEIGHTS), "fit": True}, "account.fit"),
        ({**asdict(DEFAULT_WEIGHTS), "warm_at": 0}, "account.warm_at"),
        ({**asdict(DEFAULT_WEIGHTS), "luck": 1}, "account"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(content: Any, place: str) -> None:
    errors: dict[str, str] = {}
    parse_weights(content, errors)
    assert place in errors


def test_the_database_refuses_a_score_that_is_not_its_sum(cast: Cast) -> None:
    account = play.account(cast.program)
    write_scores(cast.program.pk, [account.pk])
    row = AccountScore.objects.in_program(cast.program).filter(pk=account.pk)
    with pytest.raises(IntegrityError):
        row.update(score=99)
