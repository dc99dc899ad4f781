"""Requests every route with another program's ids, and checks what comes back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import product
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter
from django.urls.resolvers import RegexPattern, RoutePattern

from .isolation_world import FOREIGN, FOREIGN_KEY, MARK

# Sample values of text parameters. The walk fails on a new kind of parameter until a value from the
# other program is added here.
SAMPLES: dict[str, list[str]] = {
    "object_id": [str(FOREIGN)],
    "id": [str(FOREIGN)],
    "content_type_id": ["account"],
    "app_label": ["accounts"],
    "secret": ["not-a-secret"],
    "kind": ["industry"],
    "agreement": ["scoring", "icp", "sla", "policy"],
    "target": ["accounts"],
    "key": [FOREIGN_KEY],
    "code": [MARK],
    "criterion": ["employees"],
}
# Regular expressions in the routes of Django and allauth, with paths that they match.
EXPRESSIONS = {
    "": [""],
    r"^confirm-email/(?P<key>[-:\w]+)/$": ["confirm-email/wrong/"],
    r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": ["password/reset/key/1-x/"],
    r"(?P<url>.*)$": ["nowhere/"],
}
# The admin's list of apps: `^(?P<app_label>people|jobs)/$`.
CHOICE = re.compile(r"\^\(\?P<app_label>([\w|]+)\)/\$")
# Signing out would end the walk.
NOT_WALKED = {"account_logout", "usersessions_list"}
REFUSALS = {301, 302, 303, 400, 401, 403, 404, 405, 406, 409, 410, 415, 422}
WRITES = ("post", "put", "patch", "delete")
# "anziba" finds MARK in a search, but echoing the query is no leak.
QUERY = {
    name: str(FOREIGN)
    for name in ("owner", "account", "stakeholder", "lead", "team", "signal", "job", "import", "id")
} | {"q": MARK[1:-1], "search": MARK[1:-1]}


class UnknownParameter(AssertionError):
    """A route takes a parameter for which no value of the other program is known."""


@dataclass(frozen=True)
class Route:
    """`address` has {program} where the slug goes; `numbered` routes name rows."""

    name: str
    address: str
    numbered: bool
    view: Any = field(compare=False, hash=False)

    @property
    def in_program(self) -> bool:
        return self.address.startswith("/p/")

    @property
    def area(self) -> str:
        return self.address.split("/")[1]


def routes() -> list[Route]:
    """All routes, from the resolver, so that new routes are included by themselves."""
    return sorted(
        set(_walk(get_resolver().url_patterns, ["/"], False)), key=lambda r: (r.address, r.name)
    )


def _walk(patterns: Any, prefixes: list[str], numbered: bool) -> Iterator[Route]:
    for item in patterns:
        parts, more = _parts(item.pattern)
        addresses = [start + part for start, part in product(prefixes, parts)]
        if isinstance(item, URLResolver):
            yield from _walk(item.url_patterns, addresses, numbered or more)
        elif isinstance(item, URLPattern) and item.name not in NOT_WALKED:
            for address in addresses:
                yield Route(item.name or "", address, numbered or more, item.callback)


def _parts(pattern: Any) -> tuple[list[str], bool]:
    """The texts that a piece of a route can stand for, and whether it names a row."""
    if isinstance(pattern, RegexPattern):
        text = str(pattern)
        choice = CHOICE.fullmatch(text)
        if choice:
            return [f"{word}/" for word in choice[1].split("|")], False
        if text not in EXPRESSIONS:
            raise UnknownParameter(text)
        return EXPRESSIONS[text], False
    assert isinstance(pattern, RoutePattern)
    texts, numbered = [str(pattern)], False
    for name, converter in pattern.converters.items():
        values, is_row = _values(name, converter)
        numbered = numbered or is_row
        texts = [re.sub(rf"<(\w+:)?{name}>", v, text) for text, v in product(texts, values)]
    return texts, numbered


def _values(name: str, converter: Any) -> tuple[list[str], bool]:
    if name == "program":
        return ["{program}"], False
    if isinstance(converter, IntConverter):
        return [str(FOREIGN)], True
    if name in SAMPLES:
        return SAMPLES[name], name in ("object_id", "id", "code")
    raise UnknownParameter(f"<{type(converter).__name__}:{name}>")


class LeakFound(Exception):
    """A walk that stops at the first leak has found one."""


@dataclass
class Walk:
    """Makes requests as one person, and records leaks.

    `stops` ends at the first leak and starts with addresses that contain `about`. `thorough` also
    requests every filter with the stranger's ids, tries every method, and fills in every form.
    """

    client: Client
    who: str
    stops: bool = False
    about: str = ""
    thorough: bool = True
    posted: set[tuple[str, str]] = field(default_factory=set)
    asked: int = 0
    # For each page of a program: the permission it needs, and the status of its answer.
    answers: list[tuple[Route, Any, int]] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)

    def order(self, found: list[Route]) -> list[Route]:
        """If one leak is enough: addresses with `about` first, then lists, which show the most."""
        if not self.stops:
            return found
        return sorted(found, key=lambda r: (self.about not in r.address, r.numbered))

    def ask(
        self, method: str, address: str, data: Any = None, *, refused: bool = False, **how: Any
    ) -> HttpResponse:
        """`refused`: anything but a refusal is a leak as well."""
        self.client.raise_request_exception = False
        self.asked += 1
        response: Any = getattr(self.client, method)(address, data, **how)
        said = f"{self.who}: {method.upper()} {address} {response.status_code}"
        if response.status_code >= 500:
            self.leaks.append(f"{said} failed: {response.exc_info[1]!r}")
        text = b"".join(response).decode(errors="replace") + str(response.headers)
        if MARK in text.lower():
            if self.stops:
                raise LeakFound(said)
            at = text.lower().index(MARK)
            self.leaks.append(f"{said} shows {text[max(0, at - 60) : at + 40]!r}")
        if refused and response.status_code not in REFUSALS:
            self.leaks.append(f"{said} not refused")
        return response  # type: ignore[no-any-return]

    def must_be_clean(self) -> None:
        if self.leaks:
            raise AssertionError("\n".join(self.leaks))


class Forms(HTMLParser):
    """The POST forms of a page: action, fields with their values, and choices."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str], list[str]]] = []
        self._inside = False
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = have.get("method", "get").lower() == "post"
            if self._inside:
                self.found.append((have.get("action", ""), {}, []))
        if not self._inside or not self.found or ("name" not in have and tag != "option"):
            return
        _address, fields, choices = self.found[-1]
        if tag == "select":
            self._select = have["name"]
            fields.setdefault(self._select, "")
            choices.append(self._select)
        elif tag == "option" and self._select and have.get("value"):
            fields[self._select] = fields[self._select] or have["value"]
        elif tag in ("input", "button", "textarea") and have.get("type") != "checkbox":
            fields.setdefault(have["name"], have.get("value") or "x")
            if have.get("type") in ("hidden", "number", "radio") and "csrf" not in have["name"]:
                choices.append(have["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        if tag == "select":
            self._select = ""


def bodies(schema: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """(method, path, body) of every API write, with the other program's number in each place."""
    for address, methods in schema["paths"].items():
        for method in WRITES:
            spec = methods.get(method, {})
            content = spec.get("requestBody", {}).get("content", {}).get("application/json")
            if content:
                filled = re.sub(r"\{\w+\}", str(FOREIGN), address)
                yield method, filled, _example(content.get("schema", {}), schema, 0)


def _example(spec: dict[str, Any], schema: dict[str, Any], depth: int) -> Any:
    if "$ref" in spec:
        name = spec["$ref"].rsplit("/", 1)[1]
        return _example(schema["components"]["schemas"][name], schema, depth)
    for several in ("allOf", "oneOf", "anyOf"):
        if several in spec:
            return _example(spec[several][0], schema, depth)
    kind = spec.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if "enum" in spec:
        return spec["enum"][0]
    if kind == "array":
        return [] if depth > 6 else [_example(spec.get("items", {}), schema, depth + 1)]
    if kind == "object":
        fields = {} if depth > 6 else spec.get("properties", {})
        return {name: _example(value, schema, depth + 1) for name, value in fields.items()}
    by_format = {"date-time": "2026-01-05T10:00:00Z", "email": "someone@example.com"}
    plain = {"integer": FOREIGN, "number": FOREIGN, "boolean": True, "null": None}
    return plain.get(kind, by_format.get(spec.get("format", ""), "text"))
