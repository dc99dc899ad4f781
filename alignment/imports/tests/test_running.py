"""Running imports: what they create, what a repeat changes, what is rejected, how they resume."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections
from django.utils import timezone

from accounts.models import Account, AccountChange, Consent, Engagement, Lead, Stakeholder
from alignment.icp.models import Verdict
from alignment.imports import actions, steps
from alignment.imports.models import Import, ImportProblem
from alignment.imports.parsing.tables import UnreadableTable
from alignment.imports.reading import columns_of
from alignment.jobs import runner
from alignment.jobs.actions import cancel
from alignment.jobs.models import Job
from tests.cast import Cast, program

from .lists import COMPANIES, SAMPLES, companies, run, taken, uploaded, workbook


def facts(of: Any) -> list[Any]:
    columns = ("name", "domain", "city", "state", "county_fips", "employees_low", "naics")
    return list(
        Account.objects.in_program(of).order_by("name_key", "city_key").values_list(*columns)
    )


def test_every_company_is_judged_when_the_job_ends(cast: Cast) -> None:
    job = run(uploaded(cast.program, companies(7)))
    assert (job.state, job.done) == ("done", job.total)
    assert taken(job) == {"rows": 7, "created": 7}
    assert Verdict.objects.in_program(cast.program).count() == 7
    assert not AccountChange.objects.in_program(cast.program).exists()


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("sp500_constituents.csv", "accounts"),
        ("sba_ppp_montana_150k_plus.csv", "accounts"),
        ("fictional_companies_fr.csv", "accounts"),
    ],
)
def test_the_same_list_again_changes_nothing(cast: Cast, name: str, target: str) -> None:
    content = (SAMPLES / name).read_bytes()
    tried = run(uploaded(cast.program, content, target=target), dry_run=True)
    assert facts(cast.program) == []
    first = run(uploaded(cast.program, content, target=target))
    before = facts(cast.program)
    again = run(uploaded(cast.program, content, target=target))
    assert first.result["created"] == len(before) == tried.result["created"]
    assert set(taken(again)) <= {"rows", "unchanged", "rejected", "incomplete"}
    assert facts(cast.program) == before


def test_people_and_what_they_did(cast: Cast) -> None:
    contacts = (SAMPLES / "fictional_contacts_fr.csv").read_bytes()
    people = run(uploaded(cast.program, contacts, target="stakeholders"))
    created = people.result["created"]
    assert created > 70
    assert Lead.objects.in_program(cast.program).count() == created
    assert Consent.objects.in_program(cast.program).exists()
    assert not AccountChange.objects.in_program(cast.program).exists()
    content = (SAMPLES / "fictional_engagements_fr.csv").read_bytes()
    tried = run(uploaded(cast.program, content, target="engagements"), dry_run=True)
    assert not Engagement.objects.in_program(cast.program).exists()
    done = run(uploaded(cast.program, content, target="engagements"))
    assert done.result == tried.result
    assert Engagement.objects.in_program(cast.program).count() == done.result["created"] > 150
    again = run(uploaded(cast.program, content, target="engagements"))
    assert again.result["unchanged"] == done.result["created"]
    assert Lead.objects.in_program(cast.program).exclude(stage="new").exists()


def test_an_old_list_lifts_no_refusal(cast: Cast) -> None:
    old = b"Email,Do not contact,Opt in\njane@acme.com,no,yes\n"
    run(uploaded(cast.program, old, target="stakeholders"))
    people = Stakeholder.objects.in_program(cast.program)
    people.update(do_not_contact=True)
    Consent.objects.in_program(cast.program).update(granted=False)
    run(uploaded(cast.program, old, target="stakeholders"))
    assert people.get().do_not_contact
    assert not Consent.objects.in_program(cast.program).get().granted


def test_good_rows_are_kept_and_bad_ones_explained(cast: Cast) -> None:
    bad = "Good,good.com,Boston,MA,5\n,,Paris,,7\nHalf,half.com,,,many\nFree,gmail.com,,,3\n"
    job = run(uploaded(cast.program, (COMPANIES + bad).encode()))
    assert taken(job) == {"rows": 4, "created": 3, "rejected": 1, "incomplete": 1}
    rows = ImportProblem.objects.in_program(cast.program).order_by("row")
    assert [row.row for row in rows] == [3, 4]
    assert rows[0].cells == ["", "", "Paris", "", "7"]
    assert [(e["column"], e["code"]) for e in rows[1].errors] == [("Employees", "not_a_number")]


@pytest.mark.parametrize(
    "content",
    [
        companies(3).decode().replace(",", ";").encode("cp1252"),
        companies(3).decode().replace(",", "\t").encode("utf-16"),
        companies(3).decode().encode("utf-8-sig"),
        b"Our companies\n\n" + companies(3),
        companies(3).replace(b"\n", b"\r\n"),
    ],
)
def test_encodings_and_separators(cast: Cast, content: bytes) -> None:
    assert taken(run(uploaded(cast.program, content))) == {"rows": 3, "created": 3}


def test_a_workbook_by_chunks(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(steps.CHUNK, "accounts", 2)
    rows = [("Company", "Website", "Employees"), *((f"C{n}", f"c{n}.com", n) for n in range(5))]
    job = run(uploaded(cast.program, workbook(*rows), name="list.xlsx"))
    assert taken(job) == {"rows": 5, "created": 5}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.csv"),
        (b"\n\n\n", "blank.csv"),
        (COMPANIES.encode(), "header.csv"),
        (COMPANIES.encode() + b"\n,,,,\n\n", "header_and_blanks.csv"),
        (COMPANIES.encode() + b"\n , ,,\t,\n   \n", "header_and_spaces.csv"),
        (workbook(("Company", "Website")), "header.xlsx"),
        (workbook(("Company", "Website"), ("", None), (None, "")), "header_and_blanks.xlsx"),
        (workbook(("Company", "Website"), (" ", None)), "header_and_spaces.xlsx"),
        (bytes(range(256)) * 40, "binary.csv"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 100, "picture.csv"),
        (b"PK\x03\x04" + b"0" * 200, "damaged.xlsx"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 200, "old.xls"),
    ],
)
def test_what_is_no_table_is_refused_and_not_kept(
    cast: Cast, content: bytes, name: str, uploads: Path
) -> None:
    with pytest.raises(UnreadableTable) as refused:
        uploaded(cast.program, content, name=name)
    assert refused.value.message
    assert not Import.objects.in_program(cast.program).exists()
    assert not [path for path in uploads.rglob("*") if path.is_file()]


def test_too_large_a_file_is_refused(cast: Cast, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 100
    with pytest.raises(UnreadableTable):
        uploaded(cast.program, companies(50))


def test_odd_cells_stay_in_their_rows(cast: Cast) -> None:
    rows = f'A\0B,a.com,,,1\n"{"x" * 150_000}",b.com,,,1\nGood,c.com,,,1\nWide,d.com,,,1,,,more\n'
    job = run(uploaded(cast.program, (COMPANIES + rows).encode()))
    assert job.state == "done"
    assert Account.objects.in_program(cast.program).filter(domain="c.com").exists()
    assert job.result["rejected"] + job.result["incomplete"] == 3


def test_doubled_headers_and_none(cast: Cast) -> None:
    twice = uploaded(cast.program, b"Name,Name,City\nAcme,Beta,Boston\n")
    assert twice.options["headers"] == ["Name", "Name (2)", "City"]
    assert taken(run(twice)) == {"rows": 1, "created": 1}
    bare = uploaded(cast.program, b"1,2\n3,4\n5,6\n")
    with pytest.raises(actions.CannotStart):
        actions.start_import(upload=bare, by=None)


def test_one_run_at_a_time(cast: Cast) -> None:
    upload = uploaded(cast.program, companies(1))
    actions.start_import(upload=upload, by=None)
    with pytest.raises(actions.Busy):
        actions.start_import(upload=upload, by=None)


def test_a_file_that_is_gone_fails_with_a_sentence(cast: Cast) -> None:
    upload = uploaded(cast.program, companies(1))
    job = actions.start_import(upload=upload, by=cast.marketer)
    Path(upload.file.path).unlink()
    runner.run(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "no longer there" in job.problem


def test_stopping_keeps_what_is_in(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(steps.CHUNK, "accounts", 3)
    upload = uploaded(cast.program, companies(10))
    job = actions.start_import(upload=upload, by=cast.marketer)
    runner.run(job.pk, after_step=lambda: cancel(job=job, by=cast.marketer))
    job.refresh_from_db()
    assert (job.state, taken(job)) == ("cancelled", {"rows": 3, "created": 3})
    assert taken(run(upload)) == {"rows": 10, "created": 7, "unchanged": 3}


def test_another_worker_goes_on_where_the_first_one_stood(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dead worker's open file is gone, so rows before the cursor are skipped."""
    monkeypatch.setitem(steps.CHUNK, "accounts", 3)
    job = actions.start_import(upload=uploaded(cast.program, companies(10)), by=None)

    def forget() -> None:
        for reader in steps._open.values():
            reader.close()
        steps._open.clear()

    runner.run(job.pk, after_step=forget)
    job.refresh_from_db()
    assert taken(job) == {"rows": 10, "created": 10}


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_ends_like_an_undisturbed_one(uploads: Path) -> None:
    content = companies(4_000) + b",,nowhere,,\n"
    calm, killed = program("calm", defaults=True), program("killed", defaults=True)
    undisturbed = run(uploaded(calm, content))
    job = actions.start_import(upload=uploaded(killed, content), by=None)
    seen = _kill_after_some_rows(job, uploads)
    assert 0 < seen < 4_001
    Job.objects.in_program(killed).filter(pk=job.pk).update(lease_until=timezone.now())
    runner.run(job.pk)
    job.refresh_from_db()
    assert job.state == "done"
    assert job.result == undisturbed.result
    assert facts(killed) == facts(calm)
    assert ImportProblem.objects.in_program(killed).count() == 1


