"""The French catalogue: checks that it is complete and compiled (the default), or updates it.

`--write` collects new texts into locale/fr and compiles it. The compiled file is committed, so that
running Entente needs no gettext.
"""

import gettext
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))
CATALOGUE = Path("fr/LC_MESSAGES/django.po")
NO_BREAK = "\u00a0"
_BEFORE = re.compile(r" (?=[;:?!»]|%%|%(?![(a-z]))")
_AFTER = re.compile("« ")
_TRANSLATION = re.compile(r'^(?P<key>msgstr(?:\[\d\])?) (?P<text>".*"\n(?:".*"\n)*)', re.MULTILINE)
_LINE = re.compile(r'^"(.*)"$', re.MULTILINE)
IGNORED = [".venv", ".entente", "node_modules", "tests", "tools", "bench", "samples", "docs"]


def collect(locale: Path) -> None:
    """Update the catalogue below `locale` from the code and the templates."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.config.settings")
    # Dummies: collecting texts contacts no server.
    os.environ.setdefault("SECRET_KEY", "collecting texts")
    os.environ.setdefault("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
    os.environ.setdefault("BROKER_URL", "redis://127.0.0.1:1/0")
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.LOCALE_PATHS = [locale]
    django.setup()
    os.chdir(CHECKOUT)
    call_command(
        "makemessages",
        locale=["fr"],
        extensions=["html", "txt", "py"],
        ignore_patterns=[*IGNORED, *(f"*/{name}" for name in IGNORED)],
        no_obsolete=True,
        add_location="file",
        verbosity=0,
    )


def spaced(text: str) -> str:
    """The text with a no-break space before `; : ? ! » %` and after `«`, as French typography
    requires.

    A placeholder is no percent sign; in a text with placeholders, a percent sign is doubled.
    """
    return _BEFORE.sub(NO_BREAK, _AFTER.sub(f"«{NO_BREAK}", text))


def respace(po: Path) -> bool:
    """Apply French spacing to the translations; returns whether anything changed."""
    text = po.read_text()
    changed = _TRANSLATION.sub(_respaced, text)
    po.write_text(changed)
    return changed != text


def _respaced(entry: re.Match[str]) -> str:
    """The entry unchanged, or on one line if its spacing changes; msgmerge wraps it again."""
    words = "".join(_LINE.findall(entry["text"]))
    better = spaced(words)
    return entry[0] if better == words else f'{entry["key"]} "{better}"\n'


def missing(po: Path) -> str:
    """Entries without a translation, or with one that only looks similar."""
    found = [
        subprocess.run(
            ["msgattrib", "--no-obsolete", only, po], capture_output=True, text=True, check=True
        ).stdout
        for only in ("--untranslated", "--only-fuzzy")
    ]
    return "\n".join(text for text in found if text.strip())


def compile_to(po: Path, mo: Path) -> None:
    """Compile; placeholders that differ from the English ones are an error."""
    subprocess.run(["msgfmt", "--check-format", "-o", mo, po], check=True)


def texts(mo: Path) -> dict[object, str]:
    """The contents of a compiled catalogue."""
    with mo.open("rb") as file:
        return dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]


def problems() -> list[str]:
    """What is missing or wrong in the committed catalogue, which is not changed."""
    with tempfile.TemporaryDirectory() as folder:
        locale = Path(folder) / "locale"
        shutil.copytree(CHECKOUT / "locale", locale)
        collect(locale)
        found = []
        if respace(locale / CATALOGUE):
            found.append("French is not spaced as it is set; run make catalogue.")
        if gaps := missing(locale / CATALOGUE):
            found.append(f"French is not complete; run make catalogue and translate:\n{gaps}")
        committed = CHECKOUT / "locale" / CATALOGUE
        compiled = Path(folder) / "django.mo"
        compile_to(committed, compiled)
        shipped = committed.with_suffix(".mo")
        if not shipped.exists() or texts(shipped) != texts(compiled):
            found.append(
                "The compiled French catalogue is older than its source; run make catalogue."
            )
        return found


def main() -> int:
    """Exit code 1 with the reasons if the catalogue is not complete."""
    if not shutil.which("msgmerge"):
        print(
            "Looking after the French catalogue needs gettext (on Debian: apt install gettext).",
            file=sys.stderr,
        )
        return 1
    if "--write" in sys.argv[1:]:
        po = CHECKOUT / "locale" / CATALOGUE
        if po.exists():
            respace(po)
        collect(CHECKOUT / "locale")
        compile_to(po, po.with_suffix(".mo"))
        return 0
    if not (CHECKOUT / "locale" / CATALOGUE).exists():
        print("There is no French catalogue; run make catalogue.", file=sys.stderr)
        return 1
    found = problems()
    print("\n".join(found), file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
