"""The pages of opportunities."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Lead, Stage
from alignment.workspace.deals.days import today_in
from campaigns.opportunities.actions.moving import move
from campaigns.opportunities.actions.pipeline import remove_stage
from campaigns.opportunities.actions.writing import open_opportunity
from campaigns.opportunities.models import Opportunity, PipelineStage
from campaigns.opportunities.queries.pipeline import stages_of
from tests import cast as make
from tests.cast import Cast
from tests.markup import tight

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def stage(cast: Cast, name: str) -> PipelineStage:
    return PipelineStage.objects.in_program(cast.program).get(name=name)


def deal(cast: Cast, name: str = "Rollout", **said: Any) -> Opportunity:
    facts: dict[str, Any] = {"owner": cast.rep, "amount": Decimal(48_000)} | said
    return open_opportunity(account=make.account(cast.program), by=cast.rep, name=name, **facts)


def at(cast: Cast, name: str, *args: Any) -> str:
    return reverse(f"workspace:{name}", args=[cast.program.slug, *args])


def test_every_view_shows_the_deal(cast: Cast) -> None:
    deal(cast, "Quantum rollout", close_on=make.today() + timedelta(days=20))
    client = cast.client("marketer")
    for view in ("board", "list", "changes"):
        page = client.get(at(cast, "opportunities"), {"view": view})
        assert "Quantum rollout" in page.content.decode(), view
    forecast = client.get(at(cast, "opportunities"), {"view": "forecast"}).content.decode()
    assert "$48,000" in forecast
    assert "$9,600" in forecast


def test_french_months_are_small(cast: Cast) -> None:
    deal(cast, close_on=date(2026, 12, 23))
    cast.rep.language = "fr"
    cast.rep.save(update_fields=["language"])
    page = cast.client("rep").get(at(cast, "opportunities")).content.decode()
    assert ">23 déc.</time>" in tight(page)


@pytest.mark.parametrize("view", ["board", "list", "changes", "forecast"])
def test_more_deals_need_no_more_statements(cast: Cast, view: str) -> None:
    client = cast.client("rep")

    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(at(cast, "opportunities"), {"view": view}).status_code == 200
        return len(seen)

    deal(cast, close_on=make.today())
    statements()
    first = statements()
    deal(cast, close_on=make.today())
    deal(cast, close_on=make.today())
    assert statements() == first


def test_a_card_is_dropped_on_a_column(cast: Cast) -> None:
    moved, demo = deal(cast), stage(cast, "Demo")
    sent = {"deal": moved.pk, "stage": demo.pk, "seen_in": moved.stage_id}
    reply = cast.client("rep").post(at(cast, "opportunity_drag"), sent, headers=HTMX)
    assert reply.status_code == 204
    moved.refresh_from_db()
    assert moved.stage == demo
    late = cast.client("marketer").post(
        at(cast, "opportunity_drag"), sent | {"stage": stage(cast, "Won").pk}, headers=HTMX
    )
    assert "Demo" in late["HX-Trigger"]
    moved.refresh_from_db()
    assert moved.stage == demo


def test_a_card_dropped_on_a_stage_that_was_just_taken_out_is_told(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, demo = deal(cast), stage(cast, "Demo")
    shown = stages_of(cast.program)
    remove_stage(stage=demo, by=cast.owner)
    monkeypatch.setattr("alignment.workspace.deals.record_views.stages_of", lambda _program: shown)
    sent = {"deal": row.pk, "stage": demo.pk, "seen_in": row.stage_id}
    reply = cast.client("rep").post(at(cast, "opportunity_drag"), sent, headers=HTMX)
    assert reply.status_code == 204
    assert "There is no such stage." in reply["HX-Trigger"]


def test_dropped_on_lost_it_asks_why_and_keeps_what_was_typed(cast: Cast) -> None:
    lost, end = deal(cast), stage(cast, "Lost")
    client = cast.client("rep")
    sent: dict[str, Any] = {"deal": lost.pk, "stage": end.pk, "seen_in": lost.stage_id}
    asked = client.post(at(cast, "opportunity_drag"), sent, headers=HTMX)
    assert asked.status_code == 200
    assert "lost_reason" in asked.content.decode()
    sent = {"stage": end.pk, "seen_in": lost.stage_id, "lost_to": "Zeta Corp"}
    refused = client.post(at(cast, "opportunity_move", lost.pk), sent, headers=HTMX)
    assert refused.status_code == 422
    assert "Zeta Corp" in refused.content.decode()
    client.post(at(cast, "opportunity_move", lost.pk), sent | {"lost_reason": "competitor"})
    lost.refresh_from_db()
    assert (lost.outcome, lost.lost_to) == ("lost", "Zeta Corp")


def test_an_sql_is_made_an_opportunity_on_the_page(cast: Cast) -> None:
    lead = make.lead(cast.program, owner=cast.rep)
    Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(stage=Stage.SQL)
    client = cast.client("rep")
    page = client.get(at(cast, "opportunity_new", lead.account_id)).content.decode()
    assert str(lead.stakeholder) in page
    body = {"name": "Rollout", "currency": "USD", "amount": "48K", "leads": [lead.pk]}
    assert client.post(at(cast, "opportunity_new", lead.account_id), body).status_code == 302
    made = Opportunity.objects.in_program(cast.program).get()
    lead.refresh_from_db()
    assert (made.amount, lead.stage) == (Decimal(48_000), Stage.OPPORTUNITY)
    account = client.get(at(cast, "account", lead.account_id)).content.decode()
    assert at(cast, "opportunity", made.pk) in account


def test_a_new_deal_comes_from_where_its_lead_came(cast: Cast) -> None:
    lead = make.lead(cast.program, owner=cast.rep)
    cold = make.lead(cast.program, make.stakeholder(cast.program, lead.account))
    rows = Lead.objects.in_program(cast.program).filter(pk__in=[lead.pk, cold.pk])
    rows.update(stage=Stage.SQL, source="")
    rows.filter(pk=lead.pk).update(source="webinar")
    page, client = at(cast, "opportunity_new", lead.account_id), cast.client("rep")
    for asked, source in ({}, "webinar"), ({"lead": lead.pk}, "webinar"), ({"lead": cold.pk}, ""):
        assert client.get(page, asked).context["form"]["source"].value() == source


def test_what_is_wrong_stands_at_its_field(cast: Cast) -> None:
    changed = deal(cast)
    body = {"name": "Kept words", "currency": "EUR", "amount": "many", "next_step": "Call Ann"}
    reply = cast.client("rep").post(at(cast, "opportunity_edit", changed.pk), body)
    page = reply.content.decode()
    assert reply.status_code == 422
    assert "Call Ann" in page
    assert "Write one amount" in page


def test_the_page_of_a_deal_says_what_is_at_risk(cast: Cast) -> None:
    late = deal(cast, close_on=today_in(cast.program) - timedelta(days=3))
    page = cast.client("observer").get(at(cast, "opportunity", late.pk)).content.decode()
    assert "Its close date passed 3 days ago" in page
    assert "Nobody there is involved" in page
    assert at(cast, "opportunity_move", late.pk) not in page


def test_what_is_missing_is_written_into_its_own_field(cast: Cast) -> None:
    open_deal = deal(cast)
    page = cast.client("rep").get(at(cast, "opportunity", open_deal.pk)).content.decode()
    edit = f"{at(cast, 'opportunity_edit', open_deal.pk)}?at=next_step"
    assert f'href="{edit}"' in page
    form = cast.client("rep").get(edit, headers=HTMX).content.decode()
    assert form.count("autofocus") == 1
    assert "autofocus" in form.partition('name="next_step"')[2].partition(">")[0]


def test_somebody_who_engaged_is_involved(cast: Cast) -> None:
    company = make.account(cast.program)
    person = make.stakeholder(cast.program, company, role="decision_maker")
    make.lead(cast.program, person)
    make.engage(person, "pricing_page_view")
    made = open_opportunity(account=company, by=cast.rep, name="Rollout")
    page = cast.client("rep").get(at(cast, "opportunity", made.pk)).content.decode()
    assert "No decision-maker is involved" not in page
    assert "Hangs on one person" in page


def test_the_pipeline_is_for_managers(cast: Cast) -> None:
    demo = stage(cast, "Demo")
    edit = at(cast, "stage_edit", demo.pk)
    assert cast.client("rep").get(edit).status_code == 403
    manager = cast.client("sales_manager")
    body = {"name": "Show", "probability": 45, "quiet_after_days": 10, "guidance": "Be brief."}
    assert manager.post(edit, body).status_code == 302
    demo.refresh_from_db()
    assert (demo.name, demo.probability) == ("Show", 45)
    assert manager.post(edit, body | {"name": "Won"}).status_code == 422
    deal(cast, stage=demo)
    manager.post(at(cast, "stage_remove", demo.pk))
    assert "Deals stand in this stage" in manager.get(at(cast, "pipeline")).content.decode()


def test_a_stage_begins_with_guidance_and_comes_back_from_the_page(cast: Cast) -> None:
    manager, page = cast.client("sales_manager"), at(cast, "pipeline")
    assert "do not rise" not in manager.get(page).text
    assert 'name="guidance"' in manager.get(at(cast, "stage_new")).text
    body = {"name": "Legal", "probability": 30, "quiet_after_days": 10, "guidance": "Be brief."}
    assert manager.post(at(cast, "stage_new"), body).status_code == 302
    made = stage(cast, "Legal")
    shown = manager.get(page).text
    assert ("Be brief." in shown, "Legal has 30%, Negotiation before it has 70%" in shown) == (
        True,
        True,
    )
    manager.post(at(cast, "stage_remove", made.pk))
    back = at(cast, "stage_restore", made.pk)
    assert back in manager.get(page).text
    assert back not in cast.client("rep").get(page).text
    assert "Stages that were taken out" in cast.client("rep").get(page).text
    assert cast.client("rep").post(back).status_code == 403
    assert manager.post(back).status_code == 302
    made.refresh_from_db()
    assert made.retired_at is None
    assert back not in manager.get(page).text


def test_the_file_holds_the_filtered_list(cast: Cast) -> None:
    deal(cast, "=cmd()", owner=cast.rep)
    ended = deal(cast, "Ended")
    move(opportunity=ended, stage=stage(cast, "Won"), by=cast.rep)
    opened = datetime(2026, 6, 22, 18, 13, tzinfo=UTC)
    Opportunity.objects.in_program(cast.program).filter(pk=ended.pk).update(opened_at=opened)
    cast.rep.time_zone = "America/Denver"
    cast.rep.save()
    client = cast.client("rep")
    reply: Any = client.get(at(cast, "opportunities_export"), {"state": "won"})

    async def whole() -> str:
        return b"".join([part async for part in reply.streaming_content]).decode()

    text = async_to_sync(whole)()
    assert "Ended" in text
    assert "cmd" not in text
    # In the reader's time zone.
    assert ",2026-06-22T12:13-06:00," in text


def test_the_account_is_chosen_first(cast: Cast) -> None:
    company = make.account(cast.program, "Cascade Robotics")
    client = cast.client("rep")
    offered = client.get(at(cast, "opportunity_choose"), {"q": "Casc"}, headers=HTMX)
    assert "Cascade Robotics" in offered.content.decode()
    nobody = client.get(at(cast, "opportunity_choose"), {"q": "Nowhere Inc"})
    assert nobody.status_code == 422
    meant = client.get(at(cast, "opportunity_choose"), {"q": "Cascade Robotics"})
    assert meant["Location"] == at(cast, "opportunity_new", company.pk)
