"""Mac Roman and Windows are distinguished by the letters inside words."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.imports.parsing.encodings import detect_encoding

WORDS = (
    ["Dólar", "Bogotá", "España", "Compañía", "Málaga"],
    ["São", "Açúcar", "Soluções", "Comunicação", "Goiânia"],
    ["Société", "Française", "Générale", "Hôpital", "Besançon"],
    ["München", "Gebäude", "Nürnberg", "Düsseldorf", "Lübeck"],
)


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
@given(words=st.sampled_from(WORDS).flatmap(lambda of: st.lists(st.sampled_from(of), min_size=1)))
def test_words_are_read_as_written(encoding: str, words: list[str]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_bytes(("name;city\r" + "\r".join(words)).encode(encoding))
        assert "\r".join(words) in path.read_bytes().decode(detect_encoding(path))


def test_an_apostrophe_of_windows_is_no_letter_of_mac(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("Name\nCôte d’Or\nO’Brien\nMacy’s\n".encode("cp1252"))
    assert detect_encoding(path) == "cp1252"
