"""Providers' exports in English and French: what is guessed, imported and rejected."""

from __future__ import annotations

import pytest

from accounts.intent.actions.standing import today_utc
from accounts.intent.models import Surge
from accounts.intent.rules import monday_of
from alignment.imports.models import ImportProblem
from alignment.imports.parsing.errors import CellError
from alignment.imports.parsing.fields import parse_strength
from alignment.imports.parsing.mapping import guess_mapping
from tests import cast as play
from tests.cast import Cast

from .lists import run, taken, uploaded

ENGLISH = ["Company Name", "Domain", "Topic ID", "Topic Name", "Composite Score", "Date"]
FRENCH = ["Entreprise", "Domaine", "Thématique", "Score composite", "Semaine du", "Fournisseur"]


@pytest.mark.parametrize(
    ("headers", "row", "fields"),
    [
        (
            ENGLISH,
            ["Acme", "acme.com", "441", "Cloud", "82", "11/16/2026"],
            {0: "name", 1: "domain", 3: "topic", 4: "strength", 5: "week"},
        ),
        (
            FRENCH,
            ["Acme", "acme.fr", "Cloud", "82", "16/11/2026", "Bombora"],
            {0: "name", 1: "domain", 2: "topic", 3: "strength", 4: "week", 5: "source"},
        ),
    ],
)
def test_headers_in_both_languages(headers: list[str], row: list[str], fields: dict) -> None:
    guessed = guess_mapping("surges", headers, [row])
    assert {column.index: column.field for column in guessed} == fields


@pytest.mark.parametrize(
    ("text", "value"), [("82", 82), ("64.5", 65), ("85 %", 85), ("85/100", 85), ("0", 0)]
)
def test_strengths(text: str, value: int) -> None:
    assert parse_strength(text) == value


@pytest.mark.parametrize("text", ["101", "-1", "high"])
def test_what_is_no_strength(text: str) -> None:
    with pytest.raises(CellError):
        parse_strength(text)


@pytest.mark.django_db
def test_an_export_is_taken_row_by_row(cast: Cast) -> None:
    account = play.account(cast.program, "Acme", domain="acme.example")
    day = today_utc()
    content = (
        ",".join(ENGLISH)
        + f"\nAcme,https://www.acme.example/,1,Cloud,82,{day.isoformat()}"
        + f"\nAcme,,1,Security,61,{day.isoformat()}"
        + f"\nNobody,nobody.example,1,Cloud,82,{day.isoformat()}"
        + f"\nAcme,acme.example,1,Cloud,820,{day.isoformat()}"
        + "\nAcme,acme.example,1,Cloud,82,1999-01-04\n"
    ).encode()
    tried = run(uploaded(cast.program, content, target="surges"), dry_run=True)
    assert not Surge.objects.in_program(cast.program).exists()
    upload = uploaded(cast.program, content, target="surges", source="bombora")
    done = run(upload)
    assert taken(done) == taken(tried) == {"rows": 5, "created": 2, "rejected": 3}
    rows = Surge.objects.in_program(cast.program).order_by("topic")
    assert [(r.account_id, r.topic, r.strength, r.week, r.source) for r in rows] == [
        (account.pk, "Cloud", 82, monday_of(day), "bombora"),
        (account.pk, "Security", 61, monday_of(day), "bombora"),
    ]
    problems = ImportProblem.objects.in_program(cast.program).filter(job=done).order_by("row")
    assert [(p.errors[0]["column"], p.errors[0]["code"]) for p in problems] == [
        ("Domain", "unknown_account"),
        ("Composite Score", "strength"),
        ("Date", "week_range"),
    ]
    again = run(uploaded(cast.program, content, target="surges", source="bombora"))
    assert taken(again) == {"rows": 5, "unchanged": 2, "rejected": 3}
