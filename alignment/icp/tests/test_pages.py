"""The profile's pages: everybody reads, managers write, errors appear at their field."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from alignment.agreements.actions.drafts import start_draft
from alignment.agreements.models import Kind, State, Version
from alignment.agreements.queries import draft_of, in_force
from alignment.icp.drafting import put_criterion
from alignment.icp.fields import AmountField
from alignment.icp.queries_pages import icp_page
from alignment.icp.rules import parse_icp
from alignment.jobs import actions as jobs
from alignment.jobs import runner
from alignment.jobs.models import Job
from alignment.reference.models import Cbsa, NaicsCode
from alignment.reference.models import State as UsState
from tests import cast as make
from tests.cast import ROLES, Cast
from tests.signing import bring_in_force

EDITORS = ("owner", "marketing_manager", "sales_manager")
HTMX = {"HX-Request": "true"}


def address(cast: Cast, rest: str = "") -> str:
    return f"/p/{cast.program.slug}/icp/{rest}"


def draft(cast: Cast) -> Version:
    return start_draft(program=cast.program, kind=Kind.ICP, by=cast.owner)


def criteria(cast: Cast) -> list[dict[str, Any]]:
    found = draft_of(cast.program, Kind.ICP)
    assert found
    rows: list[dict[str, Any]] = found.content["criteria"]
    return rows


@pytest.fixture
def codes(db: None) -> None:
    NaicsCode.objects.get_or_create(code="51", defaults={"title": "Information", "level": 2})
    Cbsa.objects.get_or_create(code="14460", defaults={"title": "Boston, MA", "kind": "metro"})
    UsState.objects.get_or_create(code="MA", defaults={"name": "Massachusetts", "fips": "25"})


@pytest.mark.parametrize("who", ROLES)
def test_everybody_reads_the_profile(cast: Cast, who: str) -> None:
    make.account(cast.program, employees_low=300, employees_high=300)
    text = cast.client(who).get(address(cast)).content.decode()
    assert "200–5,000" in text
    assert "$20M–$2B" in text
    assert "Below 200 nobody owns the budget" in text
    assert ("icp/draft/start/" in text) == (who in EDITORS)
    assert cast.client(who).get(address(cast, "versions/1/")).status_code == 200


def test_counts_lead_to_the_accounts(cast: Cast) -> None:
    make.account(cast.program, employees_low=300, employees_high=300)
    make.account(cast.program, employees_low=10, employees_high=10)
    make.account(cast.program)
    page = cast.client("marketer").get(address(cast)).context["page"]
    (employees,) = [line for line in page.lines if line.criterion.key == "employees"]
    assert (employees.answers.yes, employees.answers.no, employees.answers.unknown) == (1, 1, 1)
    assert page.overall.total == 3


def test_an_account_whose_verdict_stays_is_judged_all_the_same(cast: Cast) -> None:
    """Its row is not rewritten, so only the job's cursor shows how far the judging has come."""
    for size in (300, 400, 150):
        make.account(cast.program, employees_low=size, employees_high=size)
    put = {"kind": "employees", "weight": "must", "min": 100, "max": 5000, "reason": "Smaller too."}
    put_criterion(version=draft(cast), criterion=put, key="employees", by=cast.owner)
    Job.objects.in_program(cast.program).update(state=Job.State.DONE)
    version = draft_of(cast.program, Kind.ICP)
    assert version
    bring_in_force(version)
    assert icp_page(program=cast.program).waiting == 3
    job = Job.objects.in_program(cast.program).get(kind=Job.Kind.JUDGE, state=Job.State.QUEUED)
    runner.run(job.pk)
    page = icp_page(program=cast.program)
    assert (page.waiting, page.overall.total) == (0, 3)
    assert page.lines[0].answers.yes == 3


def test_a_judging_that_stopped_is_told_and_goes_on(cast: Cast) -> None:
    make.account(cast.program)
    job = jobs.start(program=cast.program, kind=Job.Kind.JUDGE, by=cast.owner)
    assert "Judging every account by the new profile" in read(cast, "rep")
    jobs.cancel(job=job, by=cast.owner)
    assert "Judging by this profile stopped before its end" in read(cast, "rep")
    on = reverse("jobs:go_on", args=[cast.program.slug, job.pk])
    assert on not in read(cast, "rep")
    assert on in read(cast, "sales_manager")
    rest = jobs.go_on(job=job, by=cast.sales_manager)
    assert "Judging every account by the new profile" in read(cast, "rep")
    runner.run(rest.pk)
    assert "Judging" not in read(cast, "rep")


def read(cast: Cast, who: str) -> str:
    return cast.client(who).get(address(cast)).content.decode()


def test_the_page_costs_the_same_for_one_account_and_three(cast: Cast) -> None:
    def cost() -> int:
        cast.client("rep").get(address(cast))
        with CaptureQueriesContext(connection) as captured:
            cast.client("rep").get(address(cast))
        return len(captured)

    make.account(cast.program)
    one = cost()
    make.account(cast.program, employees_low=300, employees_high=300)
    make.account(cast.program, employees_low=10, employees_high=10)
    assert cost() == one
    assert one <= 20


