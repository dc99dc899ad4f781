"""Nobody gets anything of another program: every route, every role, browser, API and admin."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import models, transaction
from django.http import HttpResponse
from django.test import Client
from django.test import client as test_client

from accounts.models import Account, Engagement, Lead, Signal, Stakeholder
from alignment.agreements.models import Version
from alignment.core.scoping import ScopedManager, ScopedQuerySet, UnscopedQuery
from alignment.imports.models import Import
from alignment.jobs.models import Job
from alignment.people import admin_base, middleware
from alignment.people.asgi_access import listener_of
from alignment.people.models import ApiKey, Invitation, Membership, ProgramOwned, Role, Team
from alignment.people.permissions import may
from alignment.scoring.models import Backtest
from alignment.sla.actions.sweep import mark

from . import cast as play
from .cast import ROLES, Cast
from .isolation_fields import Write, writes
from .isolation_walk import QUERY, WRITES, Forms, LeakFound, Route, Walk, bodies, routes
from .isolation_world import (
    FOREIGN,
    SECRET,
    fingerprint,
    furnish,
    furnish_alike,
    program_models,
    strays,
    uncovered,
)

# Models on which pages and API start a query; all other models are reached through one of these.
READ_BY_PROGRAM = (
    Account,
    ApiKey,
    Backtest,
    Engagement,
    Import,
    Invitation,
    Job,
    Lead,
    Membership,
    Signal,
    Stakeholder,
    Team,
    Version,
)

# The API shows none of these; the browser does at URLs with this word.
ONLY_ON_PAGES: dict[type[models.Model], str] = {
    ApiKey: "/settings/",
    Backtest: "/backtests/",
    Invitation: "/settings/",
    Membership: "/settings/",
}

HEALTH = "/healthz"


@pytest.fixture(autouse=True)
def _no_contexts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test client copies the context of each template, but only the response is needed here."""
    monkeypatch.setattr(test_client, "store_rendered_templates", lambda *_args, **_named: None)


@pytest.fixture
def world(cast: Cast) -> Iterator[Cast]:
    """Two filled programs; after the test, nothing in the stranger's has changed."""
    cache.clear()
    furnish(cast)
    before = fingerprint(cast.other_program.pk)
    yield cast
    assert touched(cast, before) == set()


@pytest.fixture
def alike(cast: Cast) -> Iterator[Cast]:
    """Both programs have the same rows; after the test, nothing in the stranger's has changed."""
    cache.clear()
    furnish_alike(cast)
    before = fingerprint(cast.other_program.pk)
    yield cast
    assert touched(cast, before) == set()


def touched(cast: Cast, before: dict[str, str]) -> set[str]:
    """Tables in which rows of hers have changed, and keys of ours that lead to her rows."""
    after = fingerprint(cast.other_program.pk)
    changed = {table for table in before if before[table] != after[table]}
    return changed | set(strays(cast.program.pk))


def walk_browser(walk: Walk, cast: Cast, *, writes: bool = True) -> Walk:
    """Program pages: the cast's with her ids, hers under her slug, and every form."""
    for route in walk.order(routes()):
        if not route.in_program:
            continue
        ours = route.address.format(program=cast.program.slug)
        hers = route.address.format(program=cast.other_program.slug)
        page = walk.ask("get", ours, refused=route.numbered)
        only_written = page.status_code == 405
        if not only_written:
            walk.answers.append((route, route.view.permission, page.status_code))
        if walk.thorough:
            walk.ask("get", ours, QUERY, headers={"HX-Request": "true"}, refused=route.numbered)
        walk.ask("get", hers, refused=True)
        if not writes:
            continue
        # Access to her program is refused before a view is chosen, and the allowed methods of a
        # view are the same in both.
        if walk.thorough:
            walk.ask("post", hers, {}, refused=True)
        for method in _writes(walk) if route.numbered or only_written else ():
            answer = walk.ask(method, ours, {}, refused=route.numbered)
            if only_written and method == "post":
                walk.answers.append((route, route.view.write, answer.status_code))
        if _has_own_forms(walk, route, page):
            post_forms(walk, page.text, ours)
    return walk


def _has_own_forms(walk: Walk, route: Route, page: HttpResponse) -> bool:
    """Forms are the same for everybody: owners fill in all of theirs, other roles only the rest."""
    is_page = page.status_code == 200 and "html" in page["Content-Type"]
    return is_page and (walk.thorough or not may(Role.OWNER, route.view.permission))


def _writes(walk: Walk) -> tuple[str, ...]:
    return WRITES if walk.thorough else ("post",)


def post_forms(walk: Walk, text: str, here: str) -> None:
    """Each form of the page, with each choice in turn set to the stranger's id.

    Fields that differ only by the number of their row count as one choice, because the same code
    reads them.
    """
    for action, fields, choices in Forms(text).found:
        address = action or here
        if address.startswith(("/sign-in/", "/preferences/")):
            continue
        for choice in choices:
            known = (address, re.sub(r"\d+", "#", choice))
            if known in walk.posted:
                continue
            walk.posted.add(known)
            walk.ask("post", address, fields | {choice: str(FOREIGN)})


