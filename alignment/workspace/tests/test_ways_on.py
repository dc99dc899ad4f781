"""From a person or a lead to what comes next: a note, a touch, a phone that is missing."""

import re

import pytest

from accounts.models import Stakeholder
from tests import cast as make
from tests.cast import Cast

from .pages import text


@pytest.fixture
def anna(cast: Cast) -> Stakeholder:
    return make.stakeholder(cast.program, make.account(cast.program), first_name="Anna")


def chosen(page: str, name: str) -> list[str]:
    boxes = re.findall(rf'<input type="checkbox" name="{name}"[^>]*>', page)
    return [
        box[1] for text in boxes if " checked" in text and (box := re.search('value="(.*?)"', text))
    ]


def test_a_person_leads_to_a_note_and_a_touch_with_them(cast: Cast, anna: Stakeholder) -> None:
    make.stakeholder(cast.program, anna.account)
    page = text(cast, "rep", f"people/{anna.pk}/")
    note = f"accounts/{anna.account_id}/notes/new/?person={anna.pk}"
    touch = f"calendar/plan/?account={anna.account_id}&amp;person={anna.pk}"
    assert note in page
    assert touch in page
    assert chosen(text(cast, "rep", note), "people") == [str(anna.pk)]
    assert chosen(text(cast, "rep", touch.replace("&amp;", "&")), "people") == [str(anna.pk)]
    read = text(cast, "observer", f"people/{anna.pk}/")
    assert note not in read
    assert touch not in read


def test_nobody_plans_a_touch_with_whom_nobody_may_contact(cast: Cast, anna: Stakeholder) -> None:
    Stakeholder.objects.in_program(cast.program).update(do_not_contact=True)
    assert "calendar/plan/" not in text(cast, "rep", f"people/{anna.pk}/")
    page = text(cast, "rep", f"calendar/plan/?account={anna.account_id}")
    assert chosen(page, "people") == []


def test_the_only_person_of_an_account_is_chosen(cast: Cast, anna: Stakeholder) -> None:
    plan = f"calendar/plan/?account={anna.account_id}"
    assert chosen(text(cast, "rep", plan), "people") == [str(anna.pk)]
    make.stakeholder(cast.program, anna.account)
    assert chosen(text(cast, "rep", plan), "people") == []


def test_a_lead_without_a_phone_leads_to_its_field(cast: Cast, anna: Stakeholder) -> None:
    lead = make.lead(cast.program, anna)
    page = text(cast, "rep", f"leads/{lead.pk}/")
    field = f"people/{anna.pk}/edit/#id_phone"
    assert field in page
    assert f"notes/new/?person={anna.pk}" in page
    assert f"accounts/{anna.account_id}/opportunities/new/" in page
    assert 'id="id_phone"' in text(cast, "rep", f"people/{anna.pk}/edit/")
    assert field not in text(cast, "observer", f"leads/{lead.pk}/")


def test_a_name_of_several_accounts_asks_to_choose_one(cast: Cast) -> None:
    for name in ("Lantern Crane", "Lantern Owl"):
        make.account(cast.program, name)
    asked = "Several accounts have this in their name: choose one."
    assert asked in text(cast, "rep", "opportunities/new/?q=lantern")
    # Not while the name is typed, and not before.
    typing = {"HX-Request": "true"}
    assert asked not in text(cast, "rep", "opportunities/new/?q=lantern", **typing)
    assert asked not in text(cast, "rep", "opportunities/new/")
