"""Imports and jobs over HTTP: upload, correct, try, run, repair, cancel."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Account, EmailAddress
from alignment.core.models import AuditEntry
from alignment.imports.models import Import
from alignment.jobs import actions as jobs
from alignment.jobs import runner
from alignment.jobs.models import Job
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast, bearer

LIST = """Company,Website,State,Employees
Acme,acme.example,TX,"1,450"
Globex,globex.example,Nowhere,50-200
,,CA,3
"""


@pytest.fixture(autouse=True)
def uploads(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(api: Api, text: str | bytes = LIST, **fields: str) -> Any:
    data = text if isinstance(text, bytes) else text.encode()
    form = {"target": "accounts", **fields, "file": SimpleUploadedFile("list.csv", data)}
    return api.client.post("/api/v1/imports/", form, headers=bearer(api.secret))


async def _whole(reply: Any) -> bytes:
    return b"".join([part async for part in reply.streaming_content])


@pytest.mark.django_db
def test_two_files_in_one_upload_are_refused(api: Api, cast: Cast) -> None:
    files = [SimpleUploadedFile(name, LIST.encode()) for name in ("one.csv", "two.csv")]
    for form, at in (
        ({"target": "accounts", "file": files}, "/file"),
        ({"target": ["accounts", "stakeholders"], "file": files[0]}, "/target"),
    ):
        reply = api.client.post("/api/v1/imports/", form, headers=bearer(api.secret))
        assert pointers(problem(reply, 422)) == [at]
    assert not Import.objects.in_program(cast.program).exists()


@pytest.mark.django_db
def test_a_list_is_uploaded_mapped_tried_and_taken_in(api: Api, cast: Cast) -> None:
    made = upload(api, source="fair")
    assert made.status_code == 201, made.content
    body = made.json()
    assert body["headers"] == ["Company", "Website", "State", "Employees"]
    assert {column["field"] for column in body["columns"]} >= {"name", "state", "employees"}
    assert body["warnings"] == []
    path = f"imports/{body['id']}/"
    problem(api.get(f"{path}problems/"), 404)

    tried = api.post(f"{path}dry-run/")
    assert (tried.status_code, tried.json()["kind"]) == (202, "import")
    problem(api.post(f"{path}dry-run/"), 409)
    runner.run(tried.json()["id"])
    assert not Account.objects.in_program(cast.program).exists()
    assert api.get(path).json()["dry_run_job_id"] == tried.json()["id"]

    started = api.post(f"{path}run/").json()
    runner.run(started["id"])
    done = api.get(f"jobs/{started['id']}/").json()
    assert (done["state"], done["result"]["created"]) == ("done", 2), done
    assert (done["done"], done["unit"]) == (len(LIST), "bytes")
    assert Account.objects.in_program(cast.program).get(domain="acme.example").source == "fair"

    repair = api.client.get(
        f"/api/v1/{path}problems/", headers={**bearer(api.secret), "Accept": "text/csv"}
    )
    assert repair["Content-Type"].startswith("text/csv")
    # Streamed, so that a long file is never in memory as a whole.
    assert repair.streaming
    rows = list(csv.reader(StringIO(async_to_sync(_whole)(repair).decode("utf-8-sig"))))
    assert rows[0][:4] == ["Company", "Website", "State", "Employees"]
    assert [row[0] for row in rows[1:]] == ["Globex", ""]
    assert "Nowhere" in rows[1][-1]


@pytest.mark.django_db
def test_the_mapping_is_corrected(api: Api, cast: Cast) -> None:
    path = f"imports/{upload(api).json()['id']}/"
    columns = [{"index": 0, "field": "name"}, {"index": 3, "field": "employees", "scale": 1000}]
    changed = api.patch(path, {"columns": columns, "source": "x", "time_zone": "Europe/Paris"})
    assert changed.status_code == 200, changed.content
    assert [column["index"] for column in changed.json()["columns"]] == [0, 3]
    for bad, at in (
        ({"columns": [{"index": 9, "field": "name"}]}, "/columns/0/index"),
        ({"columns": [{"index": 0, "field": "nonsense"}]}, "/columns/0/field"),
        (
            {"columns": [{"index": 0, "field": "name"}, {"index": 0, "field": "state"}]},
            "/columns/1/index",
        ),
        (
            {"columns": [{"index": 0, "field": "name"}, {"index": 1, "field": "name"}]},
            "/columns/1/field",
        ),
        ({"columns": [{"index": -1, "field": "name"}]}, "/columns/0/index"),
        ({"columns": [{"index": 10**30, "field": "name"}]}, "/columns/0/index"),
        ({"columns": ["x"]}, "/columns/0"),
        ({"columns": "x"}, "/columns"),
        ({"columns": [{"index": 0, "field": "name", "scale": 7}]}, "/columns/0/scale"),
        ({"time_zone": "Mars/Phobos"}, "/time_zone"),
        ({"rates": {"EUR": "-1"}}, "/rates/EUR"),
        ({"rates": {"euro": "1"}}, "/rates/euro"),
        ({"surprise": 1}, "/surprise"),
        ({"sheet": "zz"}, "/sheet"),
    ):
        assert pointers(problem(api.patch(path, bad), 422)) == [at], bad
    assert api.get(path).json() == changed.json()


@pytest.mark.django_db
def test_a_list_of_people_uploaded_as_companies_is_read_as_people(api: Api, cast: Cast) -> None:
    people = "First name,Last name,E-mail\nAda,Byron,ada@people.example\n"
    made = upload(api, people).json()
    assert made["warnings"] == ["This looks like a list of people, not of companies."]
    address = f"imports/{made['id']}/"
    assert pointers(problem(api.patch(address, {"target": "pets"}), 422)) == ["/target"]
    read = api.patch(address, {"target": "stakeholders"}).json()
    assert (read["target"], read["warnings"]) == ("stakeholders", [])
    assert {column["field"] for column in read["columns"]} == {"first_name", "last_name", "email"}
    assert api.patch(address, {"target": "stakeholders"}).json() == read
    runner.run(api.post(f"{address}run/").json()["id"])
    assert EmailAddress.objects.in_program(cast.program).filter(address="ada@people.example")
    problem(api.patch(address, {"target": "accounts"}), 409)


@pytest.mark.django_db
def test_a_file_that_is_gone_is_a_conflict(api: Api, cast: Cast) -> None:
    made = upload(api).json()
    Path(Import.objects.in_program(cast.program).get(pk=made["id"]).file.path).unlink()
    reply = api.patch(f"imports/{made['id']}/", {"separator": ";"})
    assert "Upload it again" in problem(reply, 409)["detail"]


@pytest.mark.django_db
def test_encoding_and_separator_are_chosen_where_they_were_guessed_wrongly(
    api: Api, cast: Cast
) -> None:
    made = upload(api, "Nom;Site;Ville\nUno;uno.co;Bogotá\nDos;dos.br;Niterói\n".encode("utf-16"))
    path = f"imports/{made.json()['id']}/"
    assert (made.json()["encoding"], made.json()["separator"]) == ("utf-16", ";")
    other = api.patch(path, {"separator": "|"}).json()
    assert (other["separator"], other["headers"]) == ("|", ["Nom;Site;Ville"])
    again = api.patch(path, {"separator": "", "encoding": "utf-16-le"}).json()
    assert (again["encoding"], again["headers"]) == ("utf-16-le", ["Nom", "Site", "Ville"])
    for bad in ({"encoding": "cp1252"}, {"encoding": "klingon"}, {"encoding": "utf-8"}):
        assert pointers(problem(api.patch(path, bad), 422)) == ["/encoding"], bad
    assert pointers(problem(api.patch(path, {"separator": "x"}), 422)) == ["/separator"]
    assert api.get(path).json() == again


@pytest.mark.django_db(transaction=True)
def test_a_list_that_was_never_taken_in_is_discarded(api: Api, cast: Cast, settings: Any) -> None:
    path = f"imports/{upload(api).json()['id']}/"
    stored = Path(Import.objects.in_program(cast.program).get().file.path)
    job = api.post(f"{path}dry-run/", {}).json()
    problem(api.send("DELETE", path, b""), 409)
    runner.run(job["id"])
    assert stored.exists()
    assert api.send("DELETE", path, b"").status_code == 204
    assert not stored.exists()
    problem(api.get(path), 404)
    problem(api.send("DELETE", path, b""), 404)
    assert AuditEntry.objects.filter(action="import.discard").exists()
    taken = f"imports/{upload(api).json()['id']}/"
    runner.run(api.post(f"{taken}run/", {}).json()["id"])
    problem(api.send("DELETE", taken, b""), 409)
    assert api.get(taken).status_code == 200


@pytest.mark.django_db
def test_while_it_runs_its_mapping_stays(api: Api, cast: Cast) -> None:
    made = upload(api).json()
    path = f"imports/{made['id']}/"
    columns = [{"index": 1, "field": "domain"}]
    for start in ("dry-run", "run"):
        job = Job.objects.in_program(cast.program).get(pk=api.post(f"{path}{start}/").json()["id"])
        for state in (Job.State.QUEUED, Job.State.RUNNING):
            Job.objects.in_program(cast.program).filter(pk=job.pk).update(state=state)
            problem(api.patch(path, {"columns": columns}), 409)
            problem(api.patch(path, {"time_zone": "Europe/Paris"}), 409)
            problem(api.patch(path, {"sheet": ""}), 422)
            problem(api.patch(path, {"sheet": "Other"}), 409)
        assert api.get(path).json()["columns"] == made["columns"]
        Job.objects.in_program(cast.program).filter(pk=job.pk).update(state=Job.State.DONE)
    assert api.patch(path, {"columns": columns}).json()["columns"][0]["field"] == "domain"


@pytest.mark.django_db
def test_bad_uploads_are_refused_and_leave_nothing(
    api: Api, cast: Cast, settings: Any, tmp_path: Path
) -> None:
    assert pointers(problem(upload(api, target="contracts"), 422)) == ["/target"]
    assert pointers(problem(upload(api, b""), 422)) == ["/file"]
    assert pointers(problem(upload(api, b"\x00\x01\x02\xff" * 50), 422)) == ["/file"]
    assert pointers(problem(upload(api, source="nul\x00"), 422)) == ["/source"]
    form = {"target": "accounts"}
    reply = api.client.post("/api/v1/imports/", form, headers=bearer(api.secret))
    assert pointers(problem(reply, 422)) == ["/file"]
    settings.IMPORT_MAX_BYTES = 1_000
    problem(upload(api, b"name\n" + b"x\n" * 60_000), 413)
    assert not Import.objects.in_program(cast.program).exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_another_programs_imports_and_jobs_do_not_exist(
    api: Api, stranger_api: Api, cast: Cast
) -> None:
    path = f"imports/{upload(stranger_api).json()['id']}/"
    hers = jobs.start(program=cast.other_program, kind=Job.Kind.RESCORE, by=cast.stranger)
    for reply in (
        api.get(path),
        api.patch(path, {"source": "mine"}),
        api.post(f"{path}run/"),
        api.post(f"{path}dry-run/"),
        api.get(f"{path}problems/"),
        api.get(f"jobs/{hers.pk}/"),
        api.post(f"jobs/{hers.pk}/cancel/"),
        api.post(f"jobs/{hers.pk}/go-on/"),
    ):
        problem(reply, 404)
    assert api.get("imports/").json()["items"] == []
    assert hers.pk not in [job["id"] for job in api.get("jobs/").json()["items"]]


@pytest.mark.django_db
def test_a_job_is_cancelled(api: Api, cast: Cast) -> None:
    job = jobs.start(program=cast.program, kind=Job.Kind.RESCORE, by=cast.owner)
    assert api.get("jobs/", state=["queued", "running"]).json()["items"][0]["id"] == job.pk
    assert api.post(f"jobs/{job.pk}/cancel/").json()["state"] == "cancelled"
    assert api.get(f"jobs/{job.pk}/").json()["unit"] == "leads"
    assert api.post(f"jobs/{job.pk}/cancel/").json()["state"] == "cancelled"


@pytest.mark.django_db
def test_an_upload_that_is_sent_again_is_one_import(api: Api, cast: Cast) -> None:
    replies = []
    for _ in range(2):
        form = {"target": "accounts", "file": SimpleUploadedFile("list.csv", LIST.encode())}
        headers = {**bearer(api.secret), "Idempotency-Key": "upload-1"}
        replies.append(api.client.post("/api/v1/imports/", form, headers=headers))
    assert replies[0].json() == replies[1].json()
    assert Import.objects.in_program(cast.program).count() == 1


@pytest.mark.django_db
def test_near_duplicates_of_a_list_are_counted(api: Api, cast: Cast) -> None:
    row = upload(api, "Company,State\nAcme Robotics,TX\nAcme Robotic,TX\n").json()
    assert (row["duplicates_job_id"], row["duplicates_to_look_at"]) == (None, 0)
    path = f"imports/{row['id']}/"
    runner.run(api.post(f"{path}run/").json()["id"])
    job_id = api.get(path).json()["duplicates_job_id"]
    assert api.get(f"jobs/{job_id}/").json()["kind"] == "duplicates"
    runner.run(job_id)
    assert api.get(f"jobs/{job_id}/").json()["result"] == {"found": 1}
    assert api.get(path).json()["duplicates_to_look_at"] == 1
    (listed,) = api.get("imports/").json()["items"]
    assert listed["duplicates_to_look_at"] == 1
    people = upload(api, "E-mail\na@x.example\n", target="stakeholders").json()
    assert people["duplicates_to_look_at"] is None


@pytest.mark.django_db
def test_the_rest_of_a_stopped_job_is_done_by_one_other(api: Api, cast: Cast) -> None:
    job = jobs.start(program=cast.program, kind=Job.Kind.RESCORE, by=cast.owner)
    problem(api.post(f"jobs/{job.pk}/go-on/"), 409)
    jobs.cancel(job=job, by=cast.owner)
    rest = api.post(f"jobs/{job.pk}/go-on/").json()
    assert (rest["kind"], rest["state"]) == ("rescore", "queued")
    assert rest["id"] != job.pk
    assert api.post(f"jobs/{job.pk}/go-on/").json()["id"] == rest["id"]


@pytest.mark.django_db(transaction=True)
def test_the_file_of_a_list_that_was_taken_in_makes_room(
    api: Api, cast: Cast, settings: Any
) -> None:
    first = upload(api).json()
    path, file = f"imports/{first['id']}/", f"imports/{first['id']}/file/"
    settings.IMPORT_KEPT_BYTES = first["size"]
    assert pointers(problem(upload(api), 422)) == ["/file"]
    problem(api.send("DELETE", file, b""), 409)
    runner.run(api.post(f"{path}run/", {}).json()["id"])
    assert api.get(path).json()["file_kept"] is True
    assert api.send("DELETE", file, b"").status_code == 204
    assert api.get(path).json()["file_kept"] is False
    problem(api.post(f"{path}run/", {}), 409)
    assert upload(api).status_code == 201
