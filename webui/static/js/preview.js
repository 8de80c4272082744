// Draw a form (form-js) or a table (dmn-js) on [data-preview]; what the viewer warns of is written on the box and shown.
// The bpmn.io mark stays as the viewer sets it: nothing of ours touches or covers it.
const viewers = {
  async forms(box, text) {
    const form = new window.FormViewer.Form({ container: box });
    const { warnings } = await form.importSchema(JSON.parse(text), {});
    return warnings;
  },
  async tables(box, text) {
    const viewer = new window.DmnJS({ container: box });
    const { warnings } = await viewer.importXML(text);
    const table = viewer.getViews().find((view) => view.type !== "drd");
    if (table) await viewer.open(table);
    // What scrolls must be reached by the keyboard, too.
    for (const part of box.querySelectorAll(".tjs-table-container")) part.tabIndex = 0;
    return warnings;
  },
};

for (const box of document.querySelectorAll("[data-preview]")) {
  const state = box.querySelector("[data-state]");
  try {
    const answer = await fetch(box.dataset.file);
    if (!answer.ok) throw new Error(String(answer.status));
    const warnings = await viewers[box.dataset.preview](box, await answer.text());
    box.dataset.warnings = String(warnings.length);
    state.textContent = warnings.map((one) => one.message).join("；");
    state.hidden = !warnings.length;
  } catch (error) {
    box.dataset.warnings = "failed";
    state.textContent = `打不开：${error.message}`;
  }
}
