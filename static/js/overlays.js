// Dialogs, menus, tips and the phone's drawer. Buttons say what they open:
// data-dialog="id", data-close, data-drawer, popovertarget="id".
const shell = document.getElementById("shell");
const FIELDS = "input:not([type=hidden]), select, textarea";

function drawer(open) {
  if (!shell) return;
  shell.dataset.drawer = open ? "open" : "closed";
  const button = document.querySelector("[data-drawer][aria-expanded]");
  button?.setAttribute("aria-expanded", String(open));
  if (open) document.querySelector("#sidebar a, #sidebar button")?.focus();
}

document.addEventListener("click", (event) => {
  // A link that opens a dialog leads to a page with the same form where this script does not run.
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  // Browsers without closedby: a click on the backdrop lands on the dialog itself.
  if (event.target.matches('dialog[open][closedby="any"]')) leave(event.target);
  if (event.target.closest("button[data-drawer]")) drawer(shell?.dataset.drawer !== "open");
  else if (shell?.dataset.drawer === "open" && !event.target.closest("#sidebar")) drawer(false);
});

// What was typed into a dialog is not lost by Escape or a click beside it: we ask.
const typedInto = new WeakSet();
let asking = false;

document.addEventListener("input", (event) => {
  const dialog = event.target.closest?.('form[method="post"]')?.closest("dialog");
  if (dialog) typedInto.add(dialog);
});
document.addEventListener("close", (event) => typedInto.delete(event.target), true);

function differs(field) {
  if (field.type === "hidden") return false;
  if (field.matches("select")) return [...field.options].some((option) => option.selected !== option.defaultSelected);
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

// A form that came back with errors begins with what was typed.
function isHalfDone(dialog) {
  if (!typedInto.has(dialog)) return false;
  return Boolean(dialog.querySelector(".field--invalid")) || [...dialog.querySelectorAll(FIELDS)].some(differs);
}

function leave(dialog) {
  if (asking) return;
  if (!isHalfDone(dialog)) return dialog.close();
  asking = true;
  ask(confirmBox.dataset.unsaved, undefined, confirmBox.dataset.discard).then((yes) => {
    asking = false;
    if (yes) dialog.close();
  });
}

document.addEventListener(
  "cancel",
  (event) => {
    if (!event.target.matches("dialog") || !isHalfDone(event.target)) return;
    event.preventDefault();
    leave(event.target);
  },
  true,
);

// A browser lets nobody stop the second Escape in a row: the key itself is stopped.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || asking) return;
  const within = (open) => open.contains(event.target) || event.target === document.body;
  const dialog = [...document.querySelectorAll("dialog[open]")].filter(within).find(isHalfDone);
  if (!dialog) return;
  event.preventDefault();
  leave(dialog);
});

// A form that came into an open dialog is typed into at once: where something is wrong, or at its beginning.
const met = new WeakSet();

document.addEventListener("htmx:after:swap", () => {
  const form = document.querySelector("dialog[open]:not(.palette) form:is(.dialog-form, .lead-form)");
  if (!form || met.has(form)) return;
  met.add(form);
  begin(form);
});

function begin(form) {
  const first = (form.querySelector(".field--invalid") ?? form).querySelector(FIELDS);
  const chosen = first?.type === "radio" && form.querySelector(`[name="${first.name}"]:checked`);
  (chosen || first)?.focus();
}

// Who typed a note sends it without leaving the keyboard.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.('dialog form[method="post"]');
  const button = form?.querySelector("footer :is(.button--primary, .button--danger-solid)");
  if (event.target.matches("textarea") && button && !button.disabled) form.requestSubmit(button);
});

// A page that comes back with errors in a dialog of its own shows them.
const refused = document.querySelector("dialog form:has(.field--invalid, .alert--danger)");
if (refused) {
  refused.closest("dialog").showModal();
  begin(refused);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && shell?.dataset.drawer === "open") drawer(false);
});

// Menus: arrow keys move, and a browser without anchor positioning gets coordinates.
const anchored = CSS.supports("position-area: block-end");

function place(box, anchor) {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = at.bottom + height + 8 < innerHeight || at.top < height;
  box.style.top = `${Math.max(8, below ? at.bottom + 4 : at.top - height - 4)}px`;
  box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
}

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!menu.matches?.(".menu[popover]")) return;
    const button = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
    button?.setAttribute("aria-expanded", String(event.newState === "open"));
    if (event.newState !== "open") return;
    if (!anchored && button) place(menu, button);
    if (!menu.classList.contains("menu--card")) menu.querySelector(".menu__item")?.focus({ focusVisible: false });
  },
  true,
);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu[popover]:not(.menu--card)");
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  const items = [...menu.querySelectorAll(".menu__item")];
  const index = items.indexOf(document.activeElement);
  const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: items.length - 1 }[event.key];
  items.at(next % items.length)?.focus();
  event.preventDefault();
});

// hx-confirm and form[data-confirm] ask in our own dialog.
const confirmBox = document.getElementById("confirm");

// The button that goes on says what it does, in the words of the button that asked.
function ask(question, asker, answer) {
  const words = asker?.cloneNode(true);
  words?.querySelectorAll(".visually-hidden").forEach((hidden) => hidden.remove());
  const button = confirmBox.querySelector("[value=yes]");
  button.textContent = answer || words?.textContent.trim() || button.dataset.text;
  confirmBox.querySelector("h2").textContent = question;
  confirmBox.returnValue = "no";
  confirmBox.showModal();
  return new Promise((resolve) => {
    confirmBox.addEventListener("close", () => resolve(confirmBox.returnValue === "yes"), { once: true });
  });
}

if (confirmBox) {
  document.addEventListener("htmx:confirm", (event) => {
    const { ctx, issueRequest, dropRequest } = event.detail;
    if (!ctx.confirm) return;
    event.preventDefault();
    ask(ctx.confirm, event.target).then((yes) => (yes ? issueRequest() : dropRequest()));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.confirm || form.dataset.confirmed) return;
    event.preventDefault();
    const { submitter } = event;
    ask(form.dataset.confirm, submitter).then((yes) => {
      if (!yes) return;
      form.dataset.confirmed = "yes";
      form.requestSubmit(submitter);
    });
  });
}

// The theme changes at once; the server remembers it.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const theme = event.submitter?.name === "theme" && event.submitter.value;
  if (!form.matches("[data-preferences]") || !theme) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  fetch(form.action, { method: "POST", body: data, redirect: "manual" }).catch(() => {});
  document.documentElement.dataset.theme = theme;
  for (const button of form.querySelectorAll("[name=theme]")) {
    if (button.value === theme) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
});
