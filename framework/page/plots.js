// ---- plots ----

// Everything that is no data takes the page's own colour, so that plots follow light, dark and print by themselves.
const CONFIG = {
  background: null, font: "system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif", view: { stroke: null },
  axis: { labelColor: "currentColor", titleColor: "currentColor", domainColor: "currentColor", tickColor: "currentColor",
    gridColor: "currentColor", gridOpacity: 0.13, domainOpacity: 0.5, tickOpacity: 0.5, labelFontSize: 11.5, titleFontSize: 12,
    titleFontWeight: 500, titlePadding: 8, labelLimit: 260 },
  legend: { labelColor: "currentColor", titleColor: "currentColor", labelFontSize: 11.5, titleFontSize: 12, symbolStrokeWidth: 2, labelLimit: 260 },
};

const views = new Map();  // name of a figure → its Vega view
const specs = new Map();  // and how it is made: (for a file) → specification

function draw(holder, name, spec) {
  const old = views.get(name);
  if (old) old.finalize();
  const full = { width: "container", autosize: { type: "fit-x", contains: "padding" }, config: CONFIG, ...spec };
  const view = new vega.View(vega.parse(vegaLite.compile(full).spec), { renderer: "svg", container: holder, hover: true });
  view.tooltip((handler, event, item, value) => {
    if (!value) return hideTip();
    showTip(typeof value === "string" ? value : Object.values(value).join("\n"), event.clientX, event.clientY);
  });
  views.set(name, view);
  return view.runAsync();
}

/// A plot for a paper, as the text of an SVG or the data: URL of a PNG: on white, of one size, with a legend.
async function paper(name, type) {
  const spec = { width: 640, config: { ...CONFIG, background: "#ffffff" }, padding: 8, ...specs.get(name)(true) };
  const view = new vega.View(vega.parse(vegaLite.compile(spec).spec), { renderer: "none" });
  return type === "svg" ? view.toSVG() : (await view.toCanvas(3)).toDataURL("image/png");
}
const fileName = (name, type) => `${name.replace(/[^\w.-]+/g, "-")}.${type}`;

async function save(name, type) {
  const content = await paper(name, type);
  const href = type === "png" ? content : URL.createObjectURL(new Blob([content], { type: "image/svg+xml" }));
  make("a", { href, download: fileName(name, type) }).click();
}

/// For `byolab report --plots`, which opens the page with #plots and reads what stands in it then.
async function writePlots() {
  const files = {};
  for (const name of specs.keys())
    for (const type of ["svg", "png"]) files[fileName(name, type)] = await paper(name, type);
  const holder = make("script", { type: "application/json", id: "plots" });
  holder.textContent = JSON.stringify(files).replaceAll("<", "\\u003c");
  document.body.append(holder);
}

/// A figure with its caption and its buttons; `spec()` gives the plot, now and whenever arms are switched.
function figure(parent, name, title, caption, spec, controls = []) {
  const holder = make("div", { class: "plot", role: "img", "aria-label": `${title}. ${caption}` });
  const buttons = ["png", "svg"].map((type) =>
    make("button", { type: "button", onclick: () => save(name, type), "aria-label": `Save ${title} as ${type.toUpperCase()}` }, type.toUpperCase()));
  const text = make("p", {}, caption);
  const element = make("figure", { "data-plot": name },
    make("figcaption", {}, make("div", { class: "head" }, make("h3", {}, title), make("span", { class: "save" }, ...buttons)), text),
    holder, controls.length ? make("div", { class: "tools" }, ...controls) : null);
  parent.append(element);
  specs.set(name, spec);
  const again = () => draw(holder, name, spec(false));
  redraw.push(again);
  again();
  return { element, text, again };
}

const shownArms = () => data.arms.map((_, arm) => arm).filter((arm) => !hidden.has(arm));
const armScale = () => ({ domain: data.arms, range: data.arms.map((_, arm) => colour(arm)) });
const dashScale = () => ({ domain: data.arms, range: data.arms.map((_, arm) => dash(arm)) });
