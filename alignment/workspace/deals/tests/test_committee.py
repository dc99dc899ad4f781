"""The buying committee on the page of its deal."""

from itertools import product
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Stakeholder
from alignment.workspace.deals.involved import involved_outside
from alignment.workspace.templatetags.deals import gap_words
from campaigns.committee.actions.members import put_member
from campaigns.committee.models import CommitteeMember
from campaigns.committee.rules import Part, lacks
from campaigns.insights.actions.notes import write_note
from campaigns.opportunities.actions.moving import move
from campaigns.opportunities.actions.writing import open_opportunity
from campaigns.opportunities.models import Opportunity, Outcome
from tests import cast as make
from tests.cast import Cast
from tests.markup import tight

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def deal(cast: Cast) -> Opportunity:
    return open_opportunity(account=make.account(cast.program), by=cast.rep, name="Rollout")


def at(cast: Cast, name: str, *args: Any) -> str:
    return reverse(f"workspace:{name}", args=[cast.program.slug, *args])


def member(deal: Opportunity, role: str = "user", **facts: Any) -> CommitteeMember:
    person = make.stakeholder(deal.program, deal.account, **facts)
    return put_member(opportunity=deal, stakeholder=person, by=None, role=role)


def shown(cast: Cast, deal: Opportunity, who: str = "rep") -> str:
    return tight(cast.client(who).get(at(cast, "opportunity", deal.pk)).content.decode())


def test_a_gap_is_shown_until_somebody_is_named(cast: Cast, deal: Opportunity) -> None:
    assert "No economic buyer known" in shown(cast, deal, "marketer")
    person = make.stakeholder(cast.program, deal.account, first_name="Ida", last_name="Payne")
    body = {"person": person.pk, "role": "economic_buyer", "influence": "3", "stance": "for"}
    reply = cast.client("marketer").post(at(cast, "committee_add", deal.pk), body)
    assert reply.status_code == 302
    page = shown(cast, deal)
    assert "No economic buyer known" not in page
    assert "Decides, and nobody of sales looks after them: Ida Payne" in page
    found = CommitteeMember.objects.in_program(cast.program).get()
    edit = at(cast, "committee_edit", deal.pk, found.pk)
    cast.client("rep").post(edit, body | {"owner": cast.rep.pk})
    assert "nobody of sales" not in shown(cast, deal)


def test_who_is_against_us_and_left_alone_is_named_with_a_way_to_mend_it(
    cast: Cast, deal: Opportunity
) -> None:
    words = "Has influence and is against us, with nobody of us named for them"
    person = make.stakeholder(cast.program, deal.account, first_name="Cleo", last_name="Stern")
    said: dict[str, Any] = {"opportunity": deal, "stakeholder": person, "by": cast.rep}
    found = put_member(**said, role="blocker", stance="against", influence=2)
    edit = f'data-dialog="deal">Assign a rep<span class="visually-hidden">{person}'
    assert words not in shown(cast, deal)
    put_member(**said, influence=3)
    page = shown(cast, deal)
    assert words in page
    assert f'href="{at(cast, "committee_edit", deal.pk, found.pk)}"' in page.split(edit)[0][-400:]
    assert edit not in shown(cast, deal, "observer")
    put_member(**said, owner=cast.marketer)
    assert words not in shown(cast, deal)


def test_each_person_is_named_once_with_all_that_is_wrong_about_them(
    cast: Cast, deal: Opportunity
) -> None:
    person = make.stakeholder(cast.program, deal.account, first_name="Sofia", last_name="Sandoval")
    put_member(
        opportunity=deal,
        stakeholder=person,
        by=cast.rep,
        role="decision_maker",
        stance="against",
    )
    said_of = shown(cast, deal).partition('<ul class="lacks">')[2].partition("</ul>")[0]
    assert "Decides and is against us, and nobody of sales looks after them: Sofia" in said_of
    assert said_of.count("Sofia Sandoval") == 2  # the sentence and its link
    assert "Add a champion" in said_of


