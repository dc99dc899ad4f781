// Leaving a page whose form was changed and not sent: the browser asks first. Forms in dialogs ask by themselves
// (overlays.js), and forms that htmx sends keep their page.
const FORMS = 'main form[method="post"]:not([hx-post])';
const FIELDS = "input:not([type=hidden]), select, textarea";

const typedInto = new Set();
let sent = null;

function chosen(select, state) {
  const options = [...select.options].filter((option) => option[state]);
  // Without a preselected option, browsers choose the first.
  return (options.length || select.multiple ? options : [...select.options].slice(0, 1)).map((option) => option.index);
}

function differs(field) {
  if (field.matches("select")) return String(chosen(field, "selected")) !== String(chosen(field, "defaultSelected"));
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

// In a form with errors, the default values are already the typed ones, so that nothing differs.
function isHalfDone(form) {
  if (form === sent || !form.isConnected) return false;
  return Boolean(form.querySelector(".field--invalid")) || [...form.querySelectorAll(FIELDS)].some(differs);
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.(FORMS);
  if (form && !form.closest("dialog")) typedInto.add(form);
});

// On the window, because other listeners may still cancel the submission.
addEventListener("submit", (event) => {
  if (!event.defaultPrevented) sent = event.target;
});

// Whoever presses "Cancel" means it.
document.addEventListener("click", (event) => {
  const cancel = event.target.closest?.(".form__foot a");
  if (cancel) typedInto.delete(cancel.closest("form"));
});

addEventListener("beforeunload", (event) => {
  if ([...typedInto].some(isHalfDone)) event.preventDefault();
});

// Shown again, from the cache: what was sent then may be changed anew.
addEventListener("pageshow", () => {
  sent = null;
});
