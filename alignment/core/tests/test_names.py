"""Names of which something is seen, and which differ where they look different."""

import pytest
from django.core.exceptions import ValidationError

from alignment.core.names import NameField, named


@pytest.mark.parametrize("text", ["\u200b", " \u2060 ", "\u3164", "\u2800\ufeff", "\u0301"])
def test_an_invisible_name_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        named(text)
    with pytest.raises(ValidationError):
        NameField().clean(text)


@pytest.mark.parametrize("text", ["East\u200b", "\ufeffEast", " East \u00ad"])
def test_nothing_unseen_tells_two_names_apart(text: str) -> None:
    assert named(text) == "East"
    assert NameField().clean(text) == "East"


@pytest.mark.parametrize("text", ["营销", "👩\u200d💻", "José", "می\u200cخواهم", "№ 5", "e\u0301"])
def test_other_names_stay_as_they_are(text: str) -> None:
    assert named(text) == text


def test_an_empty_name_is_left_to_whoever_demands_one() -> None:
    assert named("  ") == ""