def _kill_after_some_rows(job: Job, uploads: Path) -> int:
    """Run the job in a process of its own, with small steps, and kill it; returns the rows it
    did."""
    database = connection.settings_dict
    url = (
        f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}"
        f":{database['PORT']}/{database['NAME']}"
    )
    script = (
        "import django; django.setup()\n"
        "from alignment.imports import steps; from alignment.jobs import runner\n"
        f"steps.CHUNK['accounts'] = 200; runner.run({job.pk})"
    )
    environment = {**os.environ, "DATABASE_URL": url, "MEDIA_ROOT": str(uploads)}
    worker = subprocess.Popen(
        [sys.executable, "-c", script], cwd=django_settings.BASE_DIR, env=environment
    )
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and worker.poll() is None:
            job.refresh_from_db()
            if job.result.get("rows", 0):
                break
            time.sleep(0.01)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    connections.close_all()
    job.refresh_from_db()
    return int(job.result.get("rows", 0))


def test_two_people_who_set_an_import_up_lose_nothing(cast: Cast) -> None:
    upload = uploaded(cast.program, b"name;city\nAcme;Boston\n")
    mine, theirs = (Import.objects.in_program(cast.program).get(pk=upload.pk) for _ in range(2))
    actions.choose_reading(upload=theirs, encoding="mac_roman", separator="", by=cast.owner)
    rates = {"EUR": "1.1"}
    actions.set_mapping(
        upload=mine, columns=columns_of(mine), options={"rates": rates}, by=cast.owner
    )
    upload.refresh_from_db()
    assert (upload.options["rates"], upload.options["encoding"]) == (rates, "mac_roman")


def test_a_cancelled_import_leaves_no_process(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(steps.CHUNK, "accounts", 1)
    upload = uploaded(cast.program, companies(50))
    job = actions.start_import(upload=upload, by=cast.owner)
    runner.run(job.pk, after_step=lambda: cancel(job=job, by=cast.owner))
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert job.pk not in steps._open


def test_only_the_last_run_and_trial_keep_their_rows_to_repair(cast: Cast) -> None:
    """Otherwise a member could fill the database by trying one list again and again."""
    upload = uploaded(cast.program, (COMPANIES + ",,Paris,,7\n,,Lyon,,8\n").encode())
    other = uploaded(cast.program, (COMPANIES + ",,Nice,,9\n").encode())
    kept = {run(other, dry_run=True).pk: 1}
    for _ in range(2):
        trial, taken_in = run(upload, dry_run=True), run(upload)
    kept |= {trial.pk: 2, taken_in.pk: 2}
    rows = ImportProblem.objects.in_program(cast.program)
    assert Counter(rows.values_list("job", flat=True)) == kept
