// Scrolls to the first error of a form and focuses its field, if there is one.
// Forms in dialogs are handled in overlays.js.
const FORMS = 'main form[method="post"]';
const WRONG = '[aria-invalid="true"], .field--invalid, .field__error, .alert--danger[role="alert"]';
const FIELDS = "input:not([type=hidden]), select, textarea";
const REFUSED = new Set([400, 409, 422]);

function show(root) {
  const found = [...root.querySelectorAll(WRONG)].find((wrong) => wrong.closest(FORMS) && !wrong.closest("dialog"));
  if (!found) return;
  const place = found.matches(FIELDS) ? found : found.closest(".field, .field--invalid, td") ?? found;
  const field = place.matches(FIELDS) ? place : place.querySelector(FIELDS);
  for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  field?.focus({ preventScroll: true });
  place.scrollIntoView({ block: "center" });
}

show(document);

document.addEventListener("htmx:after:swap", (event) => {
  if (REFUSED.has(event.detail?.ctx?.response?.status)) show(document);
});
