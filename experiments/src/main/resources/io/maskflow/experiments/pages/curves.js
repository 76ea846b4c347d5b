// The picture of a run's curves: problems solved against mean model calls, a line and a band for each decoder.
const curvePicture = (function () {
  const percent = share => (100 * share).toFixed(1) + " %";
  // Seven beside eight colours: no two of the first 56 decoders look alike.
  const styles = ["circle", "rect", "triangle", "rectRot", "crossRot", "rectRounded", "star"];

  // The learned decoder comes first in colour and width; what is neither it nor made by hand (an oracle, another policy) is dashed.
  function picture(run) {
    const learned = run.reference, several = new Set(run.curves.map(one => one.budget)).size > 1;
    const order = [...run.curves].sort((a, b) => (b.decoder === learned) - (a.decoder === learned));
    const datasets = [];
    order.forEach((one, c) => {
      const strong = one.decoder === learned, colour = page.colour(c);
      const key = several ? one.decoder + " within " + one.budget : one.decoder;
      const points = [...one.points].sort((a, b) => a.nfe_mean - b.nfe_mean);
      const band = (end, fill) => ({ key, label: "", data: points.map(p => ({ x: p.nfe_mean, y: p[end] })), borderWidth: 0,
        pointRadius: 0, pointHitRadius: 0, fill, backgroundColor: colour + (strong ? "38" : "14"), order: 2 });
      datasets.push(band("low", false), band("high", "-1"), { key, label: key, order: strong ? 0 : 1,
        data: points.map(p => ({ x: p.nfe_mean, y: p.pass_at_1, point: p, dial: one.dial_name })), borderColor: colour,
        backgroundColor: colour, borderWidth: strong ? 3 : 1.5, borderDash: strong || run.hand_made.includes(one.decoder) ? [] : [5, 4],
        pointStyle: styles[c % styles.length], pointRadius: strong ? 5 : 3.5, pointHitRadius: 9 });
    });
    return datasets;
  }

  return function (run) {
    const datasets = picture(run), all = datasets.flatMap(set => set.data);
    const made = page.options("mean model calls per answer", "problems solved", true);
    const low = Math.min(...all.map(p => p.x)), high = Math.max(...all.map(p => p.x));
    made.scales.x.type = "logarithmic";
    made.scales.x.min = low / 1.06;
    made.scales.x.max = high * 1.06;
    made.scales.x.afterBuildTicks = scale => {
      scale.ticks = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256, 512]
        .filter(value => value >= scale.min && value <= scale.max).map(value => ({ value }));
    };
    made.scales.x.ticks.callback = value => String(value);
    made.scales.x.ticks.maxTicksLimit = 12;
    made.scales.y.min = Math.max(0, Math.floor(10 * Math.min(...all.map(p => p.y))) / 10);
    made.scales.y.max = Math.min(1, Math.ceil(10 * Math.max(...all.map(p => p.y))) / 10);
    made.scales.y.ticks.callback = value => Math.round(100 * value) + " %";
    const labels = made.plugins.legend.labels;
    labels.usePointStyle = true;
    labels.boxHeight = 6;
    labels.filter = item => item.text !== "";
    made.plugins.legend.onClick = (event, item, legend) => { // a name hides its line and its band
      const shown = legend.chart.isDatasetVisible(item.datasetIndex);
      datasets.forEach((set, i) => { if (set.key === item.text) { legend.chart.setDatasetVisibility(i, !shown); } });
      legend.chart.update();
    };
    made.plugins.tooltip = { filter: item => item.dataset.label !== "", callbacks: { title: () => "", label: item => {
      const p = item.raw.point;
      return [item.dataset.label + ", " + item.raw.dial + " " + p.dial, percent(p.pass_at_1) + " (" + percent(p.low) + " to "
        + percent(p.high) + ") at " + p.nfe_mean.toFixed(1) + " calls, n = " + p.n];
    } } };
    return { type: "line", data: { datasets }, options: made };
  };
})();
