// The file input covers its zone; this only shows what was chosen and where it may be dropped.
for (const zone of document.querySelectorAll("[data-dropzone]")) {
  const input = zone.querySelector("input[type=file]");
  const name = zone.querySelector("[data-dropzone-name]");
  const show = () => {
    const file = input.files[0];
    zone.classList.toggle("dropzone--chosen", Boolean(file));
    if (file) name.textContent = file.name;
  };
  input.addEventListener("change", show);
  for (const type of ["dragenter", "dragover"]) zone.addEventListener(type, () => zone.classList.add("dropzone--over"));
  for (const type of ["dragleave", "drop"]) zone.addEventListener(type, () => zone.classList.remove("dropzone--over"));
  show();
}
