// A button with data-copy copies the field beside it and confirms it.
const SAID = 2_000;

async function copied(field) {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    return document.execCommand("copy"); // without HTTPS there is no Clipboard API
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button || !(await copied(button.parentElement.querySelector("input")))) return;
  const words = button.querySelector("[role=status]");
  const before = (button.dataset.before ??= words.textContent);
  words.textContent = button.dataset.copy;
  setTimeout(() => (words.textContent = before), SAID);
});