def walk_elsewhere(walk: Walk) -> Walk:
    """Pages outside programs, the admin without being staff, the API without a key."""
    for route in routes():
        if not route.in_program:
            # Keeps the health check good, because a walk may take longer than clocks may be late.
            if route.address == HEALTH:
                mark()
            walk.ask("get", route.address, QUERY, refused=route.numbered)
    return walk


def walk_api(walk: Walk, schema: dict[str, Any], *, writes: bool = True) -> Walk:
    for route in (r for r in walk.order(routes()) if r.area == "api"):
        walk.ask("get", route.address, refused=route.numbered)
        walk.ask("get", route.address, QUERY)
        if route.numbered and writes:
            for method in WRITES:
                walk.ask(method, route.address, "{}", content_type="application/json", refused=True)
    if writes:
        for method, address, body in bodies(schema):
            walk.ask(method, address, body, content_type="application/json")
    return walk


def walk_admin(walk: Walk, *, writes: bool = True) -> Walk:
    for route in (r for r in routes() if r.area == "admin"):
        if route.address.endswith("/autocomplete/"):
            continue
        refused = route.numbered
        walk.ask("get", route.address, refused=refused)
        query = {"q": QUERY["q"]} if route.name.endswith("_changelist") else {"_to_field": "id"}
        walk.ask("get", route.address, query, refused=refused)
        if writes and refused:
            walk.ask("post", route.address, {"post": "yes", "name": "x"}, refused=True)
    for model, name in (("membership", "team"), ("team", "program"), ("signal", "program")):
        app = "accounts" if model == "signal" else "people"
        for term in ("", QUERY["q"]):
            words = {"app_label": app, "model_name": model, "field_name": name, "term": term}
            walk.ask("get", "/admin/autocomplete/", words)
    return walk


_described: dict[str, Any] = {}


def schema(cast: Cast) -> dict[str, Any]:
    """The same for everybody: it describes the API's input, not its data."""
    if not _described:
        answer = cast.client("owner").get("/api/v1/schema/?format=json")
        assert answer.status_code == 200
        _described.update(answer.json())
    return _described


def key_client(cast: Cast, who: str) -> Client:
    return Client(headers=play.bearer(play.api_key(cast.program, getattr(cast, who))))


def test_every_model_has_a_row_to_look_for(world: Cast) -> None:
    assert uncovered() == []


@pytest.mark.parametrize("who", ROLES)
def test_program_pages(world: Cast, who: str) -> None:
    walk = Walk(world.client(who), who, thorough=who in ("owner", "rep"))
    walk_browser(walk, world)
    walk.must_be_clean()
    assert walk.asked > 100
    assert wrongly_open(world.membership(who).role, walk.answers) == []


def wrongly_open(role: str, answers: list[tuple[Route, Any, int]]) -> list[tuple[str, Any, int]]:
    """Pages that a role got without the required permission, or that an owner did not get.

    Some pages need more, such as belonging to the side whose work it is; owners count for both.
    """
    wrong = []
    for route, needed, status in answers:
        refused, granted = status == 403, may(role, needed)
        if (not refused and not granted) or (refused and granted and role == Role.OWNER):
            wrong.append((route.address, needed, status))
    return wrong


@pytest.mark.parametrize("who", [*ROLES, "nobody"])
def test_pages_outside_programs(world: Cast, who: str) -> None:
    client = Client() if who == "nobody" else world.client(who)
    walk_elsewhere(Walk(client, who)).must_be_clean()


@pytest.mark.parametrize("who", ROLES)
def test_api(world: Cast, who: str) -> None:
    walk_api(Walk(key_client(world, who), f"key of {who}"), schema(world)).must_be_clean()


def test_one_id_of_hers_in_a_body(alike: Cast) -> None:
    """In every place of a body that is right otherwise, it is answered like one that nobody has."""
    keys = [key_client(alike, who) for who in ("owner", "sales_manager")]
    before = fingerprint(alike.other_program.pk)
    told, unread = [], []
    for write in writes(schema(alike)):
        key = next((key for key in keys if sent(key, write, write.ours)[0] != 403), keys[0])
        ours, nowhere = sent(key, write, write.ours), sent(key, write, write.nowhere)
        hers = sent(key, write, write.hers, unless=lambda: touched(alike, before))
        if hers[0] != nowhere[0] or (hers[0] >= 400 and hers != nowhere):
            told.append((write.method, write.operation, write.place, nowhere, hers))
        if ours == nowhere and ours[0] >= 400 and write.pointer not in ours[1]:
            unread.append((write.method, write.operation, write.place, ours))
    assert told == []
    # A body that is refused for something else proves nothing: give SAMPLES or ALSO a value.
    assert unread == []


def sent(
    key: Client, write: Write, value: Any, *, unless: Callable[[], set[str]] = set
) -> tuple[int, str]:
    """Status and text of the answer, without the value. Accepted ones are undone, and must not have
    done what `unless` finds."""
    with transaction.atomic():
        body = write.body(value)
        answer: Any = getattr(key, write.method)(
            write.address, body, content_type="application/json"
        )
        if answer.status_code < 400:
            assert unless() == set(), write
            transaction.set_rollback(True)
    return answer.status_code, answer.text.replace(str(value), "")


