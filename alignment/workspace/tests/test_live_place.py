"""What is published while a page is being made reaches that page."""

import re
from time import sleep, time
from typing import Any

import pytest

from alignment.core.broker import client
from alignment.core.live.bus import STREAM
from alignment.workspace.today import marketing, views
from tests.cast import Cast

from .pages import text

PLACE = re.compile(r'"Last-Event-ID": "(\d+)-(\d+)"')


def test_a_slow_page_hears_what_was_published_meanwhile(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[int] = []

    def slowly(program: Any) -> Any:
        entry: Any = client().xadd(STREAM, {"program": program.pk, "names": "leads"})
        published.append(int(entry.partition(b"-")[0]))
        # Until the next second: a place in whole seconds would not be early enough.
        sleep(1.01 - time() % 1)
        return marketing.weeks_of(program)

    monkeypatch.setattr(views, "weeks_of", slowly)
    found = PLACE.search(text(cast, "rep"))
    assert found
    assert published[0] - 5_000 < int(found[1]) < published[0]
