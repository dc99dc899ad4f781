"""Out of their place, as a list of links is read aloud, controls still say what they lead to."""

from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from alignment.people.models import Side
from alignment.sla.tests.handing import handed, mql
from campaigns.insights.tests import scenes
from tests import cast as make
from tests.cast import Cast

from .pages import text

VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Controls(HTMLParser):
    """The links and buttons of a page: what each is called, and where it leads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._open: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._texts: dict[str, str] = {}
        self._found: list[tuple[str, str, str]] = []
        self._action = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "form":
            self._action = dict(attrs).get("action") or ""
        if tag not in VOID:
            self._open.append((tag, dict(attrs), []))

    def handle_data(self, data: str) -> None:
        mute = any(tag == "kbd" or said.get("aria-hidden") for tag, said, _ in self._open)
        for _tag, _said, texts in [] if mute else self._open:
            texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            closed, said, texts = self._open.pop()
            name = said.get("aria-label") or " ".join("".join(texts).split())
            self._texts[said.get("id") or ""] = name
            if closed in ("a", "button") and self._is_in_main():
                leads_to = said.get("href") or said.get("formaction") or self._action
                self._found.append((said.get("aria-labelledby") or "", name, leads_to))
            if closed == tag:
                return

    def _is_in_main(self) -> bool:
        return any(tag == "main" for tag, _said, _texts in self._open)

    def named(self) -> Iterator[tuple[str, str]]:
        for labels, name, leads_to in self._found:
            yield " ".join(self._texts[label] for label in labels.split()) or name, leads_to

    def alike(self) -> dict[str, set[str]]:
        """The names that lead to several places."""
        places = defaultdict(set)
        for name, leads_to in self.named():
            places[name].add(leads_to)
        return {name: found for name, found in places.items() if len(found) > 1}


def test_like_names_are_found() -> None:
    rows = "".join(f'<a href="{n}/" id="open-{n}">Open</a><h2 id="of-{n}">{n}</h2>' for n in "ab")
    assert Controls(f"<main>{rows}</main>").alike() == {"Open": {"a/", "b/"}}
    for n in "ab":
        rows = rows.replace(f'id="open-{n}"', f'aria-labelledby="open-{n} of-{n}" id="open-{n}"')
    assert Controls(f"<main>{rows}</main>").alike() == {}


@pytest.fixture
def at_work(cast: Cast) -> Cast:
    """Two of each thing that the pages list."""
    for name in ("Ada", "Bea"):
        handed(mql(cast.program, first_name=name))
        company = make.account(cast.program, f"{name} Mills")
        scenes.deal(cast, account=company)
        person = make.stakeholder(cast.program, company, first_name=name, last_name="Near")
        make.lead(cast.program, person)
        make.engage(person, "pricing_page_view")
        make.team(cast.program, Side.SALES, f"Team {name}")
    return cast


@pytest.mark.parametrize(
    ("who", "place"),
    [
        ("rep", ""),
        ("marketer", ""),
        ("sales_manager", ""),
        ("rep", "opportunities/"),
        ("rep", "promises/"),
        ("owner", "imports/new/"),
        ("owner", "scoring/"),
        ("owner", "scoring/signals/"),
        ("owner", "settings/members/"),
        ("owner", "settings/teams/"),
    ],
)
def test_controls_are_told_apart_by_name(at_work: Cast, who: str, place: str) -> None:
    assert Controls(text(at_work, who, place)).alike() == {}


def test_the_panels_of_a_lead_and_an_account_are_told_apart(at_work: Cast) -> None:
    lead = mql(at_work.program, first_name="Cleo")
    assert Controls(text(at_work, "rep", f"leads/{lead.pk}/")).alike() == {}
    alike = Controls(text(at_work, "rep", f"accounts/{lead.account_id}/")).alike()
    # The person and their lead: headings tell them apart.
    assert list(alike) == [str(lead.stakeholder)]


def test_choices_have_the_name_of_their_group(at_work: Cast) -> None:
    lead = mql(at_work.program)
    form = text(at_work, "rep", f"leads/{lead.pk}/attempt/")
    assert 'role="radiogroup" aria-labelledby="id_outcome_label"' in form
    refused = at_work.client("rep").post(
        f"/p/{at_work.program.slug}/leads/{lead.pk}/attempt/", {"channel": "call"}
    )
    assert 'aria-labelledby="id_outcome_label" aria-describedby="id_outcome_error"' in refused.text
