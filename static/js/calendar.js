// On a phone, a month or week is a list of days. It opens at today, unless another day was asked for.
const phone = matchMedia("(max-width: 760px)").matches;
const [visit] = performance.getEntriesByType("navigation");
const day = new URLSearchParams(location.search).get("day");
const today = document.querySelector("[data-today]");

if (phone && visit?.type !== "back_forward" && (!day || day === today?.dataset.today)) {
  today?.scrollIntoView({ block: "start" });
}
