// Cards are dragged with a mouse or a pen; fingers scroll, and like the keyboard use "Move" on the
// card. The card itself stays: the server decides, and then the board is fetched again.
const form = document.getElementById("drag");
const dialog = document.getElementById("deal");
const FAR = 6;
let held;

function begin() {
  const { width } = held.card.getBoundingClientRect();
  held.ghost = held.card.cloneNode(true);
  held.ghost.removeAttribute("id");
  held.ghost.classList.add("deal-card--ghost");
  held.ghost.style.inlineSize = `${width}px`;
  document.body.append(held.ghost);
  held.card.classList.add("deal-card--held");
}

function end() {
  held?.ghost?.remove();
  held?.card.classList.remove("deal-card--held");
  held?.column?.classList.remove("drop-here");
  held = undefined;
}

function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}

document.addEventListener("pointerdown", (event) => {
  const card = event.target.closest("[data-deal]");
  if (!form || !card || event.button !== 0 || event.pointerType === "touch") return;
  held = { card, x: event.clientX, y: event.clientY };
});

document.addEventListener("pointermove", (event) => {
  if (!held) return;
  if (!held.ghost) {
    if (Math.hypot(event.clientX - held.x, event.clientY - held.y) < FAR) return;
    begin();
  }
  event.preventDefault();
  held.ghost.style.translate = `${event.clientX + 8}px ${event.clientY + 8}px`;
  const column = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-drop]");
  held.column?.classList.remove("drop-here");
  held.column = column && column.dataset.drop !== held.card.dataset.stage ? column : undefined;
  held.column?.classList.add("drop-here");
});

document.addEventListener("pointerup", () => {
  if (!held?.ghost) return end();
  const { card, column } = held;
  // The click that follows would open the deal.
  addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", stop, { capture: true }));
  end();
  if (!column) return;
  form.elements.deal.value = card.dataset.deal;
  form.elements.stage.value = column.dataset.drop;
  form.elements.seen_in.value = card.dataset.stage;
  form.requestSubmit();
});

document.addEventListener("pointercancel", end);
document.addEventListener("keydown", (event) => event.key === "Escape" && end());
document.addEventListener("dragstart", (event) => event.target.closest?.("[data-deal]") && event.preventDefault());

// Dropped on lost, the answer is the form that asks why.
document.addEventListener("htmx:after:swap", () => {
  if (document.querySelector("#deal-form .move-deal") && !dialog?.open) dialog?.showModal();
});
// What was shown before must not flash up when the next deal is moved.
dialog?.addEventListener("close", () => document.getElementById("deal-form").replaceChildren());
