// Replays decodings: the response as text, a picture of all tokens' paths, the path of one token.
(function () {
  const control = id => document.getElementById(id);
  const margin = { left: 74, top: 18 }, panes = [];
  const word = (decoding, place) => place < 0 ? null : decoding.words[place];
  const shown = text => text === null ? "·" : text === "" ? "∎" : text.replace(/\n/g, "↵").replace(/\t/g, "⇥");
  const told = { again: "re-edited or masked again", committed: "committed", filled: "filled", "": "" };
  let moment = 0, chosen = 0, timer = 0; // the step and the position that all panes show

  // One decoding: its text, its picture, the path of the chosen token. A shorter one waits at its last step.
  function pane(decoding) {
    const root = control("pane").content.cloneNode(true).firstElementChild;
    const at = name => root.querySelector("." + name);
    const context = at("grid").getContext("2d"), steps = decoding.steps;
    let now = 0, cell = { w: 0, h: 15 }, hovered = null;

    // --- what the figures say ----------------------------------------------------------------------------------------

    const looked = (s, i) => i >= steps[s].from && i < steps[s].from + steps[s].predicted.length;
    const of = (s, i, what) => steps[s][what] === undefined || !looked(s, i) ? null : steps[s][what][i - steps[s].from];
    const progress = (s, i) => s < 0 ? 0 : steps[s].t[i] / 1000;
    const candidate = (s, i) => looked(s, i) ? steps[s].predicted[i - steps[s].from] : steps[s].tokens[i];
    const eventOf = (s, i) => ["again", "committed", "filled"].find(kind => steps[s][kind].includes(i)) || "";
    const final = i => word(decoding, decoding.tokens[i]);

    function settled(i) { // the step that committed or filled a token for good, or -1
      for (let s = steps.length - 1; s >= 0; s--) {
        const event = eventOf(s, i);
        if (event === "again") { return -1; }
        if (event !== "") { return s; }
      }
      return -1;
    }

    function changed(s, i) { return s > 0 && looked(s, i) && looked(s - 1, i) && candidate(s, i) !== candidate(s - 1, i); }

    const changes = Array.from({ length: decoding.length }, (unused, i) => steps.some((step, s) => changed(s, i)));

    function passes(i) {
      const filter = control("filter").value, sought = control("find").value.toLowerCase();
      const kind = filter === "all"
        || filter === "again" && steps.some(step => step.again.includes(i))
        || filter === "changed" && changes[i]
        || filter === "open" && progress(now, i) < 1
        || filter === "late" && (settled(i) < 0 || settled(i) > now);
      return kind && (sought === "" || shown(final(i)).toLowerCase().includes(sought)
        || shown(word(decoding, candidate(now, i))).toLowerCase().includes(sought));
    }

    function value(s, i) { // share of the shade, or null
      const what = control("shade").value;
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
        const span = document.createElement("span"), token = word(decoding, place);
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
      const parts = ["step " + (steps[s].step + 1) + ", position " + i + ": “" + shown(word(decoding, candidate(s, i))) + "”"];
      const c = of(s, i, "confidence"), a = of(s, i, "fraction");
      parts.push(c === null ? "not looked at" : "confidence " + (c / 1000).toFixed(3));
      if (a !== null && progress(s - 1, i) < 1) { parts.push("a " + (a / 1e4).toFixed(4)); }
      parts.push("t " + progress(s - 1, i).toFixed(3) + " → " + progress(s, i).toFixed(3));
      if (eventOf(s, i) !== "") { parts.push(told[eventOf(s, i)]); }
      at("detail").textContent = parts.join(", ");
    }

    function path() {
      const over = (what, by) => steps.map((step, s) => of(s, chosen, what)).map(value => value === null ? null : value / by);
      const curves = { "progress t": steps.map((step, s) => progress(s, chosen)), confidence: over("confidence", 1000) };
      if (steps.some(step => step.fraction !== undefined)) {
        curves["step fraction a"] = over("fraction", 1e4).map((a, s) => progress(s - 1, chosen) >= 1 ? null : a);
      }
      const series = Object.entries(curves).map(([name, values], c) => ({ type: "line", name, color: page.colour(c), step: c === 0 && "start",
        showSymbol: steps.length <= 24, symbolSize: 5, data: values.map((y, s) => [steps[s].step + 1, y]) }));
      series[0].markLine = { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: page.ink("--quiet"), type: "dashed" },
        data: [{ xAxis: steps[now].step + 1 }] };
      return { rows: steps.map((step, s) => ({ step: step.step + 1, candidate: shown(word(decoding, candidate(s, chosen))),
        ...Object.fromEntries(Object.entries(curves).map(([name, values]) => [name, values[s]])) })),
      chart: page.chart(page.axis("step", { minInterval: 1 }), page.axis("", { min: 0, max: 1 }), series, "axis", points =>
        ["step " + points[0].value[0] + ": “" + shown(word(decoding, candidate(points[0].dataIndex, chosen))) + "”",
          ...points.filter(point => point.value[1] !== null).map(point => point.seriesName + " " + point.value[1].toFixed(3))]) };
    }

    function table() {
      at("rows").replaceChildren(...steps.map((step, s) => {
        const row = document.createElement("tr"), c = of(s, chosen, "confidence"), a = of(s, chosen, "fraction");
        [step.step + 1, shown(word(decoding, candidate(s, chosen))), c === null ? "" : (c / 1000).toFixed(3), a === null ? "" : (a / 1e4).toFixed(4),
          progress(s, chosen).toFixed(3), told[eventOf(s, chosen)]].forEach(text => { row.insertCell().textContent = text; });
        row.className = s === now ? "now" : "";
        return row;
      }));
    }

    function size() {
      const room = at("picture").clientWidth - margin.left - 4;
      cell = { w: Math.max(9, Math.min(40, Math.floor(room / steps.length))), h: 15 };
      const width = margin.left + cell.w * steps.length + 4, height = margin.top + cell.h * decoding.length + 4;
      const scale = window.devicePixelRatio || 1;
      Object.assign(at("grid"), { width: width * scale, height: height * scale });
      Object.assign(at("grid").style, { width: width + "px", height: height + "px" });
      context.setTransform(scale, 0, 0, scale, 0, 0);
    }

    function show() {
      now = Math.min(moment, steps.length - 1);
      pale = channels("--paper");
      strong = channels("--focus");
      at("which").textContent = chosen + " “" + shown(final(chosen)) + "”";
      text();
      picture();
      table();
      if (hovered === null) { say(now, chosen); }
    }

    function facts() {
      const verdict = decoding.verdict, kind = verdict?.kind;
      at("label").textContent = decoding.label;
      at("prompt").textContent = decoding.prompt;
      at("answer").textContent = decoding.answer;
      at("verdict").textContent = kind?.replace("_", " ") ?? "";
      at("verdict").className = "verdict " + ({ undefined: "", passed: "good", no_verdict: "none" }[kind] ?? "bad");
      at("tests").textContent = verdict === undefined ? "" : [verdict.tests.length === 0 ? "" : "tests: "
        + verdict.tests.map(test => test.replace("_", " ")).join(", "), verdict.note].filter(part => part !== "").join("; ");
      at("facts").replaceChildren(...Object.entries({ ...decoding.facts, "model calls": decoding.nfe + " for " + decoding.length + " positions" })
        .flatMap(fact => fact.map((said, k) => Object.assign(document.createElement(k === 0 ? "dt" : "dd"), { textContent: said }))));
    }

    at("grid").addEventListener("mousemove", event => {
      hovered = place(event);
      if (hovered !== null) { say(hovered.s, hovered.i); }
    });
    at("grid").addEventListener("mouseleave", () => { hovered = null; say(now, chosen); });
    at("grid").addEventListener("click", event => {
      const hit = place(event);
      if (hit !== null) { hovered = null; go(hit.s, hit.i); }
    });
    at("text").addEventListener("mouseover", event => {
      if (event.target.dataset.i !== undefined) { say(now, +event.target.dataset.i); }
    });
    at("text").addEventListener("click", event => {
      if (event.target.dataset.i !== undefined) { go(moment, +event.target.dataset.i); }
    });
    control("panes").append(root);
    page.draw(at("path"), path);
    facts();
    const restless = Array.from({ length: decoding.length }, (unused, i) => steps.filter((step, s) => changed(s, i)).length);
    return { decoding, steps, size, show, restless: restless.indexOf(Math.max(...restless)), unhover: () => { hovered = null; } };
  }

  // --- moving about ------------------------------------------------------------------------------------------------------

  function show() {
    const longest = panes.reduce((one, other) => other.steps.length > one.steps.length ? other : one), last = longest.steps.length - 1;
    control("step").max = last;
    control("step").value = moment;
    control("where").textContent = "step " + (longest.steps[moment].step + 1) + " of " + (longest.steps[last].step + 1);
    panes.forEach(one => one.show());
    page.redraw(".path");
  }

  function go(s, i) {
    moment = Math.max(0, Math.min(Math.max(...panes.map(one => one.steps.length)) - 1, s));
    chosen = Math.max(0, Math.min(Math.min(...panes.map(one => one.decoding.length)) - 1, i));
    show();
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    control("play").textContent = "play";
  }

  function play() {
    if (timer !== 0) { stop(); return; }
    const last = () => moment >= +control("step").max;
    control("play").textContent = "stop";
    if (last()) { go(0, chosen); }
    timer = setInterval(() => {
      go(moment + 1, chosen);
      if (last()) { stop(); }
    }, Math.max(60, Math.min(400, 12000 / (+control("step").max + 1))));
  }

  function open() { // the chosen decoding, and another beside it
    stop();
    control("panes").replaceChildren();
    panes.length = 0;
    const wanted = [control("decoding").value, control("beside").value].filter(number => number !== "");
    control("panes").classList.toggle("two", wanted.length > 1);
    panes.push(...wanted.map(number => pane(page.data.decodings[number])));
    const fraction = control("shade").querySelector('[value="fraction"]');
    fraction.disabled = !panes.some(one => one.steps.some(step => step.fraction !== undefined));
    panes.forEach(one => one.size());
    go(Infinity, panes[0].restless);
  }

  function list(from) {
    page.data.decodings.slice(from).forEach((one, i) => ["decoding", "beside"].forEach(id => control(id).add(
      new Option(one.label + (one.verdict === undefined ? "" : ": " + one.verdict.kind.replace("_", " ")), from + i))));
  }

  control("more").addEventListener("change", async event => { // the decodings of another replay page
    const other = new DOMParser().parseFromString(await event.target.files[0].text(), "text/html").getElementById("data");
    const found = other === null ? [] : JSON.parse(other.textContent).decodings ?? [], from = page.data.decodings.length;
    page.data.decodings.push(...found.map(one => ({ ...one, label: event.target.files[0].name + ", " + one.label })));
    control("said").textContent = found.length === 0 ? "no replay page: " + event.target.files[0].name : "";
    list(from);
    if (found.length > 0) {
      control("beside").value = from;
      open();
    }
  });
  ["decoding", "beside"].forEach(id => control(id).addEventListener("change", open));
  control("step").addEventListener("input", () => go(+control("step").value, chosen));
  control("play").addEventListener("click", play);
  control("back").addEventListener("click", () => go(moment - 1, chosen));
  control("on").addEventListener("click", () => go(moment + 1, chosen));
  ["shade", "filter", "find"].forEach(id => control(id).addEventListener("input", show));
  const keys = { ArrowLeft: () => go(moment - 1, chosen), ArrowRight: () => go(moment + 1, chosen), ArrowUp: () => go(moment, chosen - 1),
    ArrowDown: () => go(moment, chosen + 1), Home: () => go(0, chosen), End: () => go(Infinity, chosen), " ": play };
  document.addEventListener("keydown", event => {
    const inside = event.target.tagName, key = keys[event.key];
    const typing = inside === "SELECT" || event.target.type === "search" || event.key === " " && (inside === "BUTTON" || inside === "SUMMARY");
    if (key === undefined || typing || event.ctrlKey || event.metaKey || event.altKey) { return; }
    event.preventDefault();
    panes.forEach(one => one.unhover());
    key();
  });
  window.addEventListener("resize", () => { panes.forEach(one => one.size()); show(); });
  page.whenThemeChanges(show);
  list(0);
  open();
})();
