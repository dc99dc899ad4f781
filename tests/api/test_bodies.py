"""Bodies without an announced length, and missing bodies."""

import json
from io import BytesIO
from itertools import product
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler

from accounts.models import Account
from alignment.imports.models import Import
from tests import cast as make
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast

pytestmark = pytest.mark.django_db

FORM = (
    b'--edge\r\nContent-Disposition: form-data; name="target"\r\n\r\naccounts\r\n'
    b'--edge\r\nContent-Disposition: form-data; name="file"; filename="list.csv"\r\n\r\n'
    b"Company,Website\r\nAcme,acme.example\r\n\r\n--edge--\r\n"
)


def chunked(
    api: Api, method: str, path: str, body: bytes, kind: bytes = b"application/json"
) -> Any:
    """The reply to a request with `Transfer-Encoding: chunked`, as built by the ASGI handler."""
    scope = {
        "type": "http",
        "method": method,
        "path": f"/api/v1/{path}",
        "query_string": b"",
        "headers": [
            (b"host", b"testserver"),
            (b"authorization", f"Bearer {api.secret}".encode()),
            (b"content-type", kind),
            (b"transfer-encoding", b"chunked"),
        ],
    }
    handler = BaseHandler()
    handler.load_middleware()
    reply: Any = handler.get_response(ASGIRequest(scope, BytesIO(body)))
    reply.json = lambda: json.loads(reply.content)
    return reply


def test_a_chunked_body_is_read(api: Api, cast: Cast) -> None:
    account = make.account(cast.program, name="Before", city="Boston")
    changed = chunked(api, "PATCH", f"accounts/{account.pk}/", b'{"name": "After"}')
    assert (changed.status_code, changed.json()["name"]) == (200, "After")
    made = chunked(api, "POST", "accounts/", b'{"name": "New", "domain": "new.example"}')
    assert (made.status_code, made.json()["name"]) == (201, "New")
    account.refresh_from_db()
    assert (account.name, account.city) == ("After", "Boston")


def test_a_chunked_form_brings_its_file(api: Api, cast: Cast) -> None:
    kind = b"multipart/form-data; boundary=edge"
    reply = chunked(api, "POST", "imports/", FORM, kind)
    assert reply.status_code == 201, reply.content
    assert Import.objects.in_program(cast.program).get().file_name == "list.csv"


def test_a_chunked_body_has_the_same_limits(api: Api, settings: Any) -> None:
    for path in ("accounts/", "engagements/", "leads/"):
        problem(chunked(api, "POST", path, b" " * 6_000_000), 413)
    settings.IMPORT_MAX_BYTES = 1_000
    large = FORM.replace(b"Acme", b"A" * 100_000)
    problem(chunked(api, "POST", "imports/", large, b"multipart/form-data; boundary=edge"), 413)


def test_a_name_that_stands_twice_is_refused(api: Api, cast: Cast) -> None:
    for body in (b'{"name": "Acme", "name": "Bolt"}', b'{"items": [{"name": "A", "name": "A"}]}'):
        assert "“name” more than once" in problem(api.post("accounts/", body), 400)["detail"]
    assert not Account.objects.in_program(cast.program).exists()


def test_a_misspelt_name_inside_of_a_list_or_an_object_is_refused(api: Api, cast: Cast) -> None:
    """Left out silently, a step would follow none, and what was read would guard nothing."""
    step = {"side": "sales", "channel": "call", "after_days": 0, "at": "10:00", "message": "Hello"}
    play = {"name": "Two calls", "steps": [step, step | {"folows": 1}]}
    assert pointers(problem(api.post("plays/", play), 422)) == ["/steps/1/folows"]
    asset = api.post("assets/", {"title": "Case", "kind": "case_study"}).json()["id"]
    change = {"title": "Case study", "seen": {"titel": "Case"}}
    assert pointers(problem(api.patch(f"assets/{asset}/", change), 422)) == ["/seen/titel"]
    assert api.get(f"assets/{asset}/").json()["title"] == "Case"


def test_no_body_is_a_400_and_clears_nothing(api: Api, cast: Cast) -> None:
    lead = make.lead(cast.program)
    person = lead.stakeholder
    changing = (f"accounts/{person.account_id}/", f"stakeholders/{person.pk}/", f"leads/{lead.pk}/")
    for method, path in (
        *product(("PUT", "PATCH"), changing[:2]),
        ("PATCH", changing[2]),
        *product(("POST",), ("accounts/", "stakeholders/", "engagements/", "leads/", "signals/")),
        ("POST", f"leads/{lead.pk}/recycle/"),
    ):
        assert "empty" in problem(api.send(method, path, b""), 400)["detail"]
        problem(chunked(api, method, path, b""), 400)
        assert pointers(problem(api.send(method, path, b" "), 400)) == []
    name = person.first_name
    person.refresh_from_db()
    assert person.first_name == name
    assert Account.objects.in_program(cast.program).count() == 1
