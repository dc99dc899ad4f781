"""Finding phrases as whole words, ignoring case and accents."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from campaigns.insights.rules.texts import cleaned
from campaigns.insights.rules.trackers import (
    LONGEST_SENTENCE,
    first_finds,
    folded,
    parts_of,
    place_of,
    sentence_around,
    words_of,
)

words = st.text(alphabet="abcéèÉçÀœß0", min_size=1, max_size=6)
fillers = st.lists(st.text(alphabet="xyzÿ.,!? \n", max_size=12), min_size=1, max_size=8)


def found(text: str, *phrases: str) -> list[str]:
    return [text[f.start : f.end] for f in first_finds(text, {"topic": phrases})]


def test_words_are_whole_and_case_accents_and_hyphens_do_not_matter() -> None:
    assert found("Une Revue de SÉCURITÉ, svp", "revue de securite") == ["Revue de SÉCURITÉ"]
    assert found("We follow-up", "follow up") == ["follow-up"]
    assert found("the overpriced one", "price") == []
    assert found("prices", "price") == []
    assert found("C++ or C#", "c#") == ["C#"]
    assert found("It’s over", "it's over") == ["It’s over"]


def test_at_one_place_the_longest_phrase_counts() -> None:
    assert found("security review today", "security", "security review") == ["security review"]


def test_each_topic_is_found_once_in_the_order_of_the_text() -> None:
    finds = first_finds("price, acme, price", {"a": ["acme"], "p": ["price"], "none": ["..."]})
    assert [(f.key, f.start) for f in finds] == [("p", 0), ("a", 7)]


@given(before=fillers, phrase=st.lists(words, min_size=1, max_size=3), after=fillers)
def test_a_phrase_that_stands_alone_is_found_in_any_case_and_without_its_accents(
    before: list[str], phrase: list[str], after: list[str]
) -> None:
    said = " ".join(phrase)
    text = f"{''.join(before)} {said.upper()}\n{''.join(after)}"
    bare = "".join(c for c in unicodedata.normalize("NFKD", said) if not unicodedata.combining(c))
    (hit,) = first_finds(text, {"topic": [bare]})
    assert words_of(text[hit.start : hit.end]) == words_of(said)


@given(text=st.text(max_size=200), phrase=st.text(max_size=20))
def test_what_is_found_is_the_phrase_and_no_part_of_a_longer_word(text: str, phrase: str) -> None:
    text = cleaned(text)
    for hit in first_finds(text, {"topic": [phrase]}):
        assert words_of(text[hit.start : hit.end]) == words_of(phrase)
        bounds = {place for _word, *places in parts_of(text) for place in places}
        assert {hit.start, hit.end} <= bounds


@given(text=st.text(alphabet="ab .!?\n", min_size=1, max_size=900), data=st.data())
def test_a_sentence_has_its_passage_and_ends_at_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 20)))
    low, high = sentence_around(text, start, end)
    assert 0 <= low <= start < end <= high <= len(text)
    assert high - low <= LONGEST_SENTENCE
    assert low == start or not text[low].isspace()
    assert low in (0, start) or text[low - 1].isspace()


def test_the_sentence_and_not_its_neighbours() -> None:
    text = "Fine. Your price of 3.5 is too high! Next."
    low, high = sentence_around(text, text.index("price"), text.index(" of"))
    assert text[low:high] == "Your price of 3.5 is too high!"


@given(st.lists(st.text(alphabet="ab.(*é", min_size=1, max_size=5), min_size=1, max_size=5))
def test_a_passage_is_found_whatever_its_blanks(parts: list[str]) -> None:
    text = "zz " + "  \n".join(parts) + " zz"
    place = place_of(text, " ".join(parts))
    assert place is not None
    assert text[slice(*place)].split() == parts


def test_nothing_quoted_is_nowhere() -> None:
    assert place_of("text", "  ") is None
    assert place_of("text", "other") is None


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_more_for_letters(text: str) -> None:
    once = folded(text)
    assert folded(once.upper()) == folded(text.upper())
