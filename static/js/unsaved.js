// Leaving a page asks, in the browser's own words, before it discards what was typed into one of its forms.
const FIELDS = "input:not([type=hidden]), select, textarea";
const POSTED = 'form[method="post"]';
const typed = new Set();
// Sent, or given up with the form's own Cancel: this way of leaving is meant.
let meant = false;

function differs(field) {
  if (field.matches("select")) {
    const options = [...field.options];
    // Where the page marks none, browsers select the first.
    if (!field.multiple && !options.some((option) => option.defaultSelected)) return field.selectedIndex > 0;
    return options.some((option) => option.selected !== option.defaultSelected);
  }
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

// In a refused form the default values are already the typed ones, so that nothing differs.
const isRefused = (form) => form.querySelector(".field--invalid") !== null;
const isHalfDone = (form) => form.isConnected && (isRefused(form) || [...form.querySelectorAll(FIELDS)].some(differs));

document.addEventListener("input", (event) => {
  const form = event.target.closest?.(POSTED);
  if (!form) return;
  typed.add(form);
  meant = false;
});

// On the window, after whatever still stops the form from being sent.
addEventListener("submit", (event) => {
  if (event.target.matches(POSTED) && !event.defaultPrevented) meant = true;
});

// What htmx has saved without leaving the page is typed no more.
document.addEventListener("htmx:finally:request", (event) => {
  const { sourceElement, response } = event.detail.ctx;
  if (response?.raw?.ok) typed.delete(sourceElement?.closest?.(POSTED));
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.(":is(.form__foot, .dialog__foot) a[href]")?.closest(POSTED)) meant = true;
});

addEventListener("beforeunload", (event) => {
  if (!meant && [...typed].some(isHalfDone)) event.preventDefault();
});
