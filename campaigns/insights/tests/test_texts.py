"""Transcript files, and the normalization of stored texts."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.insights.rules.texts import Unreadable, cleaned, decoded, from_file

VTT = """WEBVTT - Call

NOTE recorded by us

1
00:00:01.000 --> 00:00:04.000 align:start
<v Grace Hopper>The price is <i>too</i> high &amp; late.</v>

00:04.000 --> 00:06.000
<v Grace Hopper>Really.</v>

00:00:06.000 --> 00:00:09.000
<v Ravi>I see.
"""
SRT = "1\r\n00:00:01,000 --> 00:00:02,500\r\n{\\an8}Hello\r\nthere\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\n<b>Bye</b>\r\n"


def test_a_transcript_is_read_as_who_said_what() -> None:
    said = "Grace Hopper: The price is too high & late.\nReally.\nRavi: I see."
    assert from_file(VTT.encode(), "call.VTT") == said
    assert from_file(SRT.encode(), "call.srt") == "Hello\nthere\nBye"


@pytest.mark.parametrize(
    "hostile",
    ["<v." * 400_000, "<v " * 400_000, "<v" + " " * 10**6, "a" + "\u0301\u0323" * 500_000],
)
def test_transcripts_are_read_in_linear_time(hostile: str) -> None:
    """In quadratic time, some of these take more than ten minutes."""
    start = time.process_time()
    from_file(VTT.replace("I see.", hostile).encode(), "call.vtt")
    assert time.process_time() - start < 20


def test_letters_have_as_many_accents_as_anybody_writes() -> None:
    assert cleaned("Vie\u0323\u0302t") == "Việt"
    assert cleaned("a" + "\u0301" * 99) == "á" + "\u0301" * 29


def test_a_character_of_any_number_is_no_failure() -> None:
    number = "&#" + "1" * 5_000
    assert from_file(VTT.replace("I see.", number).encode(), "call.vtt").endswith(number)


def test_a_text_keeps_what_only_looks_like_a_transcript() -> None:
    text = "00:00:01.000 --> 00:00:04.000\nNo cue"
    assert from_file(text.encode(), "notes.txt") == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_say_what_they_are_are_read(encoding: str) -> None:
    assert from_file("Sécurité".encode(encoding), "x.txt") == "Sécurité"


@pytest.mark.parametrize("data", ["Sécurité".encode("cp1252"), b"PK\x03\x04\x00\x00", b"\xff\xfea"])
def test_bytes_that_are_no_sure_text_are_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        decoded(data)


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = cleaned(text)
    assert cleaned(once) == once
    assert not set(once) & {"\x00", "\x02", "\x03", "\r"}
