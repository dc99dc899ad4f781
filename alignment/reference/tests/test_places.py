import csv
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from alignment.reference import queries
from alignment.reference.models import Cbsa, City, County, NaicsCode, State, ZipCode
from alignment.reference.queries import NOWHERE, Place, PlaceIndex
from alignment.reference.rules import state_code

SAMPLES = Path(__file__).parents[3] / "samples"

pytestmark = pytest.mark.django_db


def sample(name: str) -> list[dict[str, str]]:
    with (SAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_migrated_database_has_all_of_it() -> None:
    assert NaicsCode.objects.count() == 2125
    assert State.objects.count() == 52
    assert Cbsa.objects.count() == 935
    assert County.objects.count() > 3200
    assert ZipCode.objects.count() > 31_000


def test_loading_again_changes_nothing_and_is_quick() -> None:
    before = list(
        City.objects.values_list("key", "state", "county", "cbsa").order_by("state", "key")
    )
    started = time.perf_counter()
    call_command("load_reference", stdout=StringIO())
    assert time.perf_counter() - started < 3
    after = list(
        City.objects.values_list("key", "state", "county", "cbsa").order_by("state", "key")
    )
    assert before == after


def test_the_loan_list_resolves_as_the_readme_says() -> None:
    index = PlaceIndex.load()
    loans = sample("sba_ppp_montana_150k_plus.csv")
    places = [index.locate(zip=loan["Zip"]) for loan in loans]
    assert sum(p.county_fips is not None for p in places) / len(loans) == pytest.approx(
        0.978, abs=5e-4
    )
    assert sum(p.cbsa_code is not None for p in places) / len(loans) == pytest.approx(
        0.79, abs=2e-3
    )
    with_city = [
        index.locate(zip=loan["Zip"], city=loan["City"], state=loan["State"]) for loan in loans
    ]
    assert sum(p.county_fips is not None for p in with_city) / len(loans) > 0.99


def test_headquarters_of_large_companies_resolve() -> None:
    index = PlaceIndex.load()
    places = []
    for company in sample("sp500_constituents.csv"):
        city, _, name = company["Headquarters Location"].partition(";")[0].partition(", ")
        if code := state_code(name.partition("[")[0]):
            places.append(index.locate(city=city, state=code))
    assert len(places) == 478
    assert sum(p.cbsa_code is not None for p in places) / len(places) > 0.94


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"zip": "59101"}, Place("MT", "30111", "13740")),
        ({"city": "Saint Paul", "state": "MN"}, Place("MN", "27123", "33460")),
        ({"city": "ST. PAUL", "state": "MN"}, Place("MN", "27123", "33460")),
        ({"city": "New York City", "state": "NY"}, Place("NY", "36061", "35620")),
        ({"city": "Nashville", "state": "TN"}, Place("TN", "47037", "34980")),
        ({"city": "Indianapolis", "state": "IN"}, Place("IN", "18097", "26900")),
        ({"city": "Honolulu", "state": "HI"}, Place("HI", "15003", "46520")),
        ({"zip": "06103"}, Place("CT", "09003", "25540")),
        ({"zip": "06902", "state": "CT"}, Place("CT", "09001", "14860")),
        ({"zip": "59101", "city": "Boston", "state": "MA"}, Place("MA", "25025", "14460")),
        ({"zip": "00000", "state": "MT"}, Place("MT", None, None)),
        ({"city": "Nowhere at all", "state": "MT"}, Place("MT", None, None)),
        ({"city": "Paris"}, NOWHERE),
        ({"state": "XX"}, NOWHERE),
        ({}, NOWHERE),
    ],
)
def test_a_place_is_found_by_its_zip_code_or_its_city(given: dict[str, str], place: Place) -> None:
    assert PlaceIndex.load().locate(**given) == place


def test_every_old_county_of_connecticut_has_an_area() -> None:
    old = County.objects.filter(state="CT", fips__lt="09100")
    assert old.count() == 8
    assert not old.filter(cbsa=None).exists()
    assert County.objects.filter(state="CT", fips__gte="09100").count() == 9


def test_the_index_is_fast_enough_for_imports() -> None:
    index = PlaceIndex.load()
    loans = sample("sba_ppp_montana_150k_plus.csv") * 10
    started = time.perf_counter()
    for loan in loans:
        index.locate(loan["Zip"], loan["City"], loan["State"])
    assert len(loans) / (time.perf_counter() - started) > 100_000


def test_lists_for_pickers() -> None:
    assert queries.metros("new york")[0][1].startswith("New York-Newark")
    assert len(queries.metros()) == 935
