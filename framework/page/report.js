"use strict";
// Draws the page from the data beside it. Plots are Vega-Lite; everything else is plain HTML.

const data = JSON.parse(document.getElementById("data").textContent);

// Colours that stand out on white and on black; from the eleventh arm on, lines are dashed.
const COLOURS = ["#3b79b7", "#d9701a", "#3a9440", "#cf4446", "#8e65b8", "#9b6b5e", "#c45fa0", "#787d83", "#98941a", "#1c96a8"];
const colour = (arm) => COLOURS[arm % COLOURS.length];
const dash = (arm) => [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3]][Math.floor(arm / COLOURS.length) % 4];
const STAGES = ["forward", "backward", "update", "evaluate", "data_wait", "log"];

const hidden = new Set();  // arms that are switched off
const redraw = [];         // what to draw again when that changes
const main = document.getElementById("main");
const tip = document.getElementById("tip");

// ---- HTML ----

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function section(id, title, lead) {
  const part = make("section", { id, "aria-labelledby": `${id}-title` }, make("h2", { id: `${id}-title` }, title));
  if (lead) part.append(make("p", {}, lead));
  main.append(part);
  document.getElementById("contents").append(make("li", {}, make("a", { href: `#${id}` }, title)));
  return part;
}

function table(caption, heads, rows, numbers = new Set()) {
  const cell = (name, content, column, extra = {}) =>
    make(name, { ...extra, class: numbers.has(column) ? "number" : null }, content ?? "–");
  const body = rows.map((row) => make("tr", { class: row.class },
    ...row.cells.map((content, i) => cell(i ? "td" : "th", content, i, i ? {} : { scope: "row" }))));
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    make("table", {}, make("caption", {}, caption),
      make("thead", {}, make("tr", {}, ...heads.map((head, i) => cell("th", head, i, { scope: "col" })))),
      make("tbody", {}, ...body)));
}

const armLabel = (arm) => make("span", {}, make("span", { class: "swatch", style: `background:${colour(arm)}`, "aria-hidden": "true" }),
  " ", data.arms[arm]);

function digits(value, spread) {
  const scale = spread > 0 ? spread : Math.abs(value) / 10;
  return scale > 0 && isFinite(scale) ? Math.min(4, Math.max(0, 1 - Math.floor(Math.log10(scale)))) : 2;
}
const minus = (text) => String(text).replace("-", "−");
const fixed = (value, places) => minus(value.toFixed(places));
const meanText = (arm) => arm.mean === null ? "–" : fixed(arm.mean, digits(arm.mean, arm.std)) +
  (arm.std === null ? "" : ` ± ${fixed(arm.std, digits(arm.mean, arm.std))}`);
const pText = (p) => p === null ? "–" : p < 0.001 ? "< 0.001" : p.toFixed(p < 0.1 ? 3 : 2);
const unitText = (unit) => !unit || unit === "1" ? "" : ` [${unit}]`;
const duration = (s) => s === null ? "–" : s < 60 ? `${s.toFixed(0)} s` :
  s < 3600 ? `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")} min` : `${(s / 3600).toFixed(1)} h`;

// ---- where a number stands ----

