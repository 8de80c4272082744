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
