"""Opening, changing and moving deals."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import JournalEvent, Lead, Stage, Stakeholder
from alignment.core.models import AuditEntry
from alignment.scoring.actions.leads import disqualify, record_validation_call, recycle
from alignment.workspace.deals.record import ready_leads
from campaigns.opportunities.actions.moving import DealMoved, bring_back, move, take_back
from campaigns.opportunities.actions.pipeline import (
    add_stage,
    change_stage,
    place_stage,
    remove_stage,
    restore_stage,
    set_rate,
)
from campaigns.opportunities.actions.writing import change_opportunity, open_opportunity
from campaigns.opportunities.models import (
    Opportunity,
    OpportunityStep,
    Outcome,
    PipelineStage,
)
from campaigns.opportunities.queries.pipeline import (
    MOST_STAGES,
    not_rising,
    removed_stages,
    stages_of,
)
from tests import cast as make
from tests.cast import Cast


def an_sql(cast: Cast) -> Lead:
    lead = make.lead(cast.program, owner=cast.rep)
    Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(stage=Stage.SQL)
    lead.refresh_from_db()
    return lead


def a_deal(cast: Cast, **said: object) -> Opportunity:
    facts: dict[str, object] = {"name": "Rollout", "owner": cast.rep} | said
    return open_opportunity(account=make.account(cast.program), by=cast.rep, **facts)  # type: ignore[arg-type]


def steps(deal: Opportunity) -> list[str]:
    rows = OpportunityStep.objects.in_program(deal.program_id).filter(opportunity=deal)
    return list(rows.order_by("id").values_list("kind", flat=True))


def stage(cast: Cast, name: str) -> PipelineStage:
    return PipelineStage.objects.in_program(cast.program).get(name=name)


def test_an_sql_becomes_an_opportunity_and_is_won_with_it(cast: Cast) -> None:
    lead = an_sql(cast)
    assert lead.account
    deal = open_opportunity(
        account=lead.account, by=cast.rep, leads=[lead.pk], name="Rollout", amount=Decimal(48000)
    )
    lead.refresh_from_db()
    assert (deal.stage.name, lead.stage) == ("Discovery", Stage.OPPORTUNITY)
    move(opportunity=deal, stage=stage(cast, "Demo"), by=cast.rep)
    move(opportunity=deal, stage=make.ending(cast.program, Outcome.WON), by=cast.rep)
    lead.refresh_from_db()
    deal.refresh_from_db()
    assert (lead.stage, deal.outcome) == (Stage.WON, Outcome.WON)
    assert deal.closed_at is not None
    assert steps(deal) == ["opened", "stage", "stage"]
    told = JournalEvent.objects.in_program(cast.program).filter(account=lead.account)
    kinds = list(told.filter(kind__startswith="opportunity").values_list("kind", flat=True))
    assert sorted(kinds) == ["opportunity_moved", "opportunity_moved", "opportunity_opened"]
    first = told.get(kind="opportunity_opened").detail
    moved = told.filter(kind="opportunity_moved").order_by("pk")[0].detail
    assert first["to_stage_id"] == moved["from_stage_id"] == stage(cast, "Discovery").pk
    assert (moved["to_stage_id"], moved["to"]) == (stage(cast, "Demo").pk, "Demo")


def test_a_deal_that_opens_again_takes_its_lead_along(cast: Cast) -> None:
    lead = an_sql(cast)
    assert lead.account
    deal = open_opportunity(account=lead.account, by=cast.rep, leads=[lead.pk], name="Rollout")
    move(
        opportunity=deal,
        stage=make.ending(cast.program, Outcome.LOST),
        by=cast.rep,
        lost_reason="price",
    )
    lead.refresh_from_db()
    assert lead.stage == Stage.LOST
    back = move(opportunity=deal, stage=stage(cast, "Demo"), by=cast.rep)
    lead.refresh_from_db()
    assert (lead.stage, lead.closed_at, back.closed_at) == (Stage.OPPORTUNITY, None, None)
    assert back.lost_reason == ""


def test_leads_follow_a_deal_from_won_to_lost_and_back(cast: Cast) -> None:
    lead = an_sql(cast)
    assert lead.account
    deal = open_opportunity(account=lead.account, by=cast.rep, leads=[lead.pk], name="Rollout")
    for outcome, followed in (
        (Outcome.WON, Stage.WON),
        (Outcome.LOST, Stage.LOST),
        (Outcome.WON, Stage.WON),
    ):
        reason = "price" if outcome == Outcome.LOST else ""
        move(
            opportunity=deal,
            stage=make.ending(cast.program, outcome),
            by=cast.rep,
            lost_reason=reason,
        )
        lead.refresh_from_db()
        assert lead.stage == followed
        assert lead.closed_at is not None


def test_a_lead_whose_person_has_a_newer_one_stays_closed(cast: Cast) -> None:
    lead = an_sql(cast)
    assert lead.account
    deal = open_opportunity(account=lead.account, by=cast.rep, leads=[lead.pk], name="Rollout")
    move(
        opportunity=deal,
        stage=make.ending(cast.program, Outcome.LOST),
        by=cast.rep,
        lost_reason="price",
    )
    make.lead(cast.program, lead.stakeholder)
    move(opportunity=deal, stage=stage(cast, "Demo"), by=cast.rep)
    lead.refresh_from_db()
    assert lead.stage == Stage.LOST


def test_an_early_lead_is_no_part_of_a_deal(cast: Cast) -> None:
    lead = make.lead(cast.program, owner=cast.rep)
    assert lead.account
    with pytest.raises(ValidationError) as refused:
        open_opportunity(account=lead.account, by=cast.rep, leads=[lead.pk], name="Rollout")
    assert "leads" in refused.value.message_dict
    assert not Opportunity.objects.in_program(cast.program).exists()


def test_a_lead_is_part_of_one_deal(cast: Cast) -> None:
    lead = an_sql(cast)
    assert lead.account
    open_opportunity(account=lead.account, by=cast.rep, leads=[lead.pk], name="One")
    with pytest.raises(ValidationError):
        open_opportunity(account=lead.account, by=cast.rep, leads=[lead.pk], name="Two")


@pytest.mark.parametrize("is_lost", [True, False])
def test_a_lead_that_was_sent_back_may_be_part_of_the_next_deal(cast: Cast, is_lost: bool) -> None:
    lead = an_sql(cast)
    assert lead.account
    first = open_opportunity(account=lead.account, by=cast.rep, leads=[lead.pk], name="First")
    recycle(lead=lead, by=cast.rep, reason="Not now")
    if is_lost:
        move(
            opportunity=first,
            stage=make.ending(cast.program, Outcome.LOST),
            by=cast.rep,
            lost_reason="timing",
        )
    Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(stage=Stage.SQL)
    assert ready_leads(cast.program, lead.account.pk) == [lead]
    second = open_opportunity(account=lead.account, by=cast.rep, leads=[lead.pk], name="Second")
    lead.refresh_from_db()
    assert lead.stage == Stage.OPPORTUNITY
    assert ready_leads(cast.program, lead.account.pk) == []
    move(opportunity=second, stage=make.ending(cast.program, Outcome.WON), by=cast.rep)
    lead.refresh_from_db()
    assert lead.stage == Stage.WON


@pytest.mark.parametrize(
    ("moves", "found"),
    [
        ([], Stage.OPPORTUNITY),
        (["Won"], Stage.WON),
        (["Lost"], Stage.LOST),
        (["Lost", "Demo"], Stage.OPPORTUNITY),
    ],
)
def test_a_lead_that_is_brought_back_is_where_its_deal_is(
    cast: Cast, moves: list[str], found: str
) -> None:
    lead = an_sql(cast)
    assert lead.account
    deal = open_opportunity(account=lead.account, by=cast.rep, leads=[lead.pk], name="Rollout")
    disqualify(lead=lead, by=cast.rep, reason="A slip", code="no-need")
    for name in moves:
        reason = "price" if name == "Lost" else ""
        move(opportunity=deal, stage=stage(cast, name), by=cast.rep, lost_reason=reason)
    back = bring_back(lead=lead, by=cast.rep)
    lead.refresh_from_db()
    assert back.stage == lead.stage == found
    assert (lead.closed_at is None) is (found == Stage.OPPORTUNITY)


def test_lost_needs_a_reason(cast: Cast) -> None:
    deal, lost = a_deal(cast), make.ending(cast.program, Outcome.LOST)
    with pytest.raises(ValidationError) as refused:
        move(opportunity=deal, stage=lost, by=cast.rep)
    assert "lost_reason" in refused.value.message_dict
    moved = move(
        opportunity=deal, stage=lost, by=cast.rep, lost_reason="competitor", lost_to="Acme"
    )
    assert (moved.lost_reason, moved.lost_to) == ("competitor", "Acme")


def test_who_saw_it_elsewhere_is_told(cast: Cast) -> None:
    deal, first = a_deal(cast), stage(cast, "Discovery")
    move(opportunity=deal, stage=stage(cast, "Demo"), by=cast.marketer, seen_in=first.pk)
    with pytest.raises(DealMoved, match="Demo"):
        move(opportunity=deal, stage=stage(cast, "Negotiation"), by=cast.rep, seen_in=first.pk)
    # Repeating the move adds no second step.
    move(opportunity=deal, stage=stage(cast, "Demo"), by=cast.rep, seen_in=first.pk)
    assert steps(deal) == ["opened", "stage"]


def test_history_keeps_each_change(cast: Cast) -> None:
    deal = a_deal(cast, close_on=date(2027, 1, 15), amount=Decimal(10))
    change_opportunity(opportunity=deal, by=cast.rep, close_on=date(2027, 2, 1), next_step="Call")
    change_opportunity(opportunity=deal, by=cast.rep, amount=Decimal("12.50"), owner=cast.marketer)
    change_opportunity(opportunity=deal, by=cast.rep, amount=Decimal("12.5"))
    assert steps(deal) == ["opened", "close", "amount", "owner"]


def test_the_same_external_id_changes_one_deal(cast: Cast) -> None:
    where = make.account(cast.program)
    for amount in (100, 250):
        deal = open_opportunity(
            account=where, by=None, external_id="006x", name="Rollout", amount=Decimal(amount)
        )
    assert Opportunity.objects.in_program(cast.program).count() == 1
    assert deal.amount_usd == 250


def test_leads_named_when_a_deal_is_sent_again_become_part_of_it(cast: Cast) -> None:
    first, later = an_sql(cast), an_sql(cast)
    assert first.account
    Stakeholder.objects.in_program(cast.program).filter(pk=later.stakeholder_id).update(
        account=first.account
    )
    Lead.objects.in_program(cast.program).filter(pk=later.pk).update(account=first.account)

    def send(*leads: Lead) -> Opportunity:
        assert first.account
        return open_opportunity(
            account=first.account,
            by=cast.rep,
            external_id="006x",
            name="Rollout",
            leads=[lead.pk for lead in leads],
        )

    def stages() -> tuple[str, str]:
        first.refresh_from_db()
        later.refresh_from_db()
        return first.stage, later.stage

    send(first)
    assert stages() == (Stage.OPPORTUNITY, Stage.SQL)
    recycle(lead=first, by=cast.rep, reason="Not now")
    # The integration sends what it always sends: who was sent back is no reason to refuse it.
    deal = send(first, later)
    assert stages() == (Stage.RECYCLED, Stage.OPPORTUNITY)
    move(opportunity=deal, stage=make.ending(cast.program, Outcome.WON), by=cast.rep)
    send(first, later)
    assert stages() == (Stage.RECYCLED, Stage.WON)
    # As if it had never been away.
    assert take_back(lead=first, by=cast.rep).stage == Stage.WON
    assert stages() == (Stage.WON, Stage.WON)


def test_a_closed_deal_that_is_sent_again_takes_no_more_leads(cast: Cast) -> None:
    lead = an_sql(cast)
    assert lead.account
    deal = open_opportunity(account=lead.account, by=None, external_id="006x", name="Rollout")
    move(opportunity=deal, stage=make.ending(cast.program, Outcome.WON), by=cast.rep)
    with pytest.raises(ValidationError) as refused:
        open_opportunity(
            account=lead.account, by=cast.rep, external_id="006x", name="More", leads=[lead.pk]
        )
    assert list(refused.value.message_dict) == ["leads"]
    deal.refresh_from_db()
    assert deal.name == "Rollout"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": " "}, "name"),
        ({"amount": Decimal(-1)}, "amount"),
        ({"amount": Decimal(10) ** 13}, "amount"),
        ({"currency": "XXX"}, "currency"),
        ({"currency": "EUR"}, "currency"),
        ({"close_on": date(1999, 1, 1)}, "close_on"),
        ({"opened_at": timezone.now() + timedelta(days=1)}, "opened_at"),
    ],
)
def test_what_makes_no_sense_is_refused(cast: Cast, said: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        a_deal(cast, **said)
    assert list(refused.value.message_dict) == [field]


def test_an_observer_owns_no_deal(cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        a_deal(cast, owner=cast.observer)
    assert "owner" in refused.value.message_dict


@pytest.mark.parametrize("usd", ["0.00000001", "0.0009", "10.1", "1000"])
def test_a_rate_that_no_currency_has_is_refused(cast: Cast, usd: str) -> None:
    with pytest.raises(ValidationError, match="US dollars for one"):
        set_rate(program=cast.program, currency="CHF", usd=Decimal(usd), by=cast.owner)


def test_sums_follow_the_rate(cast: Cast) -> None:
    set_rate(program=cast.program, currency="EUR", usd=Decimal("1.10"), by=cast.owner)
    deal = a_deal(cast, amount=Decimal("1000.55"), currency="EUR")
    assert deal.amount_usd == Decimal("1100.61")
    set_rate(program=cast.program, currency="EUR", usd=Decimal("1.2"), by=cast.owner)
    deal.refresh_from_db()
    assert deal.amount_usd == Decimal("1200.66")


def test_the_pipeline_is_the_programs_own(cast: Cast) -> None:
    added = add_stage(program=cast.program, by=cast.owner, name="Proof of value", probability=55)
    place_stage(stage=added, earlier=True, by=cast.owner)
    names = [s.name for s in stages_of(cast.program)]
    assert names == ["Discovery", "Demo", "Proof of value", "Negotiation", "Won", "Lost"]
    deal = a_deal(cast, stage=added)
    with pytest.raises(ValidationError):
        remove_stage(stage=added, by=cast.owner)
    move(opportunity=deal, stage=stage(cast, "Negotiation"), by=cast.rep)
    remove_stage(stage=added, by=cast.owner)
    added.refresh_from_db()
    assert added.retired_at
    demo = stage(cast, "Demo")
    remove_stage(stage=demo, by=cast.owner)
    assert demo.pk not in {s.pk for s in stages_of(cast.program)}
    with pytest.raises(ValidationError):
        move(opportunity=deal, stage=added, by=cast.rep)


def test_no_deal_comes_into_a_stage_that_was_just_taken_out(cast: Cast) -> None:
    deal, as_shown = a_deal(cast), stage(cast, "Demo")
    remove_stage(stage=stage(cast, "Demo"), by=cast.owner)
    with pytest.raises(ValidationError, match="no such stage"):
        move(opportunity=deal, stage=as_shown, by=cast.rep)
    with pytest.raises(ValidationError, match="open stage"):
        a_deal(cast, stage=as_shown)


@pytest.mark.parametrize("outcome", [Outcome.WON, Outcome.LOST])
def test_the_ends_stay(cast: Cast, outcome: Outcome) -> None:
    last = make.ending(cast.program, outcome)
    with pytest.raises(ValidationError):
        remove_stage(stage=last, by=cast.owner)
    changed = change_stage(stage=last, by=cast.owner, name="Over", probability=50)
    assert changed.probability == (100 if outcome == Outcome.WON else 0)


def test_the_last_open_stage_stays(cast: Cast) -> None:
    for name in ("Discovery", "Demo"):
        remove_stage(stage=stage(cast, name), by=cast.owner)
    with pytest.raises(ValidationError):
        remove_stage(stage=stage(cast, "Negotiation"), by=cast.owner)


def test_the_database_holds_what_a_stage_means(cast: Cast) -> None:
    deal = a_deal(cast)
    rows = Opportunity.objects.in_program(cast.program).filter(pk=deal.pk)

    @transaction.atomic
    def differ() -> None:
        rows.update(outcome=Outcome.WON, closed_at=timezone.now())
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError, match="deal_means_what_its_stage_does"):
        differ()


def test_a_validation_call_comes_before(cast: Cast) -> None:
    """A lead that was never an SQL is refused, even after a call that did not score."""
    lead = make.lead(cast.program, owner=cast.rep)
    record_validation_call(
        lead=lead, by=cast.rep, called_at=timezone.now(), outcome="validated", note=""
    )
    assert lead.account
    with pytest.raises(ValidationError):
        open_opportunity(account=lead.account, by=cast.rep, leads=[lead.pk], name="Rollout")


def test_a_stage_that_was_taken_out_comes_back_under_its_name(cast: Cast) -> None:
    legal = add_stage(program=cast.program, by=cast.owner, name="Legal", probability=80)
    row = open_opportunity(account=make.account(cast.program), by=cast.rep, name="Rollout")
    first = row.stage
    for stage in (legal, first):
        move(opportunity=row, stage=stage, by=cast.rep)
    remove_stage(stage=legal, by=cast.owner)
    legal.refresh_from_db()
    assert legal.retired_at is not None
    again = add_stage(program=cast.program, by=cast.owner, name=" Legal ", probability=60)
    assert (again.pk, again.retired_at, again.probability) == (legal.pk, None, 60)
    assert again in stages_of(cast.program)


def test_a_stage_that_was_taken_out_is_restored_where_it_stood(cast: Cast) -> None:
    demo = stage(cast, "Demo")
    change_stage(stage=demo, by=cast.owner, guidance="Be brief.")
    remove_stage(stage=demo, by=cast.owner)
    assert removed_stages(cast.program) == [demo]
    with pytest.raises(ValidationError) as taken:
        change_stage(stage=stage(cast, "Discovery"), by=cast.owner, name="Demo")
    assert "bring it back" in taken.value.message_dict["name"][0]
    add_stage(program=cast.program, by=cast.owner, name="Legal", probability=80)
    back = restore_stage(stage=demo, by=cast.owner)
    assert restore_stage(stage=demo, by=cast.owner).retired_at is None
    names = [s.name for s in stages_of(cast.program)]
    assert names == ["Discovery", "Demo", "Negotiation", "Legal", "Won", "Lost"]
    assert (back.guidance, removed_stages(cast.program)) == ("Be brief.", [])
    entry = AuditEntry.objects.get(action="pipeline.restore")
    assert (entry.actor_id, entry.target_id) == (cast.owner.pk, demo.pk)


def test_a_full_pipeline_takes_none_back(cast: Cast) -> None:
    demo = stage(cast, "Demo")
    remove_stage(stage=demo, by=cast.owner)
    for number in range(MOST_STAGES - 2):
        add_stage(program=cast.program, by=cast.owner, name=f"Step {number}", probability=80)
    with pytest.raises(ValidationError, match="at most"):
        restore_stage(stage=demo, by=cast.owner)
    demo.refresh_from_db()
    assert demo.retired_at


def test_a_stage_that_comes_back_by_its_name_keeps_its_guidance(cast: Cast) -> None:
    legal = add_stage(
        program=cast.program, by=cast.owner, name="Legal", probability=80, guidance="Two weeks."
    )
    assert legal.guidance == "Two weeks."
    remove_stage(stage=legal, by=cast.owner)
    said = {"name": "Legal", "probability": 70, "guidance": ""}
    assert add_stage(program=cast.program, by=cast.owner, **said).guidance == "Two weeks."


def test_probabilities_that_do_not_rise_are_found(cast: Cast) -> None:
    assert not_rising(stages_of(cast.program)) == []
    change_stage(stage=stage(cast, "Demo"), by=cast.owner, probability=20)
    change_stage(stage=stage(cast, "Negotiation"), by=cast.owner, probability=10)
    pairs = not_rising(stages_of(cast.program))
    names = [(before.name, here.name) for before, here in pairs]
    assert names == [("Discovery", "Demo"), ("Demo", "Negotiation")]