function showTip(text, x, y) {
  tip.textContent = text;
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(8, Math.min(x + 12, innerWidth - box.width - 8))}px`;
  tip.style.top = `${y + 18 + box.height > innerHeight ? Math.max(8, y - box.height - 10) : y + 18}px`;
}
const hideTip = () => { tip.hidden = true; };

function showSource(link) {
  const box = link.getBoundingClientRect();
  showTip(link.dataset.source, box.left, box.bottom - 14);
}

/// A number that says, under the pointer and the keyboard's focus, in which file and dataset it stands.
function sourced(text, file, dataset, more = "") {
  const where = `${more ? more + "\n" : ""}${file}\n${dataset}`;
  const link = make("a", { class: "source", href: encodeURI(file), "data-source": where, "aria-label": `${text}, from ${file} ${dataset}` }, text);
  for (const event of ["mouseenter", "focus"]) link.addEventListener(event, () => showSource(link));
  for (const event of ["mouseleave", "blur"]) link.addEventListener(event, hideTip);
  return link;
}
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideTip(); });

// ---- plots ----

// Everything that is no data takes the page's own colour, so that plots follow light, dark and print by themselves.
const CONFIG = {
  background: null, font: "system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif", view: { stroke: null },
  axis: { labelColor: "currentColor", titleColor: "currentColor", domainColor: "currentColor", tickColor: "currentColor",
    gridColor: "currentColor", gridOpacity: 0.13, domainOpacity: 0.5, tickOpacity: 0.5, labelFontSize: 11.5, titleFontSize: 12,
    titleFontWeight: 500, titlePadding: 8, labelLimit: 260 },
  legend: { labelColor: "currentColor", titleColor: "currentColor", labelFontSize: 11.5, titleFontSize: 12, symbolStrokeWidth: 2 },
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

/// Points with the seeds' values, their mean, and the 95 % interval of the mean.
function ablationSpec(tableData) {
  const arms = tableData.arms.map((arm, index) => ({ ...arm, index })).filter((arm) => arm.mean !== null && !hidden.has(arm.index));
  const order = [...arms].sort((a, b) => b.mean - a.mean).map((arm) => arm.arm);
  const means = arms.map((arm) => ({ arm: arm.arm, mean: arm.mean, low: arm.reach === null ? arm.mean : arm.mean - arm.reach,
    high: arm.reach === null ? arm.mean : arm.mean + arm.reach,
    tip: `${arm.arm}\n${meanText(arm)}${unitText(tableData.unit)} over ${arm.runs} runs` +
      (arm.reach === null ? "" : `\n95 % interval of the mean: ${fixed(arm.mean - arm.reach, 2)} to ${fixed(arm.mean + arm.reach, 2)}`) }));
  const seeds = arms.flatMap((arm) => runsOf(arm.index, tableData.metric).map(({ run, value }) => ({ arm: arm.arm, value,
    tip: `${arm.arm}, seed ${data.runs[run].seed}: ${fixed(value, digits(value, arm.std))}\n${data.runs[run].file}\n${datasetOf(tableData.metric)}` })));
  const y = { field: "arm", type: "nominal", sort: order, title: null, axis: { ticks: false, domain: false, labelPadding: 8 } };
  const x = (field) => ({ field, type: "quantitative", scale: { zero: false, nice: true }, axis: { tickCount: innerWidth < 700 ? 5 : 10 },
    title: tableData.metric + unitText(tableData.unit) });
  const hue = { field: "arm", type: "nominal", scale: armScale(), legend: null };
  const layers = [
    { data: { values: means }, mark: { type: "rule", strokeWidth: 2.5, opacity: 0.55 },
      encoding: { y, x: x("low"), x2: { field: "high" }, color: hue, tooltip: { field: "tip" } } },
    { data: { values: seeds }, mark: { type: "point", size: 42, strokeWidth: 1.5, filled: false },
      encoding: { y, x: x("value"), color: hue, tooltip: { field: "tip" } } },
    { data: { values: means }, mark: { type: "point", shape: "diamond", size: 110, filled: true, opacity: 1 },
      encoding: { y, x: x("mean"), color: hue, tooltip: { field: "tip" } } }];
  const base = means.find((arm) => arm.arm === data.baseline);
  if (base) layers.unshift({ data: { values: [base] }, mark: { type: "rule", color: "currentColor", strokeDash: [4, 3], opacity: 0.5 },
    encoding: { x: x("mean") } });
  return { height: 26 * Math.max(1, arms.length), layer: layers };
}

const curveOf = (metric) => data.curves.find((curve) => curve.metric === metric);
const datasetOf = (metric) => curveOf(metric)?.dataset ?? metric;

/// Final values of an arm's runs, as the tables have them: matched by seed, in order.
function runsOf(arm, metric) {
  const values = data.tables.find((t) => t.metric === metric).arms[arm].values;
  const runs = data.runs.map((run, index) => ({ ...run, index })).filter((run) => run.arm === arm && ["finished", "collapsed"].includes(run.status));
  const taken = new Set();
  return values.map(({ seed, value }) => {
    const run = runs.find((r) => Number(r.seed) === seed && !taken.has(r.index)) ?? runs[0];
    taken.add(run.index);
    return { run: run.index, value };
  });
}

/// Mean over an arm's runs at each step, and the range that they span.
function bands(curve) {
  const points = [];
  for (const arm of shownArms()) {
    const at = new Map();
    for (const series of curve.series.filter((s) => data.runs[s.run].arm === arm))
      series.x.forEach((x, i) => { if (series.y[i] !== null) at.set(x, [...(at.get(x) ?? []), series.y[i]]); });
    for (const [x, values] of [...at].sort((a, b) => a[0] - b[0])) {
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const files = curve.series.filter((s) => data.runs[s.run].arm === arm).map((s) => data.runs[s.run].file).slice(0, 4).join("\n");
      points.push({ arm: data.arms[arm], x, mean, low: Math.min(...values), high: Math.max(...values),
        tip: `${data.arms[arm]}, step ${x}\n${Number(mean.toPrecision(4))} (${Number(Math.min(...values).toPrecision(4))} to ` +
          `${Number(Math.max(...values).toPrecision(4))}, ${values.length} runs)\n${files}\n${curve.dataset}` });
    }
  }
  return points;
}

function curveSpec(curve, { height = 300, each = false, log = false, legend = height > 200 } = {}) {
  const scale = log ? { type: "log" } : { zero: false };
  const x = { field: "x", type: "quantitative", title: "step", axis: { grid: false, tickCount: height > 200 ? 8 : 4 }, scale: { nice: false } };
  const y = (field) => ({ field, type: "quantitative", title: height > 200 ? curve.metric + unitText(curve.unit) : null, scale,
    axis: { tickCount: height > 200 ? 7 : 4 } });
  const key = legend && data.arms.length > 1 ? { title: null, orient: innerWidth < 700 ? "bottom" : "right", columns: innerWidth < 700 ? 2 : 1, symbolType: "stroke",
    values: shownArms().map((arm) => data.arms[arm]), symbolOpacity: 1 } : null;
  const hue = { field: "arm", type: "nominal", scale: armScale(), legend: key };
  const dashes = { field: "arm", type: "nominal", scale: dashScale(), legend: key };
  const points = bands(curve).filter((point) => !log || point.low > 0);
  const few = Math.max(0, ...curve.series.map((s) => s.x.length)) <= 30;
  const layer = [];
  if (each) {
    const runs = curve.series.filter((s) => !hidden.has(data.runs[s.run].arm)).flatMap((s) => s.x.map((step, i) =>
      ({ x: step, y: s.y[i], run: s.run, arm: data.arms[data.runs[s.run].arm] })));
    layer.push({ data: { values: runs.filter((point) => !log || point.y > 0) }, mark: { type: "line", strokeWidth: 1, opacity: 0.75 },
      encoding: { x, y: y("y"), color: hue, strokeDash: dashes, detail: { field: "run" } } });
  } else {
    layer.push({ mark: { type: "area", opacity: 0.17 }, encoding: { x, y: y("low"), y2: { field: "high" }, color: hue } });
    layer.push({ mark: { type: "line", strokeWidth: 2 }, encoding: { x, y: y("mean"), color: hue, strokeDash: dashes } });
  }
  layer.push({ mark: { type: "point", filled: true, size: few ? 36 : 90, opacity: few && !each ? 1 : 0 },
    encoding: { x, y: y("mean"), color: hue, tooltip: { field: "tip" } } });
  return { height, data: { values: points }, layer };
}

function curveCaption(curve) {
  const range = data.runs.length > data.arms.length ? "Lines are means over the runs of an arm, bands span them. " : "";
  const pieces = curve.rows_a_point > 1 ? `Each point is the mean of about ${curve.rows_a_point} rows. ` : "";
  return `${curve.meaning}. ${range}${pieces}(${curve.dataset})`;
}

// ---- sections ----

function addArms() {
  const bar = document.getElementById("arms");
  if (data.arms.length < 2) return bar.remove();
  data.arms.forEach((name, arm) => {
    const box = make("input", { type: "checkbox", checked: true, onchange: (event) => {
      if (event.target.checked) hidden.delete(arm); else hidden.add(arm);
      redraw.forEach((again) => again());
    } });
    bar.append(make("label", {}, box, make("span", { class: "swatch", style: `background:${colour(arm)}` }), name));
  });
}

function addResults() {
  const part = section("results", "Results", "Values after the last step. Open circles are runs, one a seed; diamonds their means, " +
    "bars the 95 % confidence interval of the mean (Student's t)." + (data.baseline ? ` The dashed line is the baseline, ${data.baseline}.` : ""));
  for (const result of data.tables) {
    if (data.runs.length > 1)
      figure(part, result.metric, result.metric + unitText(result.unit), `${result.meaning}.`, () => ablationSpec(result));
    const compared = data.baseline !== null;
    const heads = ["arm", "runs", "mean ± std", "best", ...(compared ? ["difference [95 %]", "p", "p (Holm)", "test"] : [])];
    const rows = result.arms.map((arm, index) => {
      const places = digits(arm.mean, arm.std);
      const own = arm.arm === data.baseline;
      const cells = [armLabel(index), arm.runs, meanText(arm), arm.best === null ? null : fixed(arm.best, places)];
      if (compared) cells.push(...(own || arm.difference === null ? ["", "", "", own ? "" : "too few runs"] : differenceCells(arm)));
      return { cells, class: own ? "baseline" : null };
    });
    part.append(table(`${result.metric}${unitText(result.unit)}: ${result.meaning}`, heads, rows, new Set([1, 2, 3, 4, 5, 6])));
    part.append(make("details", {}, make("summary", {}, `Each run's ${result.metric}, and where it stands`), runValues(result)));
  }
  if (data.baseline !== null)
    part.append(make("p", { class: "note" }, "Differences are over the seeds that both arms have, by a paired t-test; where fewer than two are " +
      "shared, by Welch's test, which says so. p (Holm) is adjusted for all comparisons of its table."));
}

