"""Industries and states in the reader's language."""

import pytest
from django.utils import translation

from alignment.reference import spoken
from alignment.reference.models import NaicsCode, State
from alignment.reference.queries import names_of, search_naics

pytestmark = pytest.mark.django_db


def test_the_english_names_are_those_of_the_tables() -> None:
    """A new edition of NAICS must not leave a translation with another title."""
    titles = dict(NaicsCode.objects.values_list("code", "title"))
    english = {code: str(name) for code, name in spoken.INDUSTRIES.items()}
    assert english.items() <= titles.items()
    wide = NaicsCode.objects.filter(level__in=[2, 3]).values_list("code", flat=True)
    assert set(wide) <= set(english)
    states = dict(State.objects.values_list("code", "name"))
    assert states == spoken.US_STATES
    assert {code: str(name) for code, name in spoken.STATES.items()}.items() <= states.items()


def test_french_names() -> None:
    with translation.override("fr"):
        assert names_of(codes=["51", "511210", "541511"], states=["NC"], areas=["14460"]) == {
            "51": "Information et logiciels",
            "541511": "Custom Computer Programming Services",
            "NC": "Caroline du Nord",
            "14460": "Boston-Cambridge-Newton, MA-NH",
        }
        assert str(NaicsCode.objects.get(code="62")) == "62 Santé et action sociale"
        names = [name for _code, name in spoken.state_choices()]
    assert names.index("Californie") < names.index("Caroline du Nord") < names.index("Colorado")
    assert spoken.state_name("NC") == "North Carolina"
    assert (spoken.state_name(""), spoken.state_name("ZZ")) == ("", "ZZ")


def test_industries_are_found_by_their_name() -> None:
    assert search_naics("enseignement") == []
    with translation.override("fr"):
        assert search_naics("ENSEIGNEMENT")[0].code == "61"
        assert search_naics("educational services")[0].code == "61"
