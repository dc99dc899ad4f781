"""The what-if on its pages and in the API: who may start it, who may read it, and stale results."""

from typing import Any

import pytest

from alignment.agreements.actions import drafts, signing
from alignment.agreements.actions.drafts import save_draft
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import in_force
from alignment.jobs import actions as jobs
from alignment.jobs import runner
from alignment.jobs.models import Job
from alignment.people.models import Membership, Role
from alignment.people.permissions import Scope
from alignment.scoring import steps
from alignment.scoring.actions.whatif import CannotTry, start_what_if
from alignment.scoring.models import LeadScore, WhatIf
from alignment.scoring.queries_whatif import what_if_page
from tests import cast as make
from tests.api.conftest import Api, client_with, problem  # noqa: F401 (a fixture)
from tests.cast import ROLES, Cast, api_key
from tests.signing import bring_in_force

EDITORS = ("owner", "marketing_manager", "sales_manager")


def address(cast: Cast, rest: str = "", number: int = 2) -> str:
    return f"/p/{cast.program.slug}/scoring/what-if/{number}/{rest}"


@pytest.fixture
def draft(cast: Cast) -> Version:
    """A draft whose threshold the lead with 15 points reaches, and that lead."""
    make.engage(make.lead(cast.program).stakeholder, "pricing_page_view")
    make.lead(cast.program)
    Job.objects.in_program(cast.program).update(state=Job.State.DONE)
    return change(cast, mql_at=15, sql_at=15)


def change(cast: Cast, **content: Any) -> Version:
    version = drafts.start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner)
    return save_draft(version=version, content=version.content | content, note="", by=cast.owner)


def tried(cast: Cast, version: Version) -> WhatIf:
    what_if = start_what_if(version=version, by=cast.owner)
    runner.run(what_if.job_id)
    what_if.refresh_from_db()
    assert what_if.job.state == Job.State.DONE, what_if.job.problem
    return what_if


@pytest.mark.parametrize("who", ROLES)
def test_managers_ask_and_everybody_reads(cast: Cast, draft: Version, who: str) -> None:
    client = cast.client(who)
    asked = client.post(address(cast, "run/"))
    assert (asked.status_code == 302) == (who in EDITORS)
    assert WhatIf.objects.in_program(cast.program).count() == (who in EDITORS)
    if who not in EDITORS:
        tried(cast, draft)
    else:
        runner.run(WhatIf.objects.in_program(cast.program).get().job_id)
    page = client.get(address(cast)).content.decode()
    assert "Would become MQL at once" in page
    assert ("what-if/2/run/" in page) == (who in EDITORS)
    found = client.get(address(cast, "leads/?kind=mql")).context["found"]
    assert [(line.move.had, line.move.total, line.stage_then) for line in found.lines] == [
        (15, 15, "mql")
    ]