function differenceCells(arm) {
  const places = digits(arm.difference, arm.low === null ? null : (arm.high - arm.low) / 4);
  const signed = (value) => (value > 0 ? "+" : "") + fixed(value, places);
  return [signed(arm.difference) + (arm.low === null ? "" : ` [${signed(arm.low)}, ${signed(arm.high)}]`), pText(arm.p), pText(arm.p_holm),
    arm.test === null ? "too few runs" : arm.test === "Welch" ? "Welch" : `paired t, ${arm.pairs} seeds`];
}

function runValues(result) {
  const rows = result.arms.flatMap((arm, index) => runsOf(index, result.metric).map(({ run, value }) => ({ cells: [armLabel(index), data.runs[run].seed,
    sourced(fixed(value, digits(value, arm.std)), data.runs[run].file, datasetOf(result.metric), "last row of"),
    make("span", { class: "wrap" }, `${data.runs[run].file} : ${datasetOf(result.metric)}`)] })));
  return table(`Runs by ${result.metric}`, ["arm", "seed", result.metric, "file : dataset"], rows, new Set([1, 2]));
}

function addCurves() {
  const part = section("curves", "Training", null);
  const preferred = data.curves.find((c) => c.metric.endsWith("top1")) ?? data.curves.find((c) => c.metric === "train/loss") ?? data.curves[0];
  let shown = preferred, options = {};
  const select = make("select", { id: "metric", onchange: (event) => { shown = curveOf(event.target.value); main_.text.textContent = curveCaption(shown); main_.again(); } },
    ...data.curves.map((c) => make("option", { value: c.metric, selected: c === preferred }, c.metric)));
  const toggle = (name, text) => make("label", {}, make("input", { type: "checkbox", id: name, onchange: (event) => { options[name] = event.target.checked; main_.again(); } }), ` ${text}`);
  const main_ = figure(part, "curve", "Curves", curveCaption(shown), () => curveSpec(shown, options),
    [make("label", { for: "metric" }, "Metric "), select, toggle("each", "each run"), toggle("log", "logarithmic")]);
  const loss = curveOf("train/loss");
  if (loss && loss !== preferred) figure(part, "train-loss", "Loss", curveCaption(loss), () => curveSpec(loss, { height: 220 }));
}

