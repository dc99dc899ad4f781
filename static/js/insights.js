// A passage that is selected in the text goes along to the form that marks it.
function selected() {
  const selection = document.getSelection();
  const text = document.querySelector("[data-transcript]");
  if (!text || !selection?.rangeCount || selection.isCollapsed) return "";
  return text.contains(selection.anchorNode) && text.contains(selection.focusNode) ? selection.toString() : "";
}

// The click on the button takes the selection away, so the last one is kept; a click into the text
// begins another.
let quote = "";
document.addEventListener("selectionchange", () => {
  quote = selected() || quote;
});

document.addEventListener("pointerdown", (event) => {
  if (event.target.closest?.("[data-transcript]")) quote = "";
});

document.addEventListener("htmx:after:swap", () => {
  const field = document.querySelector("#mark-form [name=quote]");
  if (field && quote && !field.value) field.value = quote;
});
