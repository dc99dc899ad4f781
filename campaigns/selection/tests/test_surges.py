"""Surges since the last confirmed list open the next session, on the list and off it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.intent import rules
from accounts.intent.actions.standing import today_utc, write_standing
from accounts.intent.models import Surge
from accounts.intent.queries.new_surges import MOST_TOPICS, NewSurge, surges_begun
from accounts.models import Account
from alignment.icp.models import Answer, Verdict
from campaigns.selection.models import Session
from campaigns.selection.queries import changes
from campaigns.selection.queries.settings import settings_of
from campaigns.selection.rules.ranking import value_in
from tests import cast as make
from tests.cast import Cast

from . import scenes

pytestmark = pytest.mark.django_db


def reads(account: Account, topic: str, *, weeks_ago: int = 0, strength: int = 80) -> None:
    """Import what an intent provider reports about a week, just now."""
    Surge.objects.create(
        program=account.program,
        account=account,
        source="s",
        topic=topic,
        week=rules.monday_of(today_utc()) - weeks_ago * rules.WEEK,
        strength=strength,
    )
    write_standing(program_id=account.program_id, account_ids=[account.pk], today=today_utc())


def confirmed(cast: Cast, *listed: Account, refused: Account | None = None) -> Session:
    votes: dict[Account, scenes.Choices] = dict.fromkeys(listed, ("yes", "yes"))
    if refused:
        votes[refused] = ("no", "no")
    session = scenes.discussed(cast, votes)
    scenes.put(cast, session, *listed)
    return scenes.settle(cast, session)


def surges(session: Session, account: Account) -> list[str]:
    reasons = scenes.candidate(session, account).reasons
    return [reason["topic"] for reason in reasons if reason["code"] == "surge"]


def found(cast: Cast) -> changes.Found:
    last = Session.objects.in_program(cast.program).latest("number")
    since = changes.Since(cast.program.pk, settings_of(cast.program), last, timezone.now())
    return changes.on_the_list_since(since)


def test_a_topic_that_surges_since_brings_an_account_of_the_list_to_the_next_session(
    cast: Cast,
) -> None:
    scenes.by_hand(cast)
    told, went_on, quiet = scenes.companies(cast, 3)
    reads(went_on, "Cloud", weeks_ago=1)
    confirmed(cast, told, went_on, quiet)
    reads(told, "Warehouse robots")
    # The third week of a surge does not make it new, and a weak topic is not a surge.
    reads(went_on, "Cloud")
    reads(quiet, "Forklifts", strength=rules.SURGING - 1)
    session = scenes.opened(cast)
    (asked,) = session.candidates.all()
    assert (asked.account, asked.is_review) == (told, True)
    assert surges(session, told) == ["Warehouse robots"]


def test_what_surged_faded_and_surges_again_is_new(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    reads(account, "Cloud", weeks_ago=3)
    confirmed(cast, account)
    assert found(cast) == {}
    reads(account, "Cloud")
    assert found(cast) == {account.pk: [{"code": "surge", "topic": "Cloud"}]}


def test_a_week_that_is_told_when_it_is_over_is_new_and_one_of_long_ago_is_not(cast: Cast) -> None:
    late, history = scenes.companies(cast, 2)
    confirmed(cast, late, history)
    reads(late, "Cloud", weeks_ago=1)
    reads(history, "Cloud", weeks_ago=3)
    assert list(found(cast)) == [late.pk]


def test_what_was_known_at_the_confirmation_is_not_new(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    reads(account, "Cloud")
    confirmed(cast, account)
    assert found(cast) == {}


def test_one_topic_of_two_providers_is_told_once_and_the_strongest_three_are_named(
    cast: Cast,
) -> None:
    (account,) = scenes.companies(cast, 1)
    confirmed(cast, account)
    for strength, topic in enumerate("ABCDE", start=70):
        reads(account, topic, strength=strength)
    Surge.objects.create(
        program=cast.program,
        account=account,
        source="t",
        topic="E",
        week=rules.monday_of(today_utc()),
        strength=61,
    )
    (reasons,) = found(cast).values()
    assert [reason["topic"] for reason in reasons] == ["E", "D", "C"]
    assert len(reasons) == MOST_TOPICS


def test_only_the_strongest_accounts_are_asked_about(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MOST_SURGES", 1)
    weak, strong = scenes.companies(cast, 2)
    confirmed(cast, weak, strong)
    reads(weak, "Cloud", strength=70)
    reads(strong, "Cloud", strength=90)
    assert list(found(cast)) == [strong.pk]


def test_nothing_of_another_program_and_nothing_before_a_list(cast: Cast) -> None:
    theirs = make.account(cast.other_program)
    reads(theirs, "Cloud")
    now = timezone.now()
    before = now - timedelta(days=2)
    assert surges_begun(cast.program.pk, {theirs.pk: before}, now) == {}
    week = rules.monday_of(today_utc())
    begun = surges_begun(cast.other_program.pk, {theirs.pk: before}, now)
    assert begun == {theirs.pk: [NewSurge("Cloud", week, 80)]}
    since = changes.Since(cast.program.pk, settings_of(cast.program), None, now)
    assert changes.surging_anew(since) == {}


def test_as_many_topics_but_another_one_brings_a_refused_account_back(cast: Cast) -> None:
    scenes.by_hand(cast)
    listed, refused = scenes.companies(cast, 2)
    reads(refused, "Cloud", weeks_ago=1)
    Surge.objects.in_program(cast.program).update(strength=100)
    write_standing(program_id=cast.program.pk, account_ids=[refused.pk], today=today_utc())
    first = confirmed(cast, listed, refused=refused)
    assert value_in(scenes.candidate(first, refused).reasons, "surges") <= 1
    following = scenes.opened(cast)
    assert not following.candidates.filter(account=refused).exists()
    scenes.settle(cast, scenes.reveal(cast, following))
    # The old topic is corrected to zero: still one topic as before, but a different one.
    Surge.objects.in_program(cast.program).filter(topic="Cloud").update(strength=0)
    reads(refused, "Warehouse robots")
    assert surges(scenes.opened(cast), refused) == ["Warehouse robots"]


def test_those_about_which_a_session_decided_do_not_crowd_out_the_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MOST_SURGES", 1)
    scenes.by_hand(cast)
    listed, refused, fresh = scenes.companies(cast, 3)
    reads(refused, "Cloud", strength=100)
    confirmed(cast, listed, refused=refused)
    reads(fresh, "Cloud", strength=70)
    assert surges(scenes.opened(cast), fresh) == ["Cloud"]


def test_one_that_does_not_match_is_not_brought_back_by_a_surge(cast: Cast) -> None:
    scenes.by_hand(cast)
    listed, refused = scenes.companies(cast, 2)
    confirmed(cast, listed, refused=refused)
    Verdict.objects.in_program(cast.program).filter(account=refused).update(answer="no")
    reads(refused, "Cloud")
    assert not scenes.opened(cast).candidates.filter(account=refused).exists()


def test_a_first_verdict_since_is_a_change_only_if_it_says_something(cast: Cast) -> None:
    said, still_unknown = scenes.companies(cast, 2)
    verdicts = Verdict.objects.in_program(cast.program)
    judged = {verdict.account_id: verdict for verdict in verdicts}
    verdicts.delete()
    confirmed(cast, said, still_unknown)
    for account, answer in ((said, Answer.NO), (still_unknown, Answer.UNKNOWN)):
        judged[account.pk].answer = answer
        judged[account.pk].save(force_insert=True)
    reasons = found(cast)
    assert reasons[said.pk] == [{"code": "flipped", "was": "unknown", "now": "no"}]
    assert still_unknown.pk not in reasons
