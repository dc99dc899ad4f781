"""Reading a profile from the content of a version."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from .profile import KINDS, LARGEST, PRIORITIES, WEIGHTS, Criterion, Icp, InvalidIcp

MAX_CRITERIA = 30
MAX_VALUES = 500


def parse_icp(content: Any) -> Icp:
    """The profile in a version's content; raises InvalidIcp that names each wrong place.

    Content: `{"criteria": [{"key", "kind", "weight", "reason", and by kind: "min", "max" (revenue
    and budget in USD, employees, maturity 1-5), "codes" (NAICS), "names" (technologies, lower
    case), "states" (postal codes), "cbsas", "priorities" ({state or area: 2 or 3}), "confirmed"
    (whether the budget must be confirmed; default true)}]}`.
    """
    rows = content.get("criteria", []) if isinstance(content, Mapping) else None
    if not isinstance(rows, list):
        raise InvalidIcp({"criteria": _("A profile is a list of criteria.")})
    if len(rows) > MAX_CRITERIA:
        text = _("A profile has at most %(most)d criteria.") % {"most": MAX_CRITERIA}
        raise InvalidIcp({"criteria": text})
    errors: dict[str, str] = {}
    criteria = [_parse_criterion(row, f"criteria.{i}", errors) for i, row in enumerate(rows)]
    keys = [c.key for c in criteria if c]
    for i, criterion in enumerate(criteria):
        if criterion and keys.count(criterion.key) > 1:
            errors[f"criteria.{i}.key"] = _("Two criteria have the same key.")
    if errors:
        raise InvalidIcp(errors)
    return Icp(tuple(c for c in criteria if c))


def _parse_criterion(row: Any, path: str, errors: dict[str, str]) -> Criterion | None:
    if not isinstance(row, Mapping) or row.get("kind") not in KINDS:
        errors[f"{path}.kind"] = _("Choose what this criterion looks at.")
        return None
    if row.get("weight") not in WEIGHTS:
        errors[f"{path}.weight"] = _("Choose must, preferred or exclude.")
        return None
    states = _texts(row.get("states"), f"{path}.states", errors)
    cbsas = _texts(row.get("cbsas"), f"{path}.cbsas", errors)
    criterion = Criterion(
        key=str(row.get("key") or row["kind"]),
        kind=row["kind"],
        weight=row["weight"],
        reason=str(row.get("reason", ""))[:2000],
        minimum=_whole(row.get("min"), f"{path}.min", errors),
        maximum=_whole(row.get("max"), f"{path}.max", errors),
        codes=_texts(row.get("codes"), f"{path}.codes", errors),
        names=tuple(n.lower() for n in _texts(row.get("names"), f"{path}.names", errors)),
        states=states,
        cbsas=cbsas,
        priorities=_priorities(
            row.get("priorities"), {*states, *cbsas}, f"{path}.priorities", errors
        ),
        confirmed=_yes_or_no(row.get("confirmed"), f"{path}.confirmed", errors),
    )
    _check(criterion, path, errors)
    return criterion


def _whole(value: Any, path: str, errors: dict[str, str]) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < LARGEST:
        errors[path] = _("Give a whole number, 0 or more.")
        return None
    return value


def _texts(value: Any, path: str, errors: dict[str, str]) -> tuple[str, ...]:
    if value is None:
        return ()
    if (
        not isinstance(value, list)
        or len(value) > MAX_VALUES
        or not all(isinstance(v, str) and 0 < len(v) <= 60 and "\x00" not in v for v in value)
    ):
        errors[path] = _("Give a list of at most %(most)d values.") % {"most": MAX_VALUES}
        return ()
    return tuple(dict.fromkeys(value))


def _priorities(
    value: Any, places: Collection[str], path: str, errors: dict[str, str]
) -> tuple[tuple[str, int], ...]:
    """Only priorities 2 and 3, sorted by place, so that equal contents are written alike."""
    if value is None:
        return ()
    if not isinstance(value, Mapping) or not all(
        type(number) is int and number in PRIORITIES for number in value.values()
    ):
        errors[path] = _("A priority is 1, 2 or 3.")
        return ()
    stray = next((place for place in value if place not in places), None)
    if stray is not None:
        errors[path] = _("“%(place)s” has a priority but is not chosen.") % {"place": stray}
        return ()
    return tuple(sorted((p, n) for p, n in value.items() if n != PRIORITIES[0]))


def _yes_or_no(value: Any, path: str, errors: dict[str, str]) -> bool:
    if value is None:
        return True
    if not isinstance(value, bool):
        errors[path] = _("Say yes or no.")
        return True
    return value


def _check(c: Criterion, path: str, errors: dict[str, str]) -> None:
    if c.kind in ("revenue", "employees"):
        if c.minimum is None and c.maximum is None:
            errors.setdefault(f"{path}.min", _("Give a minimum, a maximum or both."))
        elif c.minimum is not None and c.maximum is not None and c.minimum > c.maximum:
            errors[f"{path}.max"] = _("The maximum is below the minimum.")
    elif c.kind == "industry":
        _check_codes(c, path, errors)
    elif c.kind == "maturity":
        if c.minimum is None or not 1 <= c.minimum <= 5:
            errors[f"{path}.min"] = _("Maturity goes from 1 to 5.")
    elif c.kind == "technology" and not c.names:
        errors.setdefault(f"{path}.names", _("Name at least one technology."))
    elif c.kind == "budget" and c.minimum is None:
        errors.setdefault(f"{path}.min", _("Give the smallest budget in dollars."))
    elif c.kind == "geography" and not (c.states or c.cbsas):
        errors.setdefault(f"{path}.states", _("Choose at least one state or metropolitan area."))


def _check_codes(c: Criterion, path: str, errors: dict[str, str]) -> None:
    if not c.codes:
        errors.setdefault(f"{path}.codes", _("Choose at least one industry."))
    spans = ("31-33", "44-45", "48-49")
    wrong = [x for x in c.codes if x not in spans and not (x.isdigit() and 2 <= len(x) <= 6)]
    if wrong:
        text = _("“%(code)s” is not a NAICS code.") % {"code": wrong[0]}
        errors[f"{path}.codes"] = text
