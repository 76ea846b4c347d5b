"use strict";
// What both pages share: the figures, light and dark, colours, and how charts look.
const page = (function () {
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const listeners = [];

  function dark() { return root.dataset.theme === undefined ? system.matches : root.dataset.theme === "dark"; }

  function changed() { listeners.forEach(listener => listener()); }

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

  // A ramp from dark blue over green to yellow, even in lightness (viridis).
  const ramp = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];

  function shade(share) {
    const x = Math.max(0, Math.min(1, share)) * (ramp.length - 1), i = Math.min(ramp.length - 2, Math.floor(x)), f = x - i;
    return "rgb(" + ramp[i].map((from, c) => Math.round(from + f * (ramp[i + 1][c] - from))).join(",") + ")";
  }

  function ink(name) { return getComputedStyle(root).getPropertyValue(name).trim(); }

  function axis(title) {
    return {
      type: "linear",
      title: { display: title !== "", text: title, color: ink("--quiet") },
      ticks: { color: ink("--quiet"), maxTicksLimit: 7 },
      grid: { color: ink("--line") }
    };
  }

  function options(xTitle, yTitle, legend) {
    return {
      responsive: true, maintainAspectRatio: false, animation: false,
      interaction: { mode: "nearest", intersect: false },
      scales: { x: axis(xTitle), y: axis(yTitle) },
      plugins: { legend: { display: legend, position: "bottom", labels: { color: ink("--ink"), boxWidth: 12, boxHeight: 2 } } }
    };
  }

  return {
    data: JSON.parse(document.getElementById("data").textContent),
    dark, shade, ramp, ink, options,
    colour: i => (dark() ? onDark : onLight)[i % onLight.length],
    whenThemeChanges: listener => listeners.push(listener)
  };
})();
