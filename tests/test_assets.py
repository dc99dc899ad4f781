"""What is sent to the browser: vendored files as recorded, and nothing that the CSP blocks."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.template.backends.django import get_installed_libraries
from django.template.library import import_library

from alignment.jobs.templatetags import jobs
from alignment.notifications.templatetags import notices
from alignment.workspace import timeline
from alignment.workspace.context import PLACES
from alignment.workspace.leads import timeline as leads
from alignment.workspace.search.places import INNER
from alignment.workspace.templatetags import deals

LIBRARIES = get_installed_libraries()
ROOT = Path(__file__).resolve().parent.parent
LOCK = json.loads((ROOT / "static/vendor/vendor.lock.json").read_text())
SPRITE = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/icons/sprite.svg").read_text()))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
NAMED = {path.relative_to(ROOT).as_posix(): path for path in TEMPLATES if "mail" not in path.parts}


@pytest.fixture(params=NAMED)
def template(request: pytest.FixtureRequest) -> str:
    return re.sub(r"\{#.*?#\}", "", NAMED[request.param].read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("path", LOCK)
def test_vendored_files_are_the_recorded_ones(path: str) -> None:
    assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == LOCK[path]["sha256"]


def test_every_vendored_file_is_recorded() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in ("vendor", "fonts")
        for path in (ROOT / "static" / folder).iterdir()
        if path.name != "vendor.lock.json"
    }
    assert found <= LOCK.keys()


def test_templates_hold_nothing_that_the_csp_blocks(template: str) -> None:
    assert not re.search(r"<[^>]*\sstyle\s*=", template), "inline style"
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", template), "inline handler"
    assert not re.search(r"<[^>]*\shx-on", template), "hx-on needs eval"
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", template, flags=re.DOTALL):
        assert "src=" in attributes or "application/json" in attributes, body


def test_templates_name_components_and_icons_that_exist(template: str) -> None:
    for name in set(re.findall(r"<c-([a-z][\w.-]*)", template)) - {"vars", "slot"}:
        path = name.replace(".", "/").replace("-", "_")
        assert (ROOT / "templates/components" / f"{path}.html").exists(), name
    assert set(_icons(template)) <= SPRITE


def test_templates_load_only_what_they_use(template: str) -> None:
    loads = re.findall(r"{% load ([^%]*) %}", template)
    # Components may have expressions in attributes such as `:title="name|title"`.
    used = re.findall(r'{%(?! load ).*?%}|{{.*?}}|\s:[\w-]+="[^"]*"', template, flags=re.DOTALL)
    words = set(re.findall(r"\w+", " ".join(used)))
    for name in " ".join(loads).split():
        library = import_library(LIBRARIES[name])
        assert words & {*library.tags, *library.filters}, name


@pytest.mark.parametrize(
    "named",
    [
        [place.icon for place in (*PLACES, *INNER)],
        jobs.ICONS.values(),
        deals.ICONS.values(),
        notices.ICONS.values(),
        leads.ICONS.values(),
        timeline.ICONS.values(),
        [icon for _word, icon in timeline.SIGNAL_ICONS],
    ],
)
def test_code_names_icons_that_exist(named: Iterable[str]) -> None:
    assert set(named) <= SPRITE


def test_users_data_is_never_passed_through_unescaped(template: str) -> None:
    """Cotton prints `:data-x="value"` raw: such attributes take `data-x="{{ value }}"` instead."""
    assert not re.search(r"<c-[^>]*\s:(data-|aria-|hx-|id=|href=|class=)", template)


def _icons(template: str) -> Iterator[str]:
    for tag in re.findall(r"<c-[a-z][^>]*>", template):
        yield from re.findall(r'\s(?:icon|icon_end)="([\w-]+)"', tag)
    yield from re.findall(r'{% icon "([\w-]+)"', template)
