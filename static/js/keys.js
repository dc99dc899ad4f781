// Keyboard: j k Enter x in lists, "g" and a letter to open a page, "?" for the list of shortcuts.
// Whoever dictates can turn them off in their profile.
const typing = (element) => element.closest?.("input, textarea, select, [contenteditable], dialog[open], [popover]");
const visible = (element) => element.offsetParent !== null;
const off = document.body.dataset.letterKeys === "off";
let going = 0;

// Shows the page's own shortcuts first; "?" then leads to all of them.
function help() {
  const own = document.querySelector("dialog[data-own-keys]");
  const first = own && !own.open ? own : document.getElementById("keys");
  own?.close();
  first?.showModal();
}

function rows() {
  return [...document.querySelectorAll("[data-rows] > *")].filter(visible);
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.contains(document.activeElement) || "active" in row.dataset);
  const row = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))];
  for (const other of all) delete other.dataset.active;
  row.dataset.active = "";
  (row.querySelector("a.row-link, a[href]") ?? row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

document.addEventListener("focusin", (event) => {
  const current = event.target.closest("[data-rows] > *");
  for (const row of document.querySelectorAll("[data-rows] > [data-active]")) {
    if (row !== current) delete row.dataset.active;
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-help]")) help();
});

document.addEventListener("keydown", (event) => {
  if (off) return;
  if (event.key === "?" && event.target.closest?.("dialog[data-own-keys]")) return help();
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  if (going > Date.now()) {
    going = 0;
    const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
    if (link) {
      event.preventDefault();
      location.assign(link.href);
    }
    return;
  }
  if (event.key === "g") going = Date.now() + 1_200;
  else if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "x") document.activeElement.closest("[data-rows] > *")?.querySelector("input[type=checkbox]")?.click();
  else if (event.key === "?") help();
  else return;
  event.preventDefault();
});

// Going back to a list restores the focus to the row whose link was followed.
document.addEventListener("click", (event) => {
  const row = event.target.closest("a.row-link")?.closest("[data-rows] > [id]");
  // Without htmx's own mark, htmx would replace the history state when rows are swapped.
  if (row) history.replaceState({ ...history.state, htmx: true, row: row.id }, "");
});

addEventListener("pageshow", () => {
  const row = document.getElementById(history.state?.row ?? "");
  if (document.activeElement === document.body) row?.querySelector("a.row-link")?.focus({ preventScroll: true });
});
