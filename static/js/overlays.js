// Dialogs, menus and the drawer on phones. Attributes of the buttons control them:
// data-dialog="id", data-close, data-drawer, popovertarget="id". hx-confirm and form[data-confirm] ask in the dialog
// #confirm, and so does whatever would discard typed input: Escape, a click outside, leaving the page.
const shell = document.getElementById("shell");
const FIELDS = "input:not([type=hidden]), select, textarea";

function drawer(open) {
  if (!shell) return;
  shell.dataset.drawer = open ? "open" : "closed";
  const button = document.querySelector("[data-drawer][aria-expanded]");
  button?.setAttribute("aria-expanded", String(open));
  // What lies behind the drawer is covered: the keyboard does not go there.
  for (const covered of document.querySelectorAll(".sheet, .skip-link")) covered.inert = open;
  if (open) document.querySelector("#sidebar a, #sidebar button")?.focus();
  else if (document.getElementById("sidebar")?.contains(document.activeElement)) button?.focus();
}

// On a wide window the sidebar is no drawer.
matchMedia("(max-width: 760px)").addEventListener("change", () => drawer(false));

document.addEventListener("click", (event) => {
  // Without this script, the link opens a page with the same form.
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog) {
    event.preventDefault();
    entitle(dialog, opener);
    dialog.showModal();
    // What it holds already starts at its first field, not at the button that closes it.
    const form = !opener.hasAttribute("hx-get") && dialog.querySelector('form[method="post"]');
    if (form) begin(form);
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  // In browsers without closedby, a click on the backdrop has the dialog itself as its target.
  if (event.target.matches('dialog[open][closedby="any"]')) leave(event.target);
  if (event.target.closest("button[data-drawer]")) drawer(shell?.dataset.drawer !== "open");
  else if (shell?.dataset.drawer === "open" && !event.target.closest("#sidebar")) drawer(false);
});

// A dialog whose form is still on its way is called what its button is, then what the form is.
function entitle(dialog, named) {
  if (named && dialog.hasAttribute("aria-label")) dialog.setAttribute("aria-label", nameOf(named));
}

// The text of an element without its keys and icons.
function nameOf(element) {
  const copy = element.cloneNode(true);
  copy.querySelectorAll(".kbd, [aria-hidden=true]").forEach((mute) => mute.remove());
  return copy.textContent.trim().replace(/\s+/g, " ");
}

// Escape or a click outside asks before it discards input typed into a dialog.
const typedInto = new WeakSet();
let asking = false;

document.addEventListener("input", (event) => {
  const dialog = event.target.closest?.('form[method="post"]')?.closest("dialog");
  if (dialog) typedInto.add(dialog);
});
document.addEventListener("close", (event) => typedInto.delete(event.target), true);

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

// In a form with errors, the default values are already the typed ones, so that nothing differs.
function isHalfTyped(box) {
  return box.querySelector(".field--invalid") !== null || [...box.querySelectorAll(FIELDS)].some(differs);
}

const isHalfDone = (dialog) => typedInto.has(dialog) && isHalfTyped(dialog);

function leave(dialog) {
  if (asking) return;
  if (!isHalfDone(dialog)) return dialog.close();
  asking = true;
  ask(confirmBox.dataset.unsaved, undefined, confirmBox.dataset.discard, confirmBox.dataset.keep).then((yes) => {
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

// The cancel event of a second Escape in a row cannot be prevented, but the key event can.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || asking) return;
  const within = (open) => open.contains(event.target) || event.target === document.body;
  const dialog = [...document.querySelectorAll("dialog[open]")].filter(within).find(isHalfDone);
  if (!dialog) return;
  event.preventDefault();
  leave(dialog);
});

// Focuses the first invalid field, or else the one with autofocus or the first, of a form loaded into an open dialog.
const met = new WeakSet();

document.addEventListener("htmx:after:swap", () => {
  const form = document.querySelector("dialog[open]:not(.palette) form:is(.dialog-form, .lead-form)");
  if (!form || met.has(form)) return;
  met.add(form);
  entitle(form.closest("dialog"), form.querySelector(".dialog__head h2"));
  begin(form);
});

function begin(form) {
  const wrong = form.querySelector(".field--invalid");
  const meant = [...form.querySelectorAll("[autofocus]")].find((field) => field.matches(FIELDS));
  const first = (!wrong && meant) || (wrong ?? form).querySelector(FIELDS);
  const chosen = first?.type === "radio" && form.querySelector(`[name="${first.name}"]:checked`);
  (chosen || first)?.focus();
}

// Ctrl+Enter or ⌘Enter in any field submits the form.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.('dialog form[method="post"]');
  const button = form?.querySelector(".dialog__foot :is(.button--primary, .button--danger-solid)");
  if (!event.target.matches(FIELDS) || !button || button.disabled) return;
  // In a single line the browser would submit it a second time.
  event.preventDefault();
  form.requestSubmit(button);
});

// If the page was rendered with errors in one of its dialogs, that dialog is opened.
const refused = document.querySelector("dialog form:has(.field--invalid, .alert--danger)");
if (refused) {
  refused.closest("dialog").showModal();
  begin(refused);
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || shell?.dataset.drawer !== "open") return;
  if (!document.querySelector("dialog:modal, :popover-open")) drawer(false); // what lies on top closes first
});

// Menus: arrow keys move the focus, and browsers without anchor positioning get coordinates.
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

// hx-confirm and form[data-confirm] use this dialog instead of the browser's.
const confirmBox = document.getElementById("confirm");

// The confirming button takes the label of the button that was pressed.
function ask(question, asker, answer, otherwise) {
  const words = asker?.cloneNode(true);
  words?.querySelectorAll(".visually-hidden").forEach((hidden) => hidden.remove());
  const button = confirmBox.querySelector("[value=yes]");
  button.textContent = answer || words?.textContent.trim() || button.dataset.text;
  const no = confirmBox.querySelector("[value=no]");
  no.textContent = otherwise || no.dataset.text;
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

// Leaving the page asks too, in the browser's own words.
const POSTED = 'form[method="post"]';
const typed = new WeakSet();
// Sent, or given up with the form's own Cancel: this way of leaving is meant.
let meant = false;

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
  const isUnsent = (form) => typed.has(form) && isHalfTyped(form);
  if (!meant && [...document.querySelectorAll(POSTED)].some(isUnsent)) event.preventDefault();
});
