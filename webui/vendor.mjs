// Copy the built files of the pinned npm packages to static/vendor/<package>-<version>/ and build one icon sprite.
// Run after `npm ci` (see `make setup`); nothing here is edited by hand and nothing is bundled.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(here, "node_modules");
const target = path.join(here, "static", "vendor");
const { dependencies, icons } = JSON.parse(fs.readFileSync(path.join(here, "package.json"), "utf8"));

const files = {
  bootstrap: ["dist/css/bootstrap.min.css"],
  "htmx.org": ["dist/htmx.min.js"],
  "bpmn-js": [
    "dist/bpmn-navigated-viewer.production.min.js",
    "dist/assets/bpmn-js.css",
    "dist/assets/diagram-js.css",
  ],
  "dmn-js": [
    "dist/dmn-viewer.production.min.js",
    "dist/assets/diagram-js.css",
    "dist/assets/dmn-js-decision-table.css",
    "dist/assets/dmn-js-drd.css",
    "dist/assets/dmn-js-literal-expression.css",
    "dist/assets/dmn-js-shared.css",
  ],
  "@bpmn-io/form-js": ["dist/form-viewer.umd.js", "dist/assets/form-js.css"],
};

function installed(name) {
  const found = JSON.parse(fs.readFileSync(path.join(modules, name, "package.json"), "utf8")).version;
  if (found !== dependencies[name]) throw new Error(`${name} ${found} is installed, package.json pins ${dependencies[name]}: run npm ci`);
  return `${path.basename(name)}-${found}`;
}

fs.rmSync(target, { recursive: true, force: true });
for (const [name, wanted] of Object.entries(files)) {
  const folder = path.join(target, installed(name));
  fs.mkdirSync(folder, { recursive: true });
  for (const file of wanted) {
    const text = fs.readFileSync(path.join(modules, name, file), "utf8");
    // Source maps are not shipped: a browser would ask for them and get a 404.
    fs.writeFileSync(path.join(folder, path.basename(file)), text.replace(/\n?(\/\/|\/\*)# sourceMappingURL=.*$/m, ""));
  }
  const licence = fs.readdirSync(path.join(modules, name)).find((f) => /^licen[cs]e/i.test(f));
  if (licence) fs.copyFileSync(path.join(modules, name, licence), path.join(folder, "LICENSE"));
}

const sprite = path.join(target, installed("bootstrap-icons"));
fs.mkdirSync(sprite, { recursive: true });
const symbols = icons.map((name) => {
  const svg = fs.readFileSync(path.join(modules, "bootstrap-icons", "icons", `${name}.svg`), "utf8");
  return `<symbol id="${name}" viewBox="0 0 16 16">${svg.match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1].trim()}</symbol>`;
});
fs.writeFileSync(path.join(sprite, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
console.log(`${Object.keys(files).length} packages and ${icons.length} icons in ${path.relative(process.cwd(), target)}`);
