// Copies the passage selected in the text into the form that tags it.
function selected() {
  const selection = document.getSelection();
  const text = document.querySelector("[data-transcript]");
  if (!text || !selection?.rangeCount || selection.isCollapsed) return "";
  const range = selection.getRangeAt(0).cloneRange();
  if (!text.contains(range.startContainer)) return "";
  // A triple click extends the selection to the start of the next element.
  if (!text.contains(range.endContainer)) range.setEnd(text, text.childNodes.length);
  return range.toString();
}

// Clicking the button clears the selection, so the last one is remembered; a click into the text
// starts a new one.
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
