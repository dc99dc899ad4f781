"""The SLA contract as a value: promises of one side to the other, and how each is timed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from alignment.agreements.rules import InvalidContent
from alignment.core.figures import whole

SIDES = ("marketing", "sales")
TIMED, CONDITION = "timed", "condition"
ELAPSED, BUSINESS = "elapsed", "business"
# Whose hours count: the owing team's, the rep's (own time zone and leave), the prospect's by state.
HOURS_OF = ("team", "rep", "prospect")
STARTS = (
    "became_mql",
    "handed_off",
    "contacted",
    "reached",
    "validation_call",
    "became_sql",
    "status_changed",
    "disqualified",
    "recycled",
)
ENDS = (
    "handed_off",
    "contacted",
    "reached",
    "feedback_given",
    "validation_call",
    "became_sql",
    "crm_updated",
    "closed",
)
CONDITIONS = ("brief_complete", "next_action_suggested", "coded_reason")
# Whom a rung notifies: the owing side's managers, the other side's, the program's owners.
RECIPIENTS = ("manager", "other_manager", "owner")
CHANNELS = ("app", "email", "slack", "webhook")
# Identifies a clause across versions.
KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
MAX_CLAUSES = 20
MAX_RUNGS = 5
MAX_REASON = 2_000
MAX_MINUTES = 60 * 24 * 60


class InvalidContract(InvalidContent):
    """Errors by place: `clauses.2.minutes` -> message."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder, climbed when the previous one went unanswered for `after_minutes`
    (elapsed time); the first counts from the breach."""

    to: str
    after_minutes: int
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SlaClause:
    """A promise: either timed or a condition.

    Timed: from `starts` to `ends` within `minutes`. Condition: `condition` must hold when `starts`
    happens, and its clock is kept or broken at once. `hours_of` is used for business time only.
    `warn_at`: percentages of the limit, ascending.
    """

    key: str
    owes: str
    kind: str
    starts: str
    ends: str = ""
    minutes: int = 0
    time: str = ELAPSED
    hours_of: str = "team"
    condition: str = ""
    warn_at: tuple[int, ...] = ()
    ladder: tuple[Rung, ...] = ()
    reason: str = ""

    @property
    def is_timed(self) -> bool:
        return self.kind == TIMED


@dataclass(frozen=True, slots=True)
class Contract:
    clauses: tuple[SlaClause, ...] = ()

    def clause(self, key: str) -> SlaClause | None:
        return next((clause for clause in self.clauses if clause.key == key), None)


def parse_contract(content: Mapping[str, Any]) -> Contract:
    """Raises `InvalidContract` with a message for each invalid place."""
    errors: dict[str, str] = {}
    rows = content.get("clauses", [])
    if not isinstance(rows, list):
        raise InvalidContract({"clauses": _("A contract is a list of clauses.")})
    if len(rows) > MAX_CLAUSES:
        text = _("A contract has at most %(most)d clauses.") % {"most": MAX_CLAUSES}
        raise InvalidContract({"clauses": text})
    clauses = [_clause(row, f"clauses.{i}", errors) for i, row in enumerate(rows)]
    seen: set[str] = set()
    for i, clause in enumerate(clauses):
        if clause.key and clause.key in seen:
            errors.setdefault(f"clauses.{i}.key", _("Two clauses have the same key."))
        seen.add(clause.key)
    if errors:
        raise InvalidContract(errors)
    return Contract(tuple(clauses))


def _clause(row: Any, path: str, errors: dict[str, str]) -> SlaClause:
    if not isinstance(row, Mapping):
        errors[path] = _("This is not a clause.")
        return SlaClause("", "", "", "")
    kind = _choice(row, "kind", path, errors, (TIMED, CONDITION))
    timed = kind == TIMED
    key = row.get("key")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        errors[f"{path}.key"] = _("A key has up to 40 lowercase letters, digits, - and _.")
        key = ""
    time = _choice(row, "time", path, errors, (ELAPSED, BUSINESS)) if timed else ELAPSED
    return SlaClause(
        key=key,
        owes=_choice(row, "owes", path, errors, SIDES),
        kind=kind,
        starts=_choice(row, "starts", path, errors, STARTS),
        ends=_choice(row, "ends", path, errors, ENDS) if timed else "",
        minutes=_number(row, "minutes", path, errors, 1, MAX_MINUTES) if timed else 0,
        time=time,
        hours_of=_choice(row, "hours_of", path, errors, HOURS_OF) if time == BUSINESS else "team",
        condition="" if timed else _choice(row, "condition", path, errors, CONDITIONS),
        warn_at=_warnings(row, path, errors) if timed else (),
        ladder=_ladder(row, path, errors),
        reason=_reason(row, path, errors),
    )


def _reason(row: Mapping[str, Any], path: str, errors: dict[str, str]) -> str:
    reason = row.get("reason") or ""
    if not isinstance(reason, str) or len(reason) > MAX_REASON:
        text = _("At most %(most)s characters.")
        errors[f"{path}.reason"] = text % {"most": whole(MAX_REASON)}
        return ""
    return reason


def _warnings(row: Mapping[str, Any], path: str, errors: dict[str, str]) -> tuple[int, ...]:
    found = row.get("warn_at") or []
    if not isinstance(found, list) or not all(_is_number(p, 1, 99) for p in found):
        errors[f"{path}.warn_at"] = _("Give percentages from 1 to 99.")
        return ()
    if len(found) > MAX_RUNGS:
        errors[f"{path}.warn_at"] = _("At most %(most)d warnings.") % {"most": MAX_RUNGS}
    return tuple(sorted(set(found)))


def _ladder(row: Mapping[str, Any], path: str, errors: dict[str, str]) -> tuple[Rung, ...]:
    """Rungs sorted by `step`, because the content's hash ignores the order of lists."""
    rows = row.get("ladder") or []
    if not isinstance(rows, list) or not all(isinstance(rung, Mapping) for rung in rows):
        errors[f"{path}.ladder"] = _("A ladder is a list of steps.")
        return ()
    if len(rows) > MAX_RUNGS:
        errors[f"{path}.ladder"] = _("A ladder has at most %(most)d steps.") % {"most": MAX_RUNGS}
        return ()
    rungs = [_rung(rung, f"{path}.ladder.{i}", errors) for i, rung in enumerate(rows)]
    steps = [step for step, _rung_ in rungs]
    if sorted(steps) != list(range(1, len(rungs) + 1)):
        errors.setdefault(f"{path}.ladder", _("Number the steps of the ladder from 1."))
    return tuple(rung for _step, rung in sorted(rungs, key=lambda pair: pair[0]))


