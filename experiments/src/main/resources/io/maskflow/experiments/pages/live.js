// Asks this server for one or two decodings and draws every step as it comes.
(function () {
  const at = id => document.getElementById(id), facts = page.data;
  const budgets = ["1/16", "1/8", "1/4", "1/2", "1/1", "2/1"], cell = { w: 14, h: 13 }, margin = { left: 70, top: 16 };
  let running = null, panels = [], prompts = new Map();

  // --- talking to the server -------------------------------------------------------------------------------------------

  function headers() {
    const key = at("key").value;
    return key === "" ? { "Content-Type": "application/json" } : { "Content-Type": "application/json", Authorization: "Bearer " + key };
  }

  async function refusal(answer) {
    try { return (await answer.json()).error.message; } catch (noJson) { return "the server answered " + answer.status; }
  }

  async function events(body, signal, take) {
    const answer = await fetch("/v1/completions", { method: "POST", headers: headers(), body: JSON.stringify(body), signal });
    if (!answer.ok) { throw new Error(await refusal(answer)); }
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) { return; }
      const lines = (rest + value).split("\n\n");
      rest = lines.pop();
      for (const line of lines) {
        if (!line.startsWith("data: ")) { continue; }
        const data = line.slice("data: ".length);
        if (data === "[DONE]") { return; }
        const event = JSON.parse(data);
        if (event.error !== undefined) { throw new Error(event.error.message); }
        take(event);
      }
    }
  }

  // --- one decoding ----------------------------------------------------------------------------------------------------

  function channels(name) {
    const hex = page.ink(name).slice(1);
    return [0, 2, 4].map(c => parseInt(hex.slice(c, c + 2), 16));
  }

  function shade(share, opacity) {
    const pale = channels("--paper"), strong = channels("--focus");
    return "rgba(" + pale.map((from, c) => Math.round(from + .8 * share * (strong[c] - from))).join(",") + "," + opacity + ")";
  }

  const shown = text => text === null ? "·" : text === "" ? "∎" : text.replace(/\n/g, "↵").replace(/\t/g, "⇥");
  const marks = [["again", "reEdited"], ["committed", "committed"], ["filled", "filled"]];
  const eventOf = (step, i) => (marks.find(([, list]) => step[list].includes(i)) || [""])[0];
  const told = { again: "re-edited or masked again", committed: "committed", filled: "filled" };

  class Panel {
    constructor(name) {
      this.name = name;
      this.root = at("panel").content.firstElementChild.cloneNode(true);
      this.part = selector => this.root.querySelector(selector);
      this.part(".name").textContent = name;
      this.steps = [];
      this.answer = "";
      this.cursor = null;
      const canvas = this.part("canvas");
      canvas.addEventListener("mousemove", event => this.point(event));
      canvas.addEventListener("click", event => this.point(event));
      canvas.addEventListener("keydown", event => this.key(event));
      at("panels").append(this.root);
    }

    async decode(body, problem, signal) {
      const began = performance.now();
      this.part(".state").textContent = "waiting";
      await events({ ...body, model: this.name }, signal, event => this.take(event, began));
      if (problem !== "") { await this.judge(problem, signal); }
    }

    take(event, began) {
      if (event.object === "maskflow.step") {
        this.length = event.length;
        this.total = event.steps;
        this.steps.push(event.step);
        this.part(".state").textContent = "step " + (event.step.step + 1) + " of " + this.total;
        this.draw();
        return;
      }
      (event.choices || []).forEach(choice => { this.answer += choice.text; });
      if (event.usage !== undefined) {
        const used = event.usage;
        this.part(".state").textContent = used.nfe + " model calls, " + used.completion_tokens + " tokens, " + used.tokens_per_call
          + " a call, " + ((performance.now() - began) / 1000).toFixed(2) + " s";
      }
    }

    async judge(problem, signal) {
      const badge = this.part(".verdict");
      badge.textContent = "…";
      const answer = await fetch("/v1/maskflow/verdict", { method: "POST", headers: headers(), signal,
        body: JSON.stringify({ problem, answer: this.answer }) });
      if (!answer.ok) { badge.textContent = ""; throw new Error(await refusal(answer)); }
      const said = await answer.json();
      badge.textContent = said.verdict.replace("_", " ");
      badge.title = said.note || "";
      badge.className = "verdict " + (said.verdict === "passed" ? "good" : said.verdict === "no_verdict" ? "none" : "bad");
    }

    draw() {
      this.text();
      this.picture();
    }

    text() {
      const step = this.steps[this.steps.length - 1];
      this.part(".text").replaceChildren(...step.text.map((token, i) => {
        const span = document.createElement("span");
        span.textContent = token === null ? "▒" : token === "" ? "∎" : token.replace(/\n/g, "↵\n");
        span.className = token === null ? "masked" : eventOf(step, i);
        span.style.background = shade(step.t[i], .55);
        return span;
      }));
    }

    size() {
      const room = this.part(".picture").clientWidth - margin.left - 6;
      this.width = Math.max(8, Math.min(28, Math.floor(room / this.total)));
      const canvas = this.part("canvas"), scale = window.devicePixelRatio || 1;
      const w = margin.left + this.width * this.total + 4, h = margin.top + cell.h * this.length + 4;
      if (canvas.width !== Math.round(w * scale) || canvas.height !== Math.round(h * scale)) {
        canvas.width = Math.round(w * scale);
        canvas.height = Math.round(h * scale);
        canvas.style.width = w + "px";
        canvas.style.height = h + "px";
      }
      const context = canvas.getContext("2d");
      context.setTransform(scale, 0, 0, scale, 0, 0);
      context.clearRect(0, 0, w, h);
      return context;
    }

    picture() {
      const context = this.size(), last = this.steps[this.steps.length - 1];
      context.font = "11px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
      context.textBaseline = "middle";
      context.textAlign = "center";
      context.fillStyle = page.ink("--quiet");
      const every = Math.max(1, Math.ceil(22 / this.width));
      for (let s = 0; s < this.total; s += every) { context.fillText(s + 1, margin.left + this.width * (s + .5), margin.top / 2); }
      context.textAlign = "right";
      for (let i = 0; i < this.length; i++) {
        const label = shown(last.text[i]).replace(/^ +$/, spaces => "␣".repeat(Math.min(8, spaces.length))).trim();
        context.fillText(label.length > 8 ? label.slice(0, 7) + "…" : label, margin.left - 6, margin.top + cell.h * (i + .5));
      }
      for (const step of this.steps) {
        for (let i = 0; i < this.length; i++) {
          const x = margin.left + this.width * step.step, y = margin.top + cell.h * i;
          context.fillStyle = shade(step.t[i], 1);
          context.fillRect(x + .5, y + .5, this.width - 1, cell.h - 1);
          this.mark(context, eventOf(step, i), x + this.width / 2, y + cell.h / 2);
        }
      }
      if (this.cursor !== null) {
        context.strokeStyle = page.ink("--ink");
        context.lineWidth = 1.5;
        context.strokeRect(margin.left + this.width * this.steps[this.cursor.s].step, margin.top + cell.h * this.cursor.i, this.width, cell.h);
      }
    }

    mark(context, event, x, y) {
      if (event === "") { return; }
      const half = Math.min(4, this.width / 2 - 1);
      context.beginPath();
      if (event === "again") {
        context.moveTo(x, y - half);
        context.lineTo(x + half, y + half);
        context.lineTo(x - half, y + half);
      } else if (event === "committed") {
        context.arc(x, y, half, 0, 7);
      } else {
        context.rect(x - half, y - half, 2 * half, 2 * half);
      }
      context.closePath();
      context.lineWidth = 1.3;
      if (event === "filled") {
        context.strokeStyle = page.ink("--ink");
      } else {
        context.fillStyle = page.ink(event === "again" ? "--bad" : "--good");
        context.fill();
        context.strokeStyle = page.ink("--paper");
      }
      context.stroke();
    }

    point(event) {
      if (this.steps.length === 0) { return; }
      const box = this.part("canvas").getBoundingClientRect();
      const column = Math.floor((event.clientX - box.left - margin.left) / this.width), i = Math.floor((event.clientY - box.top - margin.top) / cell.h);
      this.move(this.steps.findIndex(step => step.step === column), i);
    }

    key(event) {
      const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (by === undefined || this.steps.length === 0) { return; }
      event.preventDefault();
      const from = this.cursor || { s: this.steps.length - 1 - by[0], i: -by[1] };
      this.move(Math.max(0, Math.min(this.steps.length - 1, from.s + by[0])), Math.max(0, Math.min(this.length - 1, from.i + by[1])));
    }

    move(s, i) {
      if (s < 0 || i < 0 || i >= this.length) { return; }
      this.cursor = { s, i };
      const step = this.steps[s], looked = i >= step.from && i < step.to;
      const parts = ["step " + (step.step + 1) + ", position " + i + ": “" + shown(step.text[i]) + "”", "t " + step.t[i].toFixed(3)];
      if (looked) { parts.push("confidence " + step.confidence[i - step.from].toFixed(3)); }
      if (looked && step.fraction !== undefined) { parts.push("a " + step.fraction[i - step.from].toFixed(4)); }
      if (eventOf(step, i) !== "") { parts.push(told[eventOf(step, i)]); }
      this.part(".detail").textContent = parts.join(", ");
      this.picture();
    }
  }

  // --- the form --------------------------------------------------------------------------------------------------------

  const price = () => facts.prices[0] * Math.pow(facts.prices[1] / facts.prices[0], at("price").value / 100);

  function labels() {
    const [a, b] = budgets[at("budget").value].split("/").map(Number), length = +at("length").value || facts.length;
    at("steps").textContent = budgets[at("budget").value] + ": " + Math.max(1, Math.floor(length * a / b + .5)) + " steps";
    if (facts.prices !== undefined) { at("paid").textContent = price().toPrecision(3); }
  }

  async function run() {
    stop();
    const control = new AbortController(), names = [at("first").value, at("second").value].filter(name => name !== "");
    running = control;
    at("said").textContent = "";
    at("stop").disabled = false;
    at("panels").replaceChildren();
    panels = names.map(name => new Panel(name));
    const problem = at("problem").value, asked = prompts.get(problem) === at("prompt").value ? problem : "";
    const body = { prompt: at("prompt").value, max_tokens: +at("length").value, seed: +at("seed").value, budget: budgets[at("budget").value],
      stream: true, trace: true, stream_options: { include_usage: true } };
    await Promise.all(panels.map(panel => {
      const priced = facts.prices !== undefined && facts.priced.includes(panel.name) ? { price: price() } : {};
      return panel.decode({ ...body, ...priced }, asked, control.signal).catch(failure => {
        if (!control.signal.aborted) { at("said").textContent = failure.message; }
        panel.part(".state").textContent = control.signal.aborted ? "stopped" : "failed";
      });
    }));
    if (running === control) { stop(); }
    document.body.dataset.runs = (+document.body.dataset.runs || 0) + 1;
  }

  function stop() {
    if (running !== null) { running.abort(); }
    running = null;
    at("stop").disabled = true;
  }

  const line = prompt => { const first = prompt.split("\n")[0]; return first.length > 90 ? first.slice(0, 89) + "…" : first; };

  async function problems() {
    const answer = await fetch("/v1/maskflow/problems", { headers: headers() });
    if (!answer.ok) { at("said").textContent = await refusal(answer); return; }
    at("said").textContent = "";
    (await answer.json()).problems.forEach(problem => {
      if (!prompts.has(problem.id)) { at("problem").add(new Option(problem.id + ": " + line(problem.prompt), problem.id)); }
      prompts.set(problem.id, problem.prompt);
    });
    if (at("prompt").value === "" && at("problem").options.length > 1) {
      at("problem").selectedIndex = 1;
      at("prompt").value = prompts.get(at("problem").value);
    }
  }

  facts.decoders.forEach(name => { at("first").add(new Option(name, name)); at("second").add(new Option(name, name)); });
  at("second").add(new Option("nothing", ""), 0);
  at("second").value = "";
  at("budget").value = Math.max(0, budgets.indexOf(facts.budget));
  at("length").value = facts.length;
  at("length").max = facts.most;
  at("keyline").hidden = !facts.key;
  at("priceline").hidden = facts.prices === undefined;
  if (facts.prices !== undefined) { at("price").value = facts.price > 0 ? 100 * Math.log(facts.price / facts.prices[0]) / Math.log(facts.prices[1] / facts.prices[0]) : 50; }
  ["budget", "length", "price"].forEach(id => at(id).addEventListener("input", labels));
  at("problem").addEventListener("change", () => { if (at("problem").value !== "") { at("prompt").value = prompts.get(at("problem").value); } });
  at("key").addEventListener("change", problems);
  at("ask").addEventListener("submit", event => { event.preventDefault(); run(); });
  at("stop").addEventListener("click", stop);
  document.addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); at("ask").requestSubmit(); }
    if (event.key === "Escape") { stop(); }
  });
  const redraw = () => panels.forEach(panel => { if (panel.steps.length > 0) { panel.draw(); } });
  window.addEventListener("resize", redraw);
  page.whenThemeChanges(redraw);
  labels();
  if (!facts.key) { problems(); }
})();
