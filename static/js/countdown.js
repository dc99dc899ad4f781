// Countdown badges: `<time data-countdown datetime="due" data-since="start">` updates every second.
// The page contains the server's time, so that a wrong local clock does not shift deadlines.
const language = document.documentElement.lang || "en";
const said = Number(document.querySelector('meta[name="server-now"]')?.content) * 1000;
const offset = said ? said - Date.now() : 0;
// As the server writes them; a browser's French month has no "1er".
const dateStyle = language.startsWith("fr") ? "short" : "medium";
const exact = new Intl.DateTimeFormat(language, { dateStyle, timeStyle: "short" });
// "3h 12", but "3 h 12" in French.
const unitDisplay = language.startsWith("fr") ? "short" : "narrow";
const days = new Intl.NumberFormat(language, { style: "unit", unit: "day", unitDisplay });
const hours = new Intl.NumberFormat(language, { style: "unit", unit: "hour", unitDisplay });
const two = (number) => String(number).padStart(2, "0");

// 4:07 below one hour, 3h 12 below two days, 4d above.
function length(seconds) {
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  if (seconds < 172_800) return `${hours.format(Math.floor(seconds / 3_600))} ${two(Math.floor((seconds % 3_600) / 60))}`;
  return days.format(Math.floor(seconds / 86_400));
}

function state(left, whole) {
  if (left < 0) return "over";
  return left < 600 || left < whole * 0.2 ? "soon" : "ok";
}

function show(badge, now) {
  const due = Date.parse(badge.dateTime);
  if (Number.isNaN(due)) return;
  const left = Math.trunc((due - now) / 1000);
  const text = (left < 0 ? "+" : "") + length(Math.abs(left));
  if (badge.textContent !== text) badge.textContent = text;
  const being = state(left, (due - Date.parse(badge.dataset.since)) / 1000);
  if (badge.dataset.state === being) return;
  badge.dataset.state = being;
  badge.title = exact.format(due);
}

function tick() {
  const now = Date.now() + offset;
  for (const badge of document.querySelectorAll("[data-countdown]")) show(badge, now);
}

tick();
setInterval(tick, 1_000);
document.addEventListener("htmx:after:swap", tick);
