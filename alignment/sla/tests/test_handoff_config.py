"""Two managers who change hand-off settings at the same moment."""

from __future__ import annotations

from typing import Any

import pytest

from alignment.core import audit
from alignment.sla.actions import handoff_config
from alignment.sla.actions.handoff_config import (
    add_reason,
    delete_rule,
    move_rule,
    save_rule,
    set_territories,
)
from alignment.sla.models import NextActionRule, ReasonCode, Territory
from tests.cast import Cast
from tests.threads import attempt, beside, pausing

pytestmark = pytest.mark.django_db(transaction=True)


def rules(cast: Cast) -> list[str]:
    rows = NextActionRule.objects.in_program(cast.program).order_by("position")
    return list(rows.values_list("action", flat=True))


def test_of_two_moves_neither_is_undone(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    NextActionRule.objects.in_program(cast.program).delete()
    a, _b, _c, d = [
        save_rule(program=cast.program, rule=None, by=cast.owner, action=name, channel="call")
        for name in "ABCD"
    ]
    with pausing(monkeypatch, audit, "record", before=True) as reached:
        first = beside(lambda: move_rule(rule=d, up=True, by=cast.owner))
        reached.wait(10)
        wrong = attempt(lambda: move_rule(rule=a, up=False, by=cast.sales_manager))
        assert first.end() + wrong == []
    assert rules(cast) == ["B", "A", "D", "C"]


def test_a_rule_that_is_gone_is_not_moved(cast: Cast) -> None:
    rule = save_rule(program=cast.program, rule=None, by=cast.owner, action="A", channel="call")
    NextActionRule.objects.in_program(cast.program).filter(pk=rule.pk).delete()
    before = rules(cast)
    move_rule(rule=rule, up=True, by=cast.owner)
    assert rules(cast) == before


def test_a_rule_deleted_while_it_is_changed_stays_deleted(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = save_rule(program=cast.program, rule=None, by=cast.owner, action="A", channel="call")
    before = rules(cast)
    with pausing(monkeypatch, handoff_config, "_as_it_is", before=False) as reached:
        change = beside(
            lambda: save_rule(program=cast.program, rule=rule, by=cast.owner, action="B")
        )
        reached.wait(10)
        delete_rule(rule=rule, by=cast.sales_manager)
        assert change.end() == []
    assert rules(cast) == before[:-1]


def test_two_give_away_a_state_that_nobody_had(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def give(holder: Any) -> None:
        set_territories(program=cast.program, holders={"TX": holder}, by=cast.owner)

    with pausing(monkeypatch, audit, "record", before=True) as reached:
        first = beside(lambda: give(cast.rep))
        reached.wait(10)
        wrong = attempt(lambda: give(cast.sales))
        assert first.end() + wrong == []
    (row,) = Territory.objects.in_program(cast.program).filter(state="TX")
    assert row.team == cast.sales


def test_of_two_who_add_the_same_reason_one_is_told(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add(name: str) -> None:
        add_reason(program=cast.program, use="feedback", name=name, by=cast.owner)

    with pausing(monkeypatch, audit, "record", before=True) as reached:
        first = beside(lambda: add("Too early for us"))
        reached.wait(10)
        (refused,) = attempt(lambda: add("too early  for us"))
        assert first.end() == []
    assert "There is such a reason already." in str(refused)
    rows = ReasonCode.objects.in_program(cast.program).filter(name__iexact="Too early for us")
    assert rows.count() == 1