@pytest.mark.parametrize("who", ["marketer", "rep", "observer"])
def test_members_do_not_write(cast: Cast, who: str) -> None:
    draft(cast)
    client = cast.client(who)
    for rest in (
        "draft/",
        "draft/add/employees/",
        "draft/criteria/employees/",
    ):
        assert client.get(address(cast, rest)).status_code == 403
    for rest in (
        "draft/start/",
        "draft/discard/",
        "draft/note/",
        "draft/criteria/employees/remove/",
        "draft/criteria/employees/move/",
    ):
        assert client.post(address(cast, rest)).status_code == 403


def test_a_draft_from_start_to_force(cast: Cast, codes: None) -> None:
    client = cast.client("sales_manager")
    client.post(address(cast, "draft/start/"))
    form = {"min": "100", "max": "2K", "weight": "must", "reason": "We grew"}
    client.post(address(cast, "draft/criteria/employees/"), form)
    client.post(address(cast, "draft/criteria/budget/remove/"))
    client.post(address(cast, "draft/criteria/maturity/move/"), {"to": "up"})
    client.post(
        address(cast, "draft/add/technology/"),
        {"names": "Snowflake, dbt", "weight": "preferred", "reason": "Our connectors"},
    )
    client.post(address(cast, "draft/note/"), {"note": "After the spring review"})
    keys = [row["key"] for row in criteria(cast)]
    assert "budget" not in keys
    assert keys.index("maturity") < keys.index("metros")
    assert keys[-1] == "technology"
    text = client.get(address(cast, "draft/")).content.decode()
    for shown in ("100–2,000", "Changed", "New", "Removed", "After the spring review"):
        assert shown in text
    assert "100–2,000" not in client.get(address(cast)).content.decode()
    make.account(cast.program)
    assert client.get(address(cast, "forecast/")).context["foreseen"].then.total == 1
    bring_in_force(Version.objects.in_program(cast.program).get(kind=Kind.ICP, number=2))
    ruling = in_force(cast.program, Kind.ICP)
    assert ruling
    assert ruling.number == 2
    assert ruling.note == "After the spring review"
    assert Job.objects.in_program(cast.program).filter(kind=Job.Kind.JUDGE).exists()
    assert "100–2,000" in client.get(address(cast)).content.decode()


@pytest.mark.parametrize(
    ("kind", "form", "problem"),
    [
        ("employees", {"min": "many"}, "Write a number"),
        ("employees", {"min": "500", "max": "100"}, "The maximum is below the minimum"),
        ("employees", {}, "Give a minimum, a maximum or both"),
        ("revenue", {"min": "9" * 30}, "Write a number"),
        ("budget", {"min": ""}, "This field is required"),
        ("maturity", {"min": "9"}, "Select a valid choice"),
        ("technology", {"names": " , "}, "Name at least one technology"),
        ("industry", {}, "Choose at least one industry"),
        ("industry", {"codes": ["zz"]}, "is not known"),
        ("geography", {}, "Choose at least one state"),
        ("geography", {"states": ["XX"]}, "Select a valid choice"),
        ("employees", {"min": "5", "weight": "maybe"}, "Select a valid choice"),
    ],
)
def test_errors_stand_at_the_field(
    cast: Cast, kind: str, form: dict[str, Any], problem: str
) -> None:
    draft(cast)
    before = criteria(cast)
    sent = {"weight": "must", "reason": "Kept <b>words</b>"} | form
    reply = cast.client("owner").post(address(cast, f"draft/add/{kind}/"), sent)
    assert reply.status_code == 422
    text = reply.content.decode()
    assert problem in text
    assert "Kept &lt;b&gt;words&lt;/b&gt;" in text
    assert criteria(cast) == before


def test_a_search_in_the_picker_keeps_what_is_ticked(cast: Cast, codes: None) -> None:
    draft(cast)
    client = cast.client("owner")
    sent = {"codes": ["51"], "search": "no such industry", "find": "1", "reason": "Half a sentence"}
    text = client.post(address(cast, "draft/add/industry/"), sent).content.decode()
    assert 'value="51" checked' in text
    assert "Half a sentence" in text
    assert "This field is required" not in text
    part = client.get(address(cast, "pick/geography/?search=boston&cbsas=14460")).content.decode()
    assert 'value="14460" checked' in part
    assert client.get(address(cast, "pick/nonsense/")).status_code == 404


def test_two_people_change_two_criteria(cast: Cast) -> None:
    """Each change is applied to what the other person saved, not to what the page showed."""
    version = draft(cast)
    stale = Version.objects.in_program(cast.program).get(pk=version.pk)
    new = {"kind": "maturity", "weight": "must", "min": 4}
    put_criterion(version=version, criterion=new, key="maturity", by=cast.owner)
    other = {"kind": "budget", "weight": "must", "min": 1000}
    put_criterion(version=stale, criterion=other, key="budget", by=cast.sales_manager)
    found = {c.key: c.minimum for c in parse_icp({"criteria": criteria(cast)}).criteria}
    assert found["maturity"] == 4
    assert found["budget"] == 1000


