import csv
import gzip
from pathlib import Path

import pytest

from alignment.reference import queries
from alignment.reference.industries import (
    _MOVED,
    WORDS,
    editions,
    industry_from_text,
    sector_prefixes,
)
from alignment.reference.loading import DATA
from alignment.reference.models import NaicsCode

SAMPLES = Path(__file__).parents[3] / "samples"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Application Software", "513210"),
        ("Diversified Banks", "5221"),
        ("banks", "5221"),
        ("Industrial Conglomerates", "31-33"),
        ("Aerospace & Defense", "3364"),
        ("aerospace and defense", "3364"),
        ("Semiconductors", "334413"),
        ("Information", "51"),
        ("Retail Trade", "44-45"),
        ("Custom Computer Programming Services", "541511"),
        ("Software / SaaS", "513210"),
        ("Logiciels", "513210"),
        ("Édition de logiciels", "513210"),
        ("SANTÉ", "62"),
        ("Insurance companies", "524"),
        ("Energy", None),
        ("Software, Banks", None),
        ("Other SaaS", None),
        ("", None),
        ("🦄", None),
        ("x" * 500, None),
    ],
)
def test_industries_in_words(text: str, code: str | None) -> None:
    assert industry_from_text(text) == code


def test_every_sub_industry_of_the_sample_is_known() -> None:
    with (SAMPLES / "sp500_constituents.csv").open(encoding="utf-8") as file:
        texts = {row["GICS Sub-Industry"] for row in csv.DictReader(file)}
    assert [text for text in texts if industry_from_text(text) is None] == []


def test_every_word_leads_to_a_code_that_exists() -> None:
    with gzip.open(DATA / "naics_2022.csv.gz", "rt") as file:
        codes = {row["code"] for row in csv.DictReader(file)}
    with WORDS.open(encoding="utf-8") as words:
        rows = list(csv.DictReader(words))
    assert {row["naics"] for row in rows} <= codes
    assert len({row["words"] for row in rows}) == len(rows)


def test_sectors_with_ranges_cover_their_prefixes() -> None:
    assert sector_prefixes("31-33") == ("31", "32", "33")
    assert sector_prefixes("5132") == ("5132",)


@pytest.mark.django_db
def test_the_tree() -> None:
    assert [n.code for n in queries.naics_children()][:6] == ["11", "21", "22", "23", "31-33", "42"]
    assert queries.naics_children("31-33").count() == 21
    assert [n.code for n in queries.naics_children("5132")] == ["51321"]
    assert not NaicsCode.objects.filter(level__gt=2, parent=None).exists()


@pytest.mark.django_db
def test_search_for_pickers() -> None:
    assert queries.search_naics("software")[0].code == "5132"
    assert [n.code for n in queries.search_naics("5132")][:2] == ["5132", "51321"]
    assert queries.search_naics("33")[0].code == "31-33"
    assert queries.search_naics("computer programming")[-1].code.startswith("5415")
    assert queries.search_naics("") == queries.search_naics("zzz qqq") == []
    assert len(queries.search_naics("manufacturing", limit=5)) == 5


@pytest.mark.parametrize(
    ("code", "others"),
    [
        ("5112", {"5132"}),
        ("511210", {"513210"}),
        ("513", {"511"}),
        ("5132", {"5112"}),
        ("4481", {"458110"}),
        ("448120", {"458110"}),
        ("458110", {"4481"}),
        ("453", {"4593", "4594", "4595", "4599"}),
        ("51", set()),
        ("31", set()),
        ("541511", set()),
    ],
)
def test_a_code_has_its_place_in_the_other_edition(code: str, others: set[str]) -> None:
    first, *rest = editions(code)
    assert first == code
    assert set(rest) == others


@pytest.mark.django_db
def test_what_moved_is_gone_and_is_where_the_table_says() -> None:
    codes = set(NaicsCode.objects.values_list("code", flat=True))
    for old, new in _MOVED:
        assert new in codes
        assert old not in codes
