"""One statement gives for many accounts what the rules give for each."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.intent import rules
from accounts.intent.actions.standing import fade, programs_fading, today_utc, write_standing
from accounts.intent.models import AccountIntent, SiteVisits, Surge
from accounts.models import AccountToScore
from tests import cast as play
from tests.cast import Cast

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)
THIS = date(2026, 11, 23)
weeks_ago = st.one_of(st.integers(-1, 5), st.integers(0, 20))
surges = st.lists(
    st.tuples(st.sampled_from(["Cloud", "cloud", "Élan", "zebra"]), weeks_ago, st.integers(0, 100)),
    max_size=8,
    unique_by=lambda row: row[:2],
)
visits = st.lists(
    st.tuples(weeks_ago, st.integers(0, 14), st.integers(0, 30)),
    max_size=5,
    unique_by=lambda row: row[0],
)


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(told=st.lists(st.tuples(surges, visits), min_size=1, max_size=3), later=st.integers(0, 6))
def test_the_statement_and_the_rules_agree(cast: Cast, told: Any, later: int) -> None:
    today = THIS + timedelta(days=later)
    with transaction.atomic():
        expected = {}
        for read, seen in told:
            account = play.account(cast.program)
            topics = [rules.Surge(t, THIS - n * rules.WEEK, s) for t, n, s in read]
            site = [rules.Visits(THIS - n * rules.WEEK, v, v + p) for n, v, p in seen]
            row = {"program": cast.program, "account": account}
            for surge in topics:
                values = {"topic": surge.topic, "week": surge.week, "strength": surge.strength}
                Surge.objects.create(**row, source="s", **values)
            for week in site:
                values = {"week": week.week, "visits": week.visits, "pages": week.pages}
                SiteVisits.objects.create(**row, **values)
            expected[account.pk] = rules.standing(topics, site, today)
        write_standing(program_id=cast.program.pk, account_ids=list(expected), today=today)
        found = {
            row.pk: rules.Standing(row.strength, row.change, row.top_topic, row.topics)
            for row in AccountIntent.objects.in_program(cast.program)
        }
        assert found == expected
        transaction.set_rollback(True)


@given(read=surges, seen=visits)
def test_strength_stays_in_bounds_and_only_falls_by_itself(read: Any, seen: Any) -> None:
    topics = [rules.Surge(t, THIS - n * rules.WEEK, s) for t, n, s in read]
    site = [rules.Visits(THIS - n * rules.WEEK, v, v + p) for n, v, p in seen if n >= 0]
    topics = [surge for surge in topics if surge.week <= THIS]
    days = [rules.standing(topics, site, THIS + timedelta(days=6 + n)) for n in range(0, 120, 9)]
    assert all(0 <= day.strength <= 100 and -700 <= day.change <= 700 for day in days)
    assert [day.strength for day in days] == sorted((d.strength for d in days), reverse=True)
    assert days[-1] == rules.Standing()


def test_a_surge_halves_in_two_weeks_after_its_own() -> None:
    read = [rules.Surge("Cloud", THIS, 80)]
    sunday = THIS + timedelta(days=6)
    assert rules.standing(read, [], THIS).strength == 80
    assert rules.standing(read, [], sunday).strength == 80
    assert rules.standing(read, [], sunday + timedelta(days=14)).strength == 40
    assert rules.standing(read, [], sunday + timedelta(days=28)).strength == 20


def test_the_change_is_against_the_mean_of_three_weeks() -> None:
    def read(*strengths: int) -> list[rules.Surge]:
        return [rules.Surge("Cloud", THIS - n * rules.WEEK, s) for n, s in enumerate(strengths)]

    assert rules.standing(read(90, 30, 60, 30), [], TODAY).change == 50
    # Nothing is reported for this week yet, so the last one counts.
    last = [rules.Surge(s.topic, s.week - rules.WEEK, s.strength) for s in read(90, 30, 60, 30)]
    assert rules.standing(last, [], TODAY).change == 50
    # Quiet since: of the three weeks before, one had 90, one 30 and one nothing.
    assert rules.standing(last, [], TODAY + timedelta(days=14)).change == -40


def test_an_account_at_the_top_rises_with_one_more_topic(cast: Cast) -> None:
    """It was at 100 before and still is, yet it reads more."""
    week_by_week = [rules.Surge("Cloud", THIS - n * rules.WEEK, 100) for n in range(5)]
    site = [rules.Visits(THIS - n * rules.WEEK, 20, 20) for n in range(5)]
    before = rules.standing(week_by_week, site, TODAY)
    assert (before.strength, before.change) == (100, 0)
    read = [*week_by_week, rules.Surge("Robots", THIS, 80)]
    now = rules.standing(read, site, TODAY)
    assert (now.strength, now.change, now.topics) == (100, 40, 2)
    # The same reading reported by two providers counts once.
    twice = rules.standing([*read, rules.Surge("Robots", THIS, 60)], site, TODAY)
    assert twice == now
    account = play.account(cast.program)
    row = {"program": cast.program, "account": account}
    for surge in read:
        values = {"topic": surge.topic, "week": surge.week, "strength": surge.strength}
        Surge.objects.create(**row, source="s", **values)
    for week in site:
        SiteVisits.objects.create(**row, week=week.week, visits=week.visits, pages=week.pages)
    Surge.objects.create(**row, topic="Robots", source="t", week=THIS, strength=60)
    write_standing(program_id=cast.program.pk, account_ids=[account.pk], today=TODAY)
    stored = AccountIntent.objects.in_program(cast.program).get()
    assert (stored.strength, stored.change) == (100, 40)


def test_a_change_without_end_is_told_up_to_a_bound(cast: Cast) -> None:
    read = [rules.Surge(f"Topic {n}", THIS, 100) for n in range(250)]
    assert rules.standing(read, [], TODAY).change == rules.MOST_CHANGE
    account = play.account(cast.program)
    Surge.objects.bulk_create(
        Surge(
            program=cast.program,
            account=account,
            topic=surge.topic,
            source="s",
            week=surge.week,
            strength=surge.strength,
        )
        for surge in read
    )
    ids = [account.pk]
    write_standing(program_id=cast.program.pk, account_ids=ids, today=TODAY)
    rows = AccountIntent.objects.in_program(cast.program)
    assert rows.get().change == rules.MOST_CHANGE
    month = TODAY + timedelta(days=14)
    write_standing(program_id=cast.program.pk, account_ids=ids, today=month)
    assert rows.get().change == rules.standing(read, [], month).change < -4_000


def test_visits_and_topics_are_weighed_together() -> None:
    read = [rules.Surge("Cloud", THIS, 60)]
    site = [rules.Visits(THIS, 3, 5)]
    standing = rules.standing(read, site, TODAY)
    assert (standing.strength, standing.topics, standing.top_topic) == (80, 1, "Cloud")


def test_a_sweep_fades_what_is_older_than_today(cast: Cast) -> None:
    account, quiet = play.account(cast.program), play.account(cast.program)
    today = today_utc()
    Surge.objects.create(
        program=cast.program,
        account=account,
        source="s",
        topic="Cloud",
        week=rules.monday_of(today) - 3 * rules.WEEK,
        strength=80,
    )
    yesterday = today - timedelta(days=1)
    write_standing(program_id=cast.program.pk, account_ids=[account.pk, quiet.pk], today=yesterday)
    AccountToScore.objects.in_program(cast.program).delete()
    AccountIntent.objects.in_program(cast.program).filter(pk=account.pk).update(strength=99)
    assert programs_fading() == [cast.program.pk]
    assert fade(program_id=cast.program.pk) == 1
    row = AccountIntent.objects.in_program(cast.program).get(pk=account.pk)
    assert (row.as_of, row.strength) == (today, rules.left(80, row_week(today), today))
    waiting = AccountToScore.objects.in_program(cast.program)
    assert list(waiting.values_list("account_id", flat=True)) == [account.pk]
    assert fade(program_id=cast.program.pk) == 0
    assert programs_fading() == []


def row_week(today: date) -> date:
    return rules.monday_of(today) - 3 * rules.WEEK


def test_the_database_refuses_a_week_that_is_no_monday(cast: Cast) -> None:
    with pytest.raises(IntegrityError):
        Surge.objects.create(
            program=cast.program,
            account=play.account(cast.program),
            source="s",
            topic="Cloud",
            week=THIS + timedelta(days=1),
            strength=1,
        )
