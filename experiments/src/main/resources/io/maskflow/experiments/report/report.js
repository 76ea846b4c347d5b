"use strict";
// Draws the page's charts from the JSON in the page. One small chart per metric, one line per run.
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  // Okabe and Ito's colours: told apart also by colour-blind readers, on light and on dark paper.
  const onLight = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#8c6bb1", "#7f7f7f"];
  const onDark = ["#56b4e9", "#e69f00", "#2cc295", "#e19cc3", "#f0813a", "#8fb8ff", "#b39ddb", "#a6a6a6"];
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  let colours = onLight;
  const charts = [];
  const lastStep = Math.max(0, ...data.runs.flatMap(run => run.metrics.map(line => line.step || 0)));

  const intervals = { // vertical whiskers for points that carry low and high
    id: "intervals",
    afterDatasetsDraw(chart) {
      const y = chart.scales.y;
      chart.data.datasets.forEach((set, s) => {
        if (!chart.isDatasetVisible(s)) { return; }
        chart.getDatasetMeta(s).data.forEach((point, i) => {
          const value = set.data[i];
          if (value.low === undefined) { return; }
          const c = chart.ctx;
          c.save();
          c.strokeStyle = set.borderColor;
          c.lineWidth = 1.2;
          c.beginPath();
          c.moveTo(point.x, y.getPixelForValue(value.low));
          c.lineTo(point.x, y.getPixelForValue(value.high));
          c.stroke();
          c.restore();
        });
      });
    }
  };

  function ink(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }

  function options(xTitle, yTitle, legend) {
    const axis = title => ({
      type: "linear",
      title: { display: title !== "", text: title, color: ink("--quiet") },
      ticks: { color: ink("--quiet"), maxTicksLimit: 6 },
      grid: { color: ink("--line") }
    });
    return {
      responsive: true, maintainAspectRatio: false, animation: false,
      interaction: { mode: "nearest", intersect: false },
      scales: { x: axis(xTitle), y: axis(yTitle) },
      plugins: { legend: { display: legend, position: "bottom", labels: { color: ink("--ink"), boxWidth: 12 } } }
    };
  }

  // Mean of the points around each, so that a trend shows through the noise of single steps.
  function smooth(points) {
    const half = Math.max(2, Math.round(points.length / 30));
    return points.map((point, i) => {
      const some = points.slice(Math.max(0, i - half), i + half + 1);
      return { x: point.x, y: some.reduce((sum, p) => sum + p.y, 0) / some.length };
    });
  }

  function metric(canvas) {
    const name = canvas.dataset.metric;
    const datasets = [];
    data.runs.forEach((run, r) => {
      const points = run.metrics.filter(line => typeof line[name] === "number").map(line => ({ x: line.step, y: line[name] }));
      if (points.length === 0) { return; }
      const colour = colours[r % colours.length];
      const noisy = points.length >= 24;
      const line = { label: run.name, data: noisy ? smooth(points) : points, borderColor: colour, backgroundColor: colour,
        borderWidth: 1.8, pointRadius: points.length === 1 ? 3 : 0, pointHitRadius: 8, tension: 0, order: 0 };
      datasets.push(line);
      if (noisy) {
        datasets.push({ label: "", data: points, borderColor: colour + "55", backgroundColor: colour + "55", borderWidth: 1,
          pointRadius: 0, pointHitRadius: 0, tension: 0, order: 1 });
      }
    });
    const made = options("", "", data.runs.length > 1);
    made.scales.x.min = 0;
    made.scales.x.max = Math.max(1, lastStep);
    made.plugins.legend.labels.filter = item => item.text !== "";
    return { type: "line", data: { datasets }, options: made };
  }

  function frontier() {
    const datasets = [];
    data.runs.forEach(run => {
      const decoders = new Map();
      run.rows.forEach(row => {
        if (!decoders.has(row.decoder)) { decoders.set(row.decoder, []); }
        decoders.get(row.decoder).push(
          { x: row.nfe_over_length, y: row.pass_at_1, low: row.wilson.low, high: row.wilson.high, budget: row.budget });
      });
      decoders.forEach((points, decoder) => {
        const colour = colours[datasets.length % colours.length];
        datasets.push({
          label: data.runs.length > 1 ? run.name + ": " + decoder : decoder,
          data: points.sort((a, b) => a.x - b.x),
          borderColor: colour, backgroundColor: colour, borderWidth: 1.4, pointRadius: 4,
          borderDash: datasets.length >= colours.length ? [5, 4] : []
        });
      });
    });
    const made = options("model calls per response position (NFE / N)", "pass@1", true);
    made.scales.y.min = 0;
    made.scales.y.max = 1;
    made.scales.x.min = 0;
    made.plugins.tooltip = { callbacks: { label: item => item.dataset.label + " at " + item.raw.budget + ": "
      + (100 * item.raw.y).toFixed(1) + " % (" + (100 * item.raw.low).toFixed(1) + " to "
      + (100 * item.raw.high).toFixed(1) + ")" } };
    return { type: "line", data: { datasets }, options: made, plugins: [intervals] };
  }

  function draw() {
    colours = dark.matches ? onDark : onLight;
    charts.splice(0).forEach(chart => chart.destroy());
    document.querySelectorAll("canvas").forEach(canvas =>
      charts.push(new Chart(canvas, canvas.dataset.metric === undefined ? frontier() : metric(canvas))));
  }

  draw();
  dark.addEventListener("change", draw);
})();
