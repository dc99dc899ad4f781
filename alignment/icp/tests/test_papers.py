"""The poster and the minutes as files: one page, the right size, identical on every run."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from alignment.agreements.actions.drafts import save_draft, start_draft
from alignment.agreements.models import Kind
from alignment.icp.poster import as_pdf, poster_of
from alignment.icp.workshop import actions, minutes
from tests.cast import ROLES, Cast
from tests.signing import bring_in_force

SIZES = {"a3": (842, 1191), "us-letter": (612, 792)}
HOSTILE = "é à ç œ #pagebreak() $x$ *bold* @cite <label> \\ “quoted” // gone?"


def read(file: bytes) -> tuple[list[Any], str]:
    pages = list(PdfReader(io.BytesIO(file)).pages)
    return pages, " ".join(" ".join(page.extract_text() for page in pages).split())


def sign_profile(cast: Cast, *rows: dict[str, Any]) -> None:
    draft = start_draft(program=cast.program, kind=Kind.ICP, by=cast.owner)
    content = {"criteria": list(rows)} if rows else draft.content
    bring_in_force(save_draft(version=draft, content=content, note="", by=cast.owner))


def poster_pdf(cast: Cast, paper: str) -> bytes:
    poster = poster_of(cast.program)
    assert poster
    return as_pdf(poster, paper=paper)


@pytest.mark.parametrize("paper", SIZES)
def test_one_page_of_the_right_size_with_both_signatures(cast: Cast, paper: str) -> None:
    sign_profile(cast)
    made = poster_pdf(cast, paper)
    pages, text = read(made)
    assert [tuple(round(float(x)) for x in page.mediabox[2:]) for page in pages] == [SIZES[paper]]
    for shown in ("200–5,000", "Below 200 nobody", "Marc Manager", "Sarah Sales", "Version 2"):
        assert shown in text
    assert made == poster_pdf(cast, paper)


def test_a_version_that_nobody_signed_says_so(cast: Cast) -> None:
    _pages, text = read(poster_pdf(cast, "a3"))
    assert "nobody signed it" in text
    page = cast.client("rep").get(f"/p/{cast.program.slug}/icp/poster/").content.decode()
    assert "nobody signed it" in page


def test_words_are_printed_as_they_were_written(cast: Cast) -> None:
    row = {"kind": "budget", "weight": "must", "min": 1, "key": "b", "reason": HOSTILE}
    sign_profile(cast, row)
    pages, text = read(poster_pdf(cast, "us-letter"))
    assert len(pages) == 1
    assert HOSTILE in text


@pytest.mark.parametrize("paper", SIZES)
def test_the_longest_profile_still_fits_one_page(cast: Cast, paper: str) -> None:
    names = [f"a technology with a long name {n}" for n in range(6)]
    rows = [
        {
            "kind": "technology",
            "weight": "must",
            "names": names,
            "key": str(i),
            "reason": "why " * 120,
        }
        for i in range(30)
    ]
    sign_profile(cast, *rows)
    assert len(read(poster_pdf(cast, paper))[0]) == 1


def test_minutes_say_what_was_proposed_and_settled(cast: Cast) -> None:
    workshop = actions.open_workshop(
        program=cast.program, title=HOSTILE, planned_minutes=60, by=cast.owner
    )
    topic = workshop.topics.get(key="employees")
    actions.put_aside(topic=topic, leave_out=False, note=HOSTILE, by=cast.rep)
    _pages, text = read(minutes.as_pdf(minutes.minutes_of(workshop)))
    assert text.count(HOSTILE) == 2
    for shown in ("Until now: Employees 200–5,000", "Parked", "Ravi Rep"):
        assert shown in text


@pytest.mark.parametrize("who", ROLES)
def test_everybody_prints(cast: Cast, who: str) -> None:
    workshop = actions.open_workshop(
        program=cast.program, title="T", planned_minutes=60, by=cast.owner
    )
    client, start = cast.client(who), f"/p/{cast.program.slug}/icp"
    for rest in ("poster/a3.pdf", "poster/letter.pdf", f"workshops/{workshop.pk}/minutes.pdf"):
        answer = client.get(f"{start}/{rest}")
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")


def test_french_has_its_accents(cast: Cast) -> None:
    cast.owner.language = "fr"
    cast.owner.save()
    answer = cast.client("owner").get(f"/p/{cast.program.slug}/icp/poster/a3.pdf")
    assert "Profil du client idéal" in read(answer.content)[1]
