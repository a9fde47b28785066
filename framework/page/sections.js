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
      if (compared) cells.push(...(own || arm.difference === null ? ["", "", "", own ? "" : whyNone(index)] : differenceCells(arm)));
      return { cells, class: own ? "baseline" : null };
    });
    part.append(table(`${result.metric}${unitText(result.unit)}: ${result.meaning}`, heads, rows, new Set([1, 2, 3, 4, 5, 6])));
    part.append(make("details", {}, make("summary", {}, `Each run's ${result.metric}, and where it stands`), runValues(result)));
  }
  if (data.baseline !== null)
    part.append(make("p", { class: "note" }, "Differences are over the seeds that both arms have, by a paired t-test; where fewer than two are " +
      "shared, by Welch's test, which says so. p (Holm) is adjusted for all comparisons of its table."));
}

/// Why an arm is compared with nothing: "5 diverged", or there are too few runs.
function whyNone(arm) {
  const other = new Map();
  for (const run of data.runs)
    if (run.arm === arm && !["finished", "collapsed"].includes(run.status)) other.set(run.status, (other.get(run.status) ?? 0) + 1);
  return [...other].map(([status, count]) => `${count} ${status}`).join(", ") || "too few runs";
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

const VERDICTS = { holds: "✓", fails: "✗", undecided: "?", "not judged": "–" };

function addClaims() {
  if (!data.claims.length) return;
  const part = section("claims", "Claims", "What the experiment expected to find, and what came of it: paired t-tests over the seeds, with Holm's " +
    "correction over all claims of the file; a verdict at p < 0.05, from five seeds on.");
  const figures = (claim) => {
    if (claim.mean === null) return "–";
    const places = digits(claim.difference, claim.low === null ? null : (claim.high - claim.low) / 4);
    const interval = claim.low === null ? "" : ` [${fixed(claim.low, places)}, ${fixed(claim.high, places)}]`;
    return claim.other_mean === null ? fixed(claim.mean, places) + interval
      : `${fixed(claim.mean, places)} − ${fixed(claim.other_mean, places)} = ${claim.difference > 0 ? "+" : ""}${fixed(claim.difference, places)}${interval}`;
  };
  const rows = data.claims.map((claim) => ({ cells: [
    make("span", { class: "claim" }, claim.text, claim.source ? make("span", { class: "said-by" }, ` (${claim.source})`) : null),
    make("span", { class: `verdict ${claim.verdict.replace(" ", "-")}` }, `${VERDICTS[claim.verdict]} ${claim.verdict}`),
    make("span", { class: "wrap" }, claim.statement), figures(claim), pText(claim.p_holm), claim.seeds] }));
  part.append(table("Claims and their verdicts", ["claim", "verdict", "tested", "found [95 %]", "p (Holm)", "seeds"], rows, new Set([3, 4, 5])));
}

function addCurves() {
  const part = section("curves", "Training", null);
  const preferred = curveOf(data.tables[0]?.metric) ?? data.curves.find((c) => c.metric.endsWith("top1")) ?? data.curves.find((c) => c.metric === "train/loss") ?? data.curves[0];
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
  "collapse/y_std": "Spread of the features", "collapse/z_rank_raw": "Effective rank of the projections, mean left in",
  "collapse/z_rank": "Effective rank of the projections, about their mean", "collapse/y_rank_raw": "Effective rank of the features, mean left in",
  "collapse/y_rank": "Effective rank of the features, about their mean",
  "collapse/alignment": "Alignment", "collapse/uniformity": "Uniformity", "collapse/cosine": "Cosine of prediction and target",
  "collapse/predictor_gap": "Distance of the predictor from the best linear one", "collapse/target_distance": "Distance of the target's weights" };

function addCollapse() {
  const found = Object.entries(INDICATORS).filter(([metric]) => curveOf(metric));
  if (!found.length) return;
  const part = section("collapse", "Collapse indicators",
    "A spread that falls towards nothing is a collapse: every image gets the same representation. Then the effective rank with the mean left in falls towards 1, " +
    "while the one about the mean may rise: what is left is noise, which has many dimensions. docs/results.md has each formula.");
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

function addDifferences() {
  const { keys, arms } = data.differs;
  if (!keys.length) return;
  const part = section("differences", "What differs", "Keys of the resolved experiments (/config/resolved) that are not the same in all runs; seed, name and folders aside.");
  const values = (key) => new Set(arms.map((row) => row[key]).filter((value) => value !== ""));
  const places = keys.map((_, i) => i);
  const main = places.filter((i) => values(i).size > 1), rest = places.filter((i) => values(i).size <= 1);
  if (main.length) part.append(differenceTable("Differences", main));
  if (rest.length)
    part.append(make("details", {}, make("summary", {}, "Options of plugins that only some arms have, the same in all of those"), differenceTable("Further options", rest)));
}

function differenceTable(caption, places) {
  const { keys, arms } = data.differs;
  const key = (i) => make("span", { class: "wrap" }, keys[i]);
  if (places.length <= 8)
    return table(caption, ["arm", ...places.map(key)], arms.map((row, arm) => ({ cells: [armLabel(arm), ...places.map((i) => row[i] || "–")] })));
  // Many keys read better from top to bottom.
  return table(caption, ["key", ...data.arms.map((_, arm) => armLabel(arm))], places.map((i) => ({ cells: [key(i), ...arms.map((row) => row[i] || "–")] })));
}

function addRuns() {
  const part = section("runs", "Runs", null);
  const sorted = [...data.runs].sort((a, b) => a.arm - b.arm || Number(a.seed) - Number(b.seed));
  const rows = sorted.map((run) => ({ cells: [sourced(run.name, run.file, "/", "record"), armLabel(run.arm), run.seed,
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
addClaims();
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
