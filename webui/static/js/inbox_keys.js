// J and K move through the list, Enter opens, C claims, / finds. Off while typing; ? shows them.
const rows = () => [...document.querySelectorAll("#items tbody tr:not(.group)")];
let at = -1;

function move(step) {
  const all = rows();
  if (!all.length) return;
  all[at]?.classList.remove("is-cursor");
  at = Math.min(Math.max(at + step, 0), all.length - 1);
  all[at].classList.add("is-cursor");
  all[at].querySelector("a.row-link")?.focus();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  c: () => rows()[at]?.querySelector("form[action*='claim'] button")?.click(),
  "/": () => document.getElementById("q")?.focus(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  const act = keys[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

document.body.addEventListener("htmx:afterSwap", () => {
  at = -1;
});
