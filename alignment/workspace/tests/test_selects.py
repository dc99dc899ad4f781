"""Drop-down lists equal those that Django itself would render."""

from html.parser import HTMLParser
from typing import Any

from django import forms
from hypothesis import given
from hypothesis import strategies as st

from alignment.workspace.selects import QuickSelect


class Read(HTMLParser):
    """Collects tags with their attributes, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(data)


# A small alphabet, so that a value is often one of the choices.
words = st.text('a<&"é', min_size=1, max_size=2)


@given(st.dictionaries(words, words, max_size=4), st.none() | st.just("") | words, st.booleans())
def test_it_says_what_the_usual_one_says(
    choices: dict[str, str], value: str | None, is_disabled: bool
) -> None:
    attrs = {"id": "id_x", "disabled": is_disabled, "aria-label": '"<&'}
    given_: Any = {"attrs": {"class": "select"}, "choices": [("", "Any"), *choices.items()]}
    quick = QuickSelect(**given_).render("x", value, attrs)
    usual = forms.Select(**given_).render("x", value, attrs)
    assert Read(quick).found == Read(usual).found
