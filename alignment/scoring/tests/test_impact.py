"""Two versions of the model compared: the same leads as in a what-if, and pages for both teams."""

import pytest

from alignment.agreements.actions import drafts
from alignment.agreements.actions.drafts import save_draft
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import in_force
from alignment.jobs.models import Job
from alignment.people.models import Program
from alignment.scoring.actions.whatif import compare_versions
from alignment.scoring.models import LeadScore, Move, WhatIf
from alignment.scoring.queries_whatif import pair_of
from alignment.scoring.tally import Tally
from tests import cast as make
from tests.cast import ROLES, Cast
from tests.signing import bring_in_force

from .test_what_if import crowd, drafted, other_points, run_job, tried, windows_and_decay

EDITORS = ("owner", "marketing_manager", "sales_manager")


def compared(older: Version, newer: Version) -> WhatIf:
    pair = compare_versions(older=older, newer=newer, by=older.created_by or newer.created_by)  # type: ignore[arg-type]
    run_job(pair.job)
    pair.refresh_from_db()
    return pair


def over(program: Program, version: Version) -> set[int]:
    """Leads with enough points for an MQL by the version in force that scored them."""
    content = version.content
    rows = LeadScore.objects.in_program(program).filter(
        engagement__gte=content.get("mql_min_engagement", 0)
    )
    return {
        lead
        for lead, fit, engagement in rows.values_list("lead_id", "fit", "engagement")
        if fit + engagement >= content["mql_at"]
    }


@pytest.mark.django_db
def test_any_two_versions_part_the_leads_as_their_reigns_did() -> None:
    program, user = crowd(3_000, 9_000)
    versions, reached = [in_force(program, Kind.SCORING)], []
    for change in (other_points, windows_and_decay):
        Job.objects.in_program(program).filter(state="queued").update(state="done")
        version = drafted(program, user, change)
        foreseen = Tally(tried(version, user).result)
        assert versions[-1] is not None
        pair = compared(versions[-1], version)
        assert Tally(pair.result).counts["over"] == foreseen.counts["over"]
        versions.append(bring_in_force(version))
        run_job(Job.objects.in_program(program).filter(state="queued").latest("id"))
        reached.append(over(program, version))
    # Neither version must be in force, nor must they be consecutive or in order.
    back = compared(versions[2], versions[1])  # type: ignore[arg-type]
    moved = {
        kind: set(back.moves.filter(kind=kind).values_list("lead_id", flat=True))
        for kind in Move.Kind
    }
    first, second = reached
    assert min(len(first - second), len(second - first)) > 3
    assert moved[Move.Kind.OVER] == first - second
    assert moved[Move.Kind.BELOW] == second - first
    assert Tally(back.result).leads == 3_000


@pytest.fixture
def draft(cast: Cast) -> Version:
    """A draft whose threshold the lead with 15 points reaches, and that lead."""
    make.engage(make.lead(cast.program).stakeholder, "pricing_page_view")
    make.lead(cast.program)
    Job.objects.in_program(cast.program).update(state=Job.State.DONE)
    version = drafts.start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner)
    content = version.content | {"mql_at": 15, "sql_at": 15}
    return save_draft(version=version, content=content, note="", by=cast.owner)


def address(cast: Cast, rest: str = "") -> str:
    return f"/p/{cast.program.slug}/scoring/versions/1/2/{rest}"


@pytest.mark.parametrize("who", ROLES)
def test_managers_count_and_everybody_reads(cast: Cast, draft: Version, who: str) -> None:
    client = cast.client(who)
    assert "Not counted yet" in client.get(address(cast)).text
    asked = client.post(address(cast, "run/"))
    assert (asked.status_code == 302) == (who in EDITORS)
    current = in_force(cast.program, Kind.SCORING)
    assert current
    compared(current, draft)
    text = client.get(address(cast), {"kind": "over"}).text
    assert "MQL only by version 2" in text
    assert text.count('class="row-link"') == 1
    assert client.get(address(cast), {"kind": "below"}).text.count('class="row-link"') == 0
    counts = client.get(address(cast), headers={"HX-Request": "true"}).text
    assert "of 2 leads" in counts
    assert "<h1" not in counts


def test_a_draft_that_changed_is_told_of_and_counted_anew(cast: Cast, draft: Version) -> None:
    current = in_force(cast.program, Kind.SCORING)
    assert current
    first = compared(current, draft)
    content = draft.content | {"mql_at": 90, "sql_at": 90}
    changed = save_draft(version=draft, content=content, note="", by=cast.owner)
    assert pair_of(older=current, newer=changed).is_stale
    assert "The draft changed since." in cast.client("rep").get(address(cast)).text
    second = compared(current, changed)
    assert not WhatIf.objects.in_program(cast.program).filter(pk=first.pk).exists()
    assert Tally(second.result).moves(Move.Kind.OVER) == 0


def test_who_asks_while_it_runs_gets_the_one_that_runs(cast: Cast, draft: Version) -> None:
    current = in_force(cast.program, Kind.SCORING)
    assert current
    one = compare_versions(older=current, newer=draft, by=cast.owner)
    assert compare_versions(older=current, newer=draft, by=cast.sales_manager) == one
    content = draft.content | {"mql_at": 90, "sql_at": 90}
    changed = save_draft(version=draft, content=content, note="", by=cast.owner)
    assert compare_versions(older=current, newer=changed, by=cast.owner) != one
    one.job.refresh_from_db()
    assert one.job.state == Job.State.CANCELLED


def test_versions_that_are_not_there(cast: Cast) -> None:
    assert cast.client("owner").get(address(cast)).status_code == 404
    assert cast.client("owner").post(address(cast, "run/")).status_code == 404
