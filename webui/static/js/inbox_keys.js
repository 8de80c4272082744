// J and K move through the list, Enter opens, C claims, / finds. Off while typing; can be switched off for good.
const line = document.querySelector("[data-keys]");
const rows = () => [...document.querySelectorAll("#items tbody tr:not(.group)")];
const NAME = "jiuzhu.keys"; // a habit of this browser, nothing of a case
let at = -1;
let on = localStorage.getItem(NAME) !== "off";

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
  if (!on || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  const act = keys[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

document.body.addEventListener("htmx:afterSwap", () => {
  at = -1;
});

if (line) {
  const button = line.querySelector("button");
  const show = () => {
    button.textContent = on ? "关闭快捷键" : "打开快捷键";
    for (const hint of line.querySelectorAll("span")) hint.hidden = !on;
  };
  button.addEventListener("click", () => {
    on = !on;
    localStorage.setItem(NAME, on ? "on" : "off");
    show();
  });
  line.hidden = false;
  show();
}
