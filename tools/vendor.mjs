// Copies third-party files from node_modules into static/ and records where each came from.
// `npm ci && npm run vendor`; the result is committed, so users need no npm.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const FILES = [
  ["htmx.org", "dist/htmx.min.js", "static/vendor/htmx.min.js"],
  ["htmx.org", "dist/ext/hx-sse.min.js", "static/vendor/hx-sse.min.js"],
  ["htmx.org", "LICENSE", "static/vendor/htmx.LICENSE.txt"],
  ["@fontsource-variable/inter", "files/inter-latin-wght-normal.woff2", "static/fonts/inter-latin.woff2"],
  ["@fontsource-variable/inter", "files/inter-latin-ext-wght-normal.woff2", "static/fonts/inter-latin-ext.woff2"],
  ["@fontsource-variable/inter", "LICENSE", "static/fonts/inter.LICENSE.txt"],
  ["@tabler/icons", "LICENSE", "static/icons/tabler.LICENSE.txt"],
];

const about = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
const lock = {};

function put(name, from, path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  const { version, license } = about(name);
  const sha256 = createHash("sha256").update(content).digest("hex");
  lock[path] = { package: name, version, license, from, sha256 };
}

// Browsers would ask for source maps that are not shipped.
const withoutMap = (text) => text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");

for (const [name, from, path] of FILES) {
  const content = readFileSync(`node_modules/${name}/${from}`);
  put(name, from, path, path.endsWith(".js") ? withoutMap(content.toString("utf8")) : content);
}

const names = JSON.parse(readFileSync("static/icons/icons.json", "utf8"));
const symbols = names.map((name) => {
  const svg = readFileSync(`node_modules/@tabler/icons/icons/outline/${name}.svg`, "utf8");
  const body = svg
    .replace(/^[\s\S]*?<svg[\s\S]*?>/, "")
    .replace(/<\/svg>\s*$/, "")
    .replace(/<path stroke="none"[^>]*\/>/, "")
    .replace(/\s*\n\s*/g, "")
    .replace(/ \/>/g, "/>");
  return `<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`;
});
// Drawn for Entente: the stage glyphs.
const own = readFileSync("tools/own-icons.svg", "utf8").trim();
const sprite = `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n${own}\n</svg>\n`;
put("@tabler/icons", "icons/outline (names in static/icons/icons.json)", "static/icons/sprite.svg", sprite);

writeFileSync("static/vendor/vendor.lock.json", JSON.stringify(lock, null, 2) + "\n");
