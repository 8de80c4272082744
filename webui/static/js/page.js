// Every page: focus the error summary, keep a second click from sending a form twice, let htmx swap refusals in.
// Nothing here is needed to work: without it the server does the same, only less pleasantly.
document.querySelector("[data-focus]")?.focus();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "1";
  const button = event.submitter;
  // Not `disabled`: the button's own name and value must still be sent.
  button?.setAttribute("aria-busy", "true");
  // A download or a page that stays must not lock the form for ever.
  setTimeout(() => {
    delete form.dataset.sending;
    button?.removeAttribute("aria-busy");
  }, 8000);
});

// The browser's back button restores the page with its mark: take it off.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
  for (const button of document.querySelectorAll("[aria-busy=true]")) button.removeAttribute("aria-busy");
});

document.body.addEventListener("htmx:beforeSwap", (event) => {
  if ([409, 422].includes(event.detail.xhr.status)) event.detail.shouldSwap = true;
});

// A clock of real minutes goes on while the page stands; the server's words are the same, minute by minute.
const opened = performance.now();
const spoken = (seconds) => {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours) return `${hours} 小时 ${minutes} 分`;
  return minutes ? `${minutes} 分 ${seconds % 60} 秒` : `${seconds} 秒`;
};
function tick() {
  for (const clock of document.querySelectorAll(".clock[data-seconds]")) {
    const left = Number(clock.dataset.seconds) - Math.floor((performance.now() - opened) / 1000);
    const state = left < 0 ? "late" : left <= 60 ? "today" : left <= 300 ? "soon" : "ok";
    const text = left < 0 ? `超时 ${spoken(-left)}` : left > 60 ? `剩 ${Math.ceil(left / 60)} 分钟` : `剩 ${left} 秒`;
    clock.querySelector("b").textContent = text;
    clock.classList.remove("is-ok", "is-soon", "is-today", "is-late");
    clock.classList.add(`is-${state}`);
  }
}
if (document.querySelector(".clock[data-seconds]")) setInterval(tick, 1000);
