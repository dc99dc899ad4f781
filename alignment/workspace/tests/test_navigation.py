"""The counts beside the navigation."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Stage
from alignment.jobs.models import Job
from tests.cast import Cast, lead


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """Two MQLs to call."""
    for _ in range(2):
        mql = lead(cast.program)
        mql.stage = Stage.MQL
        mql.save(update_fields=["stage"])
    return cast


def _shown(cast: Cast, who: str) -> str:
    return cast.client(who).get(f"/p/{cast.program.slug}/navigation/").content.decode()


def _count(page: str, place: str) -> int:
    line = page[page.index(f"/{place}/") :]
    found = re.search(r"nav__count[^>]*>(\d+)<", line[: line.index("</a>")])
    return int(found[1]) if found else 0


def test_each_count_is_its_own(busy: Cast) -> None:
    before = _shown(busy, "rep")
    Job.objects.create(program=busy.program, kind=Job.Kind.REBUILD)
    after = _shown(busy, "rep")
    assert (_count(before, "queue"), _count(after, "queue")) == (2, 2)
    assert _count(after, "jobs") == _count(before, "jobs") + 1


def test_one_statement_counts(busy: Cast) -> None:
    _shown(busy, "marketing_manager")
    with CaptureQueriesContext(connection) as asked:
        _shown(busy, "marketing_manager")
    counting = [row["sql"] for row in asked.captured_queries if "jobs_job" in row["sql"]]
    assert len(counting) == 1
    assert "sla_handoff" in counting[0]
    assert "accounts_lead" in counting[0]


def test_other_programs_count_nothing_here(busy: Cast) -> None:
    hers = busy.client("stranger").get(f"/p/{busy.other_program.slug}/navigation/")
    assert _count(hers.content.decode(), "queue") == 0


@pytest.mark.parametrize("who", ["owner", "rep", "observer"])
def test_settings_lead_to_what_is_set_up_elsewhere(cast: Cast, who: str) -> None:
    client = cast.client(who)
    page = client.get(f"/p/{cast.program.slug}/settings/").content.decode()
    links = re.findall(r'class="row-link" href="([^"]+)"', page)
    assert len(links) == (10 if who == "owner" else 8)
    assert [client.get(link).status_code for link in links] == [200] * len(links)
