"""The version behind a verdict: the list, the account, its page and the admin agree."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Account, Lead
from alignment.agreements.actions.drafts import start_draft
from alignment.agreements.models import Kind
from alignment.icp.drafting import put_criterion
from alignment.icp.models import Verdict
from alignment.jobs import runner
from alignment.jobs.models import Job
from alignment.people.models import User
from alignment.sla.queries.briefs import RELATED, build
from tests import cast as make
from tests.api.conftest import Api
from tests.cast import Cast
from tests.signing import bring_in_force

pytestmark = pytest.mark.django_db


def new_profile(cast: Cast) -> Job:
    """A profile that smaller companies match too; its judging job is still queued."""
    Job.objects.in_program(cast.program).update(state=Job.State.DONE)
    version = start_draft(program=cast.program, kind=Kind.ICP, by=cast.owner)
    put = {"kind": "employees", "weight": "must", "min": 100, "max": 5000, "reason": "Smaller too."}
    put_criterion(version=version, criterion=put, key="employees", by=cast.owner)
    bring_in_force(version)
    return Job.objects.in_program(cast.program).get(kind=Job.Kind.JUDGE, state=Job.State.QUEUED)


def listed(api: Api) -> dict[int, int]:
    rows = api.get("accounts/").json()["items"]
    return {row["id"]: row["verdict"]["version"] for row in rows}


def in_detail(api: Api, *accounts: Account) -> dict[int, int]:
    found = (api.get(f"accounts/{account.pk}/").json() for account in accounts)
    return {row["id"]: row["verdict"]["version"] for row in found}


def on_pages(cast: Cast, *accounts: Account) -> dict[int, int]:
    found: dict[int, int] = {}
    for account in accounts:
        page = cast.client("rep").get(f"/p/{cast.program.slug}/accounts/{account.pk}/")
        found[account.pk] = page.context["record"].verdict.version_number
        assert f"ICP v{found[account.pk]}" in page.content.decode()
    return found


def admin(cast: Cast) -> Client:
    person = make.user()
    User.objects.filter(pk=person.pk).update(is_staff=True, is_superuser=True)
    person.refresh_from_db()
    client = Client()
    client.force_login(person)
    return client


def in_the_admin(client: Client) -> dict[int, int]:
    rows: Any = client.get("/admin/icp/verdict/").context["cl"]
    return {row.pk: rows.model_admin.shown_version(row) for row in rows.result_list}


@pytest.fixture
def two(cast: Cast) -> tuple[Account, Account]:
    """An account whose verdict stays under the new profile, and one whose verdict changes."""
    return (
        make.account(cast.program, "Stays", employees_low=300, employees_high=300),
        make.account(cast.program, "Flips", employees_low=150, employees_high=150),
    )


def test_all_say_the_version_in_force_once_it_was_judged_by(
    cast: Cast, api: Api, two: tuple[Account, Account]
) -> None:
    old = Verdict.objects.in_program(cast.program).first()
    assert old is not None
    number = old.version.number
    assert set(listed(api).values()) == {number}
    runner.run(new_profile(cast).pk)
    stays, flips = two
    rows = {row.account_id: row.version.number for row in Verdict.objects.in_program(cast.program)}
    assert rows == {stays.pk: number, flips.pk: number + 1}
    in_force = dict.fromkeys(rows, number + 1)
    assert listed(api) == in_detail(api, *two) == on_pages(cast, *two) == in_force
    client = admin(cast)
    assert in_the_admin(client) == in_force
    form = client.get(f"/admin/icp/verdict/{stays.pk}/change/")
    assert f'<div class="readonly">{number + 1}</div>' in form.content.decode()


def test_until_its_turn_a_stored_verdict_is_of_the_version_before(
    cast: Cast, api: Api, two: tuple[Account, Account]
) -> None:
    stays, flips = two
    number = listed(api)[stays.pk]
    job = new_profile(cast)
    assert listed(api) == dict.fromkeys((stays.pk, flips.pk), number)
    Job.objects.in_program(cast.program).filter(pk=job.pk).update(
        state=Job.State.CANCELLED, cursor={"after": stays.pk}
    )
    expected = {stays.pk: number + 1, flips.pk: number}
    assert listed(api) == expected
    assert in_the_admin(admin(cast)) == expected


def briefs_of(*accounts: Account) -> dict[int, dict[str, Any]]:
    program = accounts[0].program
    people = [make.stakeholder(program, account) for account in accounts]
    leads = [make.lead(program, person) for person in people]
    rows = Lead.objects.in_program(program).filter(pk__in=[lead.pk for lead in leads])
    built = build(
        program_id=program.pk,
        leads=list(rows.select_related(*RELATED)),
        now=timezone.now(),
    )
    return {lead.account_id or 0: built[lead.pk]["icp"] for lead in leads}


def test_a_brief_names_the_criteria_of_the_version_it_speaks_of(
    cast: Cast, two: tuple[Account, Account]
) -> None:
    stays, flips = two
    before = briefs_of(*two)
    number = before[stays.pk]["version"]
    Job.objects.in_program(cast.program).update(state=Job.State.DONE)
    version = start_draft(program=cast.program, kind=Kind.ICP, by=cast.owner)
    # With a new order, the bits of an old verdict would be read as other criteria.
    version.content = {**version.content, "criteria": version.content["criteria"][::-1]}
    version.save(update_fields=["content"])
    bring_in_force(version)
    after = briefs_of(*two)
    assert after == before
    job = Job.objects.in_program(cast.program).get(kind=Job.Kind.JUDGE, state=Job.State.QUEUED)
    runner.run(job.pk)
    judged = briefs_of(*two)
    for account in (stays, flips):
        assert judged[account.pk]["version"] == number + 1
        for part in ("met", "unknown"):
            assert judged[account.pk][part] == before[account.pk][part][::-1]
    assert before[stays.pk]["met"]


def test_it_is_asked_once_for_a_page(cast: Cast, api: Api, two: tuple[Account, Account]) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            listed(api)
        return len(captured)

    runner.run(new_profile(cast).pk)
    listed(api)
    few = cost()
    for number in range(3):
        make.account(cast.program, f"More {number}", employees_low=300, employees_high=300)
    Verdict.objects.in_program(cast.program).update(version_id=first_version(cast))
    assert cost() == few
    assert len(set(listed(api).values())) == 1


def first_version(cast: Cast) -> int:
    row = Verdict.objects.in_program(cast.program).order_by("version_id").first()
    assert row is not None
    return row.version_id
