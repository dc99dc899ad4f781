"""What journeys share: browsers of several people, their consoles, and common user actions."""

import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    WebError,
    expect,
)

from alignment.people.models import User
from tests.cast import sign_in

# Milliseconds; generous, because the machine may be busy. A wait ends once its condition holds.
PATIENCE = 20_000
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
expect.set_options(timeout=PATIENCE)


@dataclass
class Online:
    """The browsers of a journey. Each person has a separate one; nobody is signed in twice."""

    browser: Browser
    url: str
    # Status codes that the journey provokes on purpose, such as 422 for an invalid form.
    expected: set[int] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def visitor(self, **options: Any) -> Page:
        """A tab in a new browser where nobody is signed in."""
        context = self.browser.new_context(
            **({"base_url": self.url, "viewport": DESK, "locale": "en-US"} | options)
        )
        context.set_default_timeout(PATIENCE)
        context.on("console", self._heard)
        context.on("weberror", self._failed)
        context.on("response", self._answered)
        self._contexts.append(context)
        return context.new_page()

    def person(self, user: User, **options: Any) -> Page:
        """A tab in a new browser where `user` is signed in."""
        return self.session(sign_in(user), **options)

    def session(self, client: Client, **options: Any) -> Page:
        """A tab in a new browser that continues the session of `client`, if it has one."""
        page = self.visitor(**options)
        kept = client.cookies.get(settings.SESSION_COOKIE_NAME)
        if kept:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": kept.value, "url": self.url}
            page.context.add_cookies([cookie])  # type: ignore[list-item]
        return page

    def close(self) -> None:
        """Close every browser; fails if their consoles reported errors."""
        for context in self._contexts:
            context.close()
        assert not self.troubles, "\n".join(self.troubles)

    def _heard(self, message: ConsoleMessage) -> None:
        # A refused request is judged by its status in `_answered`; this message only repeats it.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.troubles.append(f"console: {message.text}")

    def _failed(self, error: WebError) -> None:
        self.troubles.append(f"script: {error.error}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.troubles.append(f"{response.request.method} {response.url}: {response.status}")


def wait_until_live(page: Page) -> None:
    """Wait until the page listens to the live stream."""
    expect(page.locator("#live-status")).to_have_attribute("data-state", "live")


def tab_to(page: Page, name: str | re.Pattern[str], *, most: int = 60) -> None:
    """Press Tab until the element with the accessible name `name` has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(ACCESSIBLE_TEXT).strip() == name:
            return
    raise AssertionError(f"Tab does not reach {name!r}")


ACCESSIBLE_TEXT = """() => {
  const at = document.activeElement;
  return at.getAttribute('aria-label') ?? at.labels?.[0]?.innerText ?? at.innerText ?? '';
}"""


def toast(page: Page, text: str | re.Pattern[str]) -> None:
    """Wait for a toast with this text."""
    expect(page.locator("#toasts").get_by_text(text)).to_be_visible()


def mailed_link(folder: Path, about: str) -> str:
    """The link with `/about/` in a mail of the worker, which may still be writing it."""
    deadline = time.monotonic() + PATIENCE / 1_000
    while time.monotonic() < deadline:
        for mail in folder.glob("*"):
            # The whole line: a link that is cut off has no end of line yet.
            if link := re.search(rf"(https?://\S+/{about}/\S+)\n", mail.read_text()):
                return link[1]
        time.sleep(0.05)
    raise AssertionError(f"No mail has a link with /{about}/")
