"""Near-duplicates after an import: searched automatically, shown on the import's page."""

from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from accounts.duplicates.models import DuplicatePair, SpanToCompare
from accounts.models import Account
from alignment.imports import actions, steps
from alignment.imports.models import Import
from alignment.jobs import runner
from alignment.jobs.actions import cancel
from alignment.jobs.models import Job
from tests import cast as make
from tests.cast import Cast

from .lists import run, uploaded

pytestmark = pytest.mark.django_db
HEAD = "Company,Website,City,State,Employees\n"
LIST = HEAD + "Lone Star Logistics,lonestar.com,Austin,TX,10\nZebra Foods,zebra.com,Austin,TX,20\n"
SECOND = HEAD + "Lonestar Logistics,lonestar.net,Dallas,TX,10\n"


def brought(cast: Cast, text: str, **how: Any) -> Import:
    upload = uploaded(cast.program, text.encode(), by=cast.marketer, **how)
    run(upload)
    upload.refresh_from_db()
    return upload


def searches(cast: Cast) -> list[Job]:
    rows = Job.objects.in_program(cast.program).filter(kind=Job.Kind.DUPLICATES)
    return list(rows.order_by("pk"))


def finish(cast: Cast) -> None:
    for job in searches(cast):
        runner.run(job.pk)


def page(cast: Cast, who: str, upload: Import) -> str:
    where = reverse("imports:detail", args=[cast.program.slug, upload.pk])
    return unescape(cast.client(who).get(where).content.decode())


def pairs(cast: Cast) -> list[tuple[str, str]]:
    rows = DuplicatePair.objects.in_program(cast.program).filter(state="open")
    return list(rows.values_list("first__name", "second__name"))


def test_a_run_is_followed_by_a_search_and_a_second_time_changes_nothing(cast: Cast) -> None:
    first = brought(cast, LIST)
    assert searches(cast) == [first.duplicates_job]
    finish(cast)
    assert pairs(cast) == []
    assert "No pair of near-duplicates waits" in page(cast, "rep", first)
    second = brought(cast, SECOND)
    assert "are being searched for" in page(cast, "rep", second)
    assert 'hx-trigger="sse:job-' in (html := page(cast, "rep", second))
    assert "sse:duplicates from:body" in html
    finish(cast)
    found = [("Lone Star Logistics", "Lonestar Logistics")]
    assert pairs(cast) == found
    (before, after) = searches(cast)
    again = brought(cast, SECOND)
    assert (again.duplicates_job, searches(cast)) == (None, [before, after])
    assert pairs(cast) == found


def test_who_may_merge_is_led_to_the_pairs_others_read_how_many(cast: Cast) -> None:
    make.account(cast.program, "Lone Star Logistic", state="TX")
    upload = brought(cast, LIST)
    finish(cast)
    where = reverse("workspace:duplicates", args=[cast.program.slug])
    words = "1 pair of accounts may be one company and wait to be looked at"
    assert f'<a href="{where}">{words}</a>' in page(cast, "rep", upload)
    plain = page(cast, "observer", upload)
    assert words in plain
    assert f'<a href="{where}">{words}' not in plain


def test_only_what_tells_doubles_has_an_account_compared_again(cast: Cast) -> None:
    brought(cast, LIST)
    finish(cast)
    brought(cast, LIST.replace(",10\n", ",99\n"))
    assert not SpanToCompare.objects.in_program(cast.program).exists()
    assert len(searches(cast)) == 1
    make.account(cast.program, "Lone Star Brewing", state="TX")
    renamed = brought(cast, HEAD + "Lone Star Brewery,lonestar.com,Austin,TX,99\n")
    (span,) = SpanToCompare.objects.in_program(cast.program)
    bearer = Account.objects.in_program(cast.program).get(domain="lonestar.com")
    assert (span.first, span.last) == (bearer.pk, bearer.pk)
    assert renamed.duplicates_job == searches(cast)[-1]
    finish(cast)
    assert pairs(cast) == [("Lone Star Brewery", "Lone Star Brewing")]


def test_a_trial_searches_nothing(cast: Cast) -> None:
    upload = uploaded(cast.program, LIST.encode(), by=cast.marketer)
    run(upload, dry_run=True)
    assert searches(cast) == []
    assert not SpanToCompare.objects.in_program(cast.program).exists()
    assert "near-duplicates" not in page(cast, "rep", upload)


def test_one_search_serves_two_lists(cast: Cast) -> None:
    first, second = brought(cast, LIST), brought(cast, SECOND)
    assert searches(cast) == [first.duplicates_job] == [second.duplicates_job]
    finish(cast)
    assert len(pairs(cast)) == 1


def test_what_a_stopped_run_brought_is_searched(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(steps.CHUNK, "accounts", 1)
    make.account(cast.program, "Lone Star Logistic", state="TX")
    upload = uploaded(cast.program, LIST.encode(), by=cast.marketer)
    job = actions.start_import(upload=upload, by=cast.marketer)
    runner.run(job.pk, after_step=lambda: cancel(job=job, by=cast.marketer))
    job.refresh_from_db()
    assert (job.state, job.result["created"]) == ("cancelled", 1)
    finish(cast)
    assert pairs(cast) == [("Lone Star Logistic", "Lone Star Logistics")]
    upload.refresh_from_db()
    assert "1 pair of accounts may be one company" in page(cast, "rep", upload)


def test_a_search_that_was_stopped_is_told_and_made_up_for(cast: Cast) -> None:
    make.account(cast.program, "Lone Star Logistic", state="TX")
    upload = brought(cast, LIST)
    assert upload.duplicates_job is not None
    cancel(job=upload.duplicates_job, by=cast.rep)
    assert "came in stopped" in page(cast, "rep", upload)
    brought(cast, SECOND)
    finish(cast)
    assert len(pairs(cast)) == 3


def test_companies_of_a_list_of_people_are_searched_too(cast: Cast) -> None:
    make.account(cast.program, "Acme Robotics")
    people = "E-mail,Name,Company\nann@x.example,Ann Lee,Acme Robotic\n"
    upload = brought(cast, people, target="stakeholders")
    assert upload.duplicates_job is not None
    finish(cast)
    assert pairs(cast) == [("Acme Robotics", "Acme Robotic")]
    assert "1 pair of accounts" in page(cast, "rep", upload)
    again = brought(cast, people, target="stakeholders")
    assert again.duplicates_job is None
    assert "pair of accounts" not in page(cast, "rep", again)
