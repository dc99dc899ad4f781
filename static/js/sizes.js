// Elements that were resized by the user or positioned by a script keep their inline styles across swaps.
// htmx would copy the style as an attribute, which the Content-Security-Policy forbids.

const styles = new Map();

function keep() {
  for (const thing of document.querySelectorAll("[id][style]")) {
    styles.set(thing.id, thing.style.cssText);
    thing.removeAttribute("style");
  }
}

function giveBack() {
  for (const [id, css] of styles) {
    const thing = document.getElementById(id);
    if (thing && !thing.style.cssText) thing.style.cssText = css;
  }
}

document.addEventListener("htmx:before:swap", keep);
document.addEventListener("htmx:after:swap", giveBack);
// Settling resets attributes to those in the response.
document.addEventListener("htmx:after:settle", () => {
  giveBack();
  styles.clear();
});