const INDICATORS = { "train/z_std": "Spread of the projections in training", "collapse/z_std": "Spread of the projections",
  "collapse/y_std": "Spread of the features", "collapse/z_rank": "Effective rank of the projections",
  "collapse/y_rank": "Effective rank of the features", "collapse/y_rank_raw": "Effective rank of the features, mean left in",
  "collapse/alignment": "Alignment", "collapse/uniformity": "Uniformity", "collapse/cosine": "Cosine of prediction and target",
  "collapse/predictor_gap": "Distance of the predictor from the best linear one", "collapse/target_distance": "Distance of the target's weights" };

function addCollapse() {
  const found = Object.entries(INDICATORS).filter(([metric]) => curveOf(metric));
  if (!found.length) return;
  const part = section("collapse", "Collapse indicators",
    "A spread or a rank that falls towards nothing is a collapse: every image gets the same representation. docs/results.md has each formula.");
  const grid = make("div", { class: "grid" });
  part.append(grid);
  for (const [metric, title] of found) {
    const curve = curveOf(metric);
    figure(grid, metric, title, `${curve.meaning} (${curve.dataset})`, (file) => curveSpec(curve, { height: file ? 240 : 150, legend: file }));
  }
}

function addEmbeddings() {
  if (!data.embeddings.length) return;
  const part = section("embeddings", "What the encoder sees", null);
  let chosen = data.embeddings[0];
  const body = make("div");
  const title = (e) => `${data.arms[data.runs[e.run].arm]}, seed ${data.runs[e.run].seed}`;
  const select = make("select", { id: "run", onchange: (event) => { chosen = data.embeddings[event.target.value]; fill(); } },
    ...data.embeddings.map((e, i) => make("option", { value: i }, title(e))));
  part.append(make("div", { class: "tools" }, make("label", { for: "run" }, "Run "), select), body);
  const own = redraw.length;
  function fill() {
    redraw.length = own;
    body.replaceChildren();
    const wide = make("div", { class: "wide" });
    body.append(make("p", { class: "soft" }, `${chosen.images} images of the ${chosen.split} split, ${chosen.dimensions} features each, after ` +
      `${chosen.step} steps (${chosen.file}).`), wide);
    figure(wide, "pca", "Embedding, first two principal components", `They hold ${(100 * (chosen.explained[0] + chosen.explained[1])).toFixed(0)} % of ` +
      "the variance. Choose classes in the legend (shift: several).", () => pcaSpec(chosen));
    if (chosen.confusion) {
      const right = chosen.confusion.reduce((sum, row, i) => sum + row[i], 0), all = chosen.confusion.flat().reduce((a, b) => a + b, 0);
      figure(wide, "confusion", "Confusion matrix", `Class that the nearest training images name, in % of each true class; ${(100 * right / all).toFixed(1)} % ` +
        "are right.", () => confusionSpec(chosen));
    }
    body.append(...pictures(chosen));
  }
  fill();
}

