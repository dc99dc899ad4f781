"""A session from opening to the stored list, and what the next session starts from."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.intent.models import AccountIntent
from accounts.models import Account
from alignment.core.models import AuditEntry
from alignment.icp.models import Verdict
from alignment.people.models import Side
from alignment.scoring.account_score.models import AccountScore
from alignment.scoring.account_score.queries import grounds_of
from alignment.scoring.models import LeadScore
from alignment.scoring.queries import ruling
from campaigns.library.models import Play
from campaigns.selection.actions.confirming import confirm
from campaigns.selection.actions.listing import Work, change_target, fill, leave, place
from campaigns.selection.actions.refusals import SelectionRefused
from campaigns.selection.actions.sessions import nominate, open_session, set_settings
from campaigns.selection.actions.voting import declare_ready, take_back_ready, vote
from campaigns.selection.models import (
    Candidate,
    Confirmation,
    ListedTarget,
    Nomination,
    Session,
    Target,
    Vote,
)
from campaigns.selection.queries.ranking import standings
from campaigns.selection.queries.session_page import candidates_of, session_page
from campaigns.selection.queries.targets import hash_now
from tests import cast as make
from tests.cast import Cast

from . import scenes

pytestmark = pytest.mark.django_db


def refused(code: str) -> pytest.RaisesExc[SelectionRefused]:
    return pytest.RaisesExc(SelectionRefused, check=lambda error: error.code == code)


def judge(account: Account, answer: str) -> None:
    Verdict.objects.in_program(account.program_id).filter(account=account).update(answer=answer)


def names(session: Session) -> list[str]:
    rows = Candidate.objects.in_program(session.program_id).filter(session=session)
    return list(rows.order_by("pk").values_list("account__name", flat=True))


def codes(session: Session, account: Account) -> list[str]:
    return [reason["code"] for reason in scenes.candidate(session, account).reasons]


def test_it_opens_with_the_best_first_and_says_why(cast: Cast) -> None:
    cold, hot, known = (make.account(cast.program, name) for name in ("Cold", "Hot", "Known"))
    person = make.stakeholder(cast.program, hot)
    make.lead(cast.program, person)
    make.engage(person, "pricing_page_view")
    session = open_session(program=cast.program, by=cast.rep)
    assert names(session) == ["Hot", "Cold", "Known"]
    found = scenes.candidate(session, hot)
    assert found.rank == 1
    assert {"code": "hottest", "value": person.leads.get().score.total} in found.reasons
    assert codes(session, cold) == codes(session, known) == ["verdict"]


def test_what_does_not_match_the_profile_is_not_proposed(cast: Cast) -> None:
    make.account(cast.program, "Tiny", employees_low=2, employees_high=3)
    make.account(cast.program, "Unknown")
    assert names(open_session(program=cast.program, by=cast.rep)) == ["Unknown"]


def test_the_ranking_proposes_as_many_as_places_are_free(cast: Cast) -> None:
    scenes.by_hand(cast, capacity=2)
    scenes.companies(cast, 3)
    assert len(names(open_session(program=cast.program, by=cast.rep))) == 2


def test_one_is_open_at_a_time(cast: Cast) -> None:
    scenes.opened(cast)
    with refused("open"):
        open_session(program=cast.program, by=cast.rep)


def test_a_nomination_joins_the_open_session_or_waits_for_the_next(cast: Cast) -> None:
    scenes.by_hand(cast, capacity=1)
    _first, second, third = scenes.companies(cast, 3)
    nominate(account=third, side=Side.MARKETING, reason="They asked for a demo", by=cast.marketer)
    session = open_session(program=cast.program, by=cast.rep)
    assert names(session) == ["Candidate 3", "Candidate 1"]
    nominate(account=second, side=Side.SALES, reason="We know the CFO", by=cast.rep)
    nominate(account=second, side=Side.MARKETING, reason="Opened all", by=cast.marketer)
    assert names(session) == ["Candidate 3", "Candidate 1", "Candidate 2"]
    assert scenes.candidate(session, second).rank is None
    with refused("nominated"):
        nominate(account=second, side=Side.SALES, reason="Again", by=cast.sales_manager)
    scenes.reveal(cast, session)
    late = make.account(cast.program, "Late")
    nominate(account=late, side=Side.SALES, reason="After the reveal", by=cast.rep)
    assert "Late" not in names(session)
    assert Nomination.objects.in_program(cast.program).get(account=late).session is None


def test_the_last_of_a_side_speaks_for_it(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    each = scenes.candidate(scenes.opened(cast, [account]), account)
    vote(candidate=each, side=Side.SALES, choice="no", reason="Too far", by=cast.rep)
    vote(candidate=each, side=Side.SALES, choice="yes", reason="They moved", by=cast.sales_manager)
    (said,) = Vote.objects.in_program(cast.program)
    assert (said.choice, said.reason, said.by) == ("yes", "They moved", cast.sales_manager)


def test_votes_are_revealed_when_both_sides_are_ready(cast: Cast) -> None:
    one, other = scenes.companies(cast, 2)
    session = scenes.opened(cast, [one, other])
    scenes.say(cast, scenes.candidate(session, one), "yes", "no")
    assert not declare_ready(session=session, side=Side.SALES, by=cast.rep)
    take_back_ready(session=session, side=Side.SALES, by=cast.rep)
    assert not declare_ready(session=session, side=Side.MARKETING, by=cast.marketer)
    assert declare_ready(session=session, side=Side.SALES, by=cast.rep)
    votes = Vote.objects.in_program(cast.program)
    assert {(v.side, v.at_reveal) for v in votes} == {("marketing", "yes"), ("sales", "no")}
    with refused("revealed"):
        declare_ready(session=session, side=Side.SALES, by=cast.rep)
    with refused("revealed"):
        take_back_ready(session=session, side=Side.SALES, by=cast.rep)


def test_a_side_that_voted_on_all_is_waited_for_unless_the_other_says_not_to(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.opened(cast, [account])
    assert not declare_ready(session=session, side=Side.SALES, by=cast.rep, anyway=True)
    scenes.say(cast, scenes.candidate(session, account), "yes", None)
    assert not declare_ready(session=session, side=Side.SALES, by=cast.rep)
    assert declare_ready(session=session, side=Side.SALES, by=cast.rep, anyway=True)


def test_the_next_session_goes_on_where_the_last_one_ended(cast: Cast) -> None:
    scenes.by_hand(cast, capacity=1)
    names = placed, wanted, split, _later, _refused = scenes.companies(cast, 5)
    said = [("yes", "yes"), ("yes", "yes"), ("yes", "no"), ("later", "later"), ("no", "no")]
    session = scenes.discussed(cast, dict(zip(names, said, strict=True)))
    scenes.put(cast, session, placed)
    scenes.settle(cast, session)
    again = open_session(program=cast.program, by=cast.rep)
    rows = {row.account: row for row in session_page(again, Side.SALES).rows}
    assert set(rows) == {wanted, split}
    codes = {account: row.candidate.reasons[0]["code"] for account, row in rows.items()}
    assert codes == {wanted: "wanted", split: "disagreed"}
    assert [vote.choice for _side, vote in rows[split].before_by_side] == ["yes", "no"]
    assert rows[split].before["marketing"].reason == scenes.SECRET
    assert rows[split].ballots == {}


def test_what_was_settled_since_is_not_carried_on(cast: Cast) -> None:
    scenes.by_hand(cast, capacity=1)
    (account,) = scenes.companies(cast, 1)
    session = scenes.discussed(cast, {account: ("yes", "yes")})
    (target,) = scenes.put(cast, session, account)
    scenes.settle(cast, session)
    leave(target=target, reason="Bought by a rival", by=cast.rep)
    again = open_session(program=cast.program, by=cast.rep)
    assert session_page(again, Side.SALES).rows == []


def test_what_is_left_open_stands_before_the_ranking(cast: Cast) -> None:
    (split,) = scenes.companies(cast, 1)
    session = scenes.discussed(cast, {split: ("yes", "no")})
    scenes.settle(cast, session)
    for _ in range(2):
        make.account(cast.program, employees_low=800, employees_high=900)
    rows = session_page(open_session(program=cast.program, by=cast.rep), Side.SALES).rows
    assert rows[0].account == split
    assert rows[0].candidate.rank != 1
    assert len(rows) == 3


def test_the_audit_tells_votes_at_the_reveal_and_no_sooner(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.opened(cast, [account])
    each = scenes.candidate(session, account)
    scenes.say(cast, each, "later", "no")
    rows = AuditEntry.objects.filter(program_id=cast.program.pk)
    assert [row.detail for row in rows.filter(action="selection.vote").order_by("pk")] == [
        {"side": "marketing"},
        {"side": "sales"},
    ]
    scenes.reveal(cast, session)
    said = rows.get(action="selection.reveal").detail["votes"]
    assert [(row["side"], row["choice"]) for row in said] == [
        ("marketing", "later"),
        ("sales", "no"),
    ]
    scenes.say(cast, each, None, "yes")
    assert rows.get(action="selection.change_vote").detail["choice"] == "yes"
    assert Vote.objects.in_program(cast.program).get(side="sales").at_reveal == "no"


def test_only_what_both_want_goes_in_and_all_of_it_or_none(cast: Cast) -> None:
    yes, split, no = scenes.companies(cast, 3)
    session = scenes.opened(cast, [yes, split, no])
    with refused("voting"):
        scenes.put(cast, session, yes)
    for account, votes in ((yes, ("yes", "yes")), (split, ("yes", "no")), (no, ("no", "no"))):
        scenes.say(cast, scenes.candidate(session, account), *votes)
    scenes.reveal(cast, session)
    with refused("not_agreed"):
        scenes.put(cast, session, yes, split)
    assert not Target.objects.in_program(cast.program).exists()
    (target,) = scenes.put(cast, session, yes)
    assert (target.account, target.marketing_owner, target.sales_owner) == (
        yes,
        cast.marketer,
        cast.rep,
    )
    with refused("listed"):
        scenes.put(cast, session, yes)
    scenes.say(cast, scenes.candidate(session, split), None, "yes")
    scenes.put(cast, session, split)


def test_no_more_go_in_than_there_are_places(cast: Cast) -> None:
    scenes.by_hand(cast, capacity=1)
    one, other = scenes.companies(cast, 2)
    session = scenes.discussed(cast, {one: ("yes", "yes"), other: ("yes", "yes")})
    with refused("no_place"):
        scenes.put(cast, session, one, other)
    scenes.put(cast, session, one)
    with refused("no_place"):
        scenes.put(cast, session, other)


def test_owners_are_of_their_side(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.discussed(cast, {account: ("yes", "yes")})
    each = scenes.candidate(session, account)
    for marketing, sales in ((cast.rep, cast.rep), (cast.marketer, cast.owner)):
        with refused("wrong_side"):
            place(session=session, work=[(each, Work(1, marketing, sales, None))], by=cast.rep)


def test_a_confirmation_falls_with_the_list_that_it_bound(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.discussed(cast, {account: ("yes", "yes")})
    (target,) = scenes.put(cast, session, account)
    seen = hash_now(cast.program.pk)
    confirm(session=session, side=Side.SALES, seen=seen, by=cast.sales_manager)
    change_target(target=target, work=scenes.work(cast, tier=1), by=cast.marketer)
    assert not Confirmation.objects.in_program(cast.program).exists()
    with refused("changed"):
        confirm(session=session, side=Side.MARKETING, seen=seen, by=cast.marketing_manager)


def test_a_confirmation_falls_too_when_somebody_is_deleted(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.discussed(cast, {account: ("yes", "yes")})
    (target,) = scenes.put(cast, session, account)
    play = Play.objects.create(program=cast.program, name="Case study, then a call")
    Play.objects.create(program=cast.program, name="Another", retired_at=timezone.now())
    change_target(target=target, work=Work(1, cast.marketer, cast.rep, play), by=cast.rep)
    seen = hash_now(cast.program.pk)
    confirm(session=session, side=Side.SALES, seen=seen, by=cast.sales_manager)
    play.delete()
    seen = hash_now(cast.program.pk)
    assert not confirm(session=session, side=Side.MARKETING, seen=seen, by=cast.marketing_manager)
    assert Confirmation.objects.in_program(cast.program).get().side == Side.MARKETING


def test_a_list_that_lacks_somebody_or_has_too_many_is_not_confirmed(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.discussed(cast, {account: ("yes", "yes")})
    (target,) = scenes.put(cast, session, account)
    play = Play.objects.create(program=cast.program, name="Case study, then a call")
    with refused("incomplete"):
        scenes.settle(cast, session)
    change_target(target=target, work=Work(1, cast.marketer, None, play), by=cast.rep)
    with refused("incomplete"):
        scenes.settle(cast, session)
    change_target(target=target, work=Work(1, cast.marketer, cast.rep, play), by=cast.rep)
    Session.objects.in_program(cast.program).filter(pk=session.pk).update(capacity=0)
    with refused("too_many"):
        scenes.settle(cast, session)


def test_the_confirmed_list_is_kept_in_the_words_of_the_day(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.discussed(cast, {account: ("yes", "yes")})
    (target,) = scenes.put(cast, session, account)
    scenes.settle(cast, session)
    leave(target=target, reason="Bought by a rival", by=cast.rep)
    (line,) = ListedTarget.objects.in_program(cast.program).filter(session=session)
    assert (line.account_name, line.tier, line.verdict) == ("Candidate 1", 2, "unknown")
    assert (line.marketing_owner, line.sales_owner) == (str(cast.marketer), str(cast.rep))
    with refused("confirmed"):
        scenes.say(cast, scenes.candidate(session, account), "no", None)
    with refused("left"):
        leave(target=target, reason="Twice", by=cast.rep)
    with refused("left"):
        change_target(target=target, work=scenes.work(cast), by=cast.rep)


def test_the_next_session_starts_from_what_changed(cast: Cast) -> None:
    set_settings(
        program=cast.program, capacity=50, proposed=5, quiet_days=10, by=cast.sales_manager
    )
    kept, flips, refused_one, later = scenes.companies(cast, 4)
    session = scenes.discussed(
        cast,
        {
            kept: ("yes", "yes"),
            flips: ("yes", "yes"),
            refused_one: ("no", "no"),
            later: ("later", "later"),
        },
    )
    scenes.put(cast, session, kept, flips)
    scenes.settle(cast, session)
    judge(flips, "no")
    now = timezone.now() + timedelta(days=9)
    following = open_session(program=cast.program, by=cast.rep, now=now)
    assert names(following) == ["Candidate 2", "Candidate 4"]
    found = scenes.candidate(following, flips)
    assert found.is_review
    assert found.reasons[0] == {"code": "flipped", "was": "unknown", "now": "no"}


def test_an_account_gone_quiet_comes_back_for_review(cast: Cast) -> None:
    scenes.by_hand(cast)
    quiet, busy = scenes.companies(cast, 2)
    session = scenes.discussed(cast, {quiet: ("yes", "yes"), busy: ("yes", "yes")})
    scenes.put(cast, session, quiet, busy)
    scenes.settle(cast, session)
    person = make.stakeholder(cast.program, busy)
    make.lead(cast.program, person)
    now = timezone.now() + timedelta(days=31)
    Target.objects.in_program(cast.program).update(entered_at=now - timedelta(days=40))
    scores = LeadScore.objects.in_program(cast.program)
    scores.update(last_engaged_at=now - timedelta(days=3))
    following = open_session(program=cast.program, by=cast.rep, now=now)
    assert names(following) == ["Candidate 1"]
    assert codes(following, quiet)[0] == "quiet"


def test_what_was_refused_comes_back_when_its_verdict_flips(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    scenes.settle(cast, scenes.discussed(cast, {account: ("no", "no")}))
    assert names(scenes.settle(cast, scenes.reveal(cast, scenes.opened(cast)))) == []
    judge(account, "yes")
    following = scenes.opened(cast)
    assert codes(following, account)[0] == "flipped"


def read_about(account: Account, topics: int) -> None:
    fields = {
        "strength": 60,
        "change": 30,
        "topics": topics,
        "top_topic": "warehouse robots",
        "as_of": timezone.now().date(),
    }
    AccountIntent.objects.in_program(account.program).update_or_create(
        account=account, create_defaults=fields | {"program": account.program}, defaults=fields
    )


def test_a_new_surge_brings_an_account_back_and_the_same_one_does_not(cast: Cast) -> None:
    surging, listed = scenes.companies(cast, 2)
    read_about(surging, topics=1)
    read_about(listed, topics=1)
    session = scenes.discussed(cast, {listed: ("yes", "yes"), surging: ("no", "no")})
    assert codes(session, surging)[0] == "surge"
    scenes.put(cast, session, listed)
    scenes.settle(cast, session)
    following = scenes.opened(cast)
    assert names(following) == []
    scenes.settle(cast, scenes.reveal(cast, following))
    read_about(surging, topics=2)
    assert codes(scenes.opened(cast), surging)[0] == "surge"


def test_the_account_score_ranks_among_matches(cast: Cast) -> None:
    low, high, unknown = scenes.companies(cast, 3)
    for account, score in ((low, 20), (high, 40), (unknown, 90)):
        AccountScore.objects.in_program(cast.program).update_or_create(
            account=account,
            defaults={"score": score, "fit": score},
            create_defaults={
                "program": cast.program,
                "score": score,
                "fit": score,
                "engagement": 0,
                "intent": 0,
                "relationships": 0,
            },
        )
    judge(low, "yes")
    judge(high, "yes")
    assert names(open_session(program=cast.program, by=cast.rep)) == [
        "Candidate 2",
        "Candidate 1",
        "Candidate 3",
    ]


def test_what_is_missing_is_filled_in_for_all_at_once(cast: Cast) -> None:
    play = Play.objects.create(program=cast.program, name="Case study, then a call")
    other = Play.objects.create(program=cast.program, name="Webinar")
    one, two = scenes.companies(cast, 2)
    session = scenes.discussed(cast, {one: ("yes", "yes"), two: ("yes", "yes")})
    rows = [
        (scenes.candidate(session, one), Work(1, cast.marketer, None, other)),
        (scenes.candidate(session, two), Work(2, cast.marketing_manager, cast.sales_manager, None)),
    ]
    place(session=session, work=rows, by=cast.rep)
    page = session_page(session, Side.SALES)
    assert [(lack.target.account, lack.sales_owner, lack.play) for lack in page.lacks] == [
        (one, True, False),
        (two, False, True),
    ]
    given: Any = {"marketing_owner": cast.marketer, "sales_owner": cast.rep, "play": play}
    with refused("wrong_side"):
        fill(program=cast.program, by=cast.rep, **given | {"sales_owner": cast.marketer})
    assert fill(program=cast.program, by=cast.rep, **given) == 2
    first, second = Target.objects.in_program(cast.program).order_by("tier")
    assert (first.sales_owner, first.play) == (cast.rep, other)
    assert (second.marketing_owner, second.sales_owner, second.play) == (
        cast.marketing_manager,
        cast.sales_manager,
        play,
    )
    assert session_page(session, Side.SALES).may_be_confirmed
    assert AuditEntry.objects.filter(action="selection.change").count() == 2
    assert fill(program=cast.program, by=cast.rep, **given) == 0


def test_filling_in_makes_confirmations_fall(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.discussed(cast, {account: ("yes", "yes")})
    scenes.put(cast, session, account)
    seen = hash_now(cast.program.pk)
    confirm(session=session, side=Side.SALES, seen=seen, by=cast.sales_manager)
    play = Play.objects.create(program=cast.program, name="Webinar")
    fill(program=cast.program, marketing_owner=None, sales_owner=None, play=play, by=cast.rep)
    assert not Confirmation.objects.in_program(cast.program).exists()


def test_a_person_is_as_warm_in_a_session_as_on_the_page_of_the_account(cast: Cast) -> None:
    account = make.account(cast.program)
    model = ruling(cast.program).compiled.model
    warm_at = model.account.warm_at
    assert warm_at < model.mql_at
    for total in (warm_at - 1, warm_at, model.mql_at):
        lead = make.lead(cast.program, make.stakeholder(cast.program, account))
        LeadScore.objects.in_program(cast.program).filter(lead=lead).update(total=total)
    shown = grounds_of(account, model.account).evidence.warm
    assert standings(cast.program.pk, [account.pk])[account.pk].warm == shown == 2


def test_what_was_left_undecided_opens_the_next_session(cast: Cast) -> None:
    scenes.by_hand(cast)
    disputed, unwanted, kept, nominee = scenes.companies(cast, 4)
    accounts = (disputed, unwanted, kept)
    first = scenes.discussed(cast, dict.fromkeys(accounts, ("yes", "yes")))
    scenes.put(cast, first, *accounts)
    scenes.settle(cast, first)
    second = scenes.discussed(
        cast,
        {
            disputed: ("yes", "no"),
            unwanted: ("no", "no"),
            kept: ("yes", "yes"),
            nominee: ("yes", None),
        },
    )
    scenes.settle(cast, second)
    third = open_session(program=cast.program, by=cast.rep)
    found = {each.account: each for each in candidates_of(third)}
    assert set(found) == {disputed, unwanted, nominee}
    codes = {account: each.reasons[0]["code"] for account, each in found.items()}
    assert codes == {disputed: "disagreed", unwanted: "unwanted", nominee: "verdict"}
    assert [found[account].is_review for account in (disputed, unwanted, nominee)] == [
        True,
        True,
        False,
    ]
    page = session_page(third, Side.SALES)
    (row,) = (row for row in page.rows if row.account == nominee)
    assert [each.reason for each in row.nominations] == ["We know the CFO"]
