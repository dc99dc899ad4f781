"""Every URL answers 400 to unknown query parameters, and accepts the documented ones."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.api.conftest import Api, problem

pytestmark = pytest.mark.django_db

UNREAD = "There is no such parameter."


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    reply = Client().get("/api/v1/schema/", headers={"Accept": "application/json"})
    found: dict[str, Any] = reply.json()
    return found


def unread(api: Api, method: str, path: str, *names: str) -> list[str] | None:
    """The parameters that the reply calls unknown; None if the key has no access at all."""
    here = re.sub(r"\{[^}]+\}", "1", path.removeprefix("/api/v1/"))
    reply = api.send(method, f"{here}?{urlencode(dict.fromkeys(names, 'x'))}", b"{}")
    if reply.status_code == 403:
        return None
    if reply.status_code != 400:
        return []
    return [e["parameter"] for e in reply.json().get("errors", ()) if e["detail"] == UNREAD]


def test_every_operation_reads_what_it_documents_and_nothing_else(
    api: Api, document: dict[str, Any]
) -> None:
    wrong: dict[str, list[str]] = {}
    barred = 0
    for path, item in document["paths"].items():
        for method, operation in item.items():
            asked = operation.get("parameters", ())
            documented = {each["name"] for each in asked if each["in"] == "query"} - {"format"}
            found = unread(api, method.upper(), path, "colour", *documented)
            barred += found is None
            if found not in (None, ["colour"]):
                wrong[f"{method} {path}"] = found or []
    assert wrong == {}
    # URLs that need a member of a side, which the owner is not.
    assert barred < 20


def test_one_row_is_no_list(api: Api) -> None:
    assert unread(api, "GET", "accounts/1/", "limit", "order") == ["limit", "order"]
    assert unread(api, "PATCH", "accounts/1/", "dry_run") == ["dry_run"]


def test_what_is_given_twice_is_refused_where_one_counts(api: Api) -> None:
    for path, at in (("accounts/?state=TX&state=CA", "state"), ("leads/?limit=1&limit=2", "limit")):
        body = problem(api.get(path), 400)
        assert body["errors"] == [{"parameter": at, "detail": "Given more than once."}]
    for path in ("leads/?stage=mql&stage=sql", "events/?kind=lead_opened&kind=became_mql"):
        assert api.get(path).status_code == 200
    asked = problem(api.get("accounts/?answer=x:yes&answer=y:no"), 400)["errors"]
    assert "Given more than once." not in {error["detail"] for error in asked}


def test_a_format_that_there_is_not_is_a_parameter_not_accepted(api: Api) -> None:
    body = problem(api.get("accounts/?format=xml"), 400)
    assert body["errors"] == [{"parameter": "format", "detail": "json."}]
    assert api.get("accounts/?format=json").status_code == 200


def test_an_offset_that_lost_its_plus_is_told_how_to_keep_it(api: Api) -> None:
    """In a URL, + stands for a space."""
    body = problem(api.get("accounts/?updated_since=2026-11-01T00:00:00+02:00"), 400)
    assert "%2B" in body["errors"][0]["detail"]