const className = (e, label) => label < 0 ? "no class" : e.classes[label] ?? String(label);

function pcaSpec(e) {
  const values = e.points.map(([row, x, y, label, knn]) => ({ x, y, class: className(e, label),
    tip: `${className(e, label)}${knn >= 0 && knn !== label ? `, taken for ${className(e, knn)}` : ""}\nrow ${row}\n${e.file}\n/snapshots` }));
  const axis = (field, share) => ({ field, type: "quantitative", title: `component ${field === "x" ? 1 : 2} (${(100 * share).toFixed(0)} %)`,
    axis: { labels: false, ticks: false, grid: false } });
  return { height: 380, data: { values }, mark: { type: "circle", size: 26 },
    selection: { classes: { type: "multi", fields: ["class"], bind: "legend" } },
    encoding: { x: axis("x", e.explained[0]), y: axis("y", e.explained[1]), tooltip: { field: "tip" },
      color: { field: "class", type: "nominal", title: null, scale: { domain: e.classes, range: COLOURS }, legend: { orient: "bottom", columns: 5, symbolLimit: 40 } },
      opacity: { condition: { selection: "classes", value: 0.75 }, value: 0.06 } } };
}

function confusionSpec(e) {
  const values = e.confusion.flatMap((row, is) => {
    const total = row.reduce((a, b) => a + b, 0);
    return row.map((count, named) => ({ is: e.classes[is], named: e.classes[named], share: total ? 100 * count / total : 0,
      tip: `${e.classes[is]} taken for ${e.classes[named]}: ${count} of ${total}\n${e.file}` }));
  });
  const most = Math.max(1, ...values.map((cell) => cell.share));
  const x = { field: "named", type: "nominal", sort: e.classes, title: "named", axis: { orient: "top", labelAngle: -45, ticks: false, domain: false } };
  const y = { field: "is", type: "nominal", sort: e.classes, title: "is", axis: { ticks: false, domain: false } };
  const layer = [{ mark: { type: "rect", cornerRadius: 2 }, encoding: { x, y, tooltip: { field: "tip" },
    color: { field: "share", type: "quantitative", legend: null, scale: { domain: [0, most], range: ["#3b79b70d", "#2f6aa8"] } } } }];
  if (e.classes.length <= 12)
    layer.push({ mark: { type: "text", fontSize: 10.5, tooltip: null }, encoding: { x, y, text: { field: "share", type: "quantitative", format: ".0f" },
      color: { condition: { test: `datum.share > ${0.55 * most}`, value: "#fff" }, value: "currentColor" },
      opacity: { condition: { test: "datum.share < 0.5", value: 0.35 }, value: 1 } } });
  return { height: e.classes.length <= 12 ? 30 * e.classes.length : 380, data: { values }, layer };
}

