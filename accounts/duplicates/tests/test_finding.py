"""The search for duplicates: what it finds and remembers, and how it resumes."""

from typing import Any

import pytest

from accounts.duplicates import steps
from accounts.duplicates.actions.finding import find_duplicates
from accounts.duplicates.actions.merging import keep_apart
from accounts.duplicates.models import DuplicatePair
from alignment.jobs import runner
from alignment.jobs.models import Job
from tests import cast as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def search(cast: Cast) -> Job:
    job = find_duplicates(program=cast.program, by=cast.rep)
    runner.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.problem
    return job


def pairs(cast: Cast) -> dict[tuple[str, str], DuplicatePair]:
    rows = DuplicatePair.objects.in_program(cast.program).select_related("first", "second")
    return {(row.first.name, row.second.name): row for row in rows}


def account(cast: Cast, name: str, state: str | None = "TX", **facts: Any) -> Any:
    return make.account(cast.program, name, state=state, **facts)


def test_similar_names_of_one_state_and_domains_of_one_root(cast: Cast) -> None:
    account(cast, "Lone Star Logistics")
    account(cast, "Lonestar Logistics Inc")
    account(cast, "Lone Star Logistics", "MA")
    account(cast, "Quite Another Firm")
    account(cast, "Globex Chemicals", "OH", domain="globex.com")
    account(cast, "Globex", "NY", domain="shop.globex.co.uk")
    account(cast, "Nowhere Partners", None)
    account(cast, "Nowhere Partner", None)
    make.account(cast.other_program, "Lone Star Logistics", state="TX")
    job = search(cast)
    found = pairs(cast)
    assert set(found) == {
        ("Lone Star Logistics", "Lonestar Logistics Inc"),
        ("Globex Chemicals", "Globex"),
        ("Nowhere Partners", "Nowhere Partner"),
    }
    assert found["Globex Chemicals", "Globex"].ground == "domain"
    assert (job.done, job.total, job.result) == (8, 8, {"found": 3})


def test_the_same_name_twice_in_a_state(cast: Cast) -> None:
    account(cast, "Acme", city="Austin")
    account(cast, "Acme", city="Dallas")
    search(cast)
    assert [pair.similarity for pair in pairs(cast).values()] == [100]


def test_what_is_no_duplicate_is_not_asked_again(cast: Cast) -> None:
    account(cast, "Acme Robotics")
    account(cast, "Acme Robotic")
    search(cast)
    (pair,) = pairs(cast).values()
    keep_apart(pair=pair, by=cast.rep)
    keep_apart(pair=pair, by=cast.marketer)
    search(cast)
    (pair,) = pairs(cast).values()
    assert (pair.state, pair.decided_by) == ("different", cast.rep)


def test_what_no_longer_looks_alike_is_not_asked(cast: Cast) -> None:
    first = account(cast, "Acme Robotics")
    account(cast, "Acme Robotic")
    search(cast)
    type(first).objects.in_program(cast.program).filter(pk=first.pk).update(
        name="Zebra", name_key="zebra"
    )
    search(cast)
    assert not pairs(cast)


def test_steps_are_bounded_and_go_on_where_they_stood(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "BATCH", 2)
    names = [f"Acme Robotics {word}" for word in ("", "x", "y", "z", "w")]
    for name in names:
        account(cast, name)
    job = find_duplicates(program=cast.program, by=None)
    done: list[int] = []

    def note() -> None:
        job.refresh_from_db()
        done.append(job.done)

    runner.run(job.pk, after_step=note)
    assert done == [0, 2, 4, 5]
    assert len(pairs(cast)) == 10


def test_a_word_in_every_name_makes_no_heap_of_pairs(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "MOST_PER_ACCOUNT", 1)
    monkeypatch.setattr(steps, "MOST_OPEN", 2)
    for word in ("", "x", "y", "z", "w"):
        account(cast, f"Acme Robotics {word}")
    job = search(cast)
    assert len(pairs(cast)) == 2
    assert job.result == {"found": 2}


def test_the_most_alike_are_kept_whatever_comes_first(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "MOST_OPEN", 2)
    # Alabama comes before Wyoming, but its names are less alike; a common root is stronger
    # evidence.
    account(cast, "Harbor Pine Foods", "AL")
    account(cast, "Harbor Pine Goods Co", "AL")
    account(cast, "Cedar Robotics", "WY")
    account(cast, "Cedar Robotic", "WY")
    account(cast, "Globex Chemicals", "OH", domain="globex.com")
    account(cast, "Globex", "NY", domain="globex.fr")
    job = search(cast)
    assert set(pairs(cast)) == {("Cedar Robotics", "Cedar Robotic"), ("Globex Chemicals", "Globex")}
    assert job.result == {"found": 2}


def test_a_large_state_is_cut_by_first_letters(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "MOST_IN_BLOCK", 3)
    for name in ("Acme Robotics", "Acme Robotic", "Borel Foundries", "Borel Foundrie"):
        account(cast, name)
    # Not split, because three names are few: a typo in the first letter is found.
    for name in ("Cedar Logistics", "Kedar Logistics"):
        account(cast, name, "OH")
    job = search(cast)
    assert set(pairs(cast)) == {
        ("Acme Robotics", "Acme Robotic"),
        ("Borel Foundries", "Borel Foundrie"),
        ("Cedar Logistics", "Kedar Logistics"),
    }
    assert (job.done, job.total) == (6, 6)


def test_a_platform_is_no_root(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "MOST_PER_ROOT", 2)
    for number, state in enumerate(("TX", "MA", "OH")):
        account(cast, f"Shop {number}", state, domain=f"shop{number}.hosted.com")
    search(cast)
    assert not pairs(cast)


def test_one_search_at_a_time(cast: Cast) -> None:
    first = find_duplicates(program=cast.program, by=cast.rep)
    assert find_duplicates(program=cast.program, by=cast.marketer) == first