def _rung(row: Mapping[str, Any], path: str, errors: dict[str, str]) -> tuple[int, Rung]:
    channels = row.get("channels")
    if not isinstance(channels, list) or not channels or any(c not in CHANNELS for c in channels):
        errors[f"{path}.channels"] = _("Choose at least one channel.")
        channels = []
    rung = Rung(
        to=_choice(row, "to", path, errors, RECIPIENTS),
        after_minutes=_number(row, "after_minutes", path, errors, 0, MAX_MINUTES),
        channels=tuple(c for c in CHANNELS if c in channels),
    )
    return _number(row, "step", path, errors, 1, MAX_RUNGS), rung


def _choice(
    row: Mapping[str, Any], name: str, path: str, errors: dict[str, str], among: tuple[str, ...]
) -> str:
    value = row.get(name)
    if value not in among:
        errors[f"{path}.{name}"] = _("Choose one of these: %(choices)s.") % {
            "choices": ", ".join(among)
        }
        return among[0]
    return str(value)


def _is_number(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _number(
    row: Mapping[str, Any], name: str, path: str, errors: dict[str, str], least: int, most: int
) -> int:
    value = row.get(name)
    if not _is_number(value, least, most):
        text = _("Give a whole number from %(least)d to %(most)d.")
        errors[f"{path}.{name}"] = text % {"least": least, "most": most}
        return least
    return int(value)  # type: ignore[arg-type]
