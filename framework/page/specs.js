// ---- what each plot shows, as Vega-Lite has it ----

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

function pcaSpec(e) {
  const values = e.points.map(([row, x, y, label, predicted]) => ({ x, y, class: className(e, label),
    tip: `${className(e, label)}${predicted >= 0 && predicted !== label ? `, taken for ${className(e, predicted)}` : ""}\nrow ${row}\n${e.file}\n/snapshots` }));
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
