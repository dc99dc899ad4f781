"""Current conflicts of planned touches, and their wording."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Stakeholder
from campaigns.calendar.actions.outcome import skip_touch
from campaigns.calendar.models import Touch
from campaigns.calendar.queries.conflict_context import slot_of
from campaigns.calendar.queries.conflict_words import describe
from campaigns.calendar.queries.open_conflicts import open_conflicts
from campaigns.calendar.rules.conflicts import Conflict, Kind
from tests import cast as make
from tests.cast import Cast

from .test_actions import DAY, HOUR, monday, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast: Cast) -> Stakeholder:
    return make.stakeholder(cast.program, make.account(cast.program, state="IL"))


def touches(cast: Cast) -> list[Touch]:
    return list(Touch.objects.in_program(cast.program).select_related("account").order_by("pk"))


def test_a_follow_up_is_warned_when_its_first_touch_is_skipped(
    cast: Cast, person: Stakeholder
) -> None:
    first = plan(person, cast.marketer, channel="email")
    call = plan(person, cast.rep, follows=first, starts_at=monday() + 2 * DAY)
    assert open_conflicts(cast.program, touches(cast), timezone.now()) == {}
    skip_touch(touch=first, by=cast.marketer, because="Out of office")
    found = open_conflicts(cast.program, touches(cast), timezone.now())
    assert {pk: [c.kind for c in told] for pk, told in found.items()} == {
        call.pk: [Kind.FIRST_NOT_DONE]
    }
    (told,) = describe(cast.program, found[call.pk])
    assert (told.other_id, told.other_who, told.other_side) == (
        first.pk,
        "Maya Marketer",
        "marketing",
    )


@pytest.mark.parametrize("count", [1, 3])
def test_open_conflicts_ask_four_statements(
    cast: Cast, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        person = make.stakeholder(cast.program, make.account(cast.program, state="IL"))
        at = monday(21) + number * HOUR / 4
        plan(person, cast.rep, starts_at=at, reason="She asked for it.")
    rows = touches(cast)
    with django_assert_num_queries(2):
        # Policy and people; the two other statements are prepared ones outside the ORM.
        found = open_conflicts(cast.program, rows, timezone.now())
    assert [[c.kind for c in told] for told in found.values()] == [[Kind.QUIET]] * count


def test_every_kind_has_a_sentence_with_its_names(cast: Cast, person: Stakeholder) -> None:
    other = plan(person, cast.rep, message="Cost")
    slot = slot_of(other)
    found = [Conflict(kind, person.pk, slot, count=5) for kind in Kind]
    told = describe(cast.program, found)
    assert [each.kind for each in told] == list(Kind)
    assert all(each.text.endswith(".") and each.kind_name for each in told)
    assert told[0].text == f"Ravi Rep already reaches {person} around that time (Call)."
    assert told[1].text == f"{person} hears the same around then: “Cost”, from Ravi Rep."
    (another,) = describe(cast.program, [Conflict(Kind.CLASH, other=slot)])
    assert "another message around then: “Cost”" in another.text
    assert "5 touches" in told[2].text


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Kind.SAME, "is planned already, by somebody (Call)."),
        (Kind.DOUBLE, "Sales already reaches"),
        (Kind.PAUSED, "Somebody of sales is talking to"),
    ],
)
def test_a_touch_that_names_nobody_is_somebodys(
    cast: Cast, person: Stakeholder, kind: Kind, said: str
) -> None:
    slot = slot_of(plan(person, None, side="sales"))
    (told,) = describe(cast.program, [Conflict(kind, person.pk, slot)])
    assert said in told.text


def test_what_is_not_known_any_closer_is_not_said_to_name_nobody(
    cast: Cast, person: Stakeholder
) -> None:
    (told,) = describe(cast.program, [Conflict(Kind.DOUBLE, names_nobody=True)])
    assert told.text.startswith("Somebody already reaches this person")
    assert "named" not in told.text
