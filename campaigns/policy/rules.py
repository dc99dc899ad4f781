"""The contact policy as a value: how often, how close and when both teams may reach a prospect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from alignment.agreements.rules import InvalidContent
from alignment.core.figures import whole

MINUTES_A_DAY = 24 * 60
# Lowest and highest value of each number; quiet hours are minutes after midnight in the prospect's
# local time.
BOUNDS = {
    "per_stakeholder": (1, 100),
    "per_account": (1, 1_000),
    "window_days": (1, 90),
    "gap_hours": (0, 30 * 24),
    "quiet_from": (0, MINUTES_A_DAY - 1),
    "quiet_until": (0, MINUTES_A_DAY - 1),
    "pause_days": (0, 90),
}
# The clauses that may have a reason; `quiet` covers both bounds of the quiet hours.
CLAUSES = ("per_stakeholder", "per_account", "gap_hours", "quiet", "pause_days")
MAX_REASON = 300


class InvalidPolicy(InvalidContent):
    """Errors by place, such as `gap_hours`, each with a sentence."""


@dataclass(frozen=True, slots=True)
class ContactPolicy:
    """At most `per_stakeholder` and `per_account` touches in any `window_days`, of both teams
    together.

    At least `gap_hours` lie between uncoordinated touches of one prospect by different people, and
    between two different messages to one account. Quiet hours run from `quiet_from` to
    `quiet_until` and may cross midnight; equal bounds mean none. Marketing does not touch a
    decision-maker within `pause_days` of a touch by sales.
    """

    per_stakeholder: int
    per_account: int
    window_days: int
    gap_hours: int
    quiet_from: int
    quiet_until: int
    pause_days: int

    @property
    def window(self) -> timedelta:
        return timedelta(days=self.window_days)

    @property
    def gap(self) -> timedelta:
        return timedelta(hours=self.gap_hours)

    @property
    def pause(self) -> timedelta:
        return timedelta(days=self.pause_days)

    @property
    def open_minutes(self) -> int:
        """Minutes per day outside the quiet hours."""
        return MINUTES_A_DAY - (self.quiet_until - self.quiet_from) % MINUTES_A_DAY

    def is_quiet(self, minute: int) -> bool:
        """`minute` counts from the prospect's midnight."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= minute < self.quiet_until
        return minute >= self.quiet_from or minute < self.quiet_until


def parse_policy(content: Mapping[str, Any]) -> ContactPolicy:
    """Raises `InvalidPolicy` with a sentence for each wrong place."""
    errors: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for name, (least, most) in BOUNDS.items():
        value = content.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            text = _("Give a whole number from %(least)d to %(most)d.")
            errors[name] = text % {"least": least, "most": most}
        else:
            numbers[name] = value
    for name in sorted(content.keys() - BOUNDS.keys() - {"reasons"}):
        errors[name] = _("A contact policy says nothing about this.")
    errors |= _wrong_reasons(content.get("reasons"))
    if not errors and numbers["per_account"] < numbers["per_stakeholder"]:
        errors["per_account"] = _("An account takes at least as many touches as one person in it.")
    if errors:
        raise InvalidPolicy(errors)
    return ContactPolicy(**numbers)


def _wrong_reasons(given: Any) -> dict[str, str]:
    """Reasons are optional."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        return {"reasons": _("Give reasons by the clause that they are for.")}
    errors = {}
    for name, reason in given.items():
        if name not in CLAUSES:
            errors[f"reasons.{name}"] = _("A contact policy says nothing about this.")
        elif not isinstance(reason, str) or len(reason) > MAX_REASON:
            text = _("At most %(most)s characters.")
            errors[f"reasons.{name}"] = text % {"most": whole(MAX_REASON)}
    return errors


def reasons_of(content: Mapping[str, Any]) -> dict[str, str]:
    """The reasons of a valid policy, by clause."""
    return dict(content.get("reasons") or {})
