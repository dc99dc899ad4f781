"""The OpenAPI document is complete, and every operation conforms to it under random input."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema_rs import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from tests import cast as make
from tests.cast import Cast, api_key, bearer

pytestmark = pytest.mark.django_db

EXAMPLES = 12
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    reply = Client().get("/api/v1/schema/", headers={"Accept": "application/json"})
    assert reply.status_code == 200
    found: dict[str, Any] = json.loads(reply.content)
    return found


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Requests use the test's connection and transaction, as with Django's test client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def test_the_document_is_openapi_3_1_and_names_every_error(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["components"]["securitySchemes"]["ApiKey"]["scheme"] == "bearer"
    tags = {tag["name"] for tag in document["tags"]}
    for name, operation in operations(document).items():
        assert operation["summary"], name
        assert set(operation["tags"]) <= tags, name
        assert {"ApiKey": []} in operation["security"], name
        wanted = {"400", "401", "403", "404", "429", "503"}
        if name.split()[0] in ("POST", "PUT", "PATCH"):
            wanted |= {"413", "415", "422"}
        assert wanted <= operation["responses"].keys(), name
        assert "application/problem+json" in operation["responses"]["401"]["content"], name


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Each object in the document."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from parts(inner)


def test_an_empty_text_is_not_also_the_other_one_of_two(document: dict[str, Any]) -> None:
    empty = {"type": "string", "maxLength": 0}
    assert [part for part in parts(document) if empty in part.get("oneOf", ())] == []
    for name, field in (
        ("Account", "website"),
        ("Stakeholder", "linkedin_url"),
        ("Asset", "url"),
    ):
        assert empty in document["components"]["schemas"][name]["properties"][field]["anyOf"]


def test_parameters_have_the_type_of_what_is_asked_for(document: dict[str, Any]) -> None:
    for name, operation in operations(document).items():
        for parameter in operation.get("parameters", ()):
            schema = parameter["schema"]
            one = schema.get("items", schema)
            kind = {"integer": int, "string": str}.get(one.get("type"), object)
            assert one.get("type") != "number", (name, parameter)
            assert all(isinstance(each, kind) for each in one.get("enum", ())), (name, parameter)
    found = operations(document)["GET /api/v1/accounts/"]["parameters"]
    schemas = {parameter["name"]: parameter["schema"] for parameter in found}
    assert schemas["tier"] == {"type": "string", "enum": ["1", "2", "3", "any", "none"]}
    assert schemas["score_min"] == {"type": "integer", "minimum": 0}


def test_every_example_is_a_body_that_would_be_taken(document: dict[str, Any]) -> None:
    wrong, seen = {}, set()
    for name, operation in operations(document).items():
        for content in operation.get("requestBody", {}).get("content", {}).values():
            schema = {**content["schema"], "components": document["components"]}
            known = set(_fields(schema, document))
            for title, shown in content.get("examples", {}).items():
                seen.add(name)
                told = [
                    error.message
                    for error in Draft202012Validator(schema).iter_errors(shown["value"])
                ]
                told += sorted(shown["value"].keys() - known)
                if told:
                    wrong[name, title] = told
    assert wrong == {}
    assert {"POST /api/v1/touches/", "POST /api/v1/opportunities/"} <= seen


def _fields(schema: dict[str, Any], document: dict[str, Any]) -> Iterator[str]:
    """The names that an object of this schema may have."""
    if "$ref" in schema:
        found = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        yield from _fields(found, document)
    yield from schema.get("properties", {})
    for each in (*schema.get("oneOf", ()), *schema.get("anyOf", ()), *schema.get("allOf", ())):
        yield from _fields(each, document)


def test_replies_are_declared_as_they_are(document: dict[str, Any]) -> None:
    compare = "GET /api/v1/agreements/{agreement}/compare/{older}/{newer}/"
    reply = operations(document)[compare]["responses"]["200"]["content"]["application/json"]
    assert reply["schema"]["$ref"].endswith("AgreementChanges")
    row = document["components"]["schemas"]["CandidateOut"]["properties"]
    assert row["target_id"]["type"] == ["integer", "null"]
    for name in ("marketing_before", "sales_before"):
        assert {"type": "null"} in row[name]["oneOf"]


def test_it_is_generated_without_a_warning(tmp_path: Path) -> None:
    target = tmp_path / "schema.yml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(target))
    assert target.stat().st_size > 50_000


def test_every_resource_is_there(document: dict[str, Any]) -> None:
    found = {path.split("/")[3] for path in document["paths"]}
    assert found == {
        "members",
        "teams",
        "accounts",
        "findings",
        "relationships",
        "competitors",
        "saved-views",
        "intent",
        "duplicates",
        "merges",
        "plays",
        "play-runs",
        "stakeholders",
        "leads",
        "touches",
        "touch-feeds",
        "engagements",
        "signals",
        "icp",
        "scoring-models",
        "sla-contracts",
        "contact-policies",
        "assets",
        "campaigns",
        "tracks",
        "metrics",
        "sla-settings",
        "clocks",
        "escalations",
        "disputes",
        "handoffs",
        "reason-codes",
        "next-actions",
        "opportunities",
        "roi-calculators",
        "roi-pages",
        "results",
        "attribution",
        "baselines",
        "costs",
        "pipeline-stages",
        "exchange-rates",
        "notes",
        "insight-tags",
        "insight-topics",
        "support-requests",
        "briefings",
        "briefing-rhythm",
        "message-changes",
        "territories",
        "agreements",
        "working-hours",
        "closures",
        "leave",
        "jobs",
        "notices",
        "webhooks",
        "deliveries",
        "imports",
        "events",
        "targets",
        "nominations",
        "selection",
    }


def test_it_is_written_once_in_each_language(
    document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(language: str, **query: str) -> Any:
        headers = {"Accept": "application/json", "Accept-Language": language}
        return Client().get("/api/v1/schema/", query, headers=headers).json()

    french, written = ask("fr"), []
    parse: Any = SchemaGenerator.parse

    def count(*given: Any) -> Any:
        written.append(given)
        return parse(*given)

    monkeypatch.setattr(SchemaGenerator, "parse", count)
    assert (ask("en"), ask("fr"), written) == (document, french, [])
    assert ask("en", version="another")["info"] != document["info"]
    assert len(written) == 1


def test_yaml_is_served_too() -> None:
    reply = Client().get("/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi"})
    assert reply.content.startswith(b"openapi: 3.1")


def test_every_operation_keeps_to_the_document_under_random_input(
    cast: Cast, document: dict[str, Any], one_connection: None
) -> None:
    for _ in range(2):
        make.engage(make.lead(cast.program).stakeholder, "pricing_page_view")
    headers = bearer(api_key(cast.program, cast.owner))
    schema = schemathesis.openapi.from_dict(document)
    schema.app = WSGIHandler()
    schema.config.update(base_url="http://localhost")
    failures = []
    found: Any
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def keeps_to_it(case: Any) -> None:
            case.call_and_validate(headers=headers, checks=CHECKS)

        try:
            keeps_to_it()
        except (Exception, BaseExceptionGroup) as failure:
            failures.append(f"{operation.label}: {failure} {getattr(failure, 'exceptions', '')}")
    assert not failures, "\n\n".join(failures)
