"""What axe reports of a page in each of its looks: wide and narrow, light and dark."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from tests.browser.journeys import DESK, PHONE

# Rules about colour: whether texts stand out from the background, and links from their text.
OF_COLOURS = ("color-contrast", "link-in-text-block")
# No page has frames or plays anything, and no rule that is on reads style sheets.
USUAL: dict[str, Any] = {"resultTypes": ["violations"], "iframes": False, "preload": False}
COLOURS = USUAL | {"runOnly": OF_COLOURS}
STRUCTURE = USUAL | {
    "rules": {rule: {"enabled": False} for rule in OF_COLOURS},
}
HIGHEST = 16_000


@dataclass
class Examination:
    """Examines pages, and remembers texts whose contrast has been checked.

    Structure is the same in both themes, so its rules run once per width. Colours are checked in
    all four looks, but for texts that look alike only on the first one: that takes longer than all
    other rules together.
    """

    known: set[int] = field(default_factory=set)

    def violations(self, page: Page) -> list[str]:
        """The violations on the open page, each with its look. axe must have been injected."""
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        found = _structure(page, "desk")
        _show_all(page)
        found += page.evaluate(COVERED)
        found += self._new_texts(page, "desk", "light") + self._new_texts(page, "desk", "dark")
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        found += _structure(page, "phone")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append("wider than a phone")
        _show_all(page)
        return (
            found + self._new_texts(page, "phone", "dark") + self._new_texts(page, "phone", "light")
        )

    def _new_texts(self, page: Page, width: str, theme: str) -> list[str]:
        page.evaluate(SHOW, theme)
        for _attempt in range(5):
            new = [text for text in page.evaluate(TEXTS) if text not in self.known]
            if not new:
                return []
            answer = page.evaluate(CONTRAST, {"new": new, "options": COLOURS})
            # None: a live update replaced some of the texts meanwhile.
            if answer:
                self.known.update(new)
                return _lines(answer, f"{width} {theme}")
        raise AssertionError("The page does not come to rest.")


def _structure(page: Page, width: str) -> list[str]:
    return _lines(page.evaluate("options => axe.run(options)", STRUCTURE), width)


def covered(page: Page) -> list[str]:
    """Links and buttons, on the whole page, that a click on their middle would not reach."""
    _show_all(page)
    found: list[str] = page.evaluate(COVERED)
    return found


def _show_all(page: Page) -> None:
    """Make the window as high as the page: only what is in the window can be pointed at."""
    width = page.viewport_size["width"]  # type: ignore[index]
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(height, HIGHEST)})


def _lines(answer: dict[str, Any], look: str) -> list[str]:
    return [
        f"{look}: {each['id']} {node['target']} {node['html'][:80]!r} {node['failureSummary']!r}"
        for each in answer["violations"]
        for node in each["nodes"][:3]
    ]


# Colours fade from one theme to the other; they are measured at the end of the transition.
SHOW = """theme => {
  document.documentElement.dataset.theme = theme;
  document.body.offsetHeight;
  for (const running of document.getAnimations()) {
    // What waits for its content pulses without end.
    if (running.effect.getComputedTiming().endTime === Infinity) running.cancel();
    else running.finish();
  }
}"""

# Describes each text of the page by what determines its contrast: colour, size and weight, and the
# elements beneath its first and last letters, down to the first one that covers everything else.
# Where these can't be determined, it uses the place in the markup and all colours around it.
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
  const known = new Map();
  const layerOf = (element) => {
    if (!known.has(element)) {
      const style = getComputedStyle(element);
      const look = [
        style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.mixBlendMode,
      ].join(' ');
      const plain = look.slice(style.backgroundColor.length) === ' none 1 none normal';
      // Colours that let something through are `rgba(...)` or have a slash before how much.
      const covers = plain && !/^rgba|[/]/.test(style.backgroundColor);
      const shows = !plain || style.backgroundColor !== 'rgba(0, 0, 0, 0)';
      known.set(element, { look, covers, shows });
    }
    return known.get(element);
  };
  const described = new Map([[null, 0]]);
  const place = (element) => {
    if (!described.has(element)) {
      const style = getComputedStyle(element);
      described.set(element, short([
        place(element.parentElement), element.localName, element.getAttribute('class'),
        style.position, style.visibility, layerOf(element).look,
      ].join(' ')));
    }
    return described.get(element);
  };
  const faded = new Map([[null, '']]);
  const opacity = (element) => {
    if (!faded.has(element)) {
      const own = getComputedStyle(element).opacity;
      faded.set(element, opacity(element.parentElement) + (own === '1' ? '' : ` ${own}`));
    }
    return faded.get(element);
  };
  // Null where the point is outside of the window, or something can be seen above the text.
  const beneath = (element, x, y) => {
    const layers = document.elementsFromPoint(x, y);
    const at = layers.indexOf(element);
    if (at < 0 || layers.slice(0, at).some((each) => layerOf(each).shows)) return null;
    const seen = [];
    for (const each of layers.slice(at)) {
      const layer = layerOf(each);
      if (layer.shows) seen.push(layer.look);
      if (layer.covers) return seen.join('|');
    }
    return null;
  };
  // A link within a text must look different from it: how both are drawn.
  const amid = (element) => {
    const link = element.closest('a');
    if (!link || link.parentElement.textContent.trim() === link.textContent.trim()) return '';
    const looks = [];
    for (let each = link; each; each = each.parentElement) {
      const style = getComputedStyle(each);
      looks.push(
        style.color, style.fontFamily, style.fontSize, style.fontWeight, style.textDecoration,
        style.borderTop, style.borderBottom, style.display,
      );
      if (each !== link && !style.display.startsWith('inline')) break;
    }
    return looks.join(' ');
  };
  window.texts = new Map();
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const add = (element, boxes) => {
    const style = getComputedStyle(element);
    const first = boxes[0], last = boxes[boxes.length - 1];
    const found = [
      beneath(element, first.left + 1, first.top + first.height / 2),
      beneath(element, last.right - 1, last.top + last.height / 2),
    ];
    const text = short([
      ...(found.includes(null) ? [place(element)] : [opacity(element), ...found]),
      amid(element), element.closest(':disabled, [aria-disabled=true]') !== null,
      style.color, style.fontSize, style.fontWeight, style.textShadow,
    ].join(' '));
    if (!window.texts.has(text)) window.texts.set(text, element);
  };
  while (words.nextNode()) {
    const element = words.currentNode.parentElement;
    if (!words.currentNode.data.trim() || !element.checkVisibility()) continue;
    if (element.closest('.visually-hidden')) continue;
    range.selectNodeContents(words.currentNode);
    const boxes = [...range.getClientRects()].filter((box) => box.width && box.height);
    if (boxes.length) add(element, boxes);
  }
  for (const field of document.querySelectorAll('input, select, textarea')) {
    if (field.checkVisibility()) add(field, [field.getBoundingClientRect()]);
  }
  return [...window.texts.keys()];
}"""

# Skips what a scrolling container clips, and single-pixel elements for screen readers.
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
