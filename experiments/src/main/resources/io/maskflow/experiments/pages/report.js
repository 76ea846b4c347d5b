// Describes the report's charts to the plotting library, from the figures in the page.
(function () {
  const { runs, groups, panels } = page.data, several = runs.length > 1, settings = groups.length > 1;
  const at = id => document.getElementById(id), { axis, chart, ink } = page;
  const percent = share => (100 * share).toFixed(1) + " %", signed = value => (value > 0 ? "+" : "") + value.toFixed(1);
  const named = (run, name) => several ? run.name + ": " + name : name;
  const shares = min => ({ min, max: 1, axisLabel: { color: ink("--quiet"), formatter: value => Math.round(100 * value) + " %" } });

  function fraction(share) { // 1/8; the library rounds the ends of an axis
    const whole = Math.round(1 / share);
    return whole > 1 && Math.abs(whole * share - 1) < .05 ? "1/" + whole : String(+share.toPrecision(2));
  }

  function count(rows) { // how many answers a curve stands on: 4 is not 500
    const all = rows.map(row => row.n), low = Math.min(...all), high = Math.max(...all);
    return "n " + (low === high ? low : low + " to " + high);
  }

  // --- curves of the training ------------------------------------------------------------------------------------------

  function points(run, name, log) {
    const along = run.metrics[at("along")?.value ?? "step"] ?? run.metrics.step;
    return (run.metrics[name] ?? []).map((y, i) => ({ step: run.metrics.step[i], x: along[i], y }))
      .filter(point => point.y !== null && point.x !== null && (!log || point.y > 0));
  }

  // Mean of the points around each; the slider says how many.
  function smooth(line) {
    const half = Math.round(line.length * at("smoothing").value / 200);
    return half < 1 ? line : line.map((point, i) => {
      const some = line.slice(Math.max(0, i - half), i + half + 1);
      return { ...point, y: some.reduce((sum, p) => sum + p.y, 0) / some.length };
    });
  }

  // The seeds of one setting, step by step; a step counts where all of them have it.
  function mean(seeds) {
    const byStep = new Map();
    seeds.flat().forEach(point => byStep.set(point.step, [...(byStep.get(point.step) ?? []), point]));
    const over = (some, what) => some.reduce((sum, point) => sum + point[what], 0) / some.length;
    return [...byStep].filter(([, some]) => some.length === seeds.length)
      .map(([step, some]) => ({ step, x: over(some, "x"), y: over(some, "y") })).sort((a, b) => a.step - b.step);
  }

  function line(name, data, colour, type, pale) {
    return { type: "line", name, data: data.map(point => [point.x, point.y]), showSymbol: !pale && data.length < 12, symbolSize: 5,
      silent: pale, z: pale ? 1 : 2, color: colour, lineStyle: { color: colour, width: pale ? 1 : 2, opacity: pale ? .3 : 1, type } };
  }

  function panel(wanted) {
    const log = wanted.log !== at("log").checked, series = [], metrics = [], rows = [];
    wanted.metrics.forEach((name, m) => groups.forEach((group, g) => {
      const seeds = group.runs.map(r => points(runs[r], name, log)).filter(data => data.length > 0);
      group.runs.forEach(r => points(runs[r], name, false).forEach(point =>
        rows.push({ run: runs[r].name, metric: name, step: point.step, value: point.y })));
      if (seeds.length === 0) { return; }
      const strong = smooth(mean(seeds)), colour = page.colour(settings ? g : m);
      const dash = settings ? ["solid", "dashed", "dotted"][Math.min(m, 2)] : "solid", label = settings ? group.name : name;
      const pale = seeds.length > 1 ? seeds.map(smooth) : strong.some((point, i) => point.y !== seeds[0][i].y) ? seeds : [];
      series.push(line(label, strong, colour, dash, false), ...pale.map(data => line(label, data, colour, dash, true)));
      metrics.push((settings ? group.name + ", " : "") + name, ...pale.map(() => null));
    }));
    if (wanted.baselines.length > 0 && series.length > 0) { // what decoders made by hand reach
      series[0].markLine = { silent: true, symbol: "none", lineStyle: { color: ink("--quiet"), type: "dashed" },
        label: { position: "insideStartTop", color: ink("--quiet"), fontSize: 11, formatter: told => told.name },
        data: wanted.baselines.map(base => ({ name: base.name, yAxis: base.value })) };
    }
    const legend = settings && wanted.metrics.length > 1
      ? { title: { text: wanted.metrics.map((name, m) => ["solid: ", "dashed: ", "dotted: "][Math.min(m, 2)] + name).join(", "),
        textStyle: { color: ink("--quiet"), fontSize: 11, fontWeight: "normal", width: 260, overflow: "truncate" } } } : {};
    const time = at("along").value === "elapsed";
    return { rows, chart: chart(axis(time ? "minutes" : "step", time ? {} : { minInterval: 1 }),
      axis("", log ? { type: "log", axisLabel: { color: ink("--quiet"), hideOverlap: true,
        formatter: value => value >= .001 && value < 1e4 ? String(+value.toPrecision(3)) : value.toExponential(0) } } : wanted.baselines.length > 0 ? shares(0) : {}), series, "axis",
      told => [(time ? "minute " : "step ") + +told[0].value[0].toPrecision(4), ...told.filter(one => metrics[one.seriesIndex] !== null)
        .map(one => metrics[one.seriesIndex] + ": " + one.value[1].toPrecision(4))], legend) };
  }

  function feedback() { // SM Eq. 2: omega_s sigmoid(omega_a (-H - omega_b))
    const rows = [], series = [];
    runs.forEach((run, r) => {
      const [s, a, b] = ["omega_s", "omega_a", "omega_b"].map(name => points(run, name, false));
      if (s.length === 0 || a.length === 0 || b.length === 0) { return; }
      [["first", 0], ["last", s.length - 1]].forEach(([when, i], w) => {
        const name = named(run, when + " step"), data = Array.from({ length: 41 }, (unused, h) =>
          ({ x: h / 10, y: s[i].y / (1 + Math.exp(-a[i].y * (-h / 10 - b[i].y))) }));
        rows.push(...data.map(point => ({ curve: name, entropy: point.x, weight: point.y })));
        series.push({ ...line(name, data, page.colour(several ? groups.findIndex(group => group.runs.includes(r)) : 1 - w),
          w === 0 ? "dashed" : "solid", false), showSymbol: false });
      });
    });
    return { rows, chart: chart(axis("entropy, nats"), axis("", { min: 0 }), series, "axis", told => ["entropy " + told[0].value[0],
      ...told.map(one => one.seriesName + ": " + one.value[1].toFixed(3))]) };
  }

  // --- results ---------------------------------------------------------------------------------------------------------

  // A whisker from low to high at each row: upright over x, or lying at a label.
  function whiskers(name, colour, rows, lying) {
    return { type: "custom", name, silent: true, z: 1, color: colour, encode: lying ? { x: [0, 1], y: 2 } : { x: 2, y: [0, 1] },
      data: rows.map(row => [row.low, row.high, row.x]),
      renderItem: (unused, api) => {
        const [from, to] = [0, 1].map(end => api.coord(lying ? [api.value(end), api.value(2)] : [api.value(2), api.value(end)]));
        return { type: "line", shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] }, style: { stroke: colour, lineWidth: 1.4 } };
      } };
  }

  // Share of problems solved over a cost: a line with whiskers for each name. rows: { name, x, y, low, high, n, told }.
  function costs(title, rows, strong, made) {
    const series = [...new Set(rows.map(row => row.name))].flatMap((name, d) => {
      const data = rows.filter(row => row.name === name).sort((a, b) => a.x - b.x), label = name + ", " + count(data);
      return [{ type: "line", name: label, color: page.colour(d), symbolSize: strong(name) ? 9 : 7, data: data.map(row => ({ value: [row.x, row.y], row })),
        symbol: ["circle", "rect", "triangle", "diamond", "pin", "roundRect", "arrow"][d % 7],
        lineStyle: { width: strong(name) ? 3 : 1.5, type: made(name) ? "solid" : "dashed" } }, whiskers(label, page.colour(d), data, false)];
    });
    const exponents = rows.map(row => Math.log2(row.x)), ends = { min: 2 ** Math.floor(Math.min(...exponents) - .03),
      max: 2 ** Math.ceil(Math.max(...exponents) + .03) };
    const low = Math.max(0, Math.floor(10 * Math.min(...rows.map(row => row.low))) / 10);
    return { rows: rows.map(({ name, x, y, told, ...row }) => ({ decoder: name, [title]: x, pass_at_1: y, ...row })), chart: chart(axis(title, { type: "log", logBase: 2, ...ends,
      axisLabel: { color: ink("--quiet"), hideOverlap: true, formatter: title === "NFE / N" ? fraction : value => +value.toPrecision(2) } }), axis("", shares(low)), series, "item",
    told => [told[0].data.row.told, percent(told[0].data.row.y) + " (" + percent(told[0].data.row.low) + " to "
      + percent(told[0].data.row.high) + "), n = " + told[0].data.row.n]) };
  }

  function frontier(cost) {
    return costs(cost === "seconds" ? "seconds" : "NFE / N", runs.flatMap(run => run.rows.filter(row => row[cost] > 0).map(row =>
      ({ name: named(run, row.decoder), x: row[cost], y: row.pass_at_1, low: row.wilson.low, high: row.wilson.high, n: row.n,
        told: named(run, row.decoder) + " at " + row.budget }))), () => false, () => true);
  }

  function curve(run) { // the learned decoder is wide; what is neither it nor made by hand (an oracle, another policy) is dashed
    const budgets = new Set(run.curves.map(one => one.budget)).size > 1;
    const label = one => budgets ? one.decoder + " within " + one.budget : one.decoder;
    const learned = run.curves.filter(one => one.decoder === run.reference);
    const order = [...learned, ...run.curves.filter(one => !learned.includes(one))];
    return costs("mean model calls per answer", order.flatMap(one => one.points.map(point => ({ name: label(one), x: point.nfe_mean,
      y: point.pass_at_1, low: point.low, high: point.high, n: point.n, dial: point.dial, told: label(one) + ", " + one.dial_name + " "
      + point.dial + ", " + point.nfe_mean.toFixed(1) + " calls" }))), name => learned.some(one => label(one) === name),
    name => run.curves.some(one => label(one) === name && (one.decoder === run.reference || run.hand_made.includes(one.decoder))));
  }

  document.querySelectorAll("select[data-reference]").forEach(select => {
    const run = runs[select.dataset.reference], names = [...new Set(run.pairs.flatMap(pair => [pair.first, pair.second]))];
    names.forEach(name => select.add(new Option(name)));
    select.value = [run.reference, "full", "reference"].find(name => names.includes(name)) ?? names[0];
    select.addEventListener("change", () => page.redraw("[data-forest]"));
  });

  function forest(number, place) {
    const reference = document.querySelector('select[data-reference="' + number + '"]').value;
    const rows = runs[number].pairs.filter(pair => [pair.first, pair.second].includes(reference)).map(pair => {
      const sign = pair.second === reference ? 1 : -1, ends = [sign * pair.interval.low, sign * pair.interval.high].sort((a, b) => a - b);
      return { decoder: sign > 0 ? pair.first : pair.second, budget: pair.budget, difference: 100 * sign * pair.difference,
        low: 100 * ends[0], high: 100 * ends[1], n: pair.n, won: sign > 0 ? pair.wins : pair.losses,
        lost: sign > 0 ? pair.losses : pair.wins, p: pair.p, p_holm: pair.p_holm };
    }).map((row, x) => ({ ...row, x }));
    const colour = page.colour(0);
    place.style.height = 80 + 26 * rows.length + "px";
    const dots = { type: "scatter", symbolSize: 10, z: 3, data: rows.map(row => ({ value: [row.difference, row.x], row,
      itemStyle: { color: row.p_holm < .05 ? colour : ink("--panel"), borderColor: colour, borderWidth: 2 } })),
    markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: ink("--quiet"), type: "solid" }, data: [{ xAxis: 0 }] } };
    return { rows: rows.map(({ x, ...row }) => row), chart: chart(axis("points of pass@1, against " + reference, { scale: false }),
      axis("", { type: "category", inverse: true, data: rows.map(row => row.decoder + " @ " + row.budget + ", n " + row.n),
        axisLabel: { color: ink("--ink"), width: 190, overflow: "truncate" } }), [dots, whiskers(undefined, colour, rows, true)], "item",
      ([{ data: { row } }]) => [row.decoder + " @ " + row.budget + ": " + signed(row.difference) + " (" + signed(row.low) + " to "
        + signed(row.high) + ")", "won " + row.won + ", lost " + row.lost + " of " + row.n, "p " + row.p.toPrecision(2) + ", Holm "
        + row.p_holm.toPrecision(2)]) };
  }

  // --- action surface --------------------------------------------------------------------------------------------------

  const moment = at("moment");

  function surface(place) {
    const [r, s] = place.split(" ").map(Number), one = runs[r].surfaces[s], step = Math.min(+moment.value, one.steps.length - 1);
    const cells = one.fraction[step].flatMap((row, t) => row.map((value, c) => ({ confidence: one.confidence[c], t: one.progress[t],
      a: value / 1e4, value: [c, t, Math.log2(Math.max(value / 1e4, one.a_min))] })));
    const ticks = (values, every) => ({ type: "category", data: values, axisLabel: { color: ink("--quiet"), interval: every } });
    return { rows: cells.map(({ value, ...row }) => row), chart: chart(axis("confidence", ticks(one.confidence, i => i % 8 === 7)),
      axis("progress t", ticks(one.progress, i => i % 4 === 0)), [{ type: "heatmap", data: cells }], "item",
      ([{ data }]) => ["confidence " + data.confidence.toFixed(2) + ", t " + data.t.toFixed(2) + ": a = " + data.a.toFixed(3)],
      { grid: { left: 28, right: 14, top: 12, bottom: 64, containLabel: true }, toolbox: {}, dataZoom: [],
        visualMap: { min: Math.log2(one.a_min), max: 0, dimension: 2, calculable: true, orient: "horizontal", left: "center", bottom: 0,
          itemWidth: 10, textStyle: { color: ink("--quiet") }, formatter: value => "a = " + fraction(2 ** value),
          inRange: { color: ["#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"] } } }) };
  }

  function when() {
    moment.max = Math.max(...runs.flatMap(run => run.surfaces.map(one => one.steps.length))) - 1;
    at("when").textContent = [...new Set(runs.flatMap(run => run.surfaces).map(one => one.budget + ": "
      + (one.steps[Math.min(+moment.value, one.steps.length - 1)] + 1) + " of " + one.total_steps))].join(", ");
  }

  // --- all -------------------------------------------------------------------------------------------------------------

  const kinds = { curve: of => curve(runs[of]), panel: of => panel(panels[of]), frontier, forest, surface, feedback };
  document.querySelectorAll(".plot").forEach(place => {
    const [[kind, of]] = Object.entries(place.dataset);
    page.draw(place, () => kinds[kind](of, place));
  });
  if (moment !== null) {
    when();
    moment.addEventListener("input", () => { when(); page.redraw("[data-surface]"); });
  }
  ["smoothing", "log", "along"].forEach(id => at(id)?.addEventListener("input", () => page.redraw("[data-panel]")));
  at("find")?.addEventListener("input", () => document.querySelectorAll(".problem").forEach(problem => {
    problem.hidden = !problem.dataset.find?.includes(at("find").value.trim().toLowerCase());
  }));
  at("metric")?.addEventListener("input", () => { // groups without a hit are hidden, the others opened
    const words = at("metric").value.trim().toLowerCase();
    document.querySelectorAll("[data-metrics]").forEach(one => { one.hidden = !one.dataset.metrics.includes(words); });
    document.querySelectorAll("details.group").forEach(group => {
      group.hidden = group.querySelector("[data-metrics]:not([hidden])") === null;
      if (words !== "") { group.open = true; }
    });
  });

  function hinted() { document.querySelectorAll(".scroll").forEach(box => box.classList.toggle("wide", box.scrollWidth > box.clientWidth + 1)); }
  function arrived() { at(location.hash.slice(1))?.closest("details")?.setAttribute("open", ""); }
  window.addEventListener("resize", hinted);
  document.addEventListener("toggle", hinted, true);
  window.addEventListener("hashchange", arrived);
  hinted();
  arrived();
})();
