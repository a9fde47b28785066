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
