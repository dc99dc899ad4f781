// People of a committee are dragged onto their superior, or onto the ground to stand at the top. Fingers
// and the keyboard use "Change" instead. The server decides, and then the map is fetched again.
const FAR = 6;
let held;

function begin() {
  held.ghost = held.member.cloneNode(true);
  held.ghost.classList.add("member--ghost");
  document.body.append(held.ghost);
  held.member.classList.add("member--held");
}

function end() {
  held?.ghost?.remove();
  held?.member.classList.remove("member--held");
  held?.target?.classList.remove("drop-here");
  held = undefined;
}

function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}

function under(event) {
  const spot = document.elementFromPoint(event.clientX, event.clientY);
  const member = spot?.closest("[data-member]");
  return member === held.member ? undefined : (member ?? spot?.closest("[data-ground]"));
}

document.addEventListener("pointerdown", (event) => {
  const member = event.target.closest("[data-member]");
  const apart = event.target.closest("button");
  if (!member || apart || event.button !== 0 || event.pointerType === "touch") return;
  if (!document.getElementById("regroup")) return;
  held = { member, x: event.clientX, y: event.clientY };
});

document.addEventListener("pointermove", (event) => {
  if (!held) return;
  if (!held.ghost) {
    if (Math.hypot(event.clientX - held.x, event.clientY - held.y) < FAR) return;
    begin();
  }
  event.preventDefault();
  held.ghost.style.translate = `${event.clientX + 8}px ${event.clientY + 8}px`;
  held.target?.classList.remove("drop-here");
  held.target = under(event);
  held.target?.classList.add("drop-here");
});

document.addEventListener("pointerup", () => {
  if (!held?.ghost) return end();
  const { member, target } = held;
  // The click that follows would open the person.
  addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", stop, { capture: true }));
  end();
  if (!target) return;
  const form = document.getElementById("regroup");
  form.elements.member.value = member.dataset.member;
  form.elements.boss.value = target.dataset.member ?? "";
  form.requestSubmit();
});

document.addEventListener("pointercancel", end);
document.addEventListener("keydown", (event) => event.key === "Escape" && end());
document.addEventListener("dragstart", (event) => event.target.closest?.("[data-member]") && event.preventDefault());
