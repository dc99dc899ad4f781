// What a person pulled to a size, or a script has put somewhere, keeps it when its surroundings are
// fetched again. htmx would copy such a style as an attribute, which the Content-Security-Policy forbids.

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
// Settling takes attributes back to what the server sent.
document.addEventListener("htmx:after:settle", () => {
  giveBack();
  styles.clear();
});
