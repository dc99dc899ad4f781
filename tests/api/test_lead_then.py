"""The score of a lead at a past time, and under a given version, over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest

from alignment.agreements.actions.drafts import start_draft
from alignment.agreements.models import Kind, Version
from tests import cast as make
from tests.api.conftest import Api, problem
from tests.cast import Cast

pytestmark = pytest.mark.django_db
VISITED = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
CONTENT = {
    "rules": [{"key": "p", "signal": "pricing_page_view", "dimension": "engagement", "points": 33}]
}


def test_a_lead_as_it_stood(api: Api, cast: Cast) -> None:
    lead = make.lead(cast.program)
    make.engage(lead.stakeholder, "pricing_page_view", at=VISITED)
    versions = Version.objects.in_program(cast.program).filter(kind=Kind.SCORING)
    versions.update(in_force_at=VISITED - timedelta(days=9))
    path = f"leads/{lead.pk}/score/"
    assert api.get(path).json()["at"] is None
    then = api.get(path, at="2026-03-10T13:00:00+01:00").json()
    assert (then["total"], then["version"], then["at"]) == (15, 1, "2026-03-10T12:00:00Z")
    (line,) = [line for line in then["lines"] if line["earned"]]
    assert (line["rule"], line["counted"], len(line["evidence"])) == ("pricing", 1, 1)
    before = api.get(path, at="2026-03-10T11:59:59Z").json()
    assert (before["total"], before["version"]) == (0, 1)
    none = api.get(path, at="2025-01-01T00:00:00Z").json()
    assert (none["total"], none["version"], none["lines"]) == (0, None, [])


def test_under_a_named_version(api: Api, cast: Cast) -> None:
    lead = make.lead(cast.program)
    make.engage(lead.stakeholder, "pricing_page_view", at=VISITED)
    path = f"leads/{lead.pk}/score/"
    problem(api.get(path, version="draft"), 400)
    start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner, content=CONTENT)
    assert api.get(path, version="draft").json()["total"] == 33
    assert api.get(path, version="2").json()["version"] == 2
    now = api.get(path, version="1").json()
    stored = api.get(path).json()
    assert {**now, "at": None} == stored


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"at": "2026-03-10T12:00:00"}, "at"),
        ({"at": "soon"}, "at"),
        ({"at": ""}, "at"),
        ({"at": "2999-01-01T00:00:00Z"}, "at"),
        ({"at": "1999-01-01T00:00:00Z"}, "at"),
        ({"version": "7"}, "version"),
        ({"version": "x"}, "version"),
        ({"version": "99999999999999999999"}, "version"),
    ],
)
def test_wrong_parameters_are_named(
    api: Api, cast: Cast, query: dict[str, str], parameter: str
) -> None:
    lead = make.lead(cast.program)
    body = problem(api.get(f"leads/{lead.pk}/score/", **query), 400)
    assert [error["parameter"] for error in body["errors"]] == [parameter]


def test_leads_of_others_are_not_there(stranger_api: Api, cast: Cast) -> None:
    lead = make.lead(cast.program)
    problem(stranger_api.get(f"leads/{lead.pk}/score/", at="2026-01-01T00:00:00Z"), 404)
