"""The layers also hold for foreign keys, files stay readable, settings are documented."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Field

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LAYERS: list[str] = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
LONGEST = 500
LONGEST_LINE = 300
# The product's own files that people write or read, so no data, catalogues or generated files.
SUFFIXES = {".py", ".html", ".css", ".js", ".sh", ".md"}
NOT_OURS = ("static/vendor/", "locale/", "samples/", "docs/design.md")


def layer_of(dotted: str) -> int | None:
    """The position of a module's room, the top one first; None for modules outside the product."""
    rooms = [index for index, room in enumerate(LAYERS) if f"{dotted}.".startswith(f"{room}.")]
    return rooms[0] if rooms else None


def own_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return [
        ROOT / name
        for name in listed.split("\0")
        if name
        and Path(name).suffix in SUFFIXES
        and not name.startswith(NOT_OURS)
        and "/migrations/" not in name
        and (ROOT / name).exists()
    ]


def upward_relations() -> list[str]:
    found = []
    for model in apps.get_models(include_auto_created=True):
        own = layer_of(model.__module__)
        for field in model._meta.get_fields(include_hidden=True):
            if own is None or not isinstance(field, Field) or not field.is_relation:
                continue
            related = field.related_model
            if not isinstance(related, type):
                continue
            target = layer_of(related.__module__)
            if target is not None and target < own:
                found.append(f"{model.__name__}.{field.name} -> {related.__name__}")
    return found


def test_foreign_keys_point_downward() -> None:
    assert upward_relations() == []


def test_every_room_has_its_layer() -> None:
    rooms = {config.name for config in apps.get_app_configs() if (ROOT / config.path).is_dir()}
    ours = {name for name in rooms if name.split(".")[0] in ("alignment", "accounts", "campaigns")}
    inside = tuple(f"{layer}." for layer in LAYERS)
    assert {name for name in ours if not f"{name}.".startswith(inside)} == set()


def test_the_image_holds_every_package() -> None:
    copied = re.findall(r"^COPY (\w+) \1$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    packages = PROJECT["tool"]["importlinter"]["root_packages"]
    assert {*packages, "templates", "static", "locale"} - set(copied) == set()


def test_no_file_is_too_long() -> None:
    lengths = {path: path.read_text().count("\n") for path in own_files()}
    assert {path.name: lines for path, lines in lengths.items() if lines > LONGEST} == {}


def test_no_line_of_a_template_is_too_long() -> None:
    """Except translatable sentences, which a template tag keeps on one line."""
    words = re.compile(
        r"\{%\s*blocktranslate\b.*?endblocktranslate\s*%\}|\{%\s*translate\s+(\"[^\"]*\"|'[^']*').*?%\}"
    )
    templates = [path for path in own_files() if path.suffix == ".html"]
    long = {
        f"{path.name}:{number}"
        for path in templates
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(words.sub("", line.strip())) > LONGEST_LINE
    }
    assert long == set()


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils.py", "common.py", "helpers.py", "misc.py"}
    assert [path for path in own_files() if path.name in drawers] == []


def test_every_setting_of_the_environment_is_documented() -> None:
    settings = (ROOT / "alignment/config/settings.py").read_text()
    names = set(re.findall(r'\benv(?:\.\w+)?\(\s*"([A-Z_]+)"', settings))
    documented = set(
        re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    )
    assert names - documented == set()


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-dev.txt", "requirements-suggest.txt"]
)
def test_requirements_are_exact(name: str) -> None:
    lines = [line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines()]
    loose = [line for line in lines if line and not re.match(r"[\w.-]+==[\w.]+( ?;.*)?$", line)]
    assert loose == []


def test_the_index_of_decisions_is_complete() -> None:
    folder = ROOT / "docs/adr"
    listed = set(re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text()))
    assert listed == {path.name for path in folder.glob("[0-9]*.md")}


def test_the_components_of_the_design_are_there() -> None:
    named = set(re.findall(r"<c-([a-z_-]+)", (ROOT / "docs/design.md").read_text()))
    there = {path.stem for path in (ROOT / "templates/components").iterdir()}
    assert {name.replace("-", "_") for name in named} - there - {"slot", "vars"} == set()


def test_the_readme_leads_to_every_document() -> None:
    named = set(re.findall(r"docs/([\w-]+\.md)", (ROOT / "README.md").read_text()))
    assert {path.name for path in (ROOT / "docs").glob("*.md")} - named == set()


def test_every_live_name_is_heard() -> None:
    """A name that no page listens to costs every open tab work for nothing."""
    code = "".join(path.read_text() for path in own_files() if path.suffix == ".py")
    pages = "".join(path.read_text() for path in own_files() if path.suffix in (".html", ".js"))
    calls = re.findall(r"bus\.publish(?:_now)?\(([^)]*)\)", code)
    published = {name for call in calls for name in re.findall(r'"([a-z]+(?:-[a-z]+)*)"', call)}
    heard = set(re.findall(r"(?:sse:| live=\")([a-z]+(?:-[a-z]+)*)", pages))
    assert published - heard == set()
