"""Two people edit the same deal, committee member, note or message: no input is lost."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Stakeholder
from campaigns.actions.campaigns import add_campaign
from campaigns.committee.models import CommitteeMember
from campaigns.insights.models import Note, NotePerson
from campaigns.insights.tests import scenes
from campaigns.library.actions.assets import add_asset
from campaigns.library.models import Play
from campaigns.opportunities.actions.pipeline import set_rate
from campaigns.opportunities.models import Opportunity, OpportunityStep
from tests import cast as make
from tests.cast import Cast

from .test_committee import member
from .test_pages import at, deal

pytestmark = pytest.mark.django_db


def shown(cast: Cast, who: str, url: str) -> dict[str, Any]:
    """The data that a browser would submit from the form as `who` sees it now."""
    form = cast.client(who).get(url).context["form"]
    sent: dict[str, Any] = {}
    for name in form.fields:
        value = form.fields[name].prepare_value(form[name].value())
        value = form.fields[name].widget.format_value(value)
        value = "" if value is None else value
        if not (isinstance(value, list) and not value) and name != "file":
            sent |= {name: value, form.add_initial_prefix(name): value}
    return sent


@pytest.fixture
def pilot(cast: Cast) -> Opportunity:
    return deal(cast, "Pilot", amount=Decimal(139_000), close_on=date(2026, 12, 10))


def test_a_deal_keeps_what_another_wrote_meanwhile(cast: Cast, pilot: Opportunity) -> None:
    url = at(cast, "opportunity_edit", pilot.pk)
    first, second = shown(cast, "rep", url), shown(cast, "marketer", url)
    cast.client("rep").post(url, first | {"amount": "150,000"})
    reply = cast.client("marketer").post(url, second | {"next_step": "Call Ida"})
    assert reply.status_code == 302
    pilot.refresh_from_db()
    assert (pilot.amount, pilot.next_step) == (Decimal(150_000), "Call Ida")
    steps = OpportunityStep.objects.in_program(cast.program).filter(opportunity=pilot)
    assert [s.by for s in steps.filter(kind="amount")] == [cast.rep]


def test_over_one_field_of_a_deal_the_later_one_is_asked(cast: Cast, pilot: Opportunity) -> None:
    url = at(cast, "opportunity_edit", pilot.pk)
    first, second = shown(cast, "rep", url), shown(cast, "marketer", url)
    cast.client("rep").post(url, first | {"close_on": "2026-12-20", "source": "Fair"})
    reply = cast.client("marketer").post(
        url, second | {"close_on": "2027-01-15", "next_step": "Call Ida"}
    )
    assert reply.status_code == 409
    form = reply.context["form"]
    assert set(form.errors) == {"close_on"}
    assert "Dec 20, 2026" in form.errors["close_on"][0]
    assert form["close_on"].value() == "2027-01-15"
    assert (form["next_step"].value(), form["source"].value()) == ("Call Ida", "Fair")
    pilot.refresh_from_db()
    assert (pilot.close_on, pilot.next_step) == (date(2026, 12, 20), "")
    again = {name: value for name, value in form.data.items() if value}
    assert cast.client("marketer").post(url, again).status_code == 302
    pilot.refresh_from_db()
    assert (pilot.close_on, pilot.source) == (date(2027, 1, 15), "Fair")


def test_an_amount_is_not_put_into_another_currency(cast: Cast, pilot: Opportunity) -> None:
    set_rate(program=cast.program, currency="EUR", usd=Decimal("1.1"), by=None)
    url = at(cast, "opportunity_edit", pilot.pk)
    first, second = shown(cast, "rep", url), shown(cast, "marketer", url)
    cast.client("rep").post(url, first | {"currency": "EUR"})
    reply = cast.client("marketer").post(url, second | {"amount": "150,000"})
    assert reply.status_code == 409
    assert "EUR" in reply.context["form"].errors["currency"][0]


def test_an_owner_who_left_stays_until_another_is_chosen(cast: Cast, pilot: Opportunity) -> None:
    Opportunity.objects.in_program(cast.program).filter(pk=pilot.pk).update(owner=cast.observer)
    url = at(cast, "opportunity_edit", pilot.pk)
    sent = shown(cast, "rep", url) | {"next_step": "Call"}
    assert cast.client("rep").post(url, sent).status_code == 302
    pilot.refresh_from_db()
    assert (pilot.owner, pilot.next_step) == (cast.observer, "Call")


def test_a_part_in_the_committee_keeps_what_another_wrote(cast: Cast, pilot: Opportunity) -> None:
    part = member(pilot)
    url = at(cast, "committee_edit", pilot.pk, part.pk)
    first, second = shown(cast, "rep", url), shown(cast, "marketer", url)
    cast.client("rep").post(url, first | {"stance": "against"})
    assert cast.client("marketer").post(url, second | {"role": "champion"}).status_code == 302
    part.refresh_from_db()
    assert (part.stance, part.role) == ("against", "champion")
    reply = cast.client("marketer").post(url, second | {"stance": "for", "note": "Likes it"})
    assert reply.status_code == 409
    form = reply.context["form"]
    assert "Against us" in form.errors["stance"][0]
    assert form["note"].value() == "Likes it"
    part = CommitteeMember.objects.in_program(cast.program).get()
    assert (part.stance, part.note) == ("against", "")


@pytest.fixture
def ida(cast: Cast, pilot: Opportunity) -> Stakeholder:
    return make.stakeholder(cast.program, pilot.account, first_name="Ida", last_name="Payne")


def test_a_note_keeps_what_another_wrote(cast: Cast, pilot: Opportunity, ida: Stakeholder) -> None:
    row = scenes.note(cast, "They like it.", opportunity=pilot)
    url = at(cast, "note_edit", row.pk)
    first, second = shown(cast, "rep", url), shown(cast, "marketer", url)
    sent = first | {"text": "They like it. Price is open.", "people": [str(ida.pk)]}
    assert cast.client("rep").post(url, sent).status_code == 302
    assert cast.client("marketer").post(url, second | {"kind": "meeting"}).status_code == 302
    row.refresh_from_db()
    assert (row.text, row.kind) == ("They like it. Price is open.", "meeting")
    links = NotePerson.objects.in_program(cast.program).filter(note=row)
    assert [link.stakeholder for link in links] == [ida]


def test_over_the_text_of_a_note_the_later_one_sees_the_new_words(
    cast: Cast, pilot: Opportunity
) -> None:
    said = "A long call about the rollout. " * 30
    row = scenes.note(cast, said, opportunity=pilot)
    Note.objects.in_program(cast.program).filter(pk=row.pk).update(at=row.at.replace(second=31))
    url = at(cast, "note_edit", row.pk)
    first, second = shown(cast, "rep", url), shown(cast, "marketer", url)
    cast.client("rep").post(url, first | {"text": f"{said} Legal is in doubt."})
    mine = f"{said} Ida wants a pilot."
    reply = cast.client("marketer").post(url, second | {"text": mine})
    assert reply.status_code == 409
    form = reply.context["form"]
    assert set(form.errors) == {"text"}
    assert "Legal is in doubt." in form.errors["text"][0]
    assert len(form.errors["text"][0]) < 300
    assert form["text"].value() == mine
    row.refresh_from_db()
    assert row.text.endswith("Legal is in doubt.")
    assert row.at.second == 31


def test_over_the_message_of_content_the_later_one_is_asked(cast: Cast) -> None:
    asset = add_asset(program=cast.program, title="Banks", kind="video", by=None, message="Week")
    url = at(cast, "asset_edit", asset.pk)
    first, second = shown(cast, "rep", url), shown(cast, "marketer", url)
    third = shown(cast, "marketing_manager", url)
    cast.client("rep").post(url, first | {"message": "Two days", "persona": "CFO"})
    reply = cast.client("marketer").post(url, second | {"message": "A day", "title": "Banks!"})
    form = reply.context["form"]
    assert (reply.status_code, set(form.errors)) == (409, {"message"})
    assert "“Two days”" in form.errors["message"][0]
    values = {name: form[name].value() for name in ("message", "title", "persona")}
    assert values == {"message": "A day", "title": "Banks!", "persona": "CFO"}
    again = {name: value for name, value in form.data.items() if value}
    assert cast.client("marketer").post(url, again).status_code == 302
    cast.client("marketing_manager").post(url, third | {"url": "https://example.com/banks"})
    asset.refresh_from_db()
    assert (asset.message, asset.title, asset.persona) == ("A day", "Banks!", "CFO")
    assert asset.url == "https://example.com/banks"


def test_over_one_answer_the_later_one_is_asked(cast: Cast) -> None:
    topic = scenes.price(cast)
    url = at(cast, "insight_topic_answer", topic.pk)
    first, second = shown(cast, "rep", url), shown(cast, "marketer", url)
    cast.client("rep").post(url, first | {"answer": "Theirs."})
    reply = cast.client("marketer").post(url, second | {"answer": "Mine."})
    form = reply.context["form"]
    assert (reply.status_code, set(form.errors)) == (409, {"answer"})
    assert ("“Theirs.”" in form.errors["answer"][0], form["answer"].value()) == (True, "Mine.")
    topic.refresh_from_db()
    assert topic.answer == "Theirs."
    again = {name: value for name, value in form.data.items() if value}
    assert cast.client("marketer").post(url, again).status_code == 302
    topic.refresh_from_db()
    assert topic.answer == "Mine."


def test_a_campaign_keeps_what_another_wrote_meanwhile(cast: Cast) -> None:
    first_play, second_play = (
        Play.objects.create(program=cast.program, name=name) for name in ("One", "Two")
    )
    campaign = add_campaign(
        program=cast.program,
        by=cast.marketer,
        name="Spring",
        goal="Ten meetings",
        starts_on=date(2026, 3, 1),
        ends_on=date(2026, 5, 31),
        plays=[first_play.pk],
    )
    url = at(cast, "campaign_edit", campaign.pk)
    first, second = shown(cast, "marketer", url), shown(cast, "sales_manager", url)
    third = dict(second)
    assert cast.client("marketer").post(url, first | {"goal": "Twelve"}).status_code == 302
    changed = second | {"budget_usd": "5,000", "plays": [first_play.pk, second_play.pk]}
    assert cast.client("sales_manager").post(url, changed).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.goal, campaign.budget_usd) == ("Twelve", 5_000)
    assert set(campaign.plays.all()) == {first_play, second_play}
    # If both changed a field, the second one is asked, and the page shows both values.
    asked = cast.client("sales_manager").post(url, third | {"goal": "Twenty", "plays": []})
    assert asked.status_code == 409
    page = asked.content.decode()
    assert "Somebody else meanwhile wrote “Twelve”" in page
    assert 'value="Twenty"' in page
    campaign.refresh_from_db()
    assert campaign.goal == "Twelve"
