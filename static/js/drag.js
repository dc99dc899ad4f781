// Elements with data-drag can be dragged onto elements with data-drop, with a mouse or a pen. Touch scrolls
// instead; touch and keyboard users move things in their dialog. The element itself is not moved: the form #drag
// submits the values of data-drag-… and data-drop-…, the server decides, and the page refetches its content.
const FAR = 6;
// In px: within EDGE of an edge of data-drag-edges, dragging scrolls that element by STEP per frame.
const EDGE = 56;
const STEP = 12;
let held;
let asking = false;

const form = () => document.getElementById("drag");
const answerBox = () => document.getElementById(form()?.dataset.dialog);

function begin() {
  held.ghost = held.thing.cloneNode(true);
  held.ghost.removeAttribute("id");
  held.ghost.classList.add("drag-ghost");
  held.ghost.style.inlineSize = `${held.thing.getBoundingClientRect().width}px`;
  document.body.append(held.ghost);
  held.thing.classList.add("drag-held");
  held.ground = held.thing.closest("[data-drag-edges]");
  held.ground?.classList.add("drag-ground");
  if (held.ground) requestAnimationFrame(nudge);
}

function nudge() {
  if (!held?.ghost) return;
  const { left, right, top, bottom } = held.ground.getBoundingClientRect();
  const x = pull(held.at.clientX, Math.max(left, 0), Math.min(right, innerWidth));
  const y = pull(held.at.clientY, Math.max(top, 0), Math.min(bottom, innerHeight));
  if (x || y) {
    held.ground.scrollBy(x, y);
    mark();
  }
  requestAnimationFrame(nudge);
}

const pull = (at, start, end) => (at < start + EDGE ? -STEP : at > end - EDGE ? STEP : 0);

function mark() {
  held.place?.classList.remove("drop-here");
  held.place = placeAt(held.at);
  held.place?.classList.add("drop-here");
}

function end() {
  held?.ghost?.remove();
  held?.thing.classList.remove("drag-held");
  held?.place?.classList.remove("drop-here");
  held?.ground?.classList.remove("drag-ground");
  held = undefined;
}

function placeAt(event) {
  const place = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-drop]");
  const own = held.thing.closest("[data-drop]");
  // In a layout with rows, things can only move within their row.
  return place && place !== own && place.dataset.row === own?.dataset.row ? place : undefined;
}

function say(prefix, element) {
  for (const [key, value] of Object.entries(element.dataset)) {
    const name = key.startsWith(prefix) && key.slice(prefix.length).toLowerCase();
    if (name) form().elements[name].value = value;
  }
}

document.addEventListener("pointerdown", (event) => {
  const thing = event.target.closest("[data-drag]");
  if (!form() || !thing || event.button !== 0 || event.pointerType === "touch") return;
  held = { thing, x: event.clientX, y: event.clientY };
});

document.addEventListener("pointermove", (event) => {
  if (!held) return;
  held.at = { clientX: event.clientX, clientY: event.clientY };
  if (!held.ghost) {
    if (Math.hypot(event.clientX - held.x, event.clientY - held.y) < FAR) return;
    begin();
  }
  event.preventDefault();
  held.ghost.style.translate = `${event.clientX + 8}px ${event.clientY + 8}px`;
  mark();
});

document.addEventListener("pointerup", () => {
  if (!held?.ghost) return end();
  const { thing, place } = held;
  // The click event that follows would open the dragged thing.
  addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", stop, { capture: true }));
  end();
  if (!place) return;
  form().reset();
  say("drag", thing);
  say("drop", place);
  asking = true;
  form().requestSubmit();
});

function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}

document.addEventListener("pointercancel", end);
document.addEventListener("keydown", (event) => event.key === "Escape" && end());
document.addEventListener("dragstart", (event) => event.target.closest?.("[data-drag]") && event.preventDefault());

// The response may be a form with the conflicts, or one that asks for more input.
document.addEventListener("htmx:after:swap", () => {
  const dialog = answerBox();
  if (!asking || !dialog?.querySelector("form")) return;
  asking = false;
  if (!dialog.open) dialog.showModal();
});

// Otherwise the old content would appear briefly when the dialog opens for another thing.
answerBox()?.addEventListener("close", () => {
  document.querySelector(form().getAttribute("hx-target")).replaceChildren();
});
