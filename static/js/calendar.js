// Touches are dragged with a mouse or a pen; fingers scroll, and like the keyboard use "Move" in the
// dialog of a touch. The chip itself stays: the server decides, and then the board is fetched again.
const form = document.getElementById("drag");
const dialog = document.getElementById("touch");
const FAR = 6;
let held;

function cellAt(x, y) {
  return document.elementFromPoint(x, y)?.closest("[data-drop]");
}

function accepts(cell, chip) {
  const from = chip.closest("[data-drop]");
  // In the timeline a touch stays with its account.
  return cell && cell !== from && cell.dataset.row === from?.dataset.row;
}

function begin() {
  const { width } = held.chip.getBoundingClientRect();
  held.ghost = held.chip.cloneNode(true);
  held.ghost.removeAttribute("id");
  held.ghost.classList.add("touch--ghost");
  held.ghost.style.inlineSize = `${width}px`;
  document.body.append(held.ghost);
  held.chip.classList.add("touch--held");
}

function end() {
  held?.ghost?.remove();
  held?.chip.classList.remove("touch--held");
  held?.cell?.classList.remove("drop-here");
  held = undefined;
}

document.addEventListener("pointerdown", (event) => {
  const chip = event.target.closest("[data-touch]");
  if (!form || !chip || event.button !== 0 || event.pointerType === "touch") return;
  held = { chip, x: event.clientX, y: event.clientY };
});

document.addEventListener("pointermove", (event) => {
  if (!held) return;
  if (!held.ghost) {
    if (Math.hypot(event.clientX - held.x, event.clientY - held.y) < FAR) return;
    begin();
  }
  event.preventDefault();
  held.ghost.style.translate = `${event.clientX + 8}px ${event.clientY + 8}px`;
  const cell = cellAt(event.clientX, event.clientY);
  held.cell?.classList.remove("drop-here");
  held.cell = accepts(cell, held.chip) ? cell : undefined;
  held.cell?.classList.add("drop-here");
});

document.addEventListener("pointerup", () => {
  if (!held?.ghost) return end();
  const { chip, cell } = held;
  // The click that follows would open the touch.
  addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", stop, { capture: true }));
  end();
  if (!cell) return;
  form.elements.touch.value = chip.dataset.touch;
  form.elements.day.value = cell.dataset.day;
  form.elements.hour.value = cell.dataset.hour ?? "";
  form.requestSubmit();
});

function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}

document.addEventListener("pointercancel", end);
document.addEventListener("keydown", (event) => event.key === "Escape" && end());
document.addEventListener("dragstart", (event) => event.target.closest?.("[data-touch]") && event.preventDefault());

// A refused move brings the form with what is in the way and the places that are free.
document.addEventListener("htmx:after:swap", () => {
  if (document.querySelector("#touch-form .refused") && !dialog?.open) dialog?.showModal();
});
// What was shown before must not flash up when the next touch is opened.
dialog?.addEventListener("close", () => document.getElementById("touch-form").replaceChildren());
