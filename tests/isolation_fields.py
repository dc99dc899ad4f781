"""Bodies of API writes with one id each: everything else in them is right for the program."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from .isolation_walk import WRITES
from .isolation_world import FOREIGN, OURS

# The names of the fields, and the positions in the lists, that lead to a value.
Path = tuple[str | int, ...]
Spec = dict[str, Any]

# No row has this id. Less than OURS as the stranger's is, for what compares ids.
NOWHERE = FOREIGN - 1
DEEPEST = 8

# Fields that name a person of any program by address.
PEOPLE = ("who", "user", "owner_email", "marketing_owner", "sales_owner")
REP, NOBODY, STRANGER = "ravi.rep@example.com", "nobody@nowhere.example", "stella@zanzibar.example"

SOON = (timezone.now() + timedelta(days=30)).date()
# Values of fields that the schema alone does not make acceptable.
SAMPLES: dict[str, Any] = {
    "candidate_id": OURS + 1,
    "criterion": "industry",
    "due_at": f"{SOON}T15:00:00Z",
    "ends_at": f"{SOON}T15:30:00Z",
    "external_id": "crm-1",
    "gone_id": OURS + 1,
    "quote": "too high",
    "signal": "pricing_page_view",
    "source": "crm",
    "starts_at": f"{SOON}T15:00:00Z",
    "state": "NY",
    "week": "2024-01-08",
    **dict.fromkeys(PEOPLE, REP),
}
BY_FORMAT = {"date": str(SOON), "date-time": "2024-01-08T10:00:00Z"}
# What bodies need beside the fields that the schema requires.
# An account is named by its id or by that of another tool, so that neither is required.
ACCOUNT = {"account_id": OURS}
TOUCH = ACCOUNT | {"stakeholder_ids": [OURS]}
ALSO: dict[str, dict[str, Any]] = {
    "/accounts/": {"domain": "ours.example"},
    "/accounts/{id}/": {"name": "Ours"},
    "/stakeholders/": {"external_id": "crm-1"},
    "/notes/": ACCOUNT,
    "/opportunities/": ACCOUNT,
    "/roi-pages/": ACCOUNT,
    "/support-requests/": ACCOUNT | {"due_at": SAMPLES["due_at"]},
    "/touch-feeds/": {"scope": "team"},
    "/touches/": TOUCH | {"override_reason": "They asked for it."},
    "/touches/check/": TOUCH,
    "/touches/reports/": ACCOUNT,
    "/touches/{id}/": {"override_reason": "They asked for it."},
}


@dataclass(frozen=True)
class Write:
    """One operation with one place of an id or a person in its body."""

    method: str
    operation: str
    place: Path
    spec: Spec
    schema: Spec

    @property
    def address(self) -> str:
        return re.sub(r"\{\w+\}", str(OURS), self.operation)

    @property
    def pointer(self) -> str:
        return "".join(f"/{step}" for step in self.place)

    @property
    def ours(self) -> Any:
        return SAMPLES.get(str(self.place[-1]), OURS)

    @property
    def nowhere(self) -> Any:
        return NOBODY if self.place[-1] in PEOPLE else NOWHERE

    @property
    def hers(self) -> Any:
        return STRANGER if self.place[-1] in PEOPLE else FOREIGN

    def body(self, value: Any) -> Any:
        filled = _filled(self.spec, self.schema, self.place, value)
        also = ALSO.get(self.operation.removeprefix("/api/v1"), {})
        rows = filled.get("items", [filled])
        for row in rows:
            row |= {name: said for name, said in also.items() if name != self.place[0]}
        return filled


def writes(schema: Spec) -> Iterator[Write]:
    """Every place of an id in the body of every operation, so that new ones are included."""
    for operation, methods in schema["paths"].items():
        for method in WRITES:
            content = methods.get(method, {}).get("requestBody", {}).get("content", {})
            if "application/json" in content:
                spec = content["application/json"]["schema"]
                for place in dict.fromkeys(_places(spec, schema, ())):
                    yield Write(method, operation, place, spec, schema)


def _places(spec: Spec, schema: Spec, path: Path) -> Iterator[Path]:
    for one in _alternatives(spec, schema) if len(path) < DEEPEST else ():
        for step, inner in _steps(one):
            yield from _places(inner, schema, (*path, step))
        name = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
        if (_kind(one) == "integer" and _names_row(name)) or name in PEOPLE:
            yield path


def _names_row(name: str) -> bool:
    return name in ("id", "up_to") or name.endswith(("_id", "_ids"))


def _alternatives(spec: Spec, schema: Spec) -> list[Spec]:
    """The types that a value may have, without references."""
    if "$ref" in spec:
        return _alternatives(
            schema["components"]["schemas"][spec["$ref"].rsplit("/", 1)[1]], schema
        )
    several = [one for word in ("allOf", "oneOf", "anyOf") for one in spec.get(word, ())]
    return [one for each in several for one in _alternatives(each, schema)] or [spec]


def _steps(spec: Spec) -> list[tuple[str | int, Spec]]:
    if _kind(spec) == "array":
        return [(0, spec["items"])]
    return list(spec.get("properties", {}).items())


def _kind(spec: Spec) -> str:
    kind = spec.get("type", "object")
    return str(kind[0] if isinstance(kind, list) else kind)


def _filled(spec: Spec, schema: Spec, place: Path, value: Any) -> Any:
    """What is required, with `value` at the place."""
    if not place:
        return value
    step, *others = place
    for one in _alternatives(spec, schema):
        inner = dict(_steps(one)).get(step)
        if inner is not None:
            within = _filled(inner, schema, tuple(others), value)
            return [within] if step == 0 else {**_required(one, schema), step: within}
    raise LookupError(place)


def _required(spec: Spec, schema: Spec) -> dict[str, Any]:
    needed = spec.get("required", ())
    return {n: _sample(n, s, schema) for n, s in spec.get("properties", {}).items() if n in needed}


def _sample(name: str, spec: Spec, schema: Spec) -> Any:
    one = _alternatives(spec, schema)[0]
    if name in SAMPLES or "enum" in one:
        return SAMPLES.get(name) or one["enum"][0]
    match _kind(one):
        case "array":
            return [_sample(name, one["items"], schema)]
        case "object":
            return _required(one, schema)
        case "integer" if _names_row(name):
            return OURS
        case "integer" | "number":
            return one.get("minimum", 1)
        case "boolean":
            return True
    return BY_FORMAT.get(one.get("format", ""), "text")
