"""Pages of back-tests: permissions, errors of uploaded lists, results."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import JournalEvent, Lead
from alignment.agreements.actions.drafts import start_draft
from alignment.agreements.models import Kind
from alignment.agreements.queries import draft_of, in_force
from alignment.scoring.backtest import learning, running
from alignment.scoring.backtest.models import Backtest
from alignment.scoring.backtest.moments import Plan
from alignment.workspace.tests.pages import address, queries, text
from tests import cast as make
from tests.cast import ROLES, Cast

EDITORS = ("owner", "marketing_manager", "sales_manager")
HERE = "scoring/backtests/"
ASKED: dict[str, Any] = {"version": "1", "source": "leads", "take": "handoff", "days": "30"}


def closed(cast: Cast, *, won: bool, code: str = "") -> Lead:
    lead = make.lead(cast.program)
    now = timezone.now()
    if code:
        make.engage(lead.stakeholder, code, at=now - timedelta(days=30))
    rows = Lead.objects.in_program(cast.program).filter(pk=lead.pk)
    rows.update(stage="won" if won else "lost", closed_at=now, opened_at=now - timedelta(days=60))
    JournalEvent.objects.create(
        program=cast.program, kind="became_mql", at=now - timedelta(days=9), lead=lead
    )
    return lead


def many(cast: Cast) -> None:
    for i in range(14):
        closed(cast, won=True, code="demo_requested" if i % 6 else "")
    for i in range(18):
        closed(cast, won=False, code="" if i % 6 else "demo_requested")


def judged(cast: Cast) -> Backtest:
    version = in_force(cast.program, Kind.SCORING)
    assert version is not None
    return running.start(version=version, plan=Plan(), by=cast.owner)


def upload(cast: Cast, content: str, name: str = "past.csv") -> Any:
    sent = {**ASKED, "source": "file", "file": SimpleUploadedFile(name, content.encode())}
    return cast.client("owner").post(address(cast, HERE), sent)


@pytest.mark.parametrize("who", ROLES)
def test_everybody_reads_and_managers_run(cast: Cast, who: str) -> None:
    many(cast)
    reply = cast.client(who).post(address(cast, HERE), ASKED)
    assert reply.status_code == (302 if who in EDITORS else 403)
    made = Backtest.objects.in_program(cast.program).first() or judged(cast)
    assert ("Run the back-test" in text(cast, who, HERE)) == (who in EDITORS)
    page = text(cast, who, f"{HERE}{made.pk}/")
    for shown in (
        "Won above lost (AUC)",
        "14 won, 18 lost",
        "The ICP verdict is today",
        made.digest[:12],
    ):
        assert shown in page
    for rest in ("suggest/", "draft/"):
        asked = cast.client(who).post(address(cast, f"{HERE}{made.pk}/{rest}"))
        assert asked.status_code == (302 if who in EDITORS else 403)


def test_the_scoring_page_and_the_draft_lead_there(cast: Cast) -> None:
    start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner)
    for rest in ("scoring/", "scoring/draft/"):
        assert address(cast, HERE) in text(cast, "owner", rest)


def test_a_missed_deal_is_listed_with_its_moment(cast: Cast) -> None:
    many(cast)
    made = judged(cast)
    page = text(cast, "rep", f"{HERE}{made.pk}/")
    lead = Lead.objects.in_program(cast.program).filter(stage="won").earliest("id")
    assert f"leads/{lead.pk}/then/?at=" in page
    assert made.result is not None
    assert page.count("/then/?at=") == made.result["tested"]["missed"] == 14


def test_pages_cost_the_same_whatever_the_outcomes(cast: Cast) -> None:
    many(cast)
    first = judged(cast)
    few = queries(cast, "rep", f"{HERE}{first.pk}/"), queries(cast, "rep", HERE)
    many(cast)
    second = judged(cast)
    assert (queries(cast, "rep", f"{HERE}{second.pk}/"), queries(cast, "rep", HERE)) == few
    assert few[0] <= 14


def test_too_few_outcomes_say_what_is_missing(cast: Cast) -> None:
    closed(cast, won=True)
    page = text(cast, "rep", f"{HERE}{judged(cast).pk}/")
    for shown in ("Too few outcomes", "29 outcomes are missing", "9 won deals", "10 lost deals"):
        assert shown in page
    assert "Suggest points" not in page


def test_a_list_names_people_by_address_and_id(cast: Cast) -> None:
    lead = closed(cast, won=True)
    known = lead.stakeholder.emails.get().address
    day = (timezone.now() - timedelta(days=1)).date().isoformat()
    reply = upload(
        cast,
        f"e-mail;issue;date\n{known};gagné;{day}\nnobody@else.example;perdu;{day}\n"
        f"{known.upper()};perdu;{day}\n{known};gagné;2100-01-01\n",
    )
    assert reply.status_code == 302
    made = Backtest.objects.in_program(cast.program).get()
    assert (made.source, made.file_name, made.left_out) == ("file", "past.csv", 3)
    page = text(cast, "owner", f"{HERE}{made.pk}/")
    for shown in (
        "3 rows of the list were left out",
        "Row 3: Nobody in this program is known as “nobody@else.example”.",
        f"Row 4: “{known}” has an outcome in an earlier row.",
        "Row 5: 2100-01-01 is in the future.",
    ):
        assert shown in page


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("email,amount\na@b.example,5\n", "No column with the outcome"),
        ("outcome,amount\nwon,5\n", "No column says who"),
        ("email,outcome\nnobody@else.example,won\n", "Row 2: Nobody in this program is known as"),
        ("email,outcome,date\na@b.example,won,2100-01-01\n", "Row 2: 2100-01-01 is in the future"),
        ("email,outcome\n", "The list has no rows"),
        ("%PDF-1.7", "neither a CSV nor an XLSX"),
    ],
)
def test_a_wrong_list_is_told_at_the_field(cast: Cast, content: str, said: str) -> None:
    reply = upload(cast, content)
    assert reply.status_code == 422
    assert said in " ".join(reply.context["form"].errors["file"])
    assert said in reply.content.decode()
    assert not Backtest.objects.in_program(cast.program).exists()


def test_a_file_is_needed_only_for_a_list(cast: Cast) -> None:
    reply = cast.client("owner").post(address(cast, HERE), {**ASKED, "source": "file"})
    assert reply.status_code == 422
    assert "file" in reply.context["form"].errors
    wrong = {**ASKED, "version": "77", "days": "0", "take": "never"}
    reply = cast.client("owner").post(address(cast, HERE), wrong)
    assert set(reply.context["form"].errors) == {"version", "days", "take"}


def test_a_suggestion_is_read_then_becomes_a_draft(cast: Cast) -> None:
    many(cast)
    here = f"{HERE}{judged(cast).pk}/"
    client = cast.client("sales_manager")
    assert "Let the outcomes propose points" in text(cast, "sales_manager", f"{here}suggestion/")
    assert "No suggestion yet" in text(cast, "observer", f"{here}suggestion/")
    client.post(address(cast, f"{here}suggest/"))
    page = text(cast, "observer", f"{here}suggestion/")
    assert "11 of 14" in page
    assert "3 of 18" in page
    reply = client.post(address(cast, f"{here}draft/"))
    assert reply["Location"] == address(cast, "scoring/draft/")
    draft = draft_of(cast.program, Kind.SCORING)
    assert draft is not None
    assert any(rule.get("signal") == "demo_requested" for rule in draft.content["rules"])
    assert "Another version is open" in text(cast, "sales_manager", f"{here}suggestion/")
    again = client.post(address(cast, f"{here}draft/"))
    assert again["Location"] == address(cast, f"{here}suggestion/")


def test_without_scikit_learn_the_page_says_how(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(cast)
    here = f"{HERE}{judged(cast).pk}/suggestion/"
    monkeypatch.setattr(learning, "is_installed", lambda: False)
    assert "pip install -r requirements-suggest.txt" in text(cast, "owner", here)


@pytest.mark.parametrize("rest", ["", "suggestion/"])
def test_french_pages_render(cast: Cast, rest: str) -> None:
    many(cast)
    made = judged(cast)
    cast.rep.language = "fr"
    cast.rep.save()
    assert "Test" in text(cast, "rep", f"{HERE}{made.pk}/{rest}")
