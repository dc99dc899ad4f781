"""Which side a listed touch belongs to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Stakeholder
from alignment.imports.messages import sentences
from alignment.imports.models import Import, ImportProblem
from alignment.imports.parsing.errors import CellError
from alignment.imports.parsing.mapping import guess_mapping
from alignment.imports.parsing.targets import TARGETS, Reading
from alignment.imports.reading import columns_of
from alignment.imports.repair import problem_file
from alignment.people.models import Membership, Side
from campaigns.calendar.models import Touch
from tests import cast as make
from tests.cast import Cast
from tests.markup import tight

from .lists import run, taken, uploaded

CHICAGO = ZoneInfo("America/Chicago")
HEADER = "Email,Channel,Start,Owner team,Who,Id"


def day(days: int = 0) -> datetime:
    """Ten in the morning in Chicago, `days` after the Monday after next."""
    today = timezone.now().astimezone(CHICAGO)
    monday = today + timedelta(days=14 - today.weekday() + days)
    return monday.replace(hour=10, minute=0, second=0, microsecond=0)


def read(text: str) -> Any:
    return dict(TARGETS["touches"].fields["side"].parse(text, Reading()))["side"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_sides_are_read_as_people_write_them(language: str) -> None:
    for text in ("Marketing", "MKTG", "Équipe marketing", "mkt"):
        assert read(text) == "marketing"
    for text in ("sales", "Ventes", "COMMERCIAL", "équipe commerciale", "SDR", "Commerciaux"):
        assert read(text) == "sales"
    with pytest.raises(CellError):
        read("finance")
    with translation.override(language):
        for side in Side:
            assert read(str(side.label)) == side


@pytest.mark.parametrize("header", ["Side", "Team", "Owner team", "Équipe", "Côté", "owner_team"])
def test_headers_that_mean_the_side(header: str) -> None:
    row = ["x@company.example", "call", "2027-03-01 10:00", "Marketing"]
    found = guess_mapping("touches", ["Email", "Channel", "Start", header], [row])
    assert [column.field for column in found] == ["email", "channel", "starts_at", "side"]
    # Team names are not sides.
    row[3] = "North-East"
    found = guess_mapping("touches", ["Email", "Channel", "Start", header], [row])
    assert "side" not in [column.field for column in found]


@pytest.fixture
def people(cast: Cast) -> list[Stakeholder]:
    return [
        make.stakeholder(cast.program, make.account(cast.program, state="IL"), f"p{n}@co.example")
        for n in range(6)
    ]


def listed(cast: Cast, by: Any, *rows: str) -> tuple[Import, Any]:
    content = "\n".join([HEADER, *rows, ""]).encode()
    upload = uploaded(cast.program, content, target="touches", by=by, source="sheet")
    return upload, run(upload, by=by)


def sides(cast: Cast) -> dict[str | None, str]:
    rows = Touch.objects.in_program(cast.program)
    return dict(rows.values_list("external_id", "side"))


def told(cast: Cast, job: Any) -> list[str]:
    rows = ImportProblem.objects.in_program(cast.program).filter(job=job).order_by("row")
    return [sentences(row.errors) for row in rows]


@pytest.mark.django_db
def test_a_row_is_of_the_side_that_it_names(cast: Cast, people: list[Stakeholder]) -> None:
    at = day().isoformat()
    rep = "ravi.rep@example.com"
    _upload, job = listed(
        cast,
        cast.owner,
        f"p0@co.example,e-mail,{at},Mktg,,1",
        f"p1@co.example,e-mail,{at},ventes,,2",
        f"p2@co.example,e-mail,{at},Sales,{rep},3",
        f"p3@co.example,e-mail,{at},Marketing,{rep},4",
        f"p4@co.example,e-mail,{at},finance,,5",
        f"p5@co.example,e-mail,{at},,{rep},6",
        f"p4@co.example,e-mail,{at},Sales,Ravi,7",
    )
    assert taken(job) == {"rows": 7, "created": 4, "rejected": 3}
    assert sides(cast) == {"1": "marketing", "2": "sales", "3": "sales", "6": "sales"}
    contradicts, unknown, no_address = told(cast, job)
    assert contradicts == (
        f"Owner team: “{rep}” is of the other side. Leave the side out, or name somebody of that"
        " side."
    )
    assert unknown.startswith("Owner team: “finance” is not a side we know")
    # Planned without a person, it would be a different touch than intended.
    assert no_address == "Who: “Ravi” is not an e-mail address."


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["marketer", "rep"])
def test_without_side_and_who_it_is_of_the_side_of_who_imports(
    cast: Cast, people: list[Stakeholder], role: str
) -> None:
    listed(cast, getattr(cast, role), f"p0@co.example,e-mail,{day().isoformat()},,,1")
    mine = Membership.objects.in_program(cast.program).get(user=getattr(cast, role))
    assert mine.team
    assert sides(cast) == {"1": mine.team.side}


@pytest.mark.django_db
def test_who_has_no_team_may_do_it_for_either_side(cast: Cast, people: list[Stakeholder]) -> None:
    assert cast.membership("owner").team is None
    row = f"p0@co.example,e-mail,{day().isoformat()},Marketing,{cast.owner.email},1"
    listed(cast, cast.owner, row)
    assert sides(cast) == {"1": "marketing"}


@pytest.mark.django_db
def test_the_file_to_repair_keeps_the_side(cast: Cast, people: list[Stakeholder]) -> None:
    at = day().isoformat()
    upload, job = listed(
        cast,
        cast.owner,
        f"p0@co.example,pigeon,{at},Mktg,,1",
        f"p1@co.example,e-mail,{at},Sales,,2",
    )
    text = "".join(problem_file(upload=upload, job=job)).replace("pigeon", "e-mail")
    again = uploaded(cast.program, text.encode(), target="touches", by=cast.owner)
    assert "side" in [column.field for column in columns_of(again)]
    assert taken(run(again, by=cast.owner)) == {"rows": 1, "created": 1}
    assert sides(cast) == {"1": "marketing", "2": "sales"}


@pytest.mark.django_db
def test_two_rows_that_name_nobody_collide(cast: Cast, people: list[Stakeholder]) -> None:
    later = (day() + timedelta(hours=1)).isoformat()
    _upload, job = listed(
        cast,
        cast.owner,
        f"p0@co.example,e-mail,{day().isoformat()},Marketing,,1",
        f"p0@co.example,call,{later},Sales,,2",
    )
    assert sides(cast) == {"1": "marketing"}
    (double,) = told(cast, job)
    assert double.startswith("Marketing already reaches")
    assert "Nobody is named yet who does that." in double


@pytest.mark.django_db
def test_the_page_says_how_a_side_is_read_and_what_counts_without(
    cast: Cast, people: list[Stakeholder]
) -> None:
    row = f"p0@co.example,e-mail,{day().isoformat()},Mktg,,1"
    upload, _job = listed(cast, cast.owner, row)
    address = reverse("imports:detail", args=[cast.program.slug, upload.pk])
    html = cast.client("owner").get(address).content.decode()
    assert "or else of your own side." in html
    assert '<span class="mapping-value">Marketing</span>' in tight(html)
