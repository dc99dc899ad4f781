"""A list that gives one domain to two companies: neither silently becomes the other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Account
from alignment.imports import actions, steps
from alignment.imports.messages import sentences
from alignment.imports.models import ImportProblem
from alignment.imports.reading import columns_of
from alignment.imports.repair import problem_file
from alignment.jobs import runner
from alignment.reference.names import alike
from tests.cast import Cast

from .lists import companies, run, taken, uploaded

HEADER = "Company,Website,City,State,Employees\n"
CONOCO = "ConocoPhillips,https://www.conocophillips.com,Houston,TX,10400\n"
CONCHO = "Concho Resources,https://www.conocophillips.com/concho/,Midland,TX,1453\n"
RAYTHEONS = (
    "Raytheon Technologies,https://www.rtx.com,Waltham,MA,243200\n"
    "Raytheon,https://www.rtx.com,Waltham,MA,70000\n"
)


def facts(cast: Cast) -> list[tuple[object, ...]]:
    rows = Account.objects.in_program(cast.program).order_by("domain", "name")
    return list(rows.values_list("name", "domain", "city", "employees_low"))


def test_the_first_company_keeps_its_facts_and_the_second_is_a_row_to_look_at(cast: Cast) -> None:
    upload = uploaded(cast.program, (HEADER + CONOCO + RAYTHEONS + CONCHO).encode())
    tried = run(upload, dry_run=True)
    job = run(upload)
    assert taken(job) == taken(tried) == {"rows": 4, "created": 2, "rejected": 2}
    expected = [
        ("ConocoPhillips", "conocophillips.com", "Houston", 10_400),
        ("Raytheon Technologies", "rtx.com", "Waltham", 243_200),
    ]
    assert facts(cast) == expected
    _raytheon, concho = (
        ImportProblem.objects.in_program(cast.program).filter(job=job).order_by("row")
    )
    assert concho.cells[:3] == [
        "Concho Resources",
        "https://www.conocophillips.com/concho/",
        "Midland",
    ]
    assert sentences(concho.errors).startswith(
        "Website: Row 2 gives conocophillips.com to “ConocoPhillips”."
    )
    assert "Concho Resources" in "".join(problem_file(upload=upload, job=job))
    assert taken(run(upload)) == {"rows": 4, "unchanged": 2, "rejected": 2}
    assert facts(cast) == expected
    # Repaired as the message says, it becomes a company of its own.
    repaired = CONCHO.replace("https://www.conocophillips.com/concho/", "")
    assert taken(run(uploaded(cast.program, (HEADER + repaired).encode())))["created"] == 1
    assert len(facts(cast)) == 3


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_file_to_repair_changes_nothing_until_it_is_repaired(cast: Cast, language: str) -> None:
    upload = uploaded(cast.program, (HEADER + CONOCO + RAYTHEONS + CONCHO).encode())
    job = run(upload)
    before = facts(cast)
    with translation.override(language):
        content = "".join(problem_file(upload=upload, job=job))
    again = uploaded(cast.program, content.encode())
    tried, done = run(again, dry_run=True), run(again)
    assert taken(done) == taken(tried) == {"rows": 2, "rejected": 2}
    assert facts(cast) == before
    problems = ImportProblem.objects.in_program(cast.program).filter(job=done).order_by("row")
    assert sentences(problems[1].errors).startswith(
        "Website: conocophillips.com is the domain of “ConocoPhillips”."
    )
    # The repair file of a repair file works like the first one.
    with translation.override(language):
        content = "".join(problem_file(upload=again, job=done))
    assert taken(run(uploaded(cast.program, content.encode()))) == {"rows": 2, "rejected": 2}
    repaired = content.replace("https://www.conocophillips.com/concho/", "concho.example")
    repaired = repaired.replace("https://www.rtx.com", "raytheon.example")
    assert taken(run(uploaded(cast.program, repaired.encode()))) == {"rows": 2, "created": 2}
    assert set(before) < set(facts(cast))


def test_ids_say_who_is_who_in_a_file_to_repair(cast: Cast) -> None:
    rows = "Id,Company,Website,What was wrong\n7,Meta Platforms,facebook.com,x\n"
    run(uploaded(cast.program, b"Id,Company,Website\n7,Facebook,facebook.com\n"))
    assert taken(run(uploaded(cast.program, rows.encode()))) == {"rows": 1, "updated": 1}


def test_a_later_list_may_rename_a_company(cast: Cast) -> None:
    before = HEADER + "Facebook,facebook.com,Menlo Park,CA,1\n"
    after = HEADER + "Meta Platforms,facebook.com,Menlo Park,CA,1\n"
    # Two spellings are one company, within one list too.
    typo = after + "Meta Platfroms Inc.,www.facebook.com,Menlo Park,CA,2\n"
    run(uploaded(cast.program, before.encode()))
    assert taken(run(uploaded(cast.program, after.encode()))) == {"rows": 1, "updated": 1}
    done = taken(run(uploaded(cast.program, typo.encode())))
    assert done == {"rows": 2, "unchanged": 2, "incomplete": 1}


def test_ids_of_the_list_tell_more_than_names(cast: Cast) -> None:
    rows = "Id,Company,Website\n7,Facebook,facebook.com\n7,Meta Platforms,facebook.com\n"
    assert taken(run(uploaded(cast.program, rows.encode())))["incomplete"] == 1
    assert Account.objects.in_program(cast.program).get().name == "Facebook"


def test_it_is_seen_across_chunks_by_another_worker_too(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(steps.CHUNK, "accounts", 3)
    content = HEADER.encode() + CONOCO.encode() + companies(7)[len(HEADER) :] + CONCHO.encode()
    job = actions.start_import(upload=uploaded(cast.program, content), by=None)

    def forget() -> None:
        for reader in steps._open.values():
            reader.close()
        steps._open.clear()

    runner.run(job.pk, after_step=forget)
    job.refresh_from_db()
    assert taken(job) == {"rows": 9, "created": 8, "rejected": 1}


def test_the_list_of_the_fortune_1000_loses_no_company(cast: Cast) -> None:
    """An excerpt with the rows exactly as in that list."""
    header = "company,rank,revenue,num. of employees,city,state,Website\n"
    rows = (
        "ConocoPhillips,93,36670,10400,Houston,TX,https://www.conocophillips.com\n"
        "Concho Resources,585,4592,1453,Midland,TX,https://www.conocophillips.com/concho/\n"
    )
    upload = uploaded(
        cast.program,
        "\ufeff".encode("utf-16-le") + (header + rows).replace(",", "\t").encode("utf-16-le"),
    )
    # It is in millions but does not say so.
    with pytest.raises(actions.CannotStart, match="“revenue” counts"):
        run(upload)
    columns = [replace(each, scale=each.scale or 1_000_000) for each in columns_of(upload)]
    actions.set_mapping(upload=upload, columns=columns, by=None)
    assert taken(run(upload)) == {"rows": 2, "created": 1, "rejected": 1}
    assert facts(cast)[0][0] == "ConocoPhillips"
    assert Account.objects.in_program(cast.program).get().revenue_low == 36_670_000_000


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(*[st.text("abcd e", max_size=12)] * 2)
def test_names_are_as_alike_as_the_database_says(db: None, first: str, second: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT similarity(%s, %s)", [first, second])
        (said,) = cursor.fetchone()
    assert alike(first, second) == pytest.approx(said, abs=1e-6)
