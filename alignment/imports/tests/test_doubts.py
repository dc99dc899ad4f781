"""Files that can be read but are not what they seem: there is a warning before the run."""

from __future__ import annotations

import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from alignment.imports.parsing.doubts import doubts_about, encoded_twice
from tests.cast import Cast
from tests.markup import tight

from .lists import SAMPLES, companies, uploaded


def codes(cast: Cast, content: bytes, target: str = "accounts") -> list[str]:
    upload = uploaded(cast.program, content, target=target)
    return [doubt["code"] for doubt in upload.options["doubts"]]


@pytest.mark.parametrize(
    ("content", "target"),
    [
        (b"Acme,acme.com,Boston\nBeta,beta.com,Paris\n", "accounts"),
        (b"Acme;https://acme.com/\nBeta;https://beta.com/\n", "accounts"),
        (b"Ada,ada@acme.com\nBob,bob@beta.com\n", "stakeholders"),
        (b"ada@acme.com,visit,2026-01-05\nbob@beta.com,visit,2026-01-06\n", "engagements"),
    ],
)
def test_a_list_without_a_header_is_suspected(cast: Cast, content: bytes, target: str) -> None:
    assert codes(cast, content, target) == ["no_header"]


def test_headers_are_no_data(cast: Cast) -> None:
    assert codes(cast, companies(3)) == []
    assert codes(cast, b"A,B\nAcme,acme.com\nBeta,beta.com\n") == []
    assert codes(cast, b"Company,2024,2025\nAcme,5,6\n") == []
    for path in SAMPLES.glob("*.csv"):
        target = {"contacts": "stakeholders", "engagements": "engagements"}
        kind = next((target[word] for word in target if word in path.name), "accounts")
        assert codes(cast, path.read_bytes(), kind) == [], path.name


def test_texts_that_were_encoded_twice(cast: Cast) -> None:
    assert codes(cast, "Company,City\nCafÃ© Noir,Paris\n".encode()) == ["encoded_twice"]
    for text in ("Café", "São Paulo", "Ærø", "naïve €", "Ã", "日本", "plain"):
        assert not encoded_twice(text), text
    for text in ("CafÃ©", "MÃ¼ller", "lâ€™Ã‰tÃ©", "Ã\x81vila"):
        assert encoded_twice(text), text


def test_page_and_command_say_it(cast: Cast, tmp_path: Path) -> None:
    content = "Acme,acme.com,CafÃ©\n<b>,beta.com,x\n".encode()
    upload = uploaded(cast.program, content)
    client = cast.client("marketer")
    page = client.get(reverse("imports:detail", args=[cast.program.slug, upload.pk]))
    shown = page.content.decode()
    assert "The first row (Acme, acme.com, CafÃ©) was taken for the names" in shown
    assert "such as “CafÃ©”" in shown
    assert "Understood, from the first row<" in tight(shown)
    path, out = tmp_path / "list.csv", StringIO()
    path.write_bytes(content)
    options = {"program": cast.program.slug, "target": "accounts"}
    with pytest.raises(CommandError, match="Choose a column"):
        call_command("import_file", str(path), stdout=out, stderr=StringIO(), **options)
    assert "looks like data" in out.getvalue()


def test_headers_of_any_length_are_looked_at_in_no_time() -> None:
    """A row of them held up the whole web process for minutes."""
    hostile = "a@" + "a." * 15_000 + "@"
    began = time.process_time()
    assert list(doubts_about("accounts", [hostile] * 3, [])) == []
    assert time.process_time() - began < 10
