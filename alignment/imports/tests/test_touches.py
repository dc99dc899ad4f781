"""Planned touches from a list: each row is checked, and its collisions are reported."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from accounts.models import Account, Stakeholder
from alignment.imports.messages import sentences
from alignment.imports.models import Import, ImportProblem
from alignment.imports.repair import problem_file
from alignment.notifications.models import Notice
from campaigns.calendar.models import Touch
from tests import cast as make
from tests.cast import Cast
from tests.weeks import worked_monday

from .lists import SAMPLES, run, taken, uploaded

pytestmark = pytest.mark.django_db
CHICAGO = ZoneInfo("America/Chicago")
HEADER = "Email,Channel,Start,Who,Message,Reason,Id\n"


@pytest.fixture
def person(cast: Cast) -> Stakeholder:
    account = make.account(cast.program, state="IL")
    return make.stakeholder(cast.program, account, "jane.doe@company.example")


def monday(hour: int = 10) -> str:
    day = worked_monday(2, timezone.now().astimezone(CHICAGO).date())
    return datetime.combine(day, time(hour), CHICAGO).isoformat()


def listed(cast: Cast, *rows: str, **how: Any) -> Any:
    content = (HEADER + "\n".join(rows) + "\n").encode()
    upload = uploaded(cast.program, content, target="touches", by=cast.owner, source="sheet")
    return run(upload, by=cast.owner, **how)


def told(job: Any) -> list[str]:
    rows = ImportProblem.objects.in_program(job.program_id).filter(job=job).order_by("row")
    return [sentences(row.errors) for row in rows]


def test_rows_are_planned_and_their_conflicts_told(cast: Cast, person: Stakeholder) -> None:
    rows = (
        f"jane.doe@company.example,call,{monday()},ravi.rep@example.com,Cost,,t-1",
        f"jane.doe@company.example,e-mail,{monday(11)},maya.marketer@example.com,Speed,,t-2",
        f"jane.doe@company.example,call,{monday(21)},ravi.rep@example.com,,,t-3",
        f"jane.doe@company.example,call,{monday(21)},ravi.rep@example.com,Cost,She asked,t-4",
        f"nobody@company.example,call,{monday()},stella@zanzibar.example,Cost,,t-5",
        f"jane.doe@company.example,pigeon,{monday()},,Cost,,t-6",
    )
    tried = listed(cast, *rows, dry_run=True)
    assert not Touch.objects.in_program(cast.program).exists()
    job = listed(cast, *rows)
    assert taken(job) == taken(tried) == {"rows": 6, "created": 2, "rejected": 4}
    assert told(job) == told(tried)
    double, quiet, unknown, pigeon = told(job)
    assert double.startswith(f"Ravi Rep already reaches {person} around that time (Call).")
    assert quiet == (
        "These are quiet hours where the prospect is. Give a reason to plan it all the same."
    )
    assert "Nobody in this program" in unknown
    assert "nobody of this program" in unknown
    assert "not a channel we know" in pigeon
    planned = Touch.objects.in_program(cast.program).order_by("pk")
    assert [touch.external_id for touch in planned] == ["t-1", "t-4"]
    assert [touch.side for touch in planned] == ["sales", "sales"]
    assert planned[1].override_reason == "She asked"
    assert planned[0].ends_at - planned[0].starts_at == timedelta(minutes=15)


def test_what_a_list_overrides_is_one_notice_a_person(cast: Cast, person: Stakeholder) -> None:
    Account.objects.in_program(cast.program).update(owner=cast.rep)
    mail = "jane.doe@company.example,e-mail"
    rows = [
        f"{mail},{monday(hour)},maya.marketer@example.com,,She asked,n-{hour}" for hour in (21, 22)
    ]
    told = Notice.objects.in_program(cast.program).filter(kind="override")
    listed(cast, *rows, dry_run=True)
    assert not told.exists()
    assert taken(listed(cast, *rows)) == {"rows": 2, "created": 2}
    (notice,) = told
    assert notice.user == cast.rep
    assert "with 2 touches" in notice.title


def test_the_same_list_again_changes_nothing(cast: Cast, person: Stakeholder) -> None:
    row = f"jane.doe@company.example,call,{monday()},ravi.rep@example.com,Cost,,t-1"
    assert taken(listed(cast, row)) == {"rows": 1, "created": 1}
    assert taken(listed(cast, row)) == {"rows": 1, "unchanged": 1}
    assert Touch.objects.in_program(cast.program).count() == 1


def test_somebody_without_a_company_and_a_wrong_end_are_told(cast: Cast) -> None:
    make.stakeholder(cast.program, None, "free@gmail.com")
    content = f"Email,Channel,Start,End\nfree@gmail.com,ad,{monday()},{monday(9)}\n".encode()
    job = run(uploaded(cast.program, content, target="touches"))
    assert told(job) == ["Email: “free@gmail.com” belongs to no account yet."]
    company = make.account(cast.program, state="IL")
    make.stakeholder(cast.program, company, "jane.doe@company.example")
    content = content.replace(b"free@gmail.com", b"jane.doe@company.example")
    job = run(uploaded(cast.program, content, target="touches"))
    assert told(job) == ["End: It ends before it starts."]


def test_the_sample_maps_itself(cast: Cast) -> None:
    people = (SAMPLES / "fictional_contacts_fr.csv").read_bytes()
    run(uploaded(cast.program, people, target="stakeholders"))
    content = (SAMPLES / "fictional_touches_fr.csv").read_bytes()
    job = run(uploaded(cast.program, content, target="touches", by=cast.rep), by=cast.rep)
    assert taken(job) == {"rows": 16, "created": 12, "rejected": 4}, told(job)
    # Camille wants no e-mail, and three rows cannot be read.
    assert sum("does not want to be reached" in text for text in told(job)) == 1


def test_a_row_is_told_in_the_language_of_whoever_reads_it(cast: Cast, person: Stakeholder) -> None:
    mail = "jane.doe@company.example"
    rows = (
        f"{mail},call,{monday()},ravi.rep@example.com,Cost,,t-1",
        f"{mail},call,{monday(21)},ravi.rep@example.com,Cost,,t-2",
        f"{mail},call,2020-03-02T10:00:00Z,ravi.rep@example.com,Cost,,t-3",
        f"{mail},pigeon,{monday()},,Cost,,t-4",
    )
    # The worker's language makes no difference.
    with translation.override("fr"):
        job = listed(cast, *rows)
    read = {}
    for language in ("en", "fr"):
        with translation.override(language):
            read[language] = told(job)
            content = "".join(problem_file(upload=only_import(cast), job=job))
            assert all(text.replace('"', '""') in content for text in read[language])
    quiet, over, pigeon = read["en"]
    assert quiet.startswith("These are quiet hours where the prospect is.")
    assert over == "Start: This is over. Report it as done instead of planning it."
    assert "not a channel we know" in pigeon
    for english, french in zip(read["en"], read["fr"], strict=True):
        assert french != english
    assert "heures calmes" in read["fr"][0]


def only_import(cast: Cast) -> Import:
    return Import.objects.in_program(cast.program).get()
