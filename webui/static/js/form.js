// Lists and conditional fields without a page load: the same post as the button, only the form's body is swapped.
// Without this file the buttons do it with a page load; nothing is decided here.
const body = () => document.getElementById("form-body");

async function redraw(form, name, value, keep) {
  const data = new FormData(form);
  data.append(name, value);
  body().classList.add("is-refreshing");
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Form-Redraw": "1" }, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("form-body");
    if (!answer.ok || !fresh) throw new Error(String(answer.status));
    body().replaceWith(fresh);
    const next = keep ? document.getElementById(keep) : null;
    next?.focus({ preventScroll: true });
    return fresh;
  } catch {
    body().classList.remove("is-refreshing");
    return null;
  }
}

document.addEventListener("change", (event) => {
  const control = event.target;
  if (!(control instanceof Element) || !control.matches("[data-refreshes]")) return;
  redraw(control.form, "_refresh", "1", control.id);
});

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("button[name=_add], button[name=_remove]") : null;
  if (!button) return;
  event.preventDefault();
  const list = button.closest(".form-list")?.id;
  const fresh = await redraw(button.form, button.name, button.value, null);
  if (!fresh) {
    button.form.requestSubmit(button);
    return;
  }
  const section = document.getElementById(list);
  const rows = section?.querySelectorAll(".form-row") ?? [];
  const last = rows[rows.length - 1];
  (button.name === "_add" ? last?.querySelector("input:not([type=hidden]), select, textarea") : section)?.focus();
});
