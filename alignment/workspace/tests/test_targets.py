"""The pages of the target accounts: what each side sees, secret votes, and the way to a list."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.duplicates.actions.merging import merge
from accounts.intent.actions.standing import today_utc
from accounts.intent.models import Surge
from accounts.intent.rules import monday_of
from accounts.models import Account
from campaigns.calendar.models import Touch
from campaigns.library.models import Play
from campaigns.selection.models import (
    Candidate,
    Nomination,
    SelectionSettings,
    Session,
    Target,
    Vote,
)
from campaigns.selection.tests import scenes
from tests import cast as make
from tests.cast import ROLES, Cast
from tests.markup import tight

pytestmark = pytest.mark.django_db


def address(cast: Cast, rest: str = "") -> str:
    return f"/p/{cast.program.slug}/targets/{rest}"


def page(cast: Cast, who: str, rest: str = "") -> str:
    reply = cast.client(who).get(address(cast, rest))
    assert reply.status_code == 200
    return reply.content.decode()


def account_page(cast: Cast, who: str, account: Account) -> str:
    reply = cast.client(who).get(f"/p/{cast.program.slug}/accounts/{account.pk}/")
    return str(reply.content.decode())


def post(cast: Cast, who: str, rest: str, **data: Any) -> Any:
    return cast.client(who).post(address(cast, rest), data)


def ballot(cast: Cast, session: Session, account: Any) -> str:
    return f"session/{scenes.candidate(session, account).pk}/vote/"


def test_from_an_empty_list_to_a_confirmed_one(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    play = Play.objects.create(program=cast.program, name="Case study, then a call")
    assert "No target accounts yet" in page(cast, "rep")
    post(cast, "rep", "session/open/")
    session = Session.objects.in_program(cast.program).get()
    vote = ballot(cast, session, account)
    post(cast, "rep", vote, choice="yes", reason="They called back")
    post(cast, "marketer", vote, choice="yes", reason="Read it all")
    assert post(cast, "rep", "session/ready/", ready="yes").status_code == 403
    assert "A manager of each side says" in page(cast, "rep", "session/")
    post(cast, "sales_manager", "session/ready/", ready="yes")
    assert "Reveal without waiting" in page(cast, "sales_manager", "session/")
    post(cast, "sales_manager", "session/ready/", ready="anyway")
    each = scenes.candidate(session, account)
    shown = page(cast, "rep", "session/")
    assert "Both say yes" in shown
    assert f'<option value="{cast.marketer.pk}" selected>' in shown
    prefix = f"c{each.pk}"
    work = {
        f"{prefix}-tier": 1,
        f"{prefix}-marketing_owner": cast.marketer.pk,
        f"{prefix}-sales_owner": cast.rep.pk,
        f"{prefix}-play": play.pk,
    }
    post(cast, "rep", "session/place/", chosen=each.pk, **work)
    target = Target.objects.in_program(cast.program).get()
    assert (target.tier, target.marketing_owner, target.sales_owner, target.play) == (
        1,
        cast.marketer,
        cast.rep,
        play,
    )
    for who in ("sales_manager", "marketing_manager"):
        seen = re.search(r'name="seen" value="(\w+)"', page(cast, who, "session/"))
        assert seen
        post(cast, who, "session/confirm/", seen=seen[1])
    session.refresh_from_db()
    assert session.is_confirmed
    kept = page(cast, "observer", "past/1/")
    assert account.name in kept
    assert "They called back" in kept
    assert "100%" in page(cast, "rep", "past/")
    assert "Case study, then a call" in page(cast, "rep")


@pytest.mark.parametrize("who", [role for role in ROLES if "market" not in role])
def test_nobody_of_another_side_reads_a_vote_before_the_reveal(cast: Cast, who: str) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.opened(cast, [account])
    scenes.say(cast, scenes.candidate(session, account), "later", None)
    for rest in ("", "session/", "past/"):
        for headers in ({}, {"HX-Request": "true"}):
            shown = cast.client(who).get(address(cast, rest), headers=headers).content.decode()
            assert scenes.SECRET not in shown
            assert "checked" not in shown
            assert "Voted for your side" not in shown
    shown = page(cast, who, "session/")
    assert "1 of 1" in shown
    assert scenes.SECRET in page(cast, "marketing_manager", "session/")
    scenes.reveal(cast, session)
    assert scenes.SECRET in page(cast, who, "session/")


def test_the_pages_of_a_side_are_the_same_whatever_the_other_voted(cast: Cast) -> None:
    one, other = scenes.companies(cast, 2)
    session = scenes.opened(cast, [one, other])

    def sales_sees() -> str:
        shown = page(cast, "rep", "session/")
        # The position in the live stream contains a timestamp.
        odd = r'name="csrf[^>]+|nonce-[^"\']+|content="[^"]+"|\d{10,}-\d+'
        return re.sub(odd, "", shown)

    scenes.say(cast, scenes.candidate(session, one), "yes", None)
    first = sales_sees()
    Vote.objects.in_program(cast.program).delete()
    scenes.say(cast, scenes.candidate(session, other), "no", None)
    assert sales_sees() == first


def test_disagreements_are_the_agenda_with_both_reasons(cast: Cast) -> None:
    split, same = scenes.companies(cast, 2)
    scenes.discussed(cast, {split: ("yes", "no"), same: ("later", "later")})
    shown = page(cast, "rep", "session/")
    agenda = shown.partition("To talk about")[2].partition("</section>")[0]
    assert split.name in agenda
    assert same.name not in agenda
    assert scenes.SECRET in agenda
    assert "They called back" in agenda
    assert "1 of 2 accounts: 50%" in shown


def test_the_card_says_of_which_day_its_facts_are(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.opened(cast, [account])
    rows = Candidate.objects.in_program(cast.program).filter(session=session)
    rows.update(added_at=datetime(2026, 11, 24, 18, tzinfo=UTC))
    assert ">as of Nov 24</time>" in tight(page(cast, "rep", "session/"))
    scenes.reveal(cast, session)
    assert ">as of Nov 24</time>" in tight(page(cast, "rep", "session/"))


def test_whoever_may_not_vote_reads_along(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.opened(cast, [account])
    for who in ("owner", "observer"):
        assert "data-ballot" not in page(cast, who, "session/")
        vote = post(cast, who, ballot(cast, session, account), choice="yes", reason="Mine")
        assert vote.status_code == 403
        assert post(cast, who, "session/ready/").status_code == 403
    assert post(cast, "rep", "session/confirm/", seen="").status_code == 403


def test_a_vote_says_why(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.opened(cast, [account])
    post(cast, "rep", ballot(cast, session, account), choice="yes", reason="  ")
    assert not Vote.objects.in_program(cast.program).exists()


def test_leaving_needs_a_reason_that_everybody_reads(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.discussed(cast, {account: ("yes", "yes")})
    (target,) = scenes.put(cast, session, account)
    assert post(cast, "rep", f"{target.pk}/leave/", reason="").status_code == 422
    assert post(cast, "observer", f"{target.pk}/leave/", reason="No").status_code == 403
    post(cast, "rep", f"{target.pk}/leave/", reason="Bought by a rival")
    assert "Bought by a rival" in page(cast, "marketer")
    assert not Target.objects.in_program(cast.program).filter(left_at=None).exists()


def test_who_works_a_target_is_changed_on_the_list(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.discussed(cast, {account: ("yes", "yes")})
    (target,) = scenes.put(cast, session, account)
    work = {"tier": 1, "marketing_owner": "", "sales_owner": cast.sales_manager.pk, "play": ""}
    post(cast, "rep", f"{target.pk}/edit/", **work)
    target.refresh_from_db()
    assert (target.tier, target.marketing_owner, target.sales_owner) == (
        1,
        None,
        cast.sales_manager,
    )
    assert post(cast, "rep", f"{target.pk}/edit/", **work | {"tier": 9}).status_code == 422


def test_an_account_is_nominated_from_its_page(cast: Cast) -> None:
    account = make.account(cast.program)
    post(cast, "rep", f"nominate/{account.pk}/", reason="We know the CFO")
    assert Nomination.objects.in_program(cast.program).get().side == "sales"
    again = post(cast, "rep", f"nominate/{account.pk}/", reason="Again")
    assert again.status_code == 422
    assert "1 account nominated since" in page(cast, "rep", "session/")
    post(cast, "rep", "session/open/")
    assert "We know the CFO" in page(cast, "marketer", "session/")


def test_a_nominated_account_leads_to_its_session_instead(cast: Cast) -> None:
    account = make.account(cast.program)
    nominate = f"targets/nominate/{account.pk}/"
    assert nominate in account_page(cast, "rep", account)
    post(cast, "rep", f"nominate/{account.pk}/", reason="We know the CFO")
    assert "Candidate of the next session" in account_page(cast, "rep", account)
    assert nominate in account_page(cast, "marketer", account)
    post(cast, "rep", "session/open/")
    shown = account_page(cast, "rep", account)
    assert "Candidate in session 1" in shown
    assert nominate not in shown


def test_the_settings_count_from_the_next_session_on(cast: Cast) -> None:
    given = {"capacity": 7, "proposed": 3, "quiet_days": 20}
    assert post(cast, "rep", "settings/", **given).status_code == 403
    assert post(cast, "owner", "settings/", **given | {"capacity": 0}).status_code == 422
    post(cast, "owner", "settings/", **given)
    assert SelectionSettings.objects.in_program(cast.program).get().quiet_days == 20
    assert "0 of 7 places" in page(cast, "rep")


def test_the_list_shows_the_last_touch_of_either_team(cast: Cast) -> None:
    accounts = scenes.companies(cast, 2)
    session = scenes.discussed(cast, dict.fromkeys(accounts, ("yes", "yes")))
    scenes.put(cast, session, *accounts)
    now = timezone.now()
    for hours, channel in ((5, "email"), (3, "linkedin")):
        at = now - timedelta(hours=hours)
        Touch.objects.create(
            program=cast.program,
            account=accounts[0],
            channel=channel,
            side="sales",
            starts_at=at,
            ends_at=at + timedelta(minutes=5),
            state="done",
            done_at=at,
            thread=hours,
        )
    shown = page(cast, "rep")
    assert "LinkedIn" in shown
    assert "E-mail" not in shown
    assert shown.count("None yet") == 1


def test_agreement_beside_the_list_is_of_the_session_that_confirmed_it(cast: Cast) -> None:
    account, other = scenes.companies(cast, 2)
    session = scenes.discussed(cast, {account: ("yes", "yes")})
    scenes.put(cast, session, account)
    assert "agreement on" not in page(cast, "rep")
    assert "1 of 1 account: 100%" in page(cast, "rep", "session/")
    scenes.settle(cast, session)
    assert "100% agreement on 1 account<" in page(cast, "rep")
    scenes.discussed(cast, {other: ("yes", "no")})
    assert "100% agreement on 1 account<" in page(cast, "rep")
    assert "0%" in page(cast, "rep", "past/")


def test_a_list_that_changed_since_it_was_confirmed_says_so(cast: Cast) -> None:
    leaves, moves, stays, joins = scenes.companies(cast, 4)
    session = scenes.discussed(cast, dict.fromkeys((leaves, moves, stays), ("yes", "yes")))
    targets = scenes.put(cast, session, leaves, moves, stays)
    scenes.settle(cast, session)
    before = queries(cast, "rep", "")
    assert "changed since" not in page(cast, "rep")
    post(cast, "rep", f"{targets[0].pk}/leave/", reason="Bought by a rival")
    work = {"tier": 1, "marketing_owner": cast.marketer.pk, "play": ""}
    post(cast, "rep", f"{targets[1].pk}/edit/", **work, sales_owner=cast.sales_manager.pk)
    scenes.put(cast, scenes.discussed(cast, {joins: ("yes", "yes")}), joins)
    shown = page(cast, "rep")
    assert "changed since: 1 left, 1 joined, 1 changed<" in tight(shown)
    panel = tight(shown.partition('id="since"')[2].partition("</section>")[0])
    for words in (
        leaves.name,
        "Bought by a rival",
        joins.name,
        moves.name,
        "Tier 2 → Tier 1",
        f"{cast.rep} → {cast.sales_manager}",
    ):
        assert words in panel
    assert stays.name not in panel
    assert f"{cast.marketer} →" not in panel
    assert queries(cast, "rep", "") <= before + 2
    post(cast, "rep", f"{targets[1].pk}/edit/", **work | {"tier": 2}, sales_owner=cast.rep.pk)
    assert "changed since: 1 left, 1 joined<" in " ".join(page(cast, "rep").split())


def test_what_happened_to_an_account_since_is_named_on_the_list(cast: Cast) -> None:
    reads, stays = scenes.companies(cast, 2)
    session = scenes.discussed(cast, dict.fromkeys((reads, stays), ("yes", "yes")))
    scenes.put(cast, session, reads, stays)
    scenes.settle(cast, session)
    Surge.objects.create(
        program=cast.program,
        account=reads,
        source="s",
        topic="Warehouse robots",
        week=monday_of(today_utc()),
        strength=80,
    )
    before = queries(cast, "rep", "")
    shown = page(cast, "rep")
    assert "changed since: 1 to look at again<" in " ".join(shown.split())
    panel = shown.partition('id="since"')[2].partition("</section>")[0]
    assert reads.name in panel
    assert "reads about Warehouse robots lately" in panel
    assert stays.name not in panel
    Surge.objects.create(
        program=cast.program,
        account=stays,
        source="s",
        topic="Cloud",
        week=monday_of(today_utc()),
        strength=80,
    )
    assert "2 to look at again" in page(cast, "rep")
    assert queries(cast, "rep", "") == before


def test_an_account_that_was_merged_left_the_confirmed_list(cast: Cast) -> None:
    gone, survivor = scenes.companies(cast, 2)
    session = scenes.discussed(cast, dict.fromkeys((gone, survivor), ("yes", "yes")))
    scenes.put(cast, session, gone, survivor)
    scenes.settle(cast, session)
    merge(survivor=survivor, gone=gone, take=(), by=cast.rep)
    panel = page(cast, "rep").partition('id="since"')[2].partition("</section>")[0]
    assert gone.name in panel
    assert f"Merged into {survivor.name}" in panel


def queries(cast: Cast, who: str, rest: str) -> int:
    cast.client(who).get(address(cast, rest))
    with CaptureQueriesContext(
        connection,
    ) as captured:
        page(cast, who, rest)
    return len(captured)


def test_three_rows_cost_as_many_statements_as_one(cast: Cast) -> None:
    first, *others = scenes.companies(cast, 3)
    session = scenes.opened(cast, [first, *others])
    rows = Candidate.objects.in_program(cast.program)
    kept = list(rows.filter(account__in=others))
    counts = []
    for account in (first, *others):
        scenes.say(cast, scenes.candidate(session, account), "yes", "yes")
    rows.filter(pk__in=[each.pk for each in kept]).update(session=settled(cast))
    counts.append(queries(cast, "rep", "session/"))
    rows.filter(pk__in=[each.pk for each in kept]).update(session=session)
    counts.append(queries(cast, "rep", "session/"))
    assert counts[0] == counts[1] <= 22
    scenes.reveal(cast, session)
    before = queries(cast, "rep", "session/")
    scenes.put(cast, session, first)
    one = queries(cast, "rep", "")
    scenes.put(cast, session, *others)
    assert queries(cast, "rep", "") == one <= 24
    assert queries(cast, "rep", "session/") <= before


def test_a_row_of_a_long_list_is_short(cast: Cast) -> None:
    """Hundreds of them are on one page: 1,500 bytes each, with a touch, owners and actions."""

    def size() -> int:
        return len(page(cast, "sales_manager").encode())

    def add(number: int) -> None:
        for account in scenes.companies(cast, number):
            account.refresh_from_db()
            Target.objects.create(
                program=cast.program,
                account=account,
                tier=1,
                entered_at=timezone.now(),
                marketing_owner=cast.marketer,
                sales_owner=cast.rep,
            )
            at = timezone.now() - timedelta(days=1)
            touch = {"channel": "email", "side": "marketing", "thread": 0, "state": "done"}
            when = {"starts_at": at, "ends_at": at + timedelta(minutes=5), "done_at": at}
            Touch.objects.create(program=cast.program, account=account, **touch, **when)

    add(1)
    one = size()
    add(20)
    assert (size() - one) / 20 < 1_500


def settled(cast: Cast) -> Session:
    """A further, confirmed session, to which candidates can be moved out of the way."""
    now = timezone.now()
    return Session.objects.create(
        program=cast.program,
        number=99,
        capacity=1,
        opened_at=now,
        revealed_at=now,
        confirmed_at=now,
    )


def test_a_manager_discards_a_session_that_was_a_mistake(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    session = scenes.opened(cast, [account])
    scenes.say(cast, scenes.candidate(session, account), "yes", None)
    assert "session/discard/" in page(cast, "marketing_manager", "session/")
    assert "session/discard/" not in page(cast, "rep", "session/")
    assert post(cast, "rep", "session/discard/", reason="Mine").status_code == 403
    nameless = post(cast, "sales_manager", "session/discard/", reason=" ")
    assert nameless.status_code == 422
    assert "deleted, unread" in page(cast, "sales_manager", "session/discard/")
    gone = post(cast, "sales_manager", "session/discard/", reason="A week early")
    assert gone["Location"] == address(cast, "session/")
    for who in ROLES:
        shown = page(cast, who, "session/")
        assert "discarded session 1" in shown
        assert "A week early" in shown
        assert scenes.SECRET not in shown + page(cast, who) + page(cast, who, "past/")
    assert cast.client("rep").get(address(cast, "past/1/")).status_code == 404
    assert post(cast, "sales_manager", "session/discard/", reason="Again").status_code == 404


def test_a_session_that_is_revealed_meanwhile_is_not_discarded(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    scenes.discussed(cast, {account: ("yes", "yes")})
    assert "session/discard/" not in page(cast, "sales_manager", "session/")
    late = post(cast, "sales_manager", "session/discard/", reason="A week early")
    assert late.status_code == 422
    assert "revealed already" in late.content.decode()


def test_one_play_for_all_that_have_none(cast: Cast) -> None:
    play = Play.objects.create(program=cast.program, name="Case study, then a call")
    accounts = scenes.companies(cast, 2)
    session = scenes.discussed(cast, dict.fromkeys(accounts, ("yes", "yes")))
    chosen = [scenes.candidate(session, account).pk for account in accounts]
    work: dict[str, Any] = {f"c{pk}-tier": 2 for pk in chosen}
    work |= {f"c{pk}-marketing_owner": cast.marketer.pk for pk in chosen}
    post(cast, "rep", "session/place/", chosen=chosen, **work, **{"all-play": play.pk})
    targets = Target.objects.in_program(cast.program)
    assert [(t.play, t.sales_owner) for t in targets] == [(play, None)] * 2
    shown = page(cast, "rep", "session/").partition("2 accounts lack an owner or a play")[2]
    for account in accounts:
        assert account.name in shown
    assert "no owner in sales" in shown
    assert "no owner in marketing" not in shown
    assert post(cast, "observer", "fill/", sales_owner=cast.rep.pk).status_code == 403
    assert post(cast, "rep", "fill/").status_code == 422
    assert post(cast, "rep", "fill/", sales_owner=cast.rep.pk).status_code == 302
    assert {t.sales_owner for t in targets.all()} == {cast.rep}
    assert "lack an owner" not in page(cast, "rep", "session/")


def test_the_page_of_a_target_says_who_works_it(cast: Cast) -> None:
    account = make.account(cast.program, "Acme", owner_id=cast.owner.pk)
    path = f"/p/{cast.program.slug}/accounts/{account.pk}/"
    nominate = f"nominate/{account.pk}/"

    def shown() -> str:
        head: str = (
            cast.client("rep").get(path).content.decode().partition('<div class="record">')[0]
        )
        return head

    assert "owned by Olivia Owner" in shown()
    assert "Nominate" in shown()
    Target.objects.create(
        program=cast.program,
        account=account,
        tier=1,
        entered_at=timezone.now(),
        sales_owner=cast.rep,
        marketing_owner=cast.marketer,
    )
    for words in ("Tier 1", str(cast.marketer), str(cast.rep), "account of Olivia Owner"):
        assert words in shown()
    assert "Nominate" not in shown()
    assert "Put up for review" in shown()
    assert "is on the list already" in page(cast, "rep", nominate)
    reply = cast.client("rep").post(address(cast, nominate), {"reason": "Quiet"}, follow=True)
    assert "the next session decides whether it stays" in reply.content.decode()
