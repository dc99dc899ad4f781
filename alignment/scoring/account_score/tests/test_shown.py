"""The score on pages: each part with its evidence, the list in its order, weights in a draft."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.field.actions.people import set_relationship
from accounts.models import Lead, Stage
from alignment.agreements.actions import drafts
from alignment.agreements.models import Kind
from alignment.scoring import tasks
from alignment.scoring.account_score.queries import score_of
from alignment.scoring.account_score.words import weight_clauses, weight_lines
from alignment.scoring.agreement import clauses
from alignment.scoring.models import AccountScore
from alignment.scoring.rules import ScoringModel
from alignment.workspace.accounts.record import account_in, account_record
from tests import cast as play
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_parts_sum_to_the_score_and_name_their_evidence(cast: Cast) -> None:
    account = play.account(cast.program)
    for name in ("Jane", "Tom"):
        person = play.stakeholder(cast.program, account, first_name=name, last_name="Doe")
        play.engage(person, "pricing_page_view")
    play.engage(person, "case_study_download")
    tasks.score_left_over()
    found = account_in(program=cast.program, account_id=account.pk)
    assert found
    panel = score_of(found)
    assert panel.score == sum(line.points for line in panel.lines) > 0
    assert panel.is_settled
    said = {line.part: line.said for line in panel.lines}
    assert said["engagement"] == "Hottest: Tom Doe, 25 points; 0 people have 30 or more"
    assert said["relationships"] == "Nobody of us is known to know anybody here"
    page = reverse("workspace:account", args=[cast.program.slug, account.pk])
    text = cast.client("observer").get(page).content.decode()
    assert "Hottest: Tom Doe, 25 points" in text
    # After a new engagement the page says that the score will follow.
    assert "the score follows within seconds" not in text
    play.engage(person, "webinar_attended")
    text = cast.client("observer").get(page).content.decode()
    assert "the score follows within seconds" in text


def test_a_page_that_has_the_rows_says_what_the_database_says(cast: Cast) -> None:
    account = play.account(cast.program)
    people = [play.stakeholder(cast.program, account, first_name=name) for name in "ABCD"]
    for person, times in zip(people, (1, 3, 2, 0), strict=True):
        for signal in ("pricing_page_view", "case_study_download", "webinar_attended")[:times]:
            play.engage(person, signal)
    for person, user, strength in (
        (people[0], cast.rep, 2),
        (people[0], cast.sales_manager, 4),
        (people[3], cast.rep, 3),
    ):
        set_relationship(
            stakeholder=person, user=user, strength=strength, since=None, note="", by=None
        )
    tasks.score_left_over()
    hottest = Lead.objects.in_program(cast.program).get(stakeholder=people[1])
    for closed in (False, True):
        if closed:
            Lead.objects.in_program(cast.program).filter(pk=hottest.pk).update(
                stage=Stage.LOST, closed_at=timezone.now()
            )
        found = account_in(program=cast.program, account_id=account.pk)
        assert found
        shown = account_record(found).score
        assert shown == score_of(found)
        said = {line.part: line.said for line in shown.lines}
        assert said["engagement"].startswith(f"Hottest: {'C' if closed else 'B'}")


def test_the_list_is_in_the_order_of_scores(cast: Cast) -> None:
    accounts = [play.account(cast.program, name) for name in ("Alpha", "Beta", "Gamma")]
    tasks.score_left_over()
    for account, fit in zip(accounts, (5, 40, 20), strict=True):
        rows = AccountScore.objects.in_program(cast.program).filter(pk=account.pk)
        rows.update(fit=fit, score=fit, engagement=0, intent=0, relationships=0)
    page = reverse("workspace:accounts", args=[cast.program.slug])
    text = cast.client("rep").get(page, {"sort": "score"}).content.decode()
    places = [text.index(f">{name}<") for name in ("Beta", "Gamma", "Alpha")]
    assert places == sorted(places)


def test_weights_that_differ_are_a_difference_of_two_versions(cast: Cast) -> None:
    version = drafts.start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner)
    assert "account" not in version.content
    weights = {"fit": 10, "engagement": 60, "intent": 20, "relationships": 10}
    content = {**version.content, "account": {**weights, "warm_at": 25, "further": 0}}
    before, after = clauses(cast.program, [version.content, content])
    shipped = weight_clauses(ScoringModel().account)
    assert shipped[0].title == "Account score, fit"
    assert weight_lines(ScoringModel().account)[0].title == "Fit"
    assert before[-len(shipped) :] == shipped
    changed = {new.key for old, new in zip(before, after, strict=True) if old != new}
    assert changed == {"account:fit", "account:engagement", "account:warm_at", "account:further"}
