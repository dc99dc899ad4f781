// A file input covers its dropzone; this shows the chosen file, and highlights the dropzone during a drag.
const zoneOf = (event) => event.target.closest?.("[data-dropzone]");

function show(zone) {
  const [file] = zone.querySelector("input[type=file]").files;
  zone.classList.toggle("dropzone--chosen", Boolean(file));
  if (file) zone.querySelector("[data-dropzone-name]").textContent = file.name;
}

document.addEventListener("change", (event) => zoneOf(event) && show(zoneOf(event)));
for (const type of ["dragenter", "dragover"]) {
  document.addEventListener(type, (event) => zoneOf(event)?.classList.add("dropzone--over"));
}
for (const type of ["dragleave", "drop"]) {
  document.addEventListener(type, (event) => zoneOf(event)?.classList.remove("dropzone--over"));
}
// After going back, the browser may have kept the chosen file.
for (const zone of document.querySelectorAll("[data-dropzone]")) show(zone);
