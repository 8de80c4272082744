// Mount the diagram viewer on [data-diagram]. On a phone the text steps stand in and the viewer draws nothing.
// The bpmn.io mark stays as the viewer sets it: nothing of ours touches or covers it.
const textRenderer = {
  defaultStyle: { fontFamily: "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif", fontSize: "14px", lineHeight: 1.3 },
  externalStyle: { fontSize: "13px", lineHeight: 1.2 },
};
const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();
const ROOM = 56; // free height below the drawing, for the mark
const READABLE = 0.6; // below this scale nobody can read the names: show the part where the case is instead
const CLOSE = 0.92;
const MARGIN = 24;

function token(text, kind) {
  const span = document.createElement("span");
  span.className = kind ? `token ${kind}` : "token";
  span.textContent = text;
  return span;
}

function fitting(canvas) {
  const { inner, outer } = canvas.viewbox();
  return Math.min(outer.width / (inner.width + 40), outer.height / (inner.height + ROOM), 1);
}

function fit(canvas) {
  const { inner, outer } = canvas.viewbox();
  const scale = fitting(canvas);
  canvas.viewbox({
    x: inner.x - (outer.width / scale - inner.width) / 2,
    y: inner.y - 20 / scale,
    width: outer.width / scale,
    height: outer.height / scale,
  });
}

// Keep the window over the drawing: no empty paper beside it while there is more to show on the other side.
function within(wanted, from, length, window) {
  if (length + 2 * MARGIN <= window) return from - (window - length) / 2;
  return Math.min(Math.max(wanted, from - MARGIN), from + length + MARGIN - window);
}

function centre(canvas, shape) {
  const { inner, outer } = canvas.viewbox();
  const width = outer.width / CLOSE;
  const height = outer.height / CLOSE;
  canvas.viewbox({
    x: within(shape.x + shape.width / 2 - width * 0.42, inner.x, inner.width, width),
    y: within(shape.y + shape.height / 2 - height * 0.42, inner.y, inner.height + ROOM, height),
    width,
    height,
  });
}

// Beside the middle of a line's longest stretch, counted from the corner of what the line takes up.
function onLine(line) {
  const points = line.waypoints;
  const length = (at) => Math.hypot(points[at + 1].x - points[at].x, points[at + 1].y - points[at].y);
  let longest = 0;
  for (let at = 1; at < points.length - 1; at += 1) if (length(at) > length(longest)) longest = at;
  const [from, to] = [points[longest], points[longest + 1]];
  const left = Math.min(...points.map((one) => one.x));
  const top = Math.min(...points.map((one) => one.y));
  return { left: (from.x + to.x) / 2 - left - 9, top: (from.y + to.y) / 2 - top - 9 };
}

async function mount(box) {
  if (!box.offsetParent) return;
  const data = JSON.parse(box.dataset.marks || "{}");
  const viewer = new window.BpmnJS({
    container: box,
    textRenderer,
    zoomScroll: { enabled: false },
    bpmnRenderer: { defaultStrokeColor: colour("--ink-2"), defaultLabelColor: colour("--ink") },
  });
  const answer = await fetch(box.dataset.diagram, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`diagram ${answer.status}`);
  await viewer.importXML(await answer.text());
  const canvas = viewer.get("canvas");
  const overlays = viewer.get("overlays");
  const registry = viewer.get("elementRegistry");
  for (const [state, ids] of Object.entries(data.marks || {})) {
    for (const id of ids) if (registry.get(id)) canvas.addMarker(id, state);
  }
  for (const [id, text, kind] of data.tokens || []) {
    const shape = registry.get(id);
    if (!shape) continue;
    if (shape.waypoints) {
      overlays.add(id, { position: onLine(shape), html: token(text, kind) });
      continue;
    }
    const small = shape.width < 60;
    const position = small ? { top: -34, left: -22 } : { top: -12, left: shape.width - 16 };
    overlays.add(id, { position, html: token(text, kind) });
  }
  const focus = registry.get(data.center || (data.tokens || [])[0]?.[0] || data.start);
  const rest = () => (focus && fitting(canvas) < READABLE ? centre(canvas, focus) : fit(canvas));
  rest();
  box.dataset.ready = "1";
  const button = box.closest("section")?.querySelector("[data-zoom]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const large = box.classList.toggle("is-large");
    button.textContent = large ? "还原" : "看全图";
    viewer.get("zoomScroll").toggle(large);
    canvas.resized();
    if (large) fit(canvas);
    else rest();
  });
}

for (const box of document.querySelectorAll("[data-diagram]")) {
  mount(box).catch(() => {
    const line = document.createElement("p");
    line.className = "panel-body muted";
    line.textContent = "流程图没有画出来，请看上面的文字版步骤。";
    box.replaceChildren(line);
  });
}