def test_a_closed_deal_lacks_nobody(cast: Cast, deal: Opportunity) -> None:
    assert "No champion known" in shown(cast, deal)
    won = make.ending(cast.program, Outcome.WON)
    assert won
    move(opportunity=deal, stage=won, by=cast.rep)
    assert "No champion known" not in shown(cast, deal)


def test_there_are_words_for_all_that_may_be_wrong_about_somebody() -> None:
    either = (False, True)
    roles, stances = ("decision_maker", "user"), ("", "for", "against")
    for facts in product((1,), roles, stances, either, either, (1, 3), either):
        gaps = tuple(lack.gap for lack in lacks([Part(*facts)]) if lack.keys)
        assert not gaps or "%(who)s" in gap_words(gaps, 1)


def test_what_is_wrong_stands_at_its_field(cast: Cast, deal: Opportunity) -> None:
    reply = cast.client("rep").post(at(cast, "committee_add", deal.pk), {"note": "Kept words"})
    assert reply.status_code == 422
    page = reply.content.decode()
    assert "Kept words" in page
    assert 'id="id_person_error"' in page


def test_the_map_is_redrawn_by_dragging(cast: Cast, deal: Opportunity) -> None:
    boss, other = member(deal, "decision_maker"), member(deal)
    move = at(cast, "committee_move", deal.pk)
    client = cast.client("rep")
    body: dict[str, Any] = {"member": other.pk, "boss": boss.pk}
    assert client.post(move, body, headers=HTMX).status_code == 204
    other.refresh_from_db()
    assert other.reports_to == boss
    circle = client.post(move, {"member": boss.pk, "boss": other.pk}, headers=HTMX)
    assert "themselves" in circle["HX-Trigger"]
    client.post(move, {"member": other.pk, "boss": ""}, headers=HTMX)
    other.refresh_from_db()
    assert other.reports_to is None


def test_somebody_is_taken_out(cast: Cast, deal: Opportunity) -> None:
    gone = member(deal)
    cast.client("rep").post(at(cast, "committee_remove", deal.pk, gone.pk))
    assert not CommitteeMember.objects.in_program(cast.program).exists()
    assert Stakeholder.objects.in_program(cast.program).filter(pk=gone.stakeholder_id).exists()


def test_an_observer_only_reads(cast: Cast, deal: Opportunity) -> None:
    member(deal)
    page = shown(cast, deal, "observer")
    assert at(cast, "committee_add", deal.pk) not in page
    assert cast.client("observer").get(at(cast, "committee_add", deal.pk)).status_code == 403


def test_a_decision_maker_of_the_committee_counts(cast: Cast, deal: Opportunity) -> None:
    decider = member(deal, "decision_maker")
    make.lead(cast.program, decider.stakeholder)
    make.engage(decider.stakeholder, "pricing_page_view")
    assert "No decision-maker is involved" not in shown(cast, deal)


def test_whom_we_met_is_offered_until_they_have_a_part(cast: Cast, deal: Opportunity) -> None:
    known = member(deal, first_name="Ida", last_name="Payne")
    person = make.stakeholder(cast.program, deal.account, first_name="Max", last_name="Outside")
    make.stakeholder(cast.program, deal.account, first_name="Nora", last_name="Silent")
    write_note(
        account=deal.account,
        by=cast.rep,
        kind="call",
        text="Both were there.",
        people=[person.pk, known.stakeholder_id],
    )
    assert [each.person for each in involved_outside(deal)] == [person]
    page = shown(cast, deal)
    assert "they have no part here" in page
    assert f"?person={person.pk}&amp;role=" in page
    assert f"?person={person.pk}&amp;role=" not in shown(cast, deal, "observer")
    put_member(opportunity=deal, stakeholder=person, by=cast.rep, role="user")
    assert "they have no part here" not in shown(cast, deal)


def test_observers_look_after_nobody(cast: Cast, deal: Opportunity) -> None:
    found, client = member(deal), cast.client("rep")
    pages = [
        at(cast, "committee_add", deal.pk),
        at(cast, "committee_edit", deal.pk, found.pk),
        at(cast, "note_new", deal.account_id),
    ]
    for page in pages:
        form = client.get(page).content.decode()
        assert cast.observer.name not in form
        assert cast.marketer.name in form