function picture(e, item, name, kind) {
  return make("figure", { class: `picture ${kind}` }, make("img", { src: data.pictures[item.image], alt: `${name}` }), name);
}

function pictures(e) {
  if (!e.examples.length) return [];
  const neighbours = e.examples.map((example) => make("li", {}, picture(e, example, className(e, example.label), "query"),
    ...example.nearest.map((n) => picture(e, n, `${n.label === example.label ? "✓" : "✗"} ${className(e, n.label)}`, n.label === example.label ? "same" : "other"))));
  const views = e.examples.map((example) => make("li", {}, picture(e, example, className(e, example.label), "query"),
    ...example.views.map((view) => picture(e, view, view.name, ""))));
  return [make("h3", {}, "Nearest neighbours"), make("p", { class: "soft" }, `Each image, and those of the ${e.split} split whose features are nearest ` +
    "by cosine. ✓ and a full frame: the same class; ✗ and a dashed one: another."), make("ul", { class: "pictures" }, ...neighbours),
    make("h3", {}, "Augmented views"), make("p", { class: "soft" }, "The same images as the networks see them in training, one draw of each view."),
    make("ul", { class: "pictures" }, ...views)];
}

function addTime() {
  if (!data.timing.length) return;
  const part = section("time", "Throughput, and where the time went", null);
  figure(part, "timing", "Seconds an epoch", "Mean over epochs and runs (/timing of each record). data_wait is the time that training waited for images.",
    () => timingSpec());
  const speed = data.arms.map((_, arm) => {
    const runs = data.runs.filter((run) => run.arm === arm && run.images_per_second);
    const mean = runs.reduce((sum, run) => sum + run.images_per_second, 0) / runs.length;
    const seconds = runs.reduce((sum, run) => sum + (run.seconds ?? 0), 0);
    return { cells: [armLabel(arm), runs.length ? sourced(mean.toFixed(0), runs[0].file, "/metrics/train/images_per_second", "median of") : null, duration(seconds)] };
  });
  part.append(table("Throughput", ["arm", "images/s (median over steps)", "time, all runs"], speed, new Set([1, 2])));
}

function timingSpec() {
  const values = shownArms().flatMap((arm) => {
    const runs = data.runs.map((run, i) => [run, i]).filter(([run]) => run.arm === arm).map(([, i]) => i);
    return STAGES.map((stage, order) => {
      const found = data.timing.filter((t) => t.stage === stage && runs.includes(t.run) && t.seconds !== null);
      const seconds = found.reduce((sum, t) => sum + t.seconds, 0) / Math.max(1, found.length);
      return { arm: data.arms[arm], stage, order, seconds, tip: `${data.arms[arm]}, ${stage}: ${seconds.toFixed(2)} s an epoch\n/timing/${stage}` };
    });
  });
  return { height: 24 * Math.max(1, shownArms().length), data: { values }, mark: { type: "bar", height: 15 },
    encoding: { y: { field: "arm", type: "nominal", sort: data.arms, title: null, axis: { ticks: false, domain: false, labelPadding: 8 } },
      x: { field: "seconds", type: "quantitative", title: "seconds an epoch" }, order: { field: "order" }, tooltip: { field: "tip" },
      color: { field: "stage", type: "nominal", scale: { domain: STAGES, range: ["#3b79b7", "#7aa6d1", "#1c96a8", "#98941a", "#cf4446", "#9aa0a6"] },
        legend: { orient: "top", title: null } } } };
}

