"""Immutable versions, opening and closing pages, and visits that score once a day."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import InternalError, transaction
from django.db.utils import IntegrityError, OperationalError
from django.utils import timezone

from accounts.models import Engagement, JournalEvent, Signal, Stakeholder
from alignment.core.models import AuditEntry
from alignment.jobs import runner
from alignment.jobs.models import Job
from alignment.scoring.defaults import DEFAULT_MODEL
from alignment.scoring.models import LeadScore
from campaigns.roi.actions.proposing import propose_rules
from campaigns.roi.actions.sharing import Recipient, revoke_share, share_calculator
from campaigns.roi.actions.visiting import note_visit
from campaigns.roi.actions.writing import publish_calculator, retire_calculator, save_calculator
from campaigns.roi.defaults import LATE_LEADS, TIME_SAVED
from campaigns.roi.models import CalculatorVersion, RoiShare, RoiVisit
from campaigns.roi.queries.pages import open_share
from campaigns.roi.queries.scoring import scores
from campaigns.roi.rules.content import InvalidContent, Words
from tests import cast as play
from tests.cast import Cast
from tests.signing import bring_in_force

from . import scenes

pytestmark = pytest.mark.django_db
OPENED, USED = RoiVisit.Kind.OPENED, RoiVisit.Kind.USED


def test_a_draft_is_written_over_and_a_published_version_is_not(cast: Cast) -> None:
    row = save_calculator(program=cast.program, by=cast.marketer, name="A", content=LATE_LEADS)
    save_calculator(
        program=cast.program, by=cast.marketer, name="A", content=TIME_SAVED, calculator=row
    )
    assert [each.said for each in row.versions.all()] == [TIME_SAVED]
    publish_calculator(calculator=row, by=cast.marketer)
    save_calculator(
        program=cast.program, by=cast.marketer, name="B", content=LATE_LEADS, calculator=row
    )
    second, first = row.versions.all()
    assert (second.number, second.published_at, second.said) == (2, None, LATE_LEADS)
    assert (first.number, first.published_by, first.said) == (1, cast.marketer, TIME_SAVED)
    actions = AuditEntry.objects.filter(target="roi.calculator").values_list("action", flat=True)
    assert sorted(actions) == ["roi_calculator.published"] + ["roi_calculator.saved"] * 3


def test_what_opens_without_a_result_is_not_published(cast: Cast) -> None:
    formulas = (replace(LATE_LEADS.formulas[0], expression="1 / 0", shown=True),)
    broken = replace(LATE_LEADS, formulas=formulas)
    row = save_calculator(program=cast.program, by=cast.marketer, name="A", content=broken)
    with pytest.raises(ValidationError, match="has no result"):
        publish_calculator(calculator=row, by=cast.marketer)
    assert not row.versions.filter(published_at__isnull=False).exists()


def test_the_database_lets_nobody_change_or_delete_what_was_published(cast: Cast) -> None:
    row = scenes.calculator(cast)
    versions = CalculatorVersion.objects.in_program(cast.program).filter(calculator=row)
    refusals = (IntegrityError, InternalError, OperationalError)
    with pytest.raises(refusals, match="was published"), transaction.atomic():
        versions.update(content=TIME_SAVED.as_json())
    with pytest.raises(refusals, match="was published"), transaction.atomic():
        versions.update(published_at=None)


def test_a_name_is_taken_once_and_nonsense_is_not_kept(cast: Cast) -> None:
    scenes.calculator(cast)
    with pytest.raises(ValidationError) as taken:
        scenes.calculator(cast)
    assert set(taken.value.message_dict) == {"name"}
    with pytest.raises(InvalidContent):
        scenes.calculator(cast, replace(LATE_LEADS, title=Words("")), "Other")


def test_nothing_is_published_twice(cast: Cast) -> None:
    row = scenes.calculator(cast)
    with pytest.raises(ValidationError, match="no draft"):
        publish_calculator(calculator=row, by=cast.marketer)


def test_a_page_keeps_its_version_and_only_the_hash_of_its_secret(cast: Cast) -> None:
    row, (company, person) = scenes.calculator(cast), scenes.prospect(cast)
    made = scenes.shared(cast, row, company, person)
    save_calculator(
        program=cast.program, by=cast.marketer, name="A", content=TIME_SAVED, calculator=row
    )
    publish_calculator(calculator=row, by=cast.marketer)
    found = open_share(made.secret)
    assert found == made.share
    assert found
    assert found.version.said == LATE_LEADS
    assert made.secret not in str(RoiShare.objects.in_program(cast.program).values().get())
    assert scenes.shared(cast, row, company).share.version.said == TIME_SAVED


def test_a_page_closes_when_it_expires_or_is_revoked(cast: Cast) -> None:
    row, (company, _person) = scenes.calculator(cast), scenes.prospect(cast)
    made, other = scenes.shared(cast, row, company), scenes.shared(cast, row, company)
    rows = RoiShare.objects.in_program(cast.program).filter(pk=made.share.pk)
    now = timezone.now()
    rows.update(created_at=now - timedelta(days=2), expires_at=now - timedelta(seconds=1))
    assert open_share(made.secret) is None
    assert revoke_share(share=other.share, by=cast.rep) is True
    assert revoke_share(share=other.share, by=cast.rep) is False
    assert open_share(other.secret) is None
    assert open_share("wrong") is None


def test_a_page_is_refused_by_field(cast: Cast) -> None:
    row, (company, _person) = scenes.calculator(cast), scenes.prospect(cast)
    elsewhere = play.stakeholder(cast.program, play.account(cast.program))
    with pytest.raises(ValidationError) as refused:
        share_calculator(
            calculator=row,
            to=Recipient(company, elsewhere),
            sender=" ",
            language="de",
            days=366,
            by=cast.rep,
        )
    assert set(refused.value.message_dict) == {"stakeholder", "sender", "language", "days"}
    foreign = play.account(cast.other_program)
    with pytest.raises(ValidationError) as refused:
        scenes.shared(cast, row, foreign)
    assert set(refused.value.message_dict) == {"account"}
    english = replace(LATE_LEADS, title=Words("Late leads"))
    half = scenes.calculator(cast, english, "Half")
    with pytest.raises(ValidationError, match="no French yet for: Late leads"):
        scenes.shared(cast, half, company, language="fr")
    retire_calculator(calculator=row, is_retired=True, by=cast.marketer)
    row.refresh_from_db()
    with pytest.raises(ValidationError) as refused:
        scenes.shared(cast, row, company)
    assert set(refused.value.message_dict) == {"calculator"}


def test_the_first_visit_of_a_day_is_an_engagement_and_later_ones_are_counted(cast: Cast) -> None:
    row, (company, person) = scenes.calculator(cast), scenes.prospect(cast)
    share = scenes.shared(cast, row, company, person).share
    # Days are those of the program in New York: 3:00 UTC still belongs to the day before.
    cast.program.time_zone = "America/New_York"
    cast.program.save()
    share.program.refresh_from_db()
    first = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
    note_visit(share=share, kind=OPENED, at=first)
    note_visit(share=share, kind=OPENED, at=first + timedelta(hours=7))
    note_visit(share=share, kind=USED, at=first, values={"leads": 300})
    note_visit(share=share, kind=USED, at=first + timedelta(hours=1), values={"leads": 400})
    note_visit(share=share, kind=OPENED, at=first + timedelta(hours=12))
    visits = RoiVisit.objects.in_program(cast.program).order_by("kind", "day")
    told = [(v.kind, v.day.day, v.times, v.values) for v in visits]
    assert told == [
        ("opened", 20, 2, {}),
        ("opened", 21, 1, {}),
        ("used", 20, 2, {"leads": 400}),
    ]
    events = Engagement.objects.in_program(cast.program).order_by("signal__code", "occurred_at")
    assert [(e.signal.code, e.stakeholder_id, e.source) for e in events] == [
        ("roi_opened", person.pk, "roi"),
        ("roi_opened", person.pk, "roi"),
        ("roi_used", person.pk, "roi"),
    ]


def engagement_of(person: Stakeholder) -> int:
    return LeadScore.objects.in_program(person.program_id).get(lead__stakeholder=person).engagement


def test_opening_and_using_a_page_scores_by_the_shipped_model(cast: Cast) -> None:
    row, (company, person) = scenes.calculator(cast), scenes.prospect(cast)
    share = scenes.shared(cast, row, company, person).share
    now = timezone.now()
    note_visit(share=share, kind=OPENED, at=now)
    assert engagement_of(person) == 2
    note_visit(share=share, kind=USED, at=now)
    assert engagement_of(person) == 5
    # A visit on another day is reported, but scores only once.
    note_visit(share=share, kind=USED, at=now - timedelta(days=1))
    assert engagement_of(person) == 5


def test_a_model_from_before_gets_the_rules_as_a_draft_only(cast: Cast) -> None:
    scenes.sign_model_without_roi(cast)
    row, (company, person) = scenes.calculator(cast), scenes.prospect(cast)
    note_visit(share=scenes.shared(cast, row, company, person).share, kind=USED, at=timezone.now())
    assert (engagement_of(person), scores(cast.program)) == (0, False)
    draft = propose_rules(program=cast.program, by=cast.marketing_manager)
    assert draft.content == DEFAULT_MODEL | {"rules": draft.content["rules"]}
    assert draft.content["rules"] == DEFAULT_MODEL["rules"]
    assert propose_rules(program=cast.program, by=cast.sales_manager) == draft
    assert (engagement_of(person), scores(cast.program)) == (0, False)
    bring_in_force(draft)
    for job in Job.objects.in_program(cast.program).filter(state="queued").order_by("id"):
        runner.run(job.pk)
    assert (engagement_of(person), scores(cast.program)) == (3, True)


def test_a_page_for_nobody_in_particular_is_put_down_to_nobody(cast: Cast) -> None:
    row, (company, _person) = scenes.calculator(cast), scenes.prospect(cast)
    share = scenes.shared(cast, row, company).share
    note_visit(share=share, kind=OPENED, at=timezone.now())
    note_visit(share=share, kind=OPENED, at=timezone.now())
    assert not Engagement.objects.in_program(cast.program).exists()
    event = JournalEvent.objects.in_program(cast.program).get(kind="note")
    assert (event.account, event.stakeholder) == (company, None)
    assert event.detail == {"roi": "opened", "calculator": "Late leads", "share": share.pk}
    page = cast.client("rep").get(f"/p/{cast.program.slug}/accounts/{company.pk}/")
    assert "ROI page opened" in page.content.decode()


def test_a_program_without_room_for_signals_still_tells(cast: Cast) -> None:
    scenes.sign_model_without_roi(cast)
    Signal.objects.in_program(cast.program).filter(code__startswith="roi_").delete()
    taken = set(Signal.objects.in_program(cast.program).values_list("slot", flat=True))
    Signal.objects.bulk_create(
        Signal(program=cast.program, code=f"s{slot}", name=f"S{slot}", slot=slot)
        for slot in range(32)
        if slot not in taken
    )
    row, (company, person) = scenes.calculator(cast), scenes.prospect(cast)
    note_visit(share=scenes.shared(cast, row, company, person).share, kind=USED, at=timezone.now())
    event = JournalEvent.objects.in_program(cast.program).get(kind="note")
    assert event.stakeholder == person
