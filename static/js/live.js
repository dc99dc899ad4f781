// One SSE stream per tab. The server sends names of what changed; each is dispatched as an event on <body>:
//   <tbody hx-get="rows/" hx-trigger="sse:leads from:body" hx-swap="innerMorph">
// A burst of the same name becomes one event at once and one at the end. `reset` means that too many
// messages were missed, so every name that the page listens to is dispatched.
const source = document.getElementById("live");
const status = document.getElementById("live-status");
const BURST = 400;
const waiting = new Map();

function fire(name) {
  document.body.dispatchEvent(new CustomEvent(`sse:${name}`));
}

function announce(name) {
  if (waiting.has(name)) {
    waiting.set(name, true);
    return;
  }
  fire(name);
  waiting.set(name, false);
  setTimeout(function end() {
    if (!waiting.get(name)) return waiting.delete(name);
    fire(name);
    waiting.set(name, false);
    setTimeout(end, BURST);
  }, BURST);
}

function everything() {
  const names = new Set();
  for (const element of document.querySelectorAll('[hx-trigger*="sse:"]')) {
    for (const [, name] of element.getAttribute("hx-trigger").matchAll(/sse:([\w-]+)/g)) names.add(name);
  }
  names.forEach(announce);
}

// A screen reader says what lasts, not that each page connects.
const LASTS = 5_000;
let isSaid = false;
let lasting;

function show(state) {
  if (!status || status.dataset.state === state) return;
  status.dataset.state = state;
  clearTimeout(lasting);
  if (state !== "live") lasting = setTimeout(say, LASTS, state);
  else if (isSaid) say(state);
}

function say(state) {
  isSaid = state !== "live";
  const detail = status.querySelector(`[data-when="${state}"]`).textContent;
  document.dispatchEvent(new CustomEvent("say", { detail }));
}

function wait() {
  if (status?.dataset.state !== "out") show("waiting");
}

if (source) {
  let attempt = 0;
  let leaving = false;
  const connected = () => Boolean(source._htmx?.sse);

  source.addEventListener("htmx:sse:after:connection", () => {
    if (attempt > 0) everything();
    attempt = 0;
    show("live");
  });
  // If the stream ends or pauses (hidden tab), the extension reconnects by itself.
  source.addEventListener("htmx:sse:before:connection", (event) => {
    if (event.detail.connection.attempt > 1) wait();
  });
  // Who is signed out, or removed from the program, is refused until the page is read again.
  source.addEventListener("htmx:sse:error", ({ detail }) => {
    if (detail?.status === 404) show("out");
    else if (!leaving) wait();
  });
  source.addEventListener("htmx:sse:after:message", (event) => {
    const { event: name } = event.detail.message;
    if (name === "reset") everything();
    else if (name) announce(name);
  });

  const connect = () => connected() || leaving || htmx.ajax("GET", source.dataset.url, { source });

  // The extension does not retry a failed first connection; this handles refused ones, too.
  function retry() {
    if (connected() || leaving) return;
    attempt += 1;
    wait();
    setTimeout(connect, Math.min(15_000, 1_000 * 2 ** (attempt - 1)) * (0.8 + Math.random() * 0.4));
  }
  source.addEventListener("htmx:finally:request", () => setTimeout(retry)); // in case the connection failed
  source.addEventListener("htmx:sse:close", () => setTimeout(retry));
  addEventListener("pagehide", () => (leaving = true));
  addEventListener("pageshow", (event) => {
    leaving = false;
    if (event.persisted) retry();
  });
  connect();
}

// New rows of a live list are highlighted once.
const glow = new MutationObserver((records) => {
  for (const { addedNodes } of records) {
    for (const node of addedNodes) if (node.id && node.nodeType === Node.ELEMENT_NODE) node.classList.add("arrived");
  }
});
for (const list of document.querySelectorAll('[data-rows][hx-trigger*="sse:"]')) glow.observe(list, { childList: true });
