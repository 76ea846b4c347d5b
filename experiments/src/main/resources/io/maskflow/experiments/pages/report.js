// Draws the report's charts from the figures in the page.
(function () {
  const runs = page.data.runs;
  const several = runs.length > 1;
  const percent = share => (100 * share).toFixed(1) + " %";
  let charts = [];

  const whiskers = { // vertical intervals at points that carry low and high
    id: "whiskers",
    afterDatasetsDraw(chart) {
      chart.data.datasets.forEach((set, s) => {
        if (!chart.isDatasetVisible(s)) { return; }
        chart.getDatasetMeta(s).data.forEach((point, i) => {
          const c = chart.ctx, y = chart.scales.y;
          c.strokeStyle = set.borderColor;
          c.lineWidth = 1.2;
          c.beginPath();
          c.moveTo(point.x, y.getPixelForValue(set.data[i].low));
          c.lineTo(point.x, y.getPixelForValue(set.data[i].high));
          c.stroke();
        });
      });
    }
  };

  const cells = { // fills the cell around each point: a heat map on the library's axes
    id: "cells",
    beforeDatasetsDraw(chart) {
      const set = chart.data.datasets[0], x = chart.scales.x, y = chart.scales.y, c = chart.ctx;
      const w = Math.abs(x.getPixelForValue(set.cell.x) - x.getPixelForValue(0));
      const h = Math.abs(y.getPixelForValue(set.cell.y) - y.getPixelForValue(0));
      set.data.forEach(point => {
        c.fillStyle = page.shade(point.shade);
        c.fillRect(x.getPixelForValue(point.x) - w / 2 - .3, y.getPixelForValue(point.y) - h / 2 - .3, w + .6, h + .6);
      });
    }
  };

  // Mean of the points around each, so that a trend shows through the noise of single steps.
  function smooth(points) {
    const half = Math.max(2, Math.round(points.length / 30));
    return points.map((point, i) => {
      const some = points.slice(Math.max(0, i - half), i + half + 1);
      return { x: point.x, y: some.reduce((sum, p) => sum + p.y, 0) / some.length };
    });
  }

  function points(run, name) {
    const column = run.metrics[name] || [];
    return column.map((y, i) => ({ x: run.metrics.step[i], y })).filter(point => point.y !== null && point.x !== null);
  }

  // Whether single steps scatter so much that a curve needs smoothing; smooth ones (rates, parameters) are drawn as they are.
  function noisy(data, smoothed, log) {
    const height = log ? Math.log : y => y;
    const values = data.map(point => height(point.y)), range = Math.max(...values) - Math.min(...values);
    return data.length >= 24 && values.reduce((sum, y, i) => sum + Math.abs(y - height(smoothed[i].y)), 0) > .02 * range * data.length;
  }

  // The seeds of one setting, step by step; a step counts where all of them have it.
  function mean(seeds) {
    const sums = new Map();
    seeds.forEach(data => data.forEach(point => sums.set(point.x, [...(sums.get(point.x) || []), point.y])));
    return [...sums].filter(([, values]) => values.length === seeds.length)
      .map(([x, values]) => ({ x, y: values.reduce((sum, y) => sum + y, 0) / values.length })).sort((a, b) => a.x - b.x);
  }

  function line(key, data, colour, strong, more) {
    return { key, data, label: "", borderColor: strong ? colour : colour + "44", backgroundColor: strong ? colour : colour + "44",
      borderWidth: strong ? 1.8 : 1, pointRadius: strong && data.length < 12 ? 2 : 0, pointHitRadius: strong ? 8 : 0,
      order: strong ? 0 : 1, ...more };
  }

  // One strong line with a label; pale behind it what it is the mean of: every seed, or the single steps of the only one.
  function curve(key, label, seeds, colour, dash, log) {
    const together = mean(seeds), smoothed = smooth(together), scattered = noisy(together, smoothed, log);
    const pale = seeds.length === 1 ? scattered ? seeds : [] : seeds.map(data => scattered ? smooth(data) : data);
    return [line(key, scattered ? smoothed : together, colour, true, { label, borderDash: dash }),
      ...pale.map(data => line(key, data, colour, false, seeds.length === 1 ? {} : { borderDash: dash }))];
  }

  function panel(number) {
    const wanted = page.data.panels[number], settings = page.data.groups.length > 1;
    const datasets = [];
    wanted.metrics.forEach((name, m) => page.data.groups.forEach((group, g) => {
      const seeds = group.runs.map(r => points(runs[r], name).filter(point => !wanted.log || point.y > 0))
        .filter(data => data.length > 0);
      if (seeds.length > 0) {
        const label = !settings ? name : wanted.metrics.length === 1 ? group.name : group.name + ": " + name;
        const dash = settings && m > 0 ? [2 + 3 * m, 3] : [];
        datasets.push(...curve(settings ? group.name : name, label, seeds, page.colour(settings ? g : m), dash, wanted.log));
      }
    }));
    const made = page.options("", "", new Set(datasets.map(set => set.key)).size > 1);
    const last = Math.ceil(Math.max(...datasets.flatMap(set => set.data.map(point => point.x))));
    made.scales.x.min = Math.min(1, last - 1);
    made.scales.x.max = last;
    made.scales.x.ticks.precision = 0;
    made.scales.y.type = wanted.log ? "logarithmic" : "linear";
    if (wanted.log) { made.scales.y.ticks.callback = (value, i, ticks) => ticks[i].major || ticks.length < 6 ? value.toExponential(0) : ""; }
    const values = datasets.flatMap(set => set.data.map(point => point.y)), high = Math.max(...values), low = Math.min(...values);
    if (!wanted.log && high - low < 1e-5 * Math.abs(high)) { // a constant: no axis full of its last digits
      made.scales.y.min = high - .1 * Math.abs(high);
      made.scales.y.max = high + .1 * Math.abs(high);
    }
    if (settings && wanted.metrics.length > 1) {
      made.plugins.subtitle = { display: true, color: page.ink("--quiet"), align: "start", font: { size: 11 }, padding: { bottom: 10 },
        text: wanted.metrics.map((name, m) => ["solid: ", "dashed: ", "long dashes: "][Math.min(m, 2)] + name).join(", ") };
    }
    const first = datasets.map((set, i) => datasets.findIndex(other => other.key === set.key) === i);
    made.plugins.legend.labels.filter = item => first[item.datasetIndex];
    made.plugins.legend.labels.generateLabels = chart => Chart.defaults.plugins.legend.labels.generateLabels(chart)
      .map(item => ({ ...item, text: datasets[item.datasetIndex].key, lineDash: [] }));
    made.plugins.legend.onClick = (event, item, legend) => { // a name hides all its lines
      const shown = legend.chart.isDatasetVisible(item.datasetIndex);
      datasets.forEach((set, i) => { if (set.key === item.text) { legend.chart.setDatasetVisibility(i, !shown); } });
      legend.chart.update();
    };
    made.plugins.tooltip = { filter: item => item.dataset.label !== "",
      callbacks: { title: items => "step " + items[0].parsed.x, label: item => item.dataset.label + ": " + item.parsed.y.toPrecision(4) } };
    return { type: "line", data: { datasets }, options: made };
  }

  function settingOf(r) { return page.data.groups.findIndex(group => group.runs.includes(r)); }

  function feedback() { // SM Eq. 2: omega_s sigmoid(omega_a (-H - omega_b))
    const datasets = [];
    runs.forEach((run, r) => {
      const s = points(run, "omega_s"), a = points(run, "omega_a"), b = points(run, "omega_b");
      if (s.length === 0 || a.length === 0 || b.length === 0) { return; }
      [["first", 0, [4, 3]], ["last", s.length - 1, []]].forEach(([when, at, dash]) => datasets.push({
        label: (several ? run.name + ": " : "") + when + " step", borderColor: page.colour(several ? settingOf(r) : at === 0 ? 1 : 0),
        backgroundColor: page.colour(several ? settingOf(r) : at === 0 ? 1 : 0), borderDash: dash, borderWidth: 1.8, pointRadius: 0,
        data: Array.from({ length: 41 }, (unused, i) => i / 10).map(h =>
          ({ x: h, y: s[at].y / (1 + Math.exp(-a[at].y * (-h - b[at].y))) }))
      }));
    });
    const made = page.options("entropy, nats", "", true);
    made.scales.y.min = 0;
    return { type: "line", data: { datasets }, options: made };
  }

  function fractionName(share) {
    const whole = Math.round(1 / share);
    return share >= 1 ? String(Math.round(share)) : Math.abs(whole * share - 1) < 1e-6 ? "1/" + whole : share.toPrecision(2);
  }

  function frontier(cost) {
    const datasets = [];
    runs.forEach(run => {
      const decoders = new Map();
      run.rows.filter(row => row[cost] > 0).forEach(row => {
        if (!decoders.has(row.decoder)) { decoders.set(row.decoder, []); }
        decoders.get(row.decoder).push(
          { x: row[cost], y: row.pass_at_1, low: row.wilson.low, high: row.wilson.high, budget: row.budget, n: row.n });
      });
      decoders.forEach((data, decoder) => {
        const colour = page.colour(datasets.length);
        datasets.push({
          label: several ? run.name + ": " + decoder : decoder, data: data.sort((a, b) => a.x - b.x),
          borderColor: colour, backgroundColor: colour, borderWidth: 1.4, pointRadius: 4,
          pointStyle: ["circle", "rect", "triangle", "rectRot"][Math.floor(datasets.length / 8) % 4]
        });
      });
    });
    const calls = cost === "nfe_over_length";
    if (calls) { // decoders of one budget make the same number of calls: set a little apart, so that all whiskers are seen
      datasets.forEach((set, s) => set.data.forEach(point => { point.x *= 1.014 ** (s - (datasets.length - 1) / 2); }));
    }
    const made = page.options(calls ? "NFE / N" : "seconds", "pass@1", true);
    const all = datasets.flatMap(set => set.data.map(point => point.x));
    made.scales.x.type = "logarithmic";
    made.scales.x.min = Math.min(...all) / 1.3;
    made.scales.x.max = Math.max(...all) * 1.3;
    const base = calls ? 2 : 10;
    const narrow = made.scales.x.max < 8 * made.scales.x.min; // 1, 2 and 5 would leave one tick or none
    const steps = calls ? [1] : narrow ? [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8] : [1, 2, 5];
    made.scales.x.afterBuildTicks = scale => {
      const ticks = [];
      for (let e = Math.floor(Math.log(scale.min) / Math.log(base)); base ** e <= scale.max; e++) {
        steps.map(m => m * base ** e).filter(value => value >= scale.min && value <= scale.max)
          .forEach(value => ticks.push({ value }));
      }
      scale.ticks = ticks;
    };
    made.scales.x.ticks.callback = value => calls ? fractionName(value) : String(+value.toPrecision(2));
    made.scales.x.ticks.autoSkip = true;
    made.scales.y.min = 0;
    made.scales.y.max = 1;
    made.scales.y.ticks.callback = value => Math.round(100 * value) + " %";
    made.plugins.legend.labels.usePointStyle = true;
    made.plugins.legend.labels.boxHeight = 6;
    made.plugins.tooltip = { callbacks: { title: () => "", label: item => item.dataset.label + " at " + item.raw.budget + ": "
      + percent(item.raw.y) + " (" + percent(item.raw.low) + " to " + percent(item.raw.high) + "), n = " + item.raw.n } };
    return { type: "line", data: { datasets }, options: made, plugins: [whiskers] };
  }

  // --- differences ---------------------------------------------------------------------------------------------------

  function decodersOf(run) { return [...new Set(run.pairs.flatMap(pair => [pair.first, pair.second]))]; }

  document.querySelectorAll("select[data-reference]").forEach(select => {
    const names = decodersOf(runs[select.dataset.reference]);
    names.forEach(name => select.add(new Option(name)));
    select.value = [runs[select.dataset.reference].reference, "full", "reference"].find(name => names.includes(name)) || names[0];
    select.addEventListener("change", draw);
  });

  function differences(run, reference) {
    return run.pairs.filter(pair => pair.first === reference || pair.second === reference).map(pair => {
      const sign = pair.second === reference ? 1 : -1;
      const ends = [sign * pair.interval.low, sign * pair.interval.high].sort((a, b) => a - b);
      return { label: (sign > 0 ? pair.first : pair.second) + " @ " + pair.budget, x: 100 * sign * pair.difference,
        low: 100 * ends[0], high: 100 * ends[1], p: pair.p, holm: pair.p_holm, n: pair.n,
        won: sign > 0 ? pair.wins : pair.losses, lost: sign > 0 ? pair.losses : pair.wins };
    });
  }

  function forest(number, canvas) {
    const reference = document.querySelector('select[data-reference="' + number + '"]').value;
    const rows = differences(runs[number], reference);
    canvas.parentElement.style.height = 70 + 26 * rows.length + "px";
    const colour = page.colour(0), labels = rows.map(row => row.label);
    const made = page.options("points of pass@1, against " + reference, "", false);
    made.indexAxis = "y";
    made.interaction = { mode: "y", intersect: false };
    made.scales.y = { type: "category", labels, offset: true, ticks: { color: page.ink("--ink"), autoSkip: false },
      grid: { display: false } };
    made.scales.x.grid = { color: at => at.tick.value === 0 ? page.ink("--quiet") : page.ink("--line"),
      lineWidth: at => at.tick.value === 0 ? 1.6 : 1 };
    const signed = value => (value > 0 ? "+" : "") + value.toFixed(1);
    made.plugins.tooltip = { filter: item => item.datasetIndex === 0, callbacks: {
      title: items => items.length === 0 ? "" : rows[items[0].dataIndex].label,
      label: item => { const row = rows[item.dataIndex]; return [signed(row.x) + " (" + signed(row.low) + " to " + signed(row.high) + ")",
        "won " + row.won + ", lost " + row.lost + " of " + row.n, "p " + row.p.toPrecision(2) + ", Holm " + row.holm.toPrecision(2)]; } } };
    return { data: { labels, datasets: [
      { type: "scatter", data: rows.map(row => ({ x: row.x, y: row.label })), pointRadius: 5, borderWidth: 2, borderColor: colour,
        backgroundColor: rows.map(row => row.holm < .05 ? colour : page.ink("--panel")), order: 0 },
      { type: "bar", data: rows.map(row => [row.low, row.high]), backgroundColor: colour, barThickness: 3, order: 1 }
    ] }, options: made };
  }

  // --- action surface ------------------------------------------------------------------------------------------------

  const moment = document.getElementById("moment");

  function surface(place) {
    const [r, s] = place.split(" ").map(Number), one = runs[r].surfaces[s];
    const at = Math.min(+moment.value, one.steps.length - 1), floor = Math.log2(one.a_min);
    const data = one.fraction[at].flatMap((row, t) => row.map((value, c) => ({ x: one.confidence[c], y: one.progress[t],
      a: value / 1e4, shade: 1 - Math.log2(Math.max(value / 1e4, one.a_min)) / floor })));
    const cell = { x: one.confidence[1] - one.confidence[0], y: one.progress[1] - one.progress[0] };
    const made = page.options("confidence", "progress t", false);
    made.scales.x.min = one.confidence[0] - cell.x / 2;
    made.scales.x.max = 1 + cell.x / 2;
    made.scales.y.min = -cell.y / 2;
    made.scales.y.max = 1 + cell.y / 2;
    [made.scales.x, made.scales.y].forEach(scale => {
      scale.grid = { display: false };
      scale.ticks.callback = value => String(value);
      scale.afterBuildTicks = axis => { axis.ticks = [0, .25, .5, .75, 1].filter(v => v >= axis.min).map(value => ({ value })); };
    });
    made.plugins.tooltip = { callbacks: { title: () => "", label: item => "confidence " + item.raw.x.toFixed(2) + ", t "
      + item.raw.y.toFixed(2) + ": a = " + item.raw.a.toFixed(3) } };
    return { type: "scatter", data: { datasets: [{ data, cell, pointRadius: 0, pointHitRadius: 12 }] }, options: made, plugins: [cells] };
  }

  function legend() {
    if (moment === null) { return; }
    const first = runs.find(run => run.surfaces.length > 0).surfaces[0];
    const stops = Array.from({ length: 9 }, (unused, i) => page.shade(i / 8));
    document.getElementById("ramp").style.background = "linear-gradient(to right, " + stops.join(", ") + ")";
    document.getElementById("low").textContent = "a = " + fractionName(first.a_min);
    const places = first.steps.length - 1;
    moment.max = places;
    document.getElementById("when").textContent = runs.flatMap(run => run.surfaces)
      .map(one => one.budget + ": " + (one.steps[Math.min(+moment.value, one.steps.length - 1)] + 1) + " of " + one.total_steps)
      .filter((text, i, all) => all.indexOf(text) === i).join(", ");
  }

  // --- all -----------------------------------------------------------------------------------------------------------

  function chart(canvas) {
    const of = canvas.dataset;
    return of.curve !== undefined ? curvePicture(runs[+of.curve]) : of.panel !== undefined ? panel(+of.panel) : of.frontier !== undefined ? frontier(of.frontier)
      : of.forest !== undefined ? forest(+of.forest, canvas) : of.surface !== undefined ? surface(of.surface) : feedback();
  }

  function draw() {
    charts.forEach(one => one.destroy());
    legend();
    charts = [...document.querySelectorAll("canvas")].map(canvas => new Chart(canvas, chart(canvas)));
  }

  if (moment !== null) {
    moment.addEventListener("input", () => {
      legend();
      charts.filter(one => one.canvas.dataset.surface !== undefined).forEach(one => {
        one.data = surface(one.canvas.dataset.surface).data;
        one.update("none");
      });
    });
  }
  const find = document.getElementById("find");
  if (find !== null) {
    find.addEventListener("input", () => document.querySelectorAll(".problem").forEach(problem => {
      problem.hidden = !problem.dataset.find.includes(find.value.trim().toLowerCase());
    }));
  }
  draw();
  page.whenThemeChanges(draw);
})();
