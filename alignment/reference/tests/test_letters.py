"""Letters without combining marks."""

from __future__ import annotations

import time
import unicodedata

from alignment.imports.parsing.fields import parse_key
from alignment.reference.letters import without_marks
from alignment.reference.names import name_key
from alignment.reference.rules import fold


def test_marks_of_every_kind_are_taken_off() -> None:
    assert without_marks("Crème brûlée, Việt, A\u030angstro\u0308m ﬁ") == (
        "Creme brulee, Viet, Angstrom fi"
    )


def test_no_mark_becomes_a_letter() -> None:
    """So marks in the text may be removed before letters are decomposed."""
    marks = (chr(n) for n in range(0x110000) if unicodedata.combining(chr(n)))
    assert not any(without_marks(unicodedata.normalize("NFKD", mark)) for mark in marks)


def test_marks_without_end_take_linear_time() -> None:
    text = "a" + "\u0301\u0323" * 400_000
    start = time.process_time()
    assert fold(text) == name_key(text) == parse_key(text) == "a"
    assert time.process_time() - start < 20
