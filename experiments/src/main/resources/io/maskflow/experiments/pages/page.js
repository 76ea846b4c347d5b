"use strict";
// What all pages share: the figures, light and dark, colours; charts that are drawn when they come into view, and saved.
const page = (function () {
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const listeners = [], drawn = new Map(), waiting = new Map();

  function dark() { return root.dataset.theme === undefined ? system.matches : root.dataset.theme === "dark"; }

  function changed() {
    listeners.forEach(listener => listener());
    redraw();
  }

  function remembered() {
    try { return localStorage.getItem("maskflow-theme"); } catch (refused) { return null; }
  }

  if (remembered() !== null) { root.dataset.theme = remembered(); }
  document.getElementById("theme").addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("maskflow-theme", root.dataset.theme); } catch (refused) { /* it lasts as long as the page */ }
    changed();
  });
  system.addEventListener("change", changed);

  // Okabe and Ito's colours: told apart also by colour-blind readers, on light and on dark paper.
  const onLight = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9", "#8c6bb1", "#7f7f7f"];
  const onDark = ["#56b4e9", "#f0813a", "#2cc295", "#e19cc3", "#e6b422", "#8fb8ff", "#b39ddb", "#a6a6a6"];

  function ink(name) { return getComputedStyle(root).getPropertyValue(name).trim(); }

  // --- charts ----------------------------------------------------------------------------------------------------------

  let library = null;

  async function unpack() { // the plotting library is packed in the page, and read when the first chart is drawn
    const packed = Uint8Array.from(atob(document.getElementById("library").textContent), c => c.charCodeAt(0));
    const script = document.createElement("script");
    script.textContent = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
    document.head.append(script);
  }

  function axis(name, more) {
    return { type: "value", scale: true, name, nameLocation: "middle", nameGap: 26, nameTextStyle: { color: ink("--quiet") },
      axisLabel: { color: ink("--quiet"), hideOverlap: true }, axisLine: { lineStyle: { color: ink("--line") } },
      splitLine: { lineStyle: { color: ink("--line") } }, ...more };
  }

  // The library's description of a chart on two axes. tell(points) says in lines what is pointed at.
  function chart(x, y, series, trigger, tell, more) {
    const names = [...new Set(series.map(one => one.name).filter(name => name !== undefined))], legend = names.length > 1;
    return {
      animation: false, xAxis: x, yAxis: { ...y, nameGap: 40 }, series, textStyle: { fontFamily: "system-ui, sans-serif" },
      grid: { left: y.name === "" ? 4 : 24, right: 14, top: 30, bottom: (x.name === "" ? 6 : 24) + (legend ? 28 : 0), containLabel: true },
      legend: { show: legend, type: "scroll", bottom: 0, data: names, icon: "roundRect", itemWidth: 14, itemHeight: 4,
        textStyle: { color: ink("--ink") }, pageTextStyle: { color: ink("--ink") }, pageIconColor: ink("--ink") },
      tooltip: { trigger, confine: true, renderMode: "richText", backgroundColor: ink("--panel"), borderColor: ink("--line"),
        textStyle: { color: ink("--ink"), fontSize: 12 }, formatter: told => tell([told].flat()).join("\n") },
      toolbox: { right: 0, top: -4, itemSize: 13, iconStyle: { borderColor: ink("--quiet") },
        feature: { dataZoom: { filterMode: "none", title: { zoom: "draw a box to zoom in", back: "zoom back" } } } },
      dataZoom: [{ type: "inside", filterMode: "none", zoomOnMouseWheel: "ctrl", preventDefaultMouseMove: false,
        disabled: !window.matchMedia("(pointer: fine)").matches }],
      ...more
    };
  }

  async function render(place) {
    await (library ??= unpack());
    const option = waiting.get(place)();
    place.dataset.drawn = "";
    if (!drawn.has(place)) { drawn.set(place, echarts.init(place)); }
    drawn.get(place).setOption(option.chart, true);
    drawn.get(place).resize();
    return { shown: drawn.get(place), rows: option.rows };
  }

  const seen = new IntersectionObserver(entries => entries.filter(entry => entry.isIntersecting).forEach(entry => {
    seen.unobserve(entry.target);
    render(entry.target);
  }), { rootMargin: "200px" });
  const sized = new ResizeObserver(entries => entries.forEach(entry => drawn.get(entry.target)?.resize()));

  // Draws a chart when it comes into view; build gives { chart, rows }: the library's description, and its figures as a table.
  function draw(place, build) {
    waiting.set(place, build);
    seen.observe(place);
    sized.observe(place);
    const caption = place.closest("figure")?.querySelector("figcaption");
    ["PNG", "CSV"].forEach(kind => {
      const button = document.createElement("button");
      button.textContent = kind;
      button.title = kind === "PNG" ? "save the picture" : "save the figures";
      button.addEventListener("click", () => save(place, kind, caption.dataset.name));
      caption?.append(button);
    });
  }

  function redraw(some) {
    [...drawn].filter(([place]) => !place.isConnected).forEach(([place, chart]) => {
      chart.dispose();
      drawn.delete(place);
    });
    [...drawn.keys()].filter(place => some === undefined || place.matches(some)).forEach(render);
  }

  async function save(place, kind, name) {
    const { shown, rows } = await render(place), link = document.createElement("a");
    const cell = value => /[",\n]/.test(value ?? "") ? '"' + String(value).replaceAll('"', '""') + '"' : value ?? "";
    const columns = Object.keys(rows[0] ?? {});
    link.href = kind === "PNG" ? shown.getDataURL({ pixelRatio: 2, backgroundColor: ink("--paper") })
      : URL.createObjectURL(new Blob([[columns, ...rows.map(row => columns.map(column => row[column]))]
        .map(line => line.map(cell).join(",") + "\n").join("")], { type: "text/csv" }));
    link.download = name.replace(/[^\p{L}\p{N}]+/gu, "-") + "." + kind.toLowerCase();
    link.click();
  }

  return {
    data: JSON.parse(document.getElementById("data").textContent),
    dark, ink, axis, chart, draw, redraw,
    of: place => drawn.get(place),
    colour: i => (dark() ? onDark : onLight)[i % onLight.length],
    whenThemeChanges: listener => listeners.push(listener)
  };
})();