def test_api_in_a_browser(world: Cast) -> None:
    """The session of a member, requesting the other program by name."""
    client = play.sign_in(world.owner)
    client.defaults["HTTP_X_ENTENTE_PROGRAM"] = world.other_program.slug
    for route in (r for r in routes() if r.area == "api"):
        if route.name not in ("schema", "api-docs"):
            assert client.get(route.address).status_code in (401, 403, 404, 405), route


def test_admin(world: Cast) -> None:
    world.owner.is_staff = True
    world.owner.save()
    walk_admin(Walk(play.sign_in(world.owner), "staff who own a program")).must_be_clean()


def test_admin_is_for_owners(world: Cast) -> None:
    """Being staff without owning a program opens no list."""
    world.sales_manager.is_staff = True
    world.sales_manager.save()
    walk = walk_admin(Walk(play.sign_in(world.sales_manager), "staff who own nothing"))
    walk.must_be_clean()
    assert walk.client.get("/admin/accounts/account/").status_code == 403


def test_she_finds_her_rows(world: Cast) -> None:
    """The walk requests URLs that exist: the stranger can open all that owners may open."""
    client = play.sign_in(world.stranger)
    key = Client(headers=play.bearer(SECRET))
    for route in routes():
        address = route.address.format(program=world.other_program.slug)
        if route.in_program:
            answer = client.get(address)
        elif route.area == "api":
            answer = key.get(address)
        else:
            continue
        found = answer.status_code in (200, 302, 400, 405)
        # What binds a side is not for owners: see test_roles.
        if answer.status_code == 403 and route.in_program:
            found = not may(Role.OWNER, route.view.permission)
        assert found or not route.numbered, (route, answer.status_code)


def test_live_stream(world: Cast) -> None:
    for who in ROLES:
        session = world.client(who).session.session_key
        assert session
        listener = listener_of(session, world.program.slug)
        assert listener == (world.program.pk, getattr(world, who).pk)
        assert listener_of(session, world.other_program.slug) is None


def test_an_unscoped_query_does_not_run(db: None) -> None:
    runs: list[Callable[[Any], Any]] = [
        list,
        lambda rows: rows.count(),
        lambda rows: rows.exists(),
        lambda rows: rows.first(),
        lambda rows: rows.update(program=1),
        lambda rows: rows.delete(),
        lambda rows: rows.aggregate(models.Max("pk")),
        lambda rows: list(rows.values_list("pk", flat=True)),
        lambda rows: list(rows.iterator()),
        lambda rows: rows.filter(pk=1).get(),
    ]
    for model in program_models():
        assert isinstance(model.objects, ScopedManager), model
        for run in runs:
            with pytest.raises(UnscopedQuery):
                run(model.objects.all())


@pytest.mark.parametrize("model", READ_BY_PROGRAM, ids=lambda model: model.__name__)
def test_a_missing_scope_is_found(
    world: Cast, monkeypatch: pytest.MonkeyPatch, model: type[ProgramOwned]
) -> None:
    """If the rows of one model are no longer filtered, the walk must notice."""
    described, key = schema(world), key_client(world, "owner")
    with monkeypatch.context() as patch:
        _forget_scope_of(patch, model)
        with pytest.raises(LeakFound):
            _look_for_leaks(world, key, described, only_on=ONLY_ON_PAGES.get(model, ""))


def _look_for_leaks(world: Cast, key: Client, described: dict[str, Any], *, only_on: str) -> None:
    """Look first where the leak is expected, then everywhere."""
    pages = Walk(world.client("owner"), "owner", stops=True, about=only_on)
    if only_on:
        walk_browser(pages, world, writes=False)
    walk_api(Walk(key, "key", stops=True), described, writes=False)
    walk_browser(pages, world, writes=False)


def _forget_scope_of(patch: pytest.MonkeyPatch, model: type[ProgramOwned]) -> None:
    real = ScopedQuerySet.in_program

    def forgetful(self: Any, program: Any) -> Any:
        return self.across_programs() if self.model is model else real(self, program)

    patch.setattr(ScopedQuerySet, "in_program", forgetful)


def test_a_missing_membership_check_is_found(world: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def anybody(*, user: Any, slug: str) -> Membership | None:
        rows = Membership.objects.across_programs().select_related("program", "team", "user")
        return rows.filter(program__slug=slug).first()

    monkeypatch.setattr(middleware, "membership_in", anybody)
    with pytest.raises(LeakFound):
        walk_browser(Walk(world.client("rep"), "rep", stops=True), world, writes=False)


def test_a_missing_admin_scope_is_found(world: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    world.owner.is_staff = True
    world.owner.save()
    both = [world.program.pk, world.other_program.pk]
    monkeypatch.setattr(admin_base, "owned_programs", lambda _request: both)
    with pytest.raises(LeakFound):
        walk_admin(Walk(play.sign_in(world.owner), "owner", stops=True), writes=False)


def test_route_kinds_are_known() -> None:
    assert {route.area for route in routes()} >= {"p", "api", "admin", "sign-in", "you"}
