// Basics of every page: the CSRF header for htmx, protection against double submission, initials, relative
// times, filters that submit themselves, and the theme.
const language = document.documentElement.lang || "en";

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  // A fragment has the same URL as its page: from the cache, the Back button would show it instead of the page.
  request.cache = "no-store";
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token && !["GET", "HEAD", "OPTIONS"].includes(request.method)) request.headers["X-CSRFToken"] = token;
});

// After the session has ended, the response is the sign-in page: show it in full, not within a list.
document.addEventListener("htmx:after:request", (event) => {
  const { raw } = event.detail.ctx.response;
  if (raw.redirected && new URL(raw.url).pathname.startsWith("/sign-in/")) {
    event.preventDefault();
    location.reload();
  }
});

const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
// As short as the language allows; French would shorten months to "m." and years to "a".
const inFrench = language.startsWith("fr");
const brief = new Intl.RelativeTimeFormat(language, { style: inFrench ? "short" : "narrow" });
const long = inFrench ? new Intl.RelativeTimeFormat(language) : brief;
const inWords = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const absolute = new Intl.DateTimeFormat(language, { dateStyle: inFrench ? "short" : "medium", timeStyle: "short" });

function ago(date) {
  const seconds = (date - Date.now()) / 1000;
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  const amount = unit === "second" ? 0 : Math.trunc(seconds / size);
  // "now" and "yesterday", but not "last month", which may be two or five weeks ago.
  if (amount === 0 || (unit === "day" && amount === -1)) return inWords.format(amount, unit);
  return (unit === "month" || unit === "year" ? long : brief).format(amount, unit);
}

function refreshTimes(root = document) {
  for (const time of root.querySelectorAll("time[data-relative]")) {
    const date = new Date(time.dateTime);
    if (Number.isNaN(date.valueOf())) continue;
    time.title ||= time.textContent.trim() || absolute.format(date);
    const text = ago(date);
    if (time.textContent !== text) time.textContent = text;
  }
}

function initials(root = document) {
  for (const avatar of root.querySelectorAll("[data-initials]")) {
    const words = avatar.dataset.initials.split(/[\s.&,-]+/).filter(Boolean);
    const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
    avatar.textContent = letters.map((word) => Array.from(word)[0]).join("");
  }
}

function refresh(root) {
  refreshTimes(root);
  initials(root);
}

refresh();
// The link of the current page may be below the visible part of the sidebar.
const menu = document.querySelector(".sidebar__scroll");
const link = menu?.querySelector('[aria-current="page"]');
if (link) {
  const beyond = link.getBoundingClientRect().bottom - menu.getBoundingClientRect().bottom;
  if (beyond > 0) menu.scrollTop += beyond + link.offsetHeight;
}
// On a phone the current tab may be outside the visible part of its strip. The page itself stays at its top.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  const strip = tab.closest(".tabs");
  const [own, around] = [tab.getBoundingClientRect(), strip.getBoundingClientRect()];
  strip.scrollLeft += own.left + own.width / 2 - around.left - around.width / 2;
}
setInterval(refreshTimes, 20_000);
document.addEventListener("htmx:after:swap", () => refresh());

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  const isSearched = event.target.matches("input[type=search]") && isAsked(event.target);
  if (form && event.target.matches("select, input[type=checkbox], input[type=radio], input[type=search]") && !isSearched) {
    form.requestSubmit();
  }
});

// A search filters while it is typed: the page of the new filter is swapped into this one, which keeps the caret.
const PAUSE = 300;
let pause;
let asked = new AbortController();
const isAsked = (box) => (new URLSearchParams(location.search).get(box.name) ?? "") === box.value;

document.addEventListener("input", (event) => {
  const form = event.target.matches("input[type=search]") && event.target.closest("form[data-autosubmit]");
  if (!form) return;
  clearTimeout(pause);
  asked.abort();
  pause = setTimeout(filter, PAUSE, form, event.target);
});

// How many are left stands beside the filters, where the focus is not: a screen reader says it.
function sayCount() {
  const detail = document.querySelector(".filters__count, main .empty__title")?.textContent;
  if (detail) document.dispatchEvent(new CustomEvent("say", { detail }));
}

async function filter(form, box) {
  if (isAsked(box)) return;
  asked = new AbortController();
  const { signal } = asked;
  const address = new URL(form.action);
  address.search = new URLSearchParams(new FormData(form));
  try {
    const reply = await fetch(address, { signal, cache: "no-store" });
    if (!reply.ok || reply.redirected) return form.requestSubmit();
    const text = await reply.text();
    if (signal.aborted) return;
    history.replaceState(history.state, "", address);
    for (const id of ["page-actions", "main"]) {
      const target = document.getElementById(id);
      await htmx.swap({ sourceElement: form, target, text, select: `#${id}`, swap: "outerMorph" });
    }
    sayCount();
  } catch (error) {
    if (error.name !== "AbortError") form.requestSubmit();
  }
}

// Keep empty filters out of the URL.
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form[data-autosubmit]")) return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

// Left alone, htmx starts in a timeout, and a click or a key that comes before it would be lost.
document.addEventListener("DOMContentLoaded", () => {
  htmx.initialize();
  for (const box of document.querySelectorAll('input[hx-get][hx-trigger^="input"]')) {
    if (box.value !== box.defaultValue) htmx.trigger(box, "input");
  }
});

// A filter that loads the page anew: once a screen reader knows the page.
const FILTERED = "filtered";
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-autosubmit]")) sessionStorage.setItem(FILTERED, event.target.action);
});
if (sessionStorage.getItem(FILTERED) === location.origin + location.pathname) setTimeout(sayCount, 500);
sessionStorage.removeItem(FILTERED);

// After going back, browsers restore the changed filters, which do not match the page.
addEventListener("pageshow", (event) => {
  const [visit] = performance.getEntriesByType("navigation");
  if (!event.persisted && visit?.type !== "back_forward") return;
  for (const form of document.querySelectorAll("form[data-autosubmit]")) form.reset();
});

// Prevents double submission: buttons are disabled until there is a response, or the page is shown again.
const LONGEST_SENDING = 10_000;
const isSent = (form) => form?.matches?.('form[method="post"]') && form.target !== "_blank";

function rest(form, resting) {
  for (const button of form.querySelectorAll(resting ? "button:not([type=button], :disabled)" : "button[data-resting]")) {
    button.disabled = resting;
    button.toggleAttribute("data-resting", resting);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!isSent(form)) return;
  // Deferred, because the pressed button's value is submitted, and other listeners may still cancel.
  setTimeout(() => {
    if (event.defaultPrevented) return;
    rest(form, true);
    setTimeout(rest, LONGEST_SENDING, form, false); // the response may be a download, which keeps the page
  });
});

document.addEventListener("htmx:before:request", (event) => {
  const form = event.detail.ctx.sourceElement;
  if (isSent(form)) rest(form, true);
});

document.addEventListener("htmx:finally:request", (event) => {
  const form = event.detail.ctx.sourceElement;
  if (isSent(form)) rest(form, false);
});

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form:has([data-resting])")) rest(form, false);
});

// The theme changes at once and is also stored on the server.
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