def edited(cast: Cast, who: str, **typed: str) -> Any:
    """The POST data of a criterion form that `who` opened before `typed` was saved."""
    at = address(cast, "draft/criteria/maturity/")
    form = cast.client(who).get(at).context
    return {
        "kind": "maturity",
        "seen": form["seen"],
        "weight": "must",
        "reason": "Because.",
    } | typed


def test_of_two_who_change_one_criterion_the_second_reads_what_the_first_saved(cast: Cast) -> None:
    draft(cast)
    at = address(cast, "draft/criteria/maturity/")
    mine, theirs = edited(cast, "owner", min="5"), edited(cast, "sales_manager", min="4")
    assert cast.client("sales_manager").post(at, theirs).status_code == 302
    reply = cast.client("owner").post(at, mine | {"reason": "We agreed on five."})
    assert reply.status_code == 409
    assert "Somebody else changed this criterion" in reply.text
    assert "We agreed on five." in reply.text
    assert reply.context["their_words"].wanted in reply.text
    assert next(c for c in criteria(cast) if c["key"] == "maturity")["min"] == 4
    again = mine | {"seen": reply.context["seen"]}
    assert cast.client("owner").post(at, again).status_code == 302
    assert next(c for c in criteria(cast) if c["key"] == "maturity")["min"] == 5


def test_a_criterion_removed_meanwhile_can_be_put_back(cast: Cast) -> None:
    draft(cast)
    at = address(cast, "draft/criteria/maturity/")
    mine = edited(cast, "owner", min="5", reason="Keep it.")
    cast.client("sales_manager").post(f"{at}remove/")
    reply = cast.client("owner").post(at, mine)
    assert reply.status_code == 409
    assert "Somebody removed this criterion" in reply.text
    assert "Keep it." in reply.text
    assert f'action="{address(cast, "draft/add/maturity/")}"' in reply.text
    assert cast.client("owner").post(address(cast, "draft/add/maturity/"), mine).status_code == 302
    assert next(c for c in criteria(cast) if c["key"] == "maturity")["reason"] == "Keep it."


def test_what_was_typed_outlives_the_draft(cast: Cast) -> None:
    draft(cast)
    at = address(cast, "draft/criteria/maturity/")
    mine = edited(cast, "owner", min="5", reason="Keep it.")
    cast.client("sales_manager").post(address(cast, "draft/discard/"))
    reply = cast.client("owner").post(at, mine)
    assert reply.status_code == 409
    assert "The draft is no longer there" in reply.text
    assert "Keep it." in reply.text
    assert cast.client("owner").get(at).status_code == 404


def test_discarding_leaves_what_is_in_force(cast: Cast) -> None:
    draft(cast)
    cast.client("owner").post(address(cast, "draft/discard/"))
    assert draft_of(cast.program, Kind.ICP) is None
    assert in_force(cast.program, Kind.ICP)
    assert cast.client("owner").post(address(cast, "draft/note/")).status_code == 404
    assert not Version.objects.in_program(cast.program).filter(state=State.DRAFT).exists()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("500", 500),
        ("1,450", 1450),
        ("1 450", 1450),
        ("$1.2B", 1_200_000_000),
        ("20M", 20_000_000),
        ("1,5 million", 1_500_000),
        ("2,000K", 2_000_000),
        ("", None),
    ],
)
def test_amounts_as_people_write_them(text: str, number: int | None) -> None:
    assert AmountField(required=False).clean(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5\u202f000", 5_000),
        ("1.450", 1_450),
        ("20 M$", 20_000_000),
        ("2 Md$", 2_000_000_000),
        ("20 M\u00a0$", 20_000_000),
        ("20 millions", 20_000_000),
        ("1,5 milliard", 1_500_000_000),
        ("36,900 M$", 36_900_000),
    ],
)
def test_amounts_as_french_readers_write_them(text: str, number: int) -> None:
    with translation.override("fr"):
        field = AmountField()
        assert field.clean(text) == number
        assert field.clean(field.prepare_value(number)) == number
        assert "," not in field.prepare_value(number)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("text", ["5000,5", "12.5", "-5", "many", "10-20", "n/a"])
def test_what_is_no_whole_number_is_refused_at_the_field(
    cast: Cast, language: str, text: str
) -> None:
    cast.owner.language = language
    cast.owner.save()
    draft(cast)
    before = criteria(cast)
    reply = cast.client("owner").post(
        address(cast, "draft/criteria/employees/"), {"min": text, "weight": "must"}
    )
    assert reply.status_code == 422
    assert "min" in reply.context["form"].errors
    assert text in reply.content.decode()
    assert criteria(cast) == before
