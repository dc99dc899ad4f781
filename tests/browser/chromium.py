"""A Chromium for the browser journeys: the installed one, or one that is installed now.

`python -m tests.browser.chromium` makes sure that there is one before the suite starts.
"""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


class NoChromium(Exception):
    """Its text says what to install."""


def installed() -> str | None:
    """The path of a Chromium or Chrome on this machine."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def launch(playwright: Playwright) -> Browser:
    """Start it headless; without its sandbox for root, under whom the sandbox refuses."""
    arguments = ["--disable-dev-shm-usage"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return playwright.chromium.launch(executable_path=installed(), args=arguments)


def ensure() -> None:
    """Leave a Chromium that starts, or say what to install."""
    if not starts():
        for install in (install_by_apt, install_by_playwright):
            if install() and starts():
                return
        raise NoChromium(
            "The browser journeys need Chromium and none could be installed here: "
            "install it (on Debian: apt install chromium libatomic1) and run make test again."
        )


def starts() -> bool:
    """Whether a page can be opened. Playwright's own driver may lack a library: a bare Exception."""
    try:
        with sync_playwright() as playwright:
            launch(playwright).close()
    except Exception as error:
        print(str(error).strip().splitlines()[0], file=sys.stderr, flush=True)
        return False
    return True


def install_by_apt() -> bool:
    """As root on Debian or Ubuntu."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print("Installing Chromium with apt (once) ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    commands = (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "libatomic1"],
    )
    return all(
        subprocess.run(
            each, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        ).returncode
        == 0
        for each in commands
    )


def install_by_playwright() -> bool:
    """Playwright's own build, in the user's cache."""
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
