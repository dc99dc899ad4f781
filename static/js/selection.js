// Voting by keyboard: a choice moves the focus to the reason, a vote to the next account without one.
// Whoever goes through the choices with the arrow keys stays there.
let left = "";

document.addEventListener("change", (event) => {
  const ballot = event.target.closest("[data-ballot]");
  if (ballot && event.target.name === "choice" && !event.target.matches(":focus-visible")) ballot.elements.reason.focus();
});

// Before htmx sends it: what is missing is said in the ballot.
document.addEventListener(
  "submit",
  (event) => {
    const ballot = event.target;
    if (!ballot.matches("[data-ballot]")) return;
    const fields = [...ballot.elements].filter((field) => field.willValidate && field.required);
    const missing = fields.filter((field) => !field.checkValidity());
    for (const field of fields) field.setAttribute("aria-invalid", missing.includes(field));
    ballot.querySelector(".ballot__missing").hidden = !missing.length;
    if (!missing.length) {
      left = ballot.closest("[id]").id;
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    missing[0].focus();
  },
  { capture: true },
);

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
