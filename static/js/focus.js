// Keeps the keyboard's place. When what was done redraws the page or a part of it, the focus returns to the
// control that did it; if it is gone, to its row or to the heading of its section.
const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary";
const HEADINGS = "h1, h2, h3, h4, legend";
const KEPT = "focus-at-hand";
const LONGEST = 30_000;
let at; // a trace of the control used last, outside dialogs
let acted = false; // whether something was sent since

// A click into the page focuses `main`, which is no control either.
const nowhere = () => document.activeElement === document.body || document.activeElement?.id === "main";
const idle = () => nowhere() && !document.querySelector("dialog[open]");

// What finds the control again after it was drawn anew.
function trace(control) {
  const form = control.form ?? control.closest("form");
  const within = [];
  for (let box = control.parentElement; box; box = box.parentElement) {
    const label = box.getAttribute("aria-labelledby");
    if (box.id && box.id !== "main" && box.id !== "shell") within.push(box.id);
    else if (label && document.getElementById(label)) within.push(label);
  }
  return {
    id: control.id,
    href: control.getAttribute("href"),
    type: control.type,
    action: form?.getAttribute("action"),
    name: control.getAttribute("name"),
    value: control.matches("button, [type=radio], [type=checkbox]") ? control.getAttribute("value") : null,
    caret: control.matches("[type=search]"),
    column: control.matches(".table__sort") ? control.closest("th").cellIndex : null,
    words: control.matches("summary") ? control.textContent : null,
    within,
  };
}

function same(control, sought) {
  if (sought.id) return control.id === sought.id;
  // Its address is another one after each sorting.
  if (sought.column !== null) return control.matches(".table__sort") && control.closest("th").cellIndex === sought.column;
  if (sought.words !== null) return control.matches("summary") && control.textContent === sought.words;
  if (sought.href || control.hasAttribute("href")) return control.getAttribute("href") === sought.href;
  if (control.type !== sought.type) return false;
  const form = control.form ?? control.closest("form");
  if (control.getAttribute("name") !== sought.name || form?.getAttribute("action") !== sought.action) return false;
  if (!sought.name && !form) return false;
  return sought.value === null ? !control.matches("[type=radio], [type=checkbox]") : control.getAttribute("value") === sought.value;
}

// What is folded away cannot take the focus.
const FOLDED = "details:not([open]) > :not(summary)";
const shown = (element) => !element.closest(FOLDED) && (element.checkVisibility?.() ?? element.offsetParent !== null);
// A button that only makes Enter save is out of the keyboard's way.
const usable = (element) => shown(element) && !element.disabled && element.tabIndex >= 0;

// What shows the control again, if it is folded away now.
const unfold = (control) => control.closest("details:not([open])")?.querySelector("summary");

function find(sought) {
  const places = sought.within.map((id) => document.getElementById(id)).filter(Boolean);
  for (const place of [...places, document]) {
    const alike = [...place.querySelectorAll(CONTROLS)].filter((control) => same(control, sought));
    const found = alike.find(usable) ?? alike.map(unfold).find((summary) => summary && usable(summary));
    if (found) return found;
    // What it sent is on its way: the answer says where to go on.
    if (alike.some((control) => "resting" in control.dataset)) return null;
  }
  for (const place of places) {
    // An item of a menu: the button that opens the menu.
    const opener = place.matches("[popover]") && document.querySelector(`[popovertarget="${CSS.escape(place.id)}"]`);
    if (opener && usable(opener)) return opener;
    const row = place.parentElement?.matches("[data-rows]") && place.querySelector("a.row-link, a[href]");
    if (row && usable(row)) return row;
    const wanted = place.querySelector("[autofocus]");
    if (wanted && usable(wanted)) return wanted;
    const heading = place.matches(HEADINGS) ? place : place.querySelector(HEADINGS);
    if (heading && shown(heading)) return heading;
  }
  return document.querySelector("main h1");
}

function restore() {
  const sought = at; // the focus itself leaves a new trace
  const found = sought && idle() && find(sought);
  if (!found) return;
  const heading = found.matches(HEADINGS);
  if (heading) found.tabIndex = -1;
  found.focus({ preventScroll: true });
  if (heading) at = sought; // it leaves no trace, and may be drawn again too
  if (sought.caret) found.setSelectionRange?.(found.value.length, found.value.length);
  found.scrollIntoView({ block: "nearest" });
}

function note({ target }) {
  // A vote moves the focus by itself (selection.js).
  const control = target.closest?.("[data-ballot]") ? null : target.closest?.(CONTROLS);
  if (target.closest?.("dialog")) return; // what opened the dialog is the control
  if (control) at = trace(control);
  else if (!target.closest?.("label")) at = undefined; // whoever clicks beside everything has left it
}

document.addEventListener("focusin", note);
document.addEventListener("pointerdown", note);
document.addEventListener("click", note, true); // a letter clicks its control without focusing it
document.addEventListener("change", note);
document.addEventListener("submit", () => (acted = true));
document.addEventListener("click", (event) => {
  if (event.target.closest?.('a[href^="?"]')) acted = true; // a filter
});

document.addEventListener("htmx:before:request", (event) => {
  const { request } = event.detail.ctx;
  if (!["GET", "HEAD"].includes(request.method)) acted = true;
});
// Deferred: first come the scripts that show a mistake or the next row, and rested buttons that wake up.
const soon = () => setTimeout(restore);
let held = false;
document.addEventListener("htmx:before:swap", () => (held ||= !idle()));
document.addEventListener("htmx:after:swap", () => {
  if (held || acted) soon();
  held = false;
});
document.addEventListener("htmx:finally:request", () => acted && soon());

// A link to a field of a form, such as the phone that nobody knows yet.
const named = document.getElementById(location.hash.slice(1));
if (named?.matches("input, select, textarea")) named.focus();

// The page loads again, with the same path: a filter, or a form that leads back to it.
addEventListener("pagehide", () => {
  if (!acted || !at) return;
  sessionStorage.setItem(KEPT, JSON.stringify({ at, path: location.pathname, since: Date.now() }));
});
const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
sessionStorage.removeItem(KEPT);
if (kept?.path === location.pathname && Date.now() - kept.since < LONGEST) {
  // Where the new page itself wants the focus, it would come too late.
  const wanted = document.querySelector("main [autofocus]");
  at = wanted ? trace(wanted) : kept.at;
  soon();
}
addEventListener("pageshow", () => (acted = false));
