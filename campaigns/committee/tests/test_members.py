"""Writing and reading the committee of a deal."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Stakeholder
from alignment.core.models import AuditEntry
from campaigns.calendar.actions.outcome import finish_touch
from campaigns.calendar.actions.planning import plan_touch
from campaigns.committee.actions.members import put_member, remove_member
from campaigns.committee.models import CommitteeMember
from campaigns.committee.queries import committee_of
from campaigns.committee.rules import Gap
from campaigns.opportunities.actions.writing import open_opportunity
from campaigns.opportunities.models import Opportunity
from tests import cast as make
from tests.cast import Cast


def deal(cast: Cast) -> Opportunity:
    return open_opportunity(account=make.account(cast.program), by=cast.rep, name="Rollout")


def person(found: Opportunity) -> Stakeholder:
    return make.stakeholder(found.program, found.account)


def put(found: Opportunity, who: Stakeholder | None = None, **said: Any) -> CommitteeMember:
    facts = {"role": "user"} | said
    return put_member(opportunity=found, stakeholder=who or person(found), by=None, **facts)


@pytest.mark.django_db
def test_a_part_is_changed_not_doubled(cast: Cast) -> None:
    found = deal(cast)
    who = person(found)
    put(found, who, role="champion", influence=3)
    changed = put(found, who, role="decision_maker", stance="against", owner=cast.rep)
    assert (changed.role, changed.influence) == ("decision_maker", 3)
    assert CommitteeMember.objects.in_program(cast.program).count() == 1
    gaps = {lack.gap for lack in committee_of(found).lacks}
    assert Gap.DECIDER_AGAINST in gaps
    assert Gap.DECIDER_WITHOUT_SALES not in gaps
    assert Gap.NO_ECONOMIC_BUYER in gaps


@pytest.mark.django_db
def test_the_map_follows_who_reports_to_whom(cast: Cast) -> None:
    found = deal(cast)
    top = put(found, role="economic_buyer")
    middle = put(found, role="champion", reports_to=top)
    below = put(found, reports_to=middle)
    drawn = committee_of(found).top
    assert [node.key for node in drawn] == [top.pk]
    assert drawn[0].below[0].below[0].key == below.pk
    with pytest.raises(ValidationError) as refused:
        put(found, top.stakeholder, role="economic_buyer", reports_to=below)
    assert "reports_to" in refused.value.message_dict
    remove_member(member=middle, by=cast.rep)
    below.refresh_from_db()
    assert below.reports_to == top


@pytest.mark.django_db
def test_a_member_is_removed_from_where_they_stand_by_now(cast: Cast) -> None:
    found = deal(cast)
    top = put(found, role="economic_buyer")
    shown = put(found, role="champion", reports_to=top)
    below = put(found, reports_to=shown)
    put(found, shown.stakeholder, reports_to=None)
    put(found, top.stakeholder, role="economic_buyer", reports_to=below)
    remove_member(member=shown, by=cast.rep)
    below.refresh_from_db()
    assert below.reports_to is None


@pytest.mark.django_db
def test_a_member_is_removed_once(cast: Cast) -> None:
    found = deal(cast)
    pk = put(found).pk
    seen_by_two = [CommitteeMember.objects.in_program(cast.program).get(pk=pk) for _ in range(2)]
    for member in seen_by_two:
        remove_member(member=member, by=cast.rep)
    assert AuditEntry.objects.filter(action="committee.remove").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "field"),
    [({"role": "king"}, "role"), ({"influence": 9}, "influence"), ({"stance": "maybe"}, "stance")],
)
def test_what_makes_no_sense_is_refused(cast: Cast, said: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        put(deal(cast), **said)
    assert list(refused.value.message_dict) == [field]


@pytest.mark.django_db
def test_strangers_have_no_part(cast: Cast) -> None:
    found = deal(cast)
    elsewhere = make.stakeholder(cast.program, make.account(cast.program))
    for said in ({"who": elsewhere}, {"owner": cast.stranger}):
        with pytest.raises(ValidationError):
            put(found, **said)


@pytest.mark.django_db
def test_the_database_keeps_superiors_in_the_deal(cast: Cast) -> None:
    boss, member = put(deal(cast)), put(deal(cast))

    @transaction.atomic
    def differ() -> None:
        rows = CommitteeMember.objects.in_program(cast.program)
        rows.filter(pk=member.pk).update(reports_to=boss.pk)
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError, match="superior_of_the_same_deal"):
        differ()


@pytest.mark.django_db
def test_who_was_reached_was_so_when_it_was_done_not_when_it_was_planned(cast: Cast) -> None:
    found = deal(cast)
    who = person(found)
    member = put(found, who)
    starts = timezone.now() + timedelta(days=10)
    done = [
        finish_touch(
            touch=plan_touch(
                program=cast.program,
                account=found.account,
                people=[who.pk],
                by=of,
                who=of,
                channel="mail",
                starts_at=starts + timedelta(days=later),
                ends_at=starts + timedelta(days=later, minutes=15),
                reason="A gift",
            ),
            by=of,
        )
        for later, of in ((0, cast.rep), (3, cast.marketer))
    ]
    shown = committee_of(found).members[member.pk]
    assert [shown.sales_at, shown.marketing_at] == [touch.done_at for touch in done]


@pytest.mark.django_db
def test_more_members_need_no_more_statements(cast: Cast) -> None:
    found = deal(cast)

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            committee_of(found)
        return len(seen)

    put(found, owner=cast.rep)
    first = statements()
    for _number in range(3):
        put(found, owner=cast.marketer)
    assert statements() == first <= 4


@pytest.mark.django_db(transaction=True)
def test_two_who_draw_at_once_draw_no_circle(cast: Cast) -> None:
    found = deal(cast)
    one, other = put(found), put(found)

    def report(pair: tuple[CommitteeMember, CommitteeMember]) -> str:
        try:
            put(found, pair[0].stakeholder, reports_to=pair[1])
        except ValidationError:
            return "refused"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(report, [(one, other), (other, one)])) == ["done", "refused"]
