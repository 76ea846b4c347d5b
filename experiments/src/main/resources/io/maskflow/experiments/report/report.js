"use strict";
// Draws the page's charts from the JSON in the page. One small chart per metric, one line per run.
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  // Okabe and Ito's colours: told apart also by colour-blind readers, on light and on dark paper.
  const colours = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#8c6bb1", "#7f7f7f"];
  const charts = [];

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

  function metric(canvas) {
    const name = canvas.dataset.metric;
    const datasets = data.runs.map((run, r) => ({
      label: run.name,
      data: run.metrics.filter(line => typeof line[name] === "number").map(line => ({ x: line.step, y: line[name] })),
      borderColor: colours[r % colours.length], backgroundColor: colours[r % colours.length],
      borderWidth: 1.6, pointRadius: 0, pointHitRadius: 8, tension: 0
    })).filter(set => set.data.length > 0);
    datasets.forEach(set => { if (set.data.length === 1) { set.pointRadius = 3; } });
    return { type: "line", data: { datasets }, options: options("", "", data.runs.length > 1) };
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
    charts.splice(0).forEach(chart => chart.destroy());
    document.querySelectorAll("canvas").forEach(canvas =>
      charts.push(new Chart(canvas, canvas.dataset.metric === undefined ? frontier() : metric(canvas))));
  }

  draw();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
