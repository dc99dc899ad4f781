"""The first page of the day, search and the navigation."""

import pytest
from django.utils import timezone

from accounts.models import Lead, ValidationCall
from alignment.agreements.actions.drafts import save_draft, start_draft
from alignment.agreements.actions.signing import propose, sign
from alignment.agreements.models import Kind
from alignment.people.models import Role
from alignment.sla.actions.sweep import sweep
from alignment.sla.models import Clock
from alignment.sla.tests.promises import clause, clock, contract, due, follow
from alignment.workspace.search.queries import find
from alignment.workspace.today.marketing import weeks_of
from tests import cast as make
from tests.cast import Cast

from .pages import address, queries, text
from .test_accounts import FITTING, hot_lead


@pytest.mark.parametrize("who", make.ROLES)
def test_an_empty_day_says_what_to_do(cast: Cast, who: str) -> None:
    assert "Hello" in text(cast, who)


@pytest.mark.parametrize("who", make.ROLES)
def test_the_day_costs_the_same_for_one_lead_and_three(cast: Cast, who: str) -> None:
    def lead() -> None:
        found = hot_lead(make.account(cast.program, owner_id=cast.rep.pk, **FITTING))
        Lead.objects.in_program(cast.program).filter(pk=found.pk).update(owner=getattr(cast, who))

    lead()
    one = queries(cast, who)
    lead()
    lead()
    assert queries(cast, who) == one
    assert one <= 40


def test_a_proposal_waits_for_the_side_that_has_not_signed(cast: Cast) -> None:
    """It comes first on the page of that side's managers until one of them signs, and on no other
    page.
    """
    draft = start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner)
    changed = save_draft(
        version=draft, content=draft.content | {"mql_at": 35}, note="More calls.", by=cast.owner
    )
    assert "Read and sign" not in text(cast, "sales_manager")
    proposal = propose(version=changed, by=cast.owner)
    assert proposal.digest
    managers = ("marketing_manager", "sales_manager")
    for who in make.ROLES:
        assert ("Read and sign" in text(cast, who)) == (who in managers)
    sign(version=proposal, digest=proposal.digest, by=cast.sales_manager)
    part = {"HX-Request": "true"}
    assert "Read and sign" not in text(cast, "sales_manager", "?part=to_sign", **part)
    waiting = text(cast, "marketing_manager", "?part=to_sign", **part)
    assert "version 2: your signature is missing" in waiting
    assert "More calls." in waiting


def test_a_proposal_that_nobody_can_sign_for_a_side_is_told(cast: Cast) -> None:
    draft = start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner)
    content = draft.content | {"mql_at": 35}
    changed = save_draft(version=draft, content=content, note="More calls.", by=cast.owner)
    propose(version=changed, by=cast.owner)
    assert "has no manager who could sign" not in text(cast, "owner")
    seat = cast.membership("sales_manager")
    seat.role = Role.MEMBER
    seat.save()
    assert "Sales has no manager who could sign" in text(cast, "owner")
    assert "Sales has no manager who could sign" in text(cast, "marketing_manager")
    assert "has no manager who could sign" not in text(cast, "rep")


def test_a_rep_sees_what_is_theirs_and_nobodys(cast: Cast) -> None:
    def waiting(name: str, owner: object) -> None:
        lead = hot_lead(make.account(cast.program, name, **FITTING))
        Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(owner=owner)

    waiting("Mine Inc", cast.rep)
    waiting("Free Inc", None)
    waiting("Hers Inc", cast.sales_manager)
    part = text(cast, "rep", "?part=waiting", **{"HX-Request": "true"})
    assert "Mine Inc" in part
    assert "Free Inc" in part
    assert "Hers Inc" not in part
    assert "<html" not in part
    assert "Hers Inc" in text(cast, "sales_manager", "?part=waiting", **{"HX-Request": "true"})


