// Replays decodings: the response as text, a picture of all tokens' paths, the path of one token.
(function () {
  const at = id => document.getElementById(id);
  const context = at("grid").getContext("2d");
  const margin = { left: 74, top: 18 };
  let decoding, steps, now = 0, chosen = 0, timer = 0, chart = null, cell = { w: 0, h: 15 }, changes, hovered = null;

  // --- what the figures say ------------------------------------------------------------------------------------------

  const word = place => place < 0 ? null : decoding.words[place];
  const shown = text => text === null ? "·" : text === "" ? "∎" : text.replace(/\n/g, "↵").replace(/\t/g, "⇥");
  const looked = (s, i) => i >= steps[s].from && i < steps[s].from + steps[s].predicted.length;
  const of = (s, i, what) => steps[s][what] === undefined || !looked(s, i) ? null : steps[s][what][i - steps[s].from];
  const progress = (s, i) => s < 0 ? 0 : steps[s].t[i] / 1000;
  const candidate = (s, i) => looked(s, i) ? steps[s].predicted[i - steps[s].from] : steps[s].tokens[i];
  const eventOf = (s, i) => ["again", "committed", "filled"].find(kind => steps[s][kind].includes(i)) || "";
  const told = { again: "re-edited or masked again", committed: "committed", filled: "filled", "": "" };
  const final = i => word(decoding.tokens[i]);

  function settled(i) { // the step that committed or filled a token for good, or -1
    for (let s = steps.length - 1; s >= 0; s--) {
      const event = eventOf(s, i);
      if (event === "again") { return -1; }
      if (event !== "") { return s; }
    }
    return -1;
  }

  function changed(s, i) { return s > 0 && looked(s, i) && looked(s - 1, i) && candidate(s, i) !== candidate(s - 1, i); }

  function passes(i) {
    const filter = at("filter").value, sought = at("find").value.toLowerCase();
    const kind = filter === "all"
      || filter === "again" && steps.some(step => step.again.includes(i))
      || filter === "changed" && changes[i]
      || filter === "open" && progress(now, i) < 1
      || filter === "late" && (settled(i) < 0 || settled(i) > now);
    return kind && (sought === "" || shown(final(i)).toLowerCase().includes(sought)
      || shown(word(candidate(now, i))).toLowerCase().includes(sought));
  }

  function value(s, i) { // share of the shade, or null
    const what = at("shade").value;
    if (what === "t") { return progress(s, i); }
    if (what === "confidence") { const c = of(s, i, "confidence"); return c === null ? null : c / 1000; }
    const a = of(s, i, "fraction");
    return a === null || progress(s - 1, i) >= 1 ? null : 1 + Math.log2(Math.max(a / 1e4, 1 / 256)) / 8;
  }

  // --- colours ---------------------------------------------------------------------------------------------------------

  function channels(name) {
    const hex = page.ink(name).slice(1);
    return [0, 2, 4].map(c => parseInt(hex.slice(c, c + 2), 16));
  }

  let pale, strong;

  function shade(share, opacity) {
    const rgb = pale.map((from, c) => Math.round(from + .8 * share * (strong[c] - from)));
    return "rgba(" + rgb.join(",") + "," + opacity + ")";
  }

  // --- the text --------------------------------------------------------------------------------------------------------

  function text() {
    const step = steps[now];
    at("text").replaceChildren(...step.tokens.map((place, i) => {
      const span = document.createElement("span"), token = word(place);
      span.textContent = token === null ? "▒" : token === "" ? "∎" : token.replace(/\n/g, "↵\n");
      span.className = [eventOf(now, i), token === null ? "masked" : "", i === chosen ? "chosen" : "", passes(i) ? "" : "dim"]
        .filter(name => name !== "").join(" ");
      span.style.background = shade(progress(now, i), .55);
      span.dataset.i = i;
      return span;
    }));
    const count = step.tokens.filter((unused, i) => passes(i)).length;
    at("count").textContent = count === decoding.length ? "" : count + " of " + decoding.length + " tokens";
  }

  // --- the picture -----------------------------------------------------------------------------------------------------

  function size() {
    const room = at("picture").clientWidth - margin.left - 4;
    cell = { w: Math.max(9, Math.min(40, Math.floor(room / steps.length))), h: 15 };
    const width = margin.left + cell.w * steps.length + 4, height = margin.top + cell.h * decoding.length + 4;
    const scale = window.devicePixelRatio || 1;
    at("grid").width = width * scale;
    at("grid").height = height * scale;
    at("grid").style.width = width + "px";
    at("grid").style.height = height + "px";
    context.setTransform(scale, 0, 0, scale, 0, 0);
  }

  function mark(event, x, y) {
    const half = Math.min(4.5, cell.w / 2 - 1.5), cx = x + cell.w / 2, cy = y + cell.h / 2;
    context.beginPath();
    if (event === "again") {
      context.fillStyle = page.ink("--bad");
      context.moveTo(cx, cy - half);
      context.lineTo(cx + half, cy + half);
      context.lineTo(cx - half, cy + half);
      context.fill();
    } else if (event === "committed") {
      context.fillStyle = page.ink("--good");
      context.arc(cx, cy, half, 0, 7);
      context.fill();
    } else {
      context.strokeStyle = page.ink("--ink");
      context.lineWidth = 1.4;
      context.rect(cx - half, cy - half, 2 * half, 2 * half);
      context.stroke();
    }
    if (event !== "filled") {
      context.strokeStyle = page.ink("--paper");
      context.lineWidth = 1.2;
      context.stroke();
    }
  }

  function picture() {
    const width = margin.left + cell.w * steps.length, height = margin.top + cell.h * decoding.length;
    context.clearRect(0, 0, width + 8, height + 8);
    context.font = "11px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
    context.textBaseline = "middle";
    const every = Math.max(1, Math.ceil(22 / cell.w));
    context.textAlign = "center";
    steps.forEach((step, s) => {
      context.fillStyle = page.ink(s === now ? "--ink" : "--quiet");
      if (s === now || s % every === 0 && Math.abs(s - now) >= every) { context.fillText(step.step + 1, margin.left + cell.w * (s + .5), margin.top / 2); }
    });
    for (let i = 0; i < decoding.length; i++) {
      const y = margin.top + cell.h * i, opacity = passes(i) ? 1 : .15;
      context.globalAlpha = opacity;
      context.textAlign = "right";
      context.fillStyle = page.ink(i === chosen ? "--ink" : "--quiet");
      const label = shown(final(i)).replace(/^ +$/, spaces => "␣".repeat(Math.min(8, spaces.length))).trim();
      context.fillText(label.length > 9 ? label.slice(0, 8) + "…" : label, margin.left - 6, y + cell.h / 2);
      for (let s = 0; s < steps.length; s++) {
        const x = margin.left + cell.w * s, share = value(s, i);
        if (share !== null) {
          context.fillStyle = shade(share, 1);
          context.fillRect(x + .5, y + .5, cell.w - 1, cell.h - 1);
        }
        if (changed(s, i)) {
          context.fillStyle = page.ink("--ink");
          context.fillRect(x + 1, y + 3, 2, cell.h - 6);
        }
        const event = eventOf(s, i);
        if (event !== "") { mark(event, x, y); }
      }
      context.globalAlpha = 1;
    }
    context.strokeStyle = page.ink("--ink");
    context.lineWidth = 1.5;
    context.strokeRect(margin.left + cell.w * now, margin.top - 1, cell.w, cell.h * decoding.length + 2);
    context.strokeRect(margin.left, margin.top + cell.h * chosen, cell.w * steps.length, cell.h);
  }

  function place(event) {
    const box = at("grid").getBoundingClientRect();
    const s = Math.floor((event.clientX - box.left - margin.left) / cell.w), i = Math.floor((event.clientY - box.top - margin.top) / cell.h);
    return i < 0 || i >= decoding.length || s >= steps.length ? null : { s: Math.max(0, s), i };
  }

  // --- one token -------------------------------------------------------------------------------------------------------

  function say(s, i) {
    const parts = ["step " + (steps[s].step + 1) + ", position " + i + ": “" + shown(word(candidate(s, i))) + "”"];
    const c = of(s, i, "confidence"), a = of(s, i, "fraction");
    parts.push(c === null ? "not looked at" : "confidence " + (c / 1000).toFixed(3));
    if (a !== null && progress(s - 1, i) < 1) { parts.push("a " + (a / 1e4).toFixed(4)); }
    parts.push("t " + progress(s - 1, i).toFixed(3) + " → " + progress(s, i).toFixed(3));
    if (eventOf(s, i) !== "") { parts.push(told[eventOf(s, i)]); }
    at("detail").textContent = parts.join(", ");
  }

  const today = { // a line at the current step
    id: "today",
    beforeDatasetsDraw(made) {
      const x = made.scales.x.getPixelForValue(steps[now].step + 1), c = made.ctx;
      c.strokeStyle = page.ink("--quiet");
      c.lineWidth = 1;
      c.setLineDash([3, 3]);
      c.beginPath();
      c.moveTo(x, made.chartArea.top);
      c.lineTo(x, made.chartArea.bottom);
      c.stroke();
      c.setLineDash([]);
    }
  };

  function path() {
    if (chart !== null) { chart.destroy(); }
    const line = (label, colour, values, stepped) => ({ label, stepped, borderColor: page.colour(colour), backgroundColor: page.colour(colour),
      borderWidth: 1.8, pointRadius: steps.length > 24 ? 0 : 2, spanGaps: false, data: values.map((y, s) => ({ x: steps[s].step + 1, y })) });
    const over = what => steps.map((step, s) => of(s, chosen, what));
    const scaled = (values, by) => values.map(v => v === null ? null : v / by);
    const datasets = [line("progress t", 0, steps.map((step, s) => progress(s, chosen)), "before"),
      line("confidence", 1, scaled(over("confidence"), 1000), false)];
    if (steps.some(step => step.fraction !== undefined)) {
      datasets.push(line("step fraction a", 2, scaled(over("fraction"), 1e4).map((a, s) => progress(s - 1, chosen) >= 1 ? null : a), false));
    }
    const made = page.options("step", "", true);
    made.scales.x.min = steps[0].step + 1;
    made.scales.x.max = Math.max(steps[steps.length - 1].step + 1, steps[0].step + 2);
    made.scales.x.ticks.precision = 0;
    made.scales.y.min = 0;
    made.scales.y.max = 1;
    made.plugins.tooltip = { callbacks: { title: items => "step " + items[0].parsed.x + ": “"
      + shown(word(candidate(items[0].dataIndex, chosen))) + "”" } };
    chart = new Chart(at("path"), { type: "line", data: { datasets }, options: made, plugins: [today] });
  }

  function table() {
    at("rows").replaceChildren(...steps.map((step, s) => {
      const row = document.createElement("tr"), c = of(s, chosen, "confidence"), a = of(s, chosen, "fraction");
      [step.step + 1, shown(word(candidate(s, chosen))), c === null ? "" : (c / 1000).toFixed(3), a === null ? "" : (a / 1e4).toFixed(4),
        progress(s, chosen).toFixed(3), told[eventOf(s, chosen)]].forEach(text => { row.insertCell().textContent = text; });
      row.className = s === now ? "now" : "";
      return row;
    }));
  }

  // --- moving about ------------------------------------------------------------------------------------------------------

  function show() {
    at("step").value = now;
    at("where").textContent = "step " + (steps[now].step + 1) + " of " + (steps[steps.length - 1].step + 1);
    at("which").textContent = chosen + " “" + shown(final(chosen)) + "”";
    text();
    picture();
    table();
    if (hovered === null) { say(now, chosen); }
    chart.draw();
  }

  function go(s) {
    now = Math.max(0, Math.min(steps.length - 1, s));
    show();
  }

  function choose(i) {
    chosen = Math.max(0, Math.min(decoding.length - 1, i));
    hovered = null;
    path();
    show();
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    at("play").textContent = "play";
  }

  function play() {
    if (timer !== 0) { stop(); return; }
    at("play").textContent = "stop";
    if (now === steps.length - 1) { go(0); }
    timer = setInterval(() => {
      go(now + 1);
      if (now === steps.length - 1) { stop(); }
    }, Math.max(60, Math.min(400, 12000 / steps.length)));
  }

  function open(number) {
    stop();
    decoding = page.data.decodings[number];
    steps = decoding.steps;
    changes = Array.from({ length: decoding.length }, (unused, i) => steps.some((step, s) => changed(s, i)));
    now = steps.length - 1;
    const restless = Array.from({ length: decoding.length }, (unused, i) => steps.filter((step, s) => changed(s, i)).length);
    chosen = restless.indexOf(Math.max(...restless));
    at("step").max = steps.length - 1;
    at("prompt").textContent = decoding.prompt;
    at("answer").textContent = decoding.answer;
    const verdict = decoding.verdict;
    at("verdict").textContent = verdict === undefined ? "" : verdict.kind.replace("_", " ");
    at("verdict").className = "verdict " + (verdict === undefined ? "" : verdict.kind === "passed" ? "good" : verdict.kind === "no_verdict" ? "none" : "bad");
    at("tests").textContent = verdict === undefined ? "" : [verdict.tests.length === 0 ? "" : "tests: "
      + verdict.tests.map(kind => kind.replace("_", " ")).join(", "), verdict.note].filter(part => part !== "").join("; ");
    at("facts").replaceChildren(...Object.entries({ ...decoding.facts, "model calls": decoding.nfe + " for " + decoding.length + " positions" })
      .flatMap(([name, said]) => ["dt", "dd"].map((kind, k) => {
        const element = document.createElement(kind);
        element.textContent = k === 0 ? name : said;
        return element;
      })));
    at("shade").querySelector('[value="fraction"]').disabled = !steps.some(step => step.fraction !== undefined);
    size();
    path();
    show();
  }

  function colours() {
    pale = channels("--paper");
    strong = channels("--focus");
  }

  page.data.decodings.forEach((one, i) => at("decoding").add(new Option(one.label + (one.verdict === undefined ? "" : ": " + one.verdict.kind.replace("_", " ")), i)));
  at("choice").hidden = page.data.decodings.length < 2;
  at("decoding").addEventListener("change", () => open(+at("decoding").value));
  at("step").addEventListener("input", () => go(+at("step").value));
  at("play").addEventListener("click", play);
  at("back").addEventListener("click", () => go(now - 1));
  at("on").addEventListener("click", () => go(now + 1));
  ["shade", "filter", "find"].forEach(id => at(id).addEventListener("input", show));
  at("grid").addEventListener("mousemove", event => {
    hovered = place(event);
    if (hovered !== null) { say(hovered.s, hovered.i); }
  });
  at("grid").addEventListener("mouseleave", () => { hovered = null; say(now, chosen); });
  at("grid").addEventListener("click", event => {
    const hit = place(event);
    if (hit !== null) { now = hit.s; choose(hit.i); }
  });
  at("text").addEventListener("mouseover", event => {
    if (event.target.dataset.i !== undefined) { say(now, +event.target.dataset.i); }
  });
  at("text").addEventListener("click", event => {
    if (event.target.dataset.i !== undefined) { choose(+event.target.dataset.i); }
  });
  const keys = { ArrowLeft: () => go(now - 1), ArrowRight: () => go(now + 1), ArrowUp: () => choose(chosen - 1),
    ArrowDown: () => choose(chosen + 1), Home: () => go(0), End: () => go(steps.length - 1), " ": play };
  document.addEventListener("keydown", event => {
    const inside = event.target.tagName, key = keys[event.key];
    const typing = inside === "SELECT" || event.target.type === "search" || event.key === " " && (inside === "BUTTON" || inside === "SUMMARY");
    if (key === undefined || typing || event.ctrlKey || event.metaKey || event.altKey) { return; }
    event.preventDefault();
    hovered = null;
    key();
  });
  window.addEventListener("resize", () => { size(); picture(); });
  page.whenThemeChanges(() => { colours(); path(); show(); });
  colours();
  open(0);
})();
