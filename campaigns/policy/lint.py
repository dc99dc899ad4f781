"""Remarks on valid policies that are probably mistakes."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from alignment.agreements.rules import Remark

from .rules import ContactPolicy

# Leaving less than this per day to reach a prospect is probably a mistake.
FEWEST_OPEN_MINUTES = 120
HOURS_A_DAY = 24


def remarks_on(policy: ContactPolicy) -> list[Remark]:
    """In the order of the clauses."""
    return [*_caps(policy), *_gaps(policy), *_quiet(policy), *_pauses(policy)]


def _caps(policy: ContactPolicy) -> Iterator[Remark]:
    if policy.per_stakeholder == 1:
        text = _(
            "A follow-up is a second touch: with one per person, plays can't take anything up."
        )
        yield Remark("per_stakeholder", "warning", text)
    elif policy.per_stakeholder > policy.window_days:
        text = _("That is more than one touch a day for one person.")
        yield Remark("per_stakeholder", "warning", text)
    if policy.per_account < 2 * policy.per_stakeholder:
        text = _("Two people of a committee can use up all touches of their account.")
        yield Remark("per_account", "hint", text)


def _gaps(policy: ContactPolicy) -> Iterator[Remark]:
    if not policy.gap_hours:
        text = _("Two of us may reach one prospect in the same hour without knowing of each other.")
        yield Remark("gap_hours", "warning", text)
    elif policy.gap_hours >= policy.window_days * HOURS_A_DAY:
        text = _("The gap is as long as the window: only one of us can reach a prospect in it.")
        yield Remark("gap_hours", "warning", text)


def _quiet(policy: ContactPolicy) -> Iterator[Remark]:
    if policy.quiet_from == policy.quiet_until:
        text = _("Without quiet hours a call may ring at night.")
        yield Remark("quiet", "warning", text)
    elif policy.open_minutes < FEWEST_OPEN_MINUTES:
        text = _("Less than two hours of the day are left to reach anybody.")
        yield Remark("quiet", "wrong", text)


def _pauses(policy: ContactPolicy) -> Iterator[Remark]:
    if not policy.pause_days:
        text = _("A newsletter may land in the middle of a negotiation.")
        yield Remark("pause_days", "hint", text)
