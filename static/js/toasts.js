// Short messages. The server sends them as Django messages, or for htmx in the response header
// HX-Trigger: {"toast": {"level": "success", "text": "Saved"}}
// What screen readers should say without a message for the eyes is the detail of a `say` event, or stands in an
// element with data-said: they do not notice a status that arrives together with its text.
const home = document.getElementById("messages");
const region = document.getElementById("toasts");
const said = document.getElementById("said");
const STAY = 6_000;
// Longer, to leave time to read the message and decide to undo it.
const STAY_TO_UNDO = 30_000;
// After a page has loaded, screen readers notice changes only once they know the page.
const SETTLED = 500;
// ⌘Z in a field undoes what was typed there.
const TEXTS = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])";
let before; // what had the focus before it went to the messages

function word(name) {
  return document.getElementById("words")?.content.querySelector(`[data-word="${name}"]`)?.textContent ?? name;
}

function remove(toast) {
  const hadFocus = toast.contains(document.activeElement);
  toast.remove();
  if (hadFocus) (before?.isConnected ? before : document.getElementById("main"))?.focus();
}

function leave(toast) {
  toast.dataset.leaving = "";
  setTimeout(remove, 200, toast);
}

const tight = (text) => text.trim().replace(/\s+/g, " ");
const say = (text) => (said.textContent = tight(text));
const standing = () => [...document.querySelectorAll("[data-said]")].map((element) => tight(element.textContent));
let known = [];

function sayNews() {
  const news = standing().filter((text) => !known.includes(text));
  if (news.length) say(news.join(" "));
}

// The texts with the names of the buttons in them, without those that dismiss.
function read(toasts) {
  say(toasts.map((toast) => toast.querySelector(".toast__body").textContent).join(" "));
}

function arm(toast) {
  // A message with a URL stays, so that it can be copied.
  if (/https?:\/\//.test(toast.textContent)) toast.dataset.sticky = "";
  if ("sticky" in toast.dataset || toast.matches(".toast--error, .toast--danger")) return;
  const stay = toast.querySelector("[hx-post]") ? STAY_TO_UNDO : STAY;
  let timer;
  const stop = () => clearTimeout(timer);
  const start = () => {
    stop();
    timer = setTimeout(() => toast.matches(":hover, :focus-within") || leave(toast), stay);
  };
  start();
  for (const type of ["pointerenter", "focusin"]) toast.addEventListener(type, stop);
  for (const type of ["pointerleave", "focusout"]) toast.addEventListener(type, start);
}

function show({ level = "info", text = "" }) {
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  toast.className = `toast toast--${level}`;
  toast.querySelector(".toast__body").textContent = text;
  const icon = { success: "circle-check", warning: "alert-triangle", danger: "alert-circle", error: "alert-circle" };
  const use = toast.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icon[level] ?? "info-circle"}`));
  // Only the latest success message is shown, for people who vote on fifty accounts in a row.
  const last = level === "success" && region.querySelector(".toast--success:not([data-sticky])");
  if (last) remove(last);
  region.append(toast);
  arm(toast);
  read([toast]);
  while (region.children.length > 4) remove(region.firstElementChild);
}

// Behind an open dialog a message could be neither heard nor reached, so it goes into the dialog.
function follow(records) {
  const opened = records.map(({ target }) => target).find((element) => element.matches("dialog:modal"));
  const place = opened ?? [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
  if (home.parentElement === place) return;
  say("");
  place.append(home);
}

function undo(event) {
  if (event.key !== "z" || event.shiftKey || !(event.ctrlKey || event.metaKey) || event.target.matches(TEXTS)) return;
  const button = [...region.querySelectorAll(".toast:not([data-leaving]) [hx-post] button:enabled")].at(-1);
  if (!button) return;
  event.preventDefault();
  button.click();
}

if (region) {
  const toasts = [...region.querySelectorAll("[data-toast]")];
  toasts.forEach(arm);
  if (toasts.length) setTimeout(read, SETTLED, toasts);
  new MutationObserver(follow).observe(document.body, { subtree: true, attributeFilter: ["open"] });
  region.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) leave(event.target.closest("[data-toast]"));
  });
  region.addEventListener("focusin", ({ relatedTarget }) => {
    if (relatedTarget && !region.contains(relatedTarget)) before = relatedTarget;
  });
  document.addEventListener("keydown", undo);
  document.addEventListener("htmx:before:swap", () => (known = standing()));
  document.addEventListener("htmx:after:swap", sayNews);
  document.addEventListener("say", (event) => say(event.detail));
  document.addEventListener("toast", (event) => show(event.detail ?? {}));
  document.addEventListener("htmx:response:error", (event) => {
    const { ctx } = event.detail;
    if (ctx.sourceElement.id === "live" || [400, 409, 422].includes(ctx.response.status)) return;
    const name = { 403: "forbidden", 429: "slow" }[ctx.response.status] ?? "failed";
    show({ level: "danger", text: word(name) });
  });
  document.addEventListener("htmx:error", (event) => {
    const { ctx } = event.detail;
    if (!ctx || ctx.sourceElement.id === "live" || ctx.sourceEvent?.type.startsWith("sse:")) return;
    show({ level: "warning", text: word("offline") });
  });
}
