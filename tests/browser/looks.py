"""What axe says about a page in each of its looks: wide and narrow, light and dark."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from tests.browser.journeys import DESK, PHONE

# What colours decide: whether a text stands out from what is behind it, and a link from the text around it.
OF_COLOURS = ("color-contrast", "link-in-text-block")
COLOURS: dict[str, Any] = {"resultTypes": ["violations"], "runOnly": OF_COLOURS}
STRUCTURE: dict[str, Any] = {
    "resultTypes": ["violations"],
    "rules": {rule: {"enabled": False} for rule in OF_COLOURS},
}
HIGHEST = 16_000


@dataclass
class Examination:
    """Examines pages, and remembers the texts whose contrast is known.

    Structure is the same in both themes, so its rules run once at each width. Colours are looked at in
    all four looks, but of texts that look like one before (same place in the markup, same colours,
    same size) only those of the first: it takes longer than all other rules together.
    """

    known: set[int] = field(default_factory=set)

    def violations(self, page: Page) -> list[str]:
        """Of the open page, each with its look. The page has been given axe."""
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        found = self._new_texts(page, "desk", "light") + _structure(page, "desk") + covered(page)
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        found += self._new_texts(page, "phone", "dark") + _structure(page, "phone")
        found += self._new_texts(page, "phone", "light")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append("wider than a phone")
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        return found + self._new_texts(page, "desk", "dark")

    def _new_texts(self, page: Page, width: str, theme: str) -> list[str]:
        page.evaluate(SHOW, theme)
        for _attempt in range(5):
            new = [text for text in page.evaluate(TEXTS) if text not in self.known]
            if not new:
                return []
            answer = page.evaluate(CONTRAST, {"new": new, "options": COLOURS})
            # None: a live update has replaced some of them meanwhile.
            if answer:
                self.known.update(new)
                return _lines(answer, f"{width} {theme}")
        raise AssertionError("The page does not come to rest.")


def _structure(page: Page, width: str) -> list[str]:
    return _lines(page.evaluate("options => axe.run(options)", STRUCTURE), width)


def covered(page: Page) -> list[str]:
    """Links and buttons that a click on their middle does not reach, on the whole page at once."""
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": DESK["width"], "height": min(height, HIGHEST)})
    found: list[str] = page.evaluate(COVERED)
    return found


def _lines(answer: dict[str, Any], look: str) -> list[str]:
    return [
        f"{look}: {each['id']} {node['target']} {node['html'][:80]!r} {node['failureSummary']!r}"
        for each in answer["violations"]
        for node in each["nodes"][:3]
    ]


# Colours that fade from one theme to the other are measured at their end.
SHOW = """theme => {
  document.documentElement.dataset.theme = theme;
  document.body.offsetHeight;
  for (const running of document.getAnimations()) {
    // What waits for its content pulses without end.
    if (running.effect.getComputedTiming().endTime === Infinity) running.cancel();
    else running.finish();
  }
}"""

# Describes each text of the page by what decides on its contrast: the colours, opacity and images
# of the element and of all around it, and its size. Positions may put it onto something else than
# what is around it, so tags and classes are part of it too.
TEXTS = """() => {
  // 53 bits of a text (cyrb53): descriptions are long, and most of each is its parent's.
  const short = (text) => {
    let high = 0xdeadbeef, low = 0x41c6ce57;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      high = Math.imul(high ^ code, 2654435761);
      low = Math.imul(low ^ code, 1597334677);
    }
    high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
    low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
    return 4294967296 * (2097151 & low) + (high >>> 0);
  };
  const described = new Map([[null, 0]]);
  const describe = (element) => {
    if (!described.has(element)) {
      const style = getComputedStyle(element);
      described.set(element, short([
        describe(element.parentElement), element.localName, element.getAttribute('class'),
        element.disabled, style.backgroundColor, style.backgroundImage, style.opacity,
        style.position, style.filter, style.visibility,
      ].join(' ')));
    }
    return described.get(element);
  };
  window.texts = new Map();
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const add = (element) => {
    if (!element.checkVisibility()) return;
    const style = getComputedStyle(element);
    const text = short([
      describe(element), style.color, style.fontSize, style.fontWeight, style.textShadow,
    ].join(' '));
    if (!window.texts.has(text)) window.texts.set(text, element);
  };
  while (words.nextNode()) if (words.currentNode.data.trim()) add(words.currentNode.parentElement);
  document.querySelectorAll('input, select, textarea').forEach(add);
  return [...window.texts.keys()];
}"""

# What scrolls inside the page, or is a point for screen readers only, is not looked at.
COVERED = """() => {
  const clipped = (element, x, y) => {
    for (let up = element.parentElement; up; up = up.parentElement) {
      const box = up.getBoundingClientRect();
      const cuts = getComputedStyle(up).overflow !== 'visible';
      if (cuts && (x < box.left || x > box.right || y < box.top || y > box.bottom)) return true;
    }
    return false;
  };
  const found = [];
  for (const element of document.querySelectorAll('a[href], button:enabled, summary')) {
    const box = element.checkVisibility({visibilityProperty: true}) && element.getClientRects()[0];
    if (!box || box.width < 4 || box.height < 4) continue;
    const x = box.left + box.width / 2, y = box.top + box.height / 2;
    if (clipped(element, x, y)) continue;
    const hit = document.elementFromPoint(x, y);
    if (!hit || hit === element || element.contains(hit) || hit.contains(element)) continue;
    found.push(`covered: ${element.outerHTML.slice(0, 120)} by ${hit.outerHTML.slice(0, 80)}`);
  }
  return found;
}"""

CONTRAST = """({new: texts, options}) => {
  const include = texts.map((text) => window.texts.get(text));
  return include.every((element) => element.isConnected) ? axe.run({include}, options) : null;
}"""
