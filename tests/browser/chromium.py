"""A Chromium for the browser journeys: an installed one, or one installed on demand.

`python -m tests.browser.chromium` makes sure that there is one before the suite starts.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

from tests.browser import unpacked

# The first draws no windows and takes two thirds of the time.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)


class NoChromium(Exception):
    """No Chromium can be started; the message says what to install."""


def found() -> str | None:
    """The path of a Chromium or Chrome; None means Playwright's own, if it has one."""
    if unpacked.PROGRAM.exists():
        return str(unpacked.PROGRAM)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def opened() -> Iterator[Browser]:
    """A headless browser."""
    with _driver() as playwright:
        browser = _launch(playwright)
        yield browser
        browser.close()


@contextmanager
def _driver() -> Iterator[Playwright]:
    """Playwright, whose driver may need an unpacked library to start."""
    before = dict(os.environ)
    os.environ.update(unpacked.environment())
    manager = sync_playwright()
    try:
        playwright = manager.start()
    finally:
        os.environ.clear()
        os.environ.update(before)
    try:
        yield playwright
    finally:
        playwright.stop()


def _launch(playwright: Playwright) -> Browser:
    """With the sandbox where it works: not for root, nor where the system forbids namespaces."""
    common: dict[str, Any] = {
        "executable_path": found(),
        "env": {**os.environ, **unpacked.environment()},
    }
    arguments = ["--disable-dev-shm-usage"]
    if os.geteuid() != 0:
        try:
            return playwright.chromium.launch(args=arguments, chromium_sandbox=True, **common)
        except Error as error:
            print(f"Without its sandbox: {error.message.splitlines()[0]}", flush=True)
    return playwright.chromium.launch(args=[*arguments, "--no-sandbox"], **common)


def ensure() -> None:
    """Make sure that a Chromium starts, or raise NoChromium with what to install."""
    if not starts():
        for install in (install_by_apt, install_by_playwright, unpacked.unpack):
            if install() and starts():
                return
        raise NoChromium(
            "The browser journeys need Chromium and none could be installed here: "
            f"install it (on Debian: apt install {' '.join(unpacked.BROWSER)}) and run make test again."
        )


def starts() -> bool:
    """Whether a page can be opened. A driver that lacks a library raises a bare Exception."""
    try:
        with opened():
            pass
    except Exception as error:
        print(str(error).strip().splitlines()[0], file=sys.stderr, flush=True)
        return False
    return True


def install_by_apt() -> bool:
    """Install with apt, as root on Debian or Ubuntu."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print("Installing Chromium with apt (once) ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    commands = (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *unpacked.BROWSER],
    )
    return all(
        subprocess.run(
            each, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        ).returncode
        == 0
        for each in commands
    )


def install_by_playwright() -> bool:
    """Install Playwright's own build, into the user's cache."""
    print("Installing Chromium with Playwright (once) ...", flush=True)
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    return (
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode == 0
    )


if __name__ == "__main__":
    try:
        ensure()
    except NoChromium as problem:
        sys.exit(str(problem))
