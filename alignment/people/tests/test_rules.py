"""Rules without a database."""

import pytest
from django.core.exceptions import ValidationError

from alignment.people.rules import browser_of, check_time_zone

SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/141.0 Safari/537.36 Edg/141.0"


def test_browsers() -> None:
    assert browser_of(SAFARI) == "Safari · iPhone"
    assert browser_of(EDGE) == "Edge · Windows"
    assert browser_of("curl/8.0") == "curl/8.0"
    assert browser_of("") == ""


def test_time_zones() -> None:
    check_time_zone("Europe/Paris")
    with pytest.raises(ValidationError):
        check_time_zone("Mars/Olympus")
