// The command palette for search and navigation: ⌘K, Ctrl-K or "/".
const palette = document.getElementById("palette");
const input = document.getElementById("palette-input");
const off = document.body.dataset.letterKeys === "off";
// The server truncates the query to this length.
const LONGEST = 100;

if (!/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const key of document.querySelectorAll("[data-mod]")) key.textContent = key.textContent.replace("⌘", "Ctrl ");
}

if (palette && input) {
  const found = document.getElementById("palette-found");
  const results = document.getElementById("palette-results");
  const places = palette.querySelector("[data-palette-go]");
  let goes = false;
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const items = () => [...palette.querySelectorAll('[role="option"]')].filter((item) => item.offsetParent !== null);

  function select(item) {
    for (const other of palette.querySelectorAll('[aria-selected="true"]')) other.setAttribute("aria-selected", "false");
    if (!item) return input.removeAttribute("aria-activedescendant");
    item.id ||= `option-${Math.random().toString(36).slice(2)}`;
    item.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  function filter() {
    const words = plain(input.value.trim());
    if (!words) found.replaceChildren();
    let any = false;
    let begins = false;
    goes = false;
    for (const item of places.querySelectorAll('[role="option"]')) {
      item.hidden = !plain(item.textContent).includes(words);
      any ||= !item.hidden;
      begins ||= Boolean(words) && plain(item.querySelector("span").textContent).startsWith(words);
    }
    // A query that is the beginning of a page's name puts pages first; otherwise search results come first.
    if (begins) results.prepend(places);
    else if (results.lastElementChild !== places) results.append(places);
    places.hidden = !any;
    hush();
    selectFirst();
  }

  // Scrolls to the very top, so that the heading above the first hit is visible.
  function selectFirst() {
    select(items()[0]);
    results.scrollTop = 0;
  }

  // The results shown may still belong to a previous query.
  function isAnswered() {
    const words = input.value.trim().replace(/\s+/g, " ").slice(0, LONGEST);
    const answers = found.querySelector("[data-answers]")?.dataset.answers ?? "";
    return !words || !input.hasAttribute("hx-get") || answers === words;
  }

  // Shows "nothing found" only if no page matches, either.
  function hush() {
    const nothing = found.querySelector("[data-nothing]");
    if (!nothing) return;
    nothing.hidden = !places.hidden;
    if (!nothing.hidden) document.dispatchEvent(new CustomEvent("say", { detail: nothing.textContent }));
  }

  function open() {
    if (palette.open) return;
    for (const menu of document.querySelectorAll("[popover]:popover-open")) menu.hidePopover();
    palette.showModal();
    input.select();
    filter();
  }

  document.addEventListener("click", (event) => event.target.closest("[data-palette]") && open());
  document.addEventListener("keydown", (event) => {
    const chord = (event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k";
    const slash = event.key === "/" && !off && !event.target.closest?.("input, textarea, select, [contenteditable], dialog");
    if (!chord && !slash) return;
    event.preventDefault();
    open();
  });
  input.addEventListener("input", filter);
  palette.addEventListener("htmx:after:swap", () => {
    if (!input.value.trim()) found.replaceChildren();
    hush();
    selectFirst();
    if (goes && isAnswered()) palette.querySelector('[aria-selected="true"]')?.click();
  });
  input.addEventListener("keydown", (event) => {
    const all = items();
    const at = all.findIndex((item) => item.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") select(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp") select(all.at((at < 0 ? 0 : at) - 1));
    else return;
    event.preventDefault();
  });
  palette.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = palette.querySelector('[aria-selected="true"]');
    // Enter before the results have arrived opens the first hit once they do.
    goes = !isAnswered() && !places.contains(chosen);
    if (!goes) chosen?.click();
  });
}