def test_pages_ask_the_database_little(
    cast: Cast, draft: Version, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        make.engage(make.lead(cast.program).stakeholder, "pricing_page_view")
    tried(cast, draft)
    client = cast.client("rep")
    client.get(address(cast))
    for rest, most in (("", 14), ("leads/?kind=mql", 16), ("brief/", 12), ("number/", 12)):
        with django_assert_max_num_queries(most):
            assert client.get(address(cast, rest)).status_code == 200


def test_the_number_stands_beside_the_choice(cast: Cast, draft: Version) -> None:
    client = cast.client("marketing_manager")
    assert "number/" in client.get(f"/p/{cast.program.slug}/agreements/scoring/propose/").text
    assert "Run the what-if first" in client.get(address(cast, "number/")).text
    start_what_if(version=draft, by=cast.owner)
    assert "sse:job-" in client.get(address(cast, "number/")).text
    tried(cast, draft)
    assert "1 lead would become MQL on activation" in client.get(address(cast, "number/")).text
    change(cast, mql_at=14)
    assert "Run the what-if first" in client.get(address(cast, "number/")).text


def test_it_says_when_things_moved_on(cast: Cast, draft: Version) -> None:
    tried(cast, draft)
    answer = what_if_page(version=draft).answer
    assert answer is not None
    assert not answer.is_stale
    draft = change(cast, mql_at=14)
    page = cast.client("rep").get(address(cast)).text
    assert "The draft changed since" in page
    what_if = tried(cast, draft)
    bring_in_force(draft)
    draft.refresh_from_db()
    answer = what_if_page(version=draft).answer
    assert answer is not None
    assert (answer.what_if, answer.is_stale) == (what_if, False)


def test_asked_twice_it_runs_once_and_a_changed_draft_starts_anew(
    cast: Cast, draft: Version
) -> None:
    first = start_what_if(version=draft, by=cast.owner)
    assert start_what_if(version=draft, by=cast.sales_manager) == first
    second = start_what_if(version=change(cast, mql_at=14), by=cast.owner)
    first.job.refresh_from_db()
    assert (second == first, first.job.state) == (False, Job.State.CANCELLED)
    runner.run(second.job_id)
    assert list(WhatIf.objects.in_program(cast.program)) == [second]


def test_what_has_no_true_answer_is_refused(cast: Cast, draft: Version) -> None:
    ruling = in_force(cast.program, Kind.SCORING)
    assert ruling is not None
    with pytest.raises(CannotTry, match="Only a draft"):
        start_what_if(version=ruling, by=cast.owner)
    job = jobs.start(program=cast.program, kind=Job.Kind.RESCORE, by=None)
    page = cast.client("owner").post(address(cast, "run/"), follow=True)
    assert "All leads are just being scored" in page.content.decode()
    jobs.cancel(job=job, by=cast.owner)
    page = cast.client("owner").post(address(cast, "run/"), follow=True)
    assert "stopped before its end" in page.content.decode()
    assert not WhatIf.objects.in_program(cast.program).exists()


def test_another_model_meanwhile_ends_it_with_a_sentence(cast: Cast, draft: Version) -> None:
    what_if = start_what_if(version=draft, by=cast.owner)
    bring_in_force(draft)
    runner.run(what_if.job_id)
    page = cast.client("rep").get(address(cast)).text
    assert "Another model came into force meanwhile" in page


def test_it_goes_on_where_a_worker_died(
    cast: Cast, draft: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed() -> None:
        raise Killed

    for _ in range(3):
        make.engage(make.lead(cast.program).stakeholder, "pricing_page_view")
    monkeypatch.setattr(steps, "CHUNK", 2)
    what_if = start_what_if(version=draft, by=cast.owner)
    with pytest.raises(Killed):
        runner.run(what_if.job_id, after_step=killed)
    what_if.refresh_from_db()
    assert (what_if.finished_at, what_if.moves.count()) == (None, 1)
    Job.objects.in_program(cast.program).filter(pk=what_if.job_id).update(lease_until=None)
    runner.run(what_if.job_id)
    what_if.refresh_from_db()
    assert what_if.result["moves"] == {"mql": 4}
    assert what_if.moves.count() == 4


def test_nothing_is_written_to_the_leads(cast: Cast, draft: Version) -> None:
    before = list(LeadScore.objects.in_program(cast.program).order_by("pk").values())
    tried(cast, draft)
    assert list(LeadScore.objects.in_program(cast.program).order_by("pk").values()) == before


def test_a_discarded_draft_takes_its_trials_along(cast: Cast, draft: Version) -> None:
    what_if = start_what_if(version=draft, by=cast.owner)
    drafts.discard_draft(version=draft, by=cast.owner)
    runner.run(what_if.job_id)
    job = Job.objects.in_program(cast.program).get(pk=what_if.job_id)
    assert (job.state, job.problem) == (Job.State.FAILED, "The draft is gone.")
    assert cast.client("owner").get(address(cast)).status_code == 404


def test_by_api(cast: Cast, draft: Version, client_with: Any) -> None:  # noqa: F811
    path = "scoring-models/2/what-if/"
    api: Api = client_with(api_key(cast.program, cast.owner, Scope.READ, Scope.AGREEMENTS_WRITE))
    problem(api.get(path), 404)
    asked = api.post(path)
    assert asked.status_code == 202, asked.content
    assert asked.json()["result"] is None
    runner.run(asked.json()["job_id"])
    found = api.get(path).json()
    assert (found["state"], found["against"], found["draft_changed"]) == ("done", 1, False)
    assert found["result"]["moves"] == {"mql": 1, "sql": 0, "engaged": 0, "over": 0, "below": 0}
    assert found["result"]["cells"]["then"] == {"0,3": 1, "0,0": 1}
    assert found["result"]["new_mqls_a_week_then"] == 0.25
    problem(api.post("scoring-models/1/what-if/"), 409)
    problem(api.post("scoring-models/99/what-if/"), 404)
    reader: Api = client_with(api_key(cast.program, cast.owner, Scope.READ))
    problem(reader.post(path), 403)
    member: Api = client_with(api_key(cast.program, cast.rep))
    assert member.get(path).status_code == 200
    problem(member.post(path), 403)


def test_a_proposal_is_tried_as_well(cast: Cast, draft: Version) -> None:
    signing.propose(version=draft, by=cast.marketing_manager)
    tried(cast, draft)
    page = cast.client("rep").get(f"/p/{cast.program.slug}/agreements/scoring/open/").text
    assert "what-if/2/brief/" in page
    assert "Fit alone reaches MQL" in page


def test_signers_read_when_sales_cannot_take_so_many(cast: Cast, draft: Version) -> None:
    """Only once the capacity of everybody who shares the leads is known."""
    make.member(cast.program, make.user("second@example.com"), Role.MEMBER, cast.sales)
    tried(cast, draft)
    seats = Membership.objects.in_program(cast.program).filter(team=cast.sales, role=Role.MEMBER)
    assert "How many MQLs a week" in cast.client("rep").get(address(cast)).text
    seats.filter(user=cast.rep).update(leads_a_week=1)
    answer = what_if_page(version=draft).answer
    assert answer
    assert (answer.sellers, answer.capacity, answer.too_many) == (2, None, 0.0)
    seats.update(leads_a_week=1)
    answer = what_if_page(version=draft).answer
    assert answer
    assert (answer.capacity, answer.too_many) == (2, 0.0)
    WhatIf.objects.in_program(cast.program).update(
        result=answer.what_if.result | {"new": {"now": 0, "then": 14}}
    )
    for page in ("", "brief/"):
        text = cast.client("rep").get(address(cast, page)).text
        assert "1.5 MQLs a week more than sales can take (2)" in text
