// Counts on between two updates from the server, starting at the last value in the page.
let known = "";
let since = 0;

function written(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function tick() {
  const clock = document.querySelector("[data-clock]");
  if (!clock) return;
  const now = `${clock.dataset.clock} ${clock.dataset.running}`;
  if (now !== known) {
    known = now;
    since = performance.now();
  }
  if (clock.dataset.running !== "yes") return;
  const text = written(Number(clock.dataset.clock) + Math.floor((performance.now() - since) / 1000));
  if (clock.textContent !== text) clock.textContent = text;
}

tick();
setInterval(tick, 1000);