def test_a_rep_is_led_to_the_leads_that_were_counted(cast: Cast) -> None:
    for owner in (cast.rep, None, cast.sales_manager):
        lead = hot_lead(make.account(cast.program, **FITTING))
        Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(owner=owner)
    theirs = f"queue/?owner=person_or_nobody%3A{cast.rep.pk}"
    assert text(cast, "rep").count(theirs) == 2
    assert 'id="queue-count">2</span>' in text(cast, "rep", theirs)
    managers = text(cast, "sales_manager")
    assert "person_or_nobody" not in managers
    assert 'id="queue-count">3</span>' in text(cast, "sales_manager", "queue/")


def test_a_rep_sees_how_long_is_left_and_what_is_late_first(cast: Cast) -> None:
    contract(cast.program, clause())
    late, next_one, hers = (make.lead(cast.program, owner=cast.rep) for _ in range(3))
    for lead in (late, next_one, hers):
        follow(lead, "handed_off")
    due(clock(late))
    sweep()
    Clock.objects.in_program(cast.program).filter(lead=hers).update(owner=cast.sales_manager)
    part = text(cast, "rep", "?part=promises", **{"HX-Request": "true"})
    assert part.index(f"owed-{clock(late).pk}") < part.index(f"owed-{clock(next_one).pk}")
    assert part.count("data-countdown") == 2
    assert part.count("Late") == 1
    assert f"owed-{clock(hers).pk}" not in part
    managers = text(cast, "sales_manager", "?part=promises", **{"HX-Request": "true"})
    assert f"owed-{clock(hers).pk}" in managers
    assert "Nothing is owed now" in text(cast, "marketer")


def test_what_is_late_about_a_closed_lead_is_history(cast: Cast) -> None:
    contract(cast.program, clause())
    lead = make.lead(cast.program, owner=cast.rep)
    follow(lead, "handed_off")
    due(clock(lead))
    sweep()
    Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(
        stage="lost", closed_at=timezone.now()
    )
    assert f"owed-{clock(lead).pk}" not in text(cast, "rep")


def test_who_waits_for_a_call_shows_how_long_is_left(cast: Cast) -> None:
    lead = hot_lead(make.account(cast.program, **FITTING))
    Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(owner=cast.rep)
    part = {"HX-Request": "true"}
    assert "data-countdown" not in text(cast, "rep", "?part=waiting", **part)
    contract(cast.program, clause())
    follow(lead, "handed_off")
    assert "data-countdown" in text(cast, "rep", "?part=waiting", **part)


def test_marketing_sees_who_is_close_and_what_became_of_the_others(cast: Cast) -> None:
    account = make.account(cast.program, "Acme", **FITTING)
    close = make.lead(cast.program, make.stakeholder(cast.program, account, last_name="Close"))
    make.engage(close.stakeholder, "pricing_page_view")
    hot_lead(account)
    page = text(cast, "marketer")
    assert "Close" in page
    assert "What became of the MQLs" in page
    weeks = weeks_of(cast.program)
    assert weeks.this_week == 1
    assert weeks.sources == [("test", 1)]
    assert len(weeks.weeks) == 12


def test_owners_see_what_is_not_set_up_and_not_known(cast: Cast) -> None:
    make.account(cast.program)
    page = text(cast, "owner")
    assert "Create an API key" in page
    assert "What we do not know" in page
    assert "?unknown=budget" in page
    make.api_key(cast.program, cast.owner)
    assert "Create an API key" not in text(cast, "owner")


def test_a_manager_without_leads_of_their_own_sees_none_counted(cast: Cast) -> None:
    assert "Your open leads" in text(cast, "rep")
    assert "Your open leads" not in text(cast, "sales_manager")
    lead = hot_lead(make.account(cast.program, **FITTING))
    Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(owner=cast.sales_manager)
    assert "Your open leads" in text(cast, "sales_manager")


def test_who_may_only_read_is_not_asked_to_set_up(cast: Cast) -> None:
    assert "Finish setting up" not in text(cast, "observer")


