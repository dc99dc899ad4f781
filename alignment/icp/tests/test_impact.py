"""The comparison of two versions of the profile finds the accounts that they judge differently."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from alignment.agreements.actions.drafts import save_draft, start_draft
from alignment.agreements.models import Kind, Version
from alignment.icp.models import Answer, Verdict
from alignment.icp.queries_impact import crossing_accounts, version_impact
from alignment.jobs import runner
from alignment.jobs.models import Job
from tests import cast as make
from tests.cast import ROLES, Cast
from tests.signing import bring_in_force

SIZES = (None, 20, 90, 150, 300, 2_000, 9_000)


@pytest.fixture
def versions(cast: Cast) -> list[Version]:
    """Three versions: the shipped one, one about size alone, and one about another size."""
    for size in SIZES:
        known: dict[str, Any] = (
            {} if size is None else {"employees_low": size, "employees_high": size}
        )
        make.account(cast.program, **known)
    found = [Version.objects.in_program(cast.program).get(kind=Kind.ICP)]
    for low, high in ((50, 500), (100, 5_000)):
        draft = start_draft(program=cast.program, kind=Kind.ICP, by=cast.owner)
        size_alone = {"key": "employees", "kind": "employees", "weight": "must", "min": low}
        content = {"criteria": [size_alone | {"max": high, "reason": "They can buy."}]}
        save_draft(version=draft, content=content, note="", by=cast.owner)
        found.append(bring_in_force(draft))
    return found


def judged(cast: Cast) -> dict[int, str]:
    for job in Job.objects.in_program(cast.program).filter(state=Job.State.QUEUED):
        runner.run(job.pk)
    return dict(Verdict.objects.in_program(cast.program).values_list("account_id", "answer"))


def test_counts_and_accounts_are_those_of_both_reigns(cast: Cast, versions: list[Version]) -> None:
    second, third = versions[1:]
    after = judged(cast)
    found = version_impact(older=second, newer=third)
    assert found.looked_at == len(SIZES)
    by_crossing = {(c.was, c.becomes): c.number for c in found.crossings}
    # 90 was a match and no longer is, 2,000 the other way round; unknown sizes stay unknown.
    assert by_crossing == {(Answer.YES, Answer.NO): 1, (Answer.NO, Answer.YES): 1}
    assert found.moved == 2
    for crossing in found.crossings:
        page = crossing_accounts(
            older=second, newer=third, was=crossing.was, becomes=crossing.becomes
        )
        assert [after[account.pk] for account in page.accounts] == [crossing.becomes]
        assert page.after is None
    back = version_impact(older=third, newer=second)
    assert {(c.becomes, c.was) for c in back.crossings} == set(by_crossing)


def test_a_version_is_never_apart_from_itself(versions: list[Version]) -> None:
    for version in versions:
        assert version_impact(older=version, newer=version).crossings == []


@pytest.mark.parametrize("who", ROLES)
def test_everybody_finds_the_accounts(cast: Cast, versions: list[Version], who: str) -> None:
    client = cast.client(who)
    at = f"/p/{cast.program.slug}/icp/versions/2/3/"
    text = client.get(at, {"was": "no", "becomes": "yes"}).text
    moved = Account.objects.in_program(cast.program).get(employees_low=2_000)
    assert "2 accounts change sides" in text
    assert text.count('class="row-link"') == 1
    assert moved.name in text
    counts = client.get(at, headers={"HX-Request": "true"}).text
    assert "was=yes&amp;becomes=no" in counts
    assert "<h1" not in counts
    assert client.get(at, {"was": "yes", "becomes": "yes", "after": "x"}).status_code == 200
    assert client.get(f"/p/{cast.program.slug}/icp/versions/2/9/").status_code == 404


def test_the_page_costs_the_same_for_one_account_and_three(
    cast: Cast, versions: list[Version]
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            reply = cast.client("rep").get(
                f"/p/{cast.program.slug}/icp/versions/2/3/", {"was": "no", "becomes": "yes"}
            )
        assert reply.status_code == 200
        return len(seen)

    cost()
    one = cost()
    for size in (600, 700):
        make.account(cast.program, employees_low=size, employees_high=size)
    assert cost() == one


def test_two_versions_are_picked(cast: Cast, versions: list[Version]) -> None:
    client = cast.client("observer")
    at = f"/p/{cast.program.slug}/agreements/icp/compare/"
    assert client.get(at, {"older": "1", "newer": "3"})["Location"] == f"{at}1/3/"
    assert client.get(at, {"older": "x"})["Location"].endswith("/agreements/icp/history/")
    shown = client.get(f"{at}1/3/").text
    assert f'hx-get="/p/{cast.program.slug}/icp/versions/1/3/"' in shown
    assert "say the same" in client.get(f"{at}2/2/").text
