"""Retries, what Slack users read, and the completeness of the event catalogue."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.notifications.messages import LONGEST_TEXT, escape, slack
from alignment.notifications.models import Delivery, Endpoint, NoticeKind
from alignment.notifications.rules import (
    DELAYS,
    EVENTS,
    LONGEST_WAIT,
    PATIENCE,
    RESTS,
    TEST,
    GivenUp,
    next_delay,
    read_retry_after,
    rest,
)

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@given(st.integers(1, len(DELAYS)), st.floats(0, 1))
def test_delays_grow_and_are_spread(tries: int, jitter: float) -> None:
    delay = next_delay(tries=tries, jitter=jitter)
    assert DELAYS[tries - 1] <= delay <= DELAYS[tries - 1] * 1.2
    if tries > 1:
        assert delay > next_delay(tries=tries - 1, jitter=0)


def test_after_the_last_try_it_is_given_up() -> None:
    with pytest.raises(GivenUp):
        next_delay(tries=len(DELAYS) + 1, jitter=0)
    assert sum(DELAYS, timedelta()) * 1.2 < PATIENCE


@given(st.integers(1, len(DELAYS)), st.timedeltas(timedelta(), timedelta(days=999)))
def test_a_wish_of_the_receiver_lengthens_but_not_for_ever(tries: int, asked: timedelta) -> None:
    delay = next_delay(tries=tries, jitter=0, retry_after=asked)
    assert delay >= min(asked, LONGEST_WAIT)
    assert delay <= max(LONGEST_WAIT, DELAYS[-1])


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 0 ", timedelta()),
        ("99999999999999999999", LONGEST_WAIT),
        (format_datetime(NOW + timedelta(minutes=5), usegmt=True), timedelta(minutes=5)),
        (format_datetime(NOW - timedelta(days=5), usegmt=True), timedelta()),
        (format_datetime(NOW + timedelta(days=500), usegmt=True), LONGEST_WAIT),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("1.5", None),
        ("Fri, 99 Nov 2026 12:00:00 GMT", None),
        ("٣", None),
    ],
)
def test_retry_after(text: str, wait: timedelta | None) -> None:
    assert read_retry_after(text, now=NOW) == wait


@given(st.text(max_size=100))
def test_any_retry_after_is_read_or_ignored(text: str) -> None:
    wait = read_retry_after(text, now=NOW)
    assert wait is None or timedelta() <= wait <= LONGEST_WAIT


def test_rests() -> None:
    assert [rest(n) for n in range(1, 8)] == [*RESTS, RESTS[-1], RESTS[-1]]


def test_events_fit_their_columns() -> None:
    most = Delivery._meta.get_field("event").max_length or 0
    assert all(len(name) <= most for name in [*EVENTS, TEST])
    assert all(event.about and event.example for event in EVENTS.values())
    assert len({len(kind) for kind in NoticeKind}) > 1
    assert Endpoint._meta.get_field("events").base_field.max_length == most


def written(text: str, data: object) -> Any:
    body, headers = slack(Delivery(payload={"text": text, "data": data}))
    assert headers["Content-Type"] == "application/json"
    return json.loads(body)


def test_slack_reads_text_as_text() -> None:
    message = written("<!channel> *Ada* & <https://evil.example|Bob> `x` _y_", {})
    text = str(message["text"])
    assert "<" not in text
    assert text.startswith("&lt;!channel&gt; *\u200bAda")
    assert message["blocks"] == [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]


def test_slack_gets_the_page_of_the_lead() -> None:
    url = "https://entente.example/p/x/leads/7/"
    (block,) = written("Late", {"lead": {"url": url}})["blocks"]
    assert block["text"]["text"] == f"Late\n<{url}|entente.example>"
    for bad in ("javascript:alert(1)", "https://a|b>", "/p/x/", None, 7):
        (block,) = written("Late", {"lead": {"url": bad}})["blocks"]
        assert block["text"]["text"] == "Late"


@given(st.text())
def test_no_text_makes_a_mention(text: str) -> None:
    assert not set(escape(text)) & {"<", ">"}
    block = written(text, None)["blocks"][0]
    assert 0 < len(block["text"]["text"]) <= LONGEST_TEXT
