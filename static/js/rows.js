// Keys that act on the row at hand: an element with data-key="c" is clicked by "c". Without a
// current row (a page about one thing) the page's own element with that key is meant.
const busy = (element) => element.closest?.("input, textarea, select, [contenteditable], dialog[open], [popover]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (!/^[a-z]$/.test(event.key) || busy(event.target)) return;
  const rows = document.querySelector("[data-rows]");
  const row = document.querySelector("[data-rows] > [data-active]") ?? document.activeElement.closest("[data-rows] > *");
  const place = rows ? row : document.getElementById("main");
  const sought = `[data-key="${event.key}"]`;
  // What stands in the bar above belongs to the page as well.
  const target = place?.querySelector(sought) ?? document.querySelector(`.topbar ${sought}`);
  if (!target) return;
  event.preventDefault();
  target.click();
});

// Rows ticked in a list: how many, and the bar that acts on them.
const bar = document.getElementById("chosen");

function recount() {
  if (!bar) return;
  const ticked = document.querySelectorAll("[data-select]:checked").length;
  bar.hidden = ticked === 0;
  bar.querySelector("[data-count]").textContent = ticked;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select-all]")) {
    for (const box of document.querySelectorAll("[data-select]")) {
      box.checked = event.target.checked;
      box.closest("tr")?.setAttribute("aria-selected", String(box.checked));
    }
  }
  if (event.target.matches("[data-select], [data-select-all]")) recount();
});
recount();

// Rows that come anew keep their ticks and their focus; what scripts marked them with is put back.
let active = "";
document.addEventListener("htmx:before:swap", () => {
  active = document.querySelector("[data-rows] > [data-active]")?.id ?? "";
});
document.addEventListener("htmx:after:swap", () => {
  if (active) document.getElementById(active)?.setAttribute("data-active", "");
  for (const box of document.querySelectorAll("[data-select]:checked")) box.closest("tr")?.setAttribute("aria-selected", "true");
  recount();
});

// A form that came into a dialog: begin at its first field.
document.addEventListener("htmx:after:swap", () => {
  const dialog = document.querySelector("dialog[open]");
  if (!dialog || dialog.contains(document.activeElement) && document.activeElement !== dialog) return;
  const field = dialog.querySelector(".field--invalid :is(input, select, textarea)") ?? dialog.querySelector(".dialog__body :is(input, select, textarea)");
  field?.focus();
});