def test_search_finds_accounts_people_and_leads(cast: Cast) -> None:
    account = make.account(cast.program, "Zephyr Robotics", domain="zephyr.example")
    person = make.stakeholder(
        cast.program, account, "ada@zephyr.example", first_name="Ada", last_name="Byron"
    )
    lead = make.lead(cast.program, person)
    for words in ("zeph", "robotics", "zephyr.ex", "Zephyr Robotics"):
        assert find(program=cast.program, text=words).accounts == [account], words
    for words in ("byron", "ada byr", "ada@zeph", "ADA@ZEPHYR.EXAMPLE", "By"):
        found = find(program=cast.program, text=words)
        assert found.people == [person], words
        assert found.leads == [lead], words


def test_search_hides_no_best_hit_behind_others(cast: Cast) -> None:
    for number in range(8):
        account = make.account(cast.program, f"Ann {number}", domain=f"ann-{number}.example")
        make.stakeholder(cast.program, account, f"ann{number}@x.example", first_name=f"Zoe{number}")
    named = make.account(cast.program, "Ann", domain="zzz.example")
    person = make.stakeholder(
        cast.program, named, "z@zzz.example", first_name="Änn", last_name="Zimmer"
    )
    found = find(program=cast.program, text="ann")
    assert found.accounts[0] == named
    assert found.people[0] == person
    assert len(found.accounts) == len(found.people) == 6


@pytest.mark.parametrize("words", ["", "   ", "%", "_", "\x00", "'; drop", "a" * 5000, "@", "é"])
def test_search_takes_anything(cast: Cast, words: str) -> None:
    make.lead(cast.program)
    assert not find(program=cast.program, text=words).leads


def test_search_stays_in_the_program(cast: Cast) -> None:
    theirs = make.account(cast.other_program, "Zanzibar Spices")
    make.stakeholder(cast.other_program, theirs, "z@zanzibar.example", last_name="Zanzibar")
    assert not find(program=cast.program, text="zanzibar").anything


def test_the_palette_gets_options_and_others_a_page(cast: Cast) -> None:
    make.account(cast.program, "Acme <b>")
    part = text(cast, "rep", "search/?q=acme", **{"HX-Request": "true"})
    assert 'role="option"' in part
    assert "Acme &lt;b&gt;" in part
    assert "<html" not in part
    assert "<html" in text(cast, "rep", "search/?q=acme")
    assert queries(cast, "rep", "search/?q=acme", **{"HX-Request": "true"}) <= 12


def test_navigation_knows_where_one_is(cast: Cast) -> None:
    hot_lead(make.account(cast.program, **FITTING))
    page = text(cast, "rep", "accounts/")
    current = page.partition('aria-current="page"')[0].rpartition("href=")[2]
    assert current.startswith(f'"{address(cast, "accounts/")}"')
    assert 'nav__count--hot">1<' in text(cast, "rep", "navigation/")
    assert queries(cast, "rep", "navigation/") <= 9


def test_strangers_find_nothing(cast: Cast) -> None:
    for page in ("", "accounts/", "people/", "search/?q=a", "navigation/", "accounts/export/"):
        assert cast.client("stranger").get(address(cast, page)).status_code == 404


def test_day_badge_and_queue_count_the_same_leads(cast: Cast) -> None:
    account = make.account(cast.program, owner_id=cast.rep.pk, **FITTING)
    free, taken, called = (hot_lead(account) for _ in range(3))
    Lead.objects.in_program(cast.program).filter(pk=taken.pk).update(owner=cast.rep)
    ValidationCall.objects.create(
        program=cast.program, lead=called, by=cast.rep, outcome="not_now", called_at=timezone.now()
    )
    assert free.owner is None
    page = text(cast, "sales_manager")
    assert page.partition('id="waiting-title"')[2].partition('class="count">')[2][:2] == "2<"
    queue = text(cast, "sales_manager", "queue/")
    assert queue.partition('id="queue-count">')[2][:2] == "2<"
    assert queue.partition("nav__count--hot")[2].partition(">")[2][:2] == "2<"
    assert "<title>(2) " in " ".join(queue.split())
