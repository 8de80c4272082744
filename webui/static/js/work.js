// Work form: save the draft by itself two seconds after a change, and warn before leaving with unsaved changes.
// The server keeps the draft; nothing of a case is stored in the browser.
const form = document.getElementById("work");
const saved = document.getElementById("saved");
const url = form?.dataset.draft;
let dirty = false;
let timer = 0;
let tries = 0;

async function save() {
  if (!dirty || form.dataset.sending) return;
  dirty = false;
  const data = new FormData(form);
  for (const [name, value] of [...data.entries()]) if (value instanceof File) data.delete(name);
  try {
    const answer = await fetch(url, { method: "POST", body: data, headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    saved.innerHTML = await answer.text();
    tries = 0;
  } catch {
    dirty = true;
    tries += 1;
    saved.textContent = `没存上，正在重试（第 ${tries} 次）`;
    timer = setTimeout(save, Math.min(30000, 2000 * 2 ** tries));
  }
}

if (form && url) {
  for (const kind of ["input", "change"]) {
    form.addEventListener(kind, () => {
      dirty = true;
      clearTimeout(timer);
      timer = setTimeout(save, 2000);
    });
  }
  window.addEventListener("beforeunload", (event) => {
    if (dirty && !form.dataset.sending) event.preventDefault();
  });
}
