// Short messages. The server sends them as Django messages, or for htmx in the response header
// HX-Trigger: {"toast": {"level": "success", "text": "Saved"}}
const region = document.getElementById("toasts");
const STAY = 6_000;
// Longer, to leave time to read the message and decide to undo it.
const STAY_TO_UNDO = 15_000;

function word(name) {
  return document.getElementById("words")?.content.querySelector(`[data-word="${name}"]`)?.textContent ?? name;
}

function leave(toast) {
  toast.dataset.leaving = "";
  setTimeout(() => toast.remove(), 200);
}

function arm(toast) {
  // A message with a URL stays, so that it can be copied.
  if (/https?:\/\//.test(toast.textContent)) toast.dataset.sticky = "";
  if ("sticky" in toast.dataset || toast.matches(".toast--error, .toast--danger")) return;
  const stay = toast.querySelector("[hx-post]") ? STAY_TO_UNDO : STAY;
  let timer = setTimeout(leave, stay, toast);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("focusin", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => (timer = setTimeout(leave, stay, toast)));
}

function show({ level = "info", text = "" }) {
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  toast.className = `toast toast--${level}`;
  toast.querySelector(".toast__body").textContent = text;
  const icon = { success: "circle-check", warning: "alert-triangle", danger: "alert-circle", error: "alert-circle" };
  const use = toast.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icon[level] ?? "info-circle"}`));
  // Only the latest success message is shown, for people who vote on fifty accounts in a row.
  if (level === "success") region.querySelector(".toast--success:not([data-sticky])")?.remove();
  region.append(toast);
  arm(toast);
  while (region.children.length > 4) region.firstElementChild.remove();
}

if (region) {
  for (const toast of region.querySelectorAll("[data-toast]")) arm(toast);
  region.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) leave(event.target.closest("[data-toast]"));
  });
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