function addDifferences() {
  if (!data.differs.keys.length) return;
  const part = section("differences", "What differs", "Keys of the resolved experiments (/config/resolved) that are not the same in all runs; seed, name and folders aside.");
  const key = (name) => make("span", { class: "wrap" }, name);
  const { keys, arms } = data.differs;
  if (keys.length <= 5)
    part.append(table("Differences", ["arm", ...keys.map(key)], arms.map((row, arm) => ({ cells: [armLabel(arm), ...row.map((value) => value || "–")] }))));
  else  // many keys read better from top to bottom
    part.append(table("Differences", ["key", ...data.arms.map((_, arm) => armLabel(arm))],
      keys.map((name, i) => ({ cells: [key(name), ...arms.map((row) => row[i] || "–")] }))));
}

function addRuns() {
  const part = section("runs", "Runs", null);
  const rows = data.runs.map((run) => ({ cells: [sourced(run.name, run.file, "/", "record"), armLabel(run.arm), run.seed,
    make("span", { class: `status-${run.status}` }, run.status + (run.reason ? `: ${run.reason}` : "")), run.steps, duration(run.seconds ?? null),
    run.started.replace("T", " ").replace("Z", "")] }));
  part.append(table("All runs", ["run", "arm", "seed", "status", "steps", "time", "started (UTC)"], rows, new Set([2, 4, 5])));
  const first = data.runs[0].environment;
  const same = (key) => data.runs.every((run) => run.environment[key] === first[key]);
  const facts = Object.keys(first).filter((key) => key !== "command_line" && first[key]).map((key) => ({ cells: [key,
    make("span", { class: "wrap" }, same(key) ? first[key] : [...new Set(data.runs.map((run) => run.environment[key]))].join(" | "))] }));
  part.append(make("details", {}, make("summary", {}, "Machine, versions and command lines"), table("Circumstances (/environment)", ["what", "value"], facts),
    table("Command lines", ["run", "command line"], data.runs.map((run) => ({ cells: [run.file, make("span", { class: "wrap" }, run.environment.command_line)] })))));
  if (data.remarks.length)
    part.append(make("div", { class: "notes" }, "Left out, and why:", make("ul", {}, ...data.remarks.map((remark) => make("li", {}, remark)))));
}

function addHead() {
  document.title = `${data.title} – byolab report`;
  document.getElementById("title").textContent = data.title;
  const results = data.runs.filter((run) => ["finished", "collapsed"].includes(run.status)).length;
  const counts = `${data.runs.length} run${data.runs.length > 1 ? "s" : ""}${data.arms.length > 1 ? ` in ${data.arms.length} arms` : ""}, ${results} finished`;
  const best = data.tables.map((t) => [...t.arms].filter((a) => a.mean !== null).sort((a, b) => t.metric.endsWith("loss") ? a.mean - b.mean : b.mean - a.mean)[0])
    .map((arm, i) => arm && `${data.tables[i].metric} ${meanText(arm)}${data.tables[i].unit === "%" ? " %" : ""}${data.arms.length > 1 ? ` (${arm.arm})` : ""}`).filter(Boolean);
  document.getElementById("summary").textContent = `${counts}. ${data.arms.length > 1 ? "Best" : "Reached"}: ${best.join("; ")}.`;
  document.getElementById("footer").textContent = `Written by byolab ${data.version}. The numbers stand in the runs' HDF5 records; links are relative to where this file was written.`;
}

addHead();
addArms();
addResults();
addCurves();
addCollapse();
addEmbeddings();
addTime();
addDifferences();
addRuns();
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
addEventListener("scroll", () => {  // what has the focus may have been scrolled to: its source stays with it
  if (document.activeElement?.dataset.source) showSource(document.activeElement); else hideTip();
}, { passive: true });
if (location.hash === "#plots") writePlots();
