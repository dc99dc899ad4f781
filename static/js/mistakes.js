// Scrolls to the first error of a form and focuses its field; where no field is to blame, what says so.
// Forms in dialogs are handled in overlays.js.
const FORMS = 'main form[method="post"]';
const WRONG = '[aria-invalid="true"], .field--invalid, .field__error, [data-refused]';
const FIELDS = "input:not([type=hidden]), select, textarea";
const REFUSED = new Set([400, 409, 422]);

const placeOf = (wrong) => (wrong.matches(FIELDS) ? wrong : wrong.closest(".field, .field--invalid, td") ?? wrong);
const fieldIn = (place) => (place.matches(FIELDS) ? place : place.querySelector(FIELDS));

function show(root) {
  const wrong = [...root.querySelectorAll(WRONG)].filter((one) => one.closest(FORMS) && !one.closest("dialog"));
  const places = wrong.map(placeOf);
  const place = places.find(fieldIn) ?? places[0];
  if (!place) return;
  for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  const field = fieldIn(place);
  if (!field) place.tabIndex = -1;
  (field ?? place).focus({ preventScroll: true });
  place.scrollIntoView({ block: "center" });
}

show(document);

document.addEventListener("htmx:after:swap", (event) => {
  if (REFUSED.has(event.detail?.ctx?.response?.status)) show(document);
});
