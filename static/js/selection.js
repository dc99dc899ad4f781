// Voting by keyboard: a choice moves the focus to the reason, a vote to the next account without one.
let left = "";

document.addEventListener("change", (event) => {
  const ballot = event.target.closest("[data-ballot]");
  if (ballot && event.target.name === "choice") ballot.elements.reason.focus();
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-ballot]")) return;
  const missing = [...event.target.elements].filter((field) => field.willValidate && !field.checkValidity());
  for (const field of event.target.elements) field.toggleAttribute("aria-invalid", false);
  for (const field of missing) field.setAttribute("aria-invalid", "true");
  // The server says in a toast what is missing.
  missing[0]?.focus();
  left = missing.length ? "" : event.target.closest("[id]").id;
});

document.addEventListener("htmx:after:swap", () => {
  const row = document.getElementById(left);
  if (!row?.matches('[data-voted="yes"]')) return;
  left = "";
  const open = [...document.querySelectorAll('[data-voted="no"]')];
  const next = open.find((other) => row.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) ?? open[0];
  if (!next) return document.activeElement.blur();
  next.dataset.active = "";
  next.querySelector("a[href]").focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
});
