// Lists with data-rows: keys for the current row, ticked rows, and the current row after a swap or a reload.
// Keys: "c" clicks its element with data-key="c". On a page without rows, they click the page's own element.
const off = document.body.dataset.letterKeys === "off";
const busy = (element) => element.closest?.("input, textarea, select, [contenteditable], dialog[open], [popover]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (off || !/^[a-z]$/.test(event.key) || busy(event.target)) return;
  const rows = document.querySelector("[data-rows]");
  const row = document.querySelector("[data-rows] > [data-active]") ?? document.activeElement.closest("[data-rows] > *");
  const place = rows ? row : document.getElementById("main");
  const sought = `[data-key="${event.key}"]`;
  // Elements in the top bar also belong to the page.
  const target = place?.querySelector(sought) ?? document.querySelector(`.topbar ${sought}`);
  if (!target) return;
  event.preventDefault();
  target.click();
});

// The number of ticked rows in a list, and the bar with actions for them.
const bar = document.getElementById("chosen");

function recount() {
  if (!bar) return;
  const boxes = document.querySelectorAll("[data-select]");
  const ticked = [...boxes].filter((box) => box.checked).length;
  bar.hidden = ticked === 0;
  bar.querySelector("[data-count]").textContent = ticked;
  const all = document.querySelector("[data-select-all]");
  if (!all) return;
  all.checked = ticked > 0 && ticked === boxes.length;
  all.indeterminate = ticked > 0 && !all.checked;
}

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-select], [data-select-all]")) return;
  const all = event.target.matches("[data-select-all]") ? document.querySelectorAll("[data-select]") : [];
  for (const box of all) box.checked = event.target.checked;
  recount();
  const detail = bar?.querySelector("[data-count]").parentElement.textContent;
  if (detail) document.dispatchEvent(new CustomEvent("say", { detail }));
});
recount();

// Swapped rows keep their ticks and focus; attributes set by scripts have to be restored.
let active = "";
document.addEventListener("htmx:before:swap", () => {
  active = document.querySelector("[data-rows] > [data-active]")?.id ?? "";
});
document.addEventListener("htmx:after:swap", () => {
  if (active) document.getElementById(active)?.setAttribute("data-active", "");
  recount();
});

// When the current row leaves the list, the row that takes its place becomes current.
let at; // its id, and its index among the rows
const here = location.pathname + location.search;
const placeOf = (row) => [...row.parentElement.children].indexOf(row);

function note({ target }) {
  const row = target.closest?.("[data-rows] > [id]");
  if (row) at = { id: row.id, place: placeOf(row), here };
  else if (!target.closest?.("dialog")) at = undefined; // the focus has left the list
}

function take(row) {
  row?.querySelector("a.row-link")?.focus({ preventScroll: true });
  row?.setAttribute("data-active", "");
  row?.scrollIntoView({ block: "nearest" });
}

function takeNext() {
  const idle = document.activeElement === document.body && !document.querySelector("dialog[open]");
  if (!at || !idle || document.getElementById(at.id)) return;
  const rows = document.querySelector("[data-rows]")?.children ?? [];
  take(rows[Math.min(at.place, rows.length - 1)]);
}

document.addEventListener("focusin", note);
document.addEventListener("pointerdown", note);
document.addEventListener("htmx:before:swap", () => {
  const row = at && document.getElementById(at.id);
  if (row) at.place = placeOf(row);
});
document.addEventListener("htmx:after:swap", takeNext);
document.addEventListener("close", takeNext, true);

// Submitting a form in a dialog loads the list again: restore the current row.
const KEPT = "row-at-hand";
addEventListener("pagehide", () => {
  if (at && document.querySelector("dialog[open]")) sessionStorage.setItem(KEPT, JSON.stringify(at));
});
const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
sessionStorage.removeItem(KEPT);
if (kept?.here === here) {
  at = kept;
  const row = document.getElementById(at.id);
  if (row) take(row);
  else takeNext();
}
