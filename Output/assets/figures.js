// Moves live figures: the book's own code, compiled for the page, computes each anew, and the numbers and claims of the
// text that depend on it.
"use strict";

{
  const text = new TextDecoder();

  // ---- The module: all live figures of the book ----------------------------------------------------------------------

  let compiled = null;
  let instance = null;
  /// What the code asks and tells while a figure is computed.
  let steps = [];
  let told = null;

  function compile() {
    compiled ??= (async () => {
      const packed = Uint8Array.from(atob(window.bookFigures), (letter) => letter.charCodeAt(0));
      const bytes = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
      return WebAssembly.compile(await new Response(bytes).arrayBuffer());
    })();
    return compiled;
  }

  async function start() {
    const module = await compile();
    const string = (place, length) =>
      text.decode(new Uint8Array(instance.exports.memory.buffer, place, length));
    const value = (link, value) => {
      const known = told.values.get(link);
      if (known) known.push(value); else told.values.set(link, [value]);
    };
    instance ??= await WebAssembly.instantiate(module, {
      env: { put() {} },
      page: {
        step: (place) => steps[place] ?? -1,
        parameter: (place, start, length) => { told.parameters[place] = string(start, length); },
        figure: (start, length) => { told.svg.push(string(start, length)); },
        real: (link, number) => value(link, { number, shown: String(number) }),
        single: (link, number) => value(link, { number, shown: shortest(number) }),
        integer: (link, number) => value(link, { number: Number(number), shown: String(number) }),
        boolean: (link, holds) => value(link, { holds: holds !== 0 }),
        text: (link, start, length) => value(link, { shown: string(start, length) }),
      },
    });
  }

  // The shortest decimal that is this Float.
  function shortest(number) {
    for (let digits = 1; digits < 9; digits++) {
      const short = Number(number.toPrecision(digits));
      if (Math.fround(short) === number) return String(short);
    }
    return String(number);
  }

  /// Computes a figure at steps of its parameters; throws where its code stops.
  async function compute(name, at) {
    await start();
    steps = at;
    told = { svg: [], parameters: [], values: new Map() };
    try {
      instance.exports[name]();
      return told;
    } catch (error) {
      // What it has left in its memory is not known: the next one gets a new one.
      instance = null;
      throw error;
    }
  }

  // ---- Numbers and claims of the text --------------------------------------------------------------------------------

  /// `number` divided by ten to the power of `power`, rounded as the build rounds: exactly, half away from zero.
  function rounded(number, decimals, power) {
    if (decimals - power < 0 || decimals - power > 100 || Math.abs(number) >= 1e21) {
      return (number / 10 ** power).toFixed(decimals);
    }
    const [, sign, digits] = number.toFixed(decimals - power).replace(".", "").match(/^(-?)(\d+)$/);
    const padded = digits.replace(/^0+/, "").padStart(decimals + 1, "0");
    const cut = padded.length - decimals;
    const plain = padded.slice(0, cut) + (decimals > 0 ? `.${padded.slice(cut)}` : "");
    return (/[1-9]/.test(plain) ? sign : "") + plain;
  }

  /// Whether the text still says what is computed, and what it would have to say.
  function judged(link, [value]) {
    const [before, between, after] = link.message;
    // While the book is being written its module may be older than the page.
    const isOther = link.kind === "claim" ? value.holds === undefined
      : link.kind === "number" ? value.number === undefined : value.number !== undefined || value.holds !== undefined;
    if (isOther) return { holds: true };
    if (link.kind === "claim") return { holds: value.holds, shown: String(value.holds), message: before };
    if (link.kind === "text") {
      return {
        holds: value.shown === link.printed, becomes: value.shown, shown: value.shown,
        message: before + value.shown + between + after,
      };
    }
    const becomes = Number.isFinite(value.number) ? rounded(value.number, link.decimals, link.power) : value.shown;
    let holds = becomes === link.printed;
    if (!holds && link.tolerance !== undefined) {
      const printed = Number(link.printed);
      const bound = link.isRelative ? link.tolerance * Math.abs(printed) : link.tolerance;
      holds = Math.abs(value.number / 10 ** link.power - printed) <= bound;
    }
    return { holds, becomes, shown: value.shown, message: before + value.shown + between + becomes + after };
  }

  function mark(link, { holds, becomes, shown }) {
    const place = document.getElementById(link.id);
    if (!place) return;
    place.classList.toggle("broken", !holds);
    const tick = place.querySelector(":scope > .tick");
    if (tick) tick.textContent = holds ? "\u2060✓\u2060" : "\u2060✗\u2060";
    let now = place.querySelector(":scope > .becomes");
    if (holds || becomes === undefined) {
      now?.remove();
    } else {
      if (!now) {
        now = document.createElement("span");
        now.className = "becomes";
        place.insertBefore(now, place.querySelector(":scope > .why"));
      }
      now.textContent = becomes;
    }
    // What it rests on has another value, too.
    const ground = place.querySelector(":scope > .why .value");
    if (ground) {
      ground.dataset.printed ??= ground.textContent;
      ground.textContent = shown === undefined ? ground.dataset.printed : `= ${shown}`;
    }
    const around = place.closest("p, li, td, figcaption");
    around?.classList.toggle("has-broken", around.querySelector(".broken") !== null);
  }

  // ---- A figure and its controls -------------------------------------------------------------------------------------

  for (const controls of document.querySelectorAll(".live-controls")) {
    const { name, links } = JSON.parse(controls.dataset.live);
    const inputs = [...controls.querySelectorAll("[data-printed]")];
    const message = controls.querySelector(".live-message");
    const status = controls.querySelector("[role=status]");
    const figure = controls.closest("figure");
    const drawings = [...figure.querySelectorAll(":scope > .scroll")];
    const printed = drawings.map((drawing) => drawing.innerHTML);
    const step = (input) => (input.type === "checkbox" ? Number(input.checked) : Number(input.value));
    const said = inputs.map((input) => input.parentElement.querySelector(".value"));
    const printedText = said.map((value) => value?.textContent);
    let isQueued = false, isMoved = false, timer = 0;

    function tell(place, words) {
      if (said[place]) said[place].textContent = words;
      if (inputs[place].type === "range") inputs[place].setAttribute("aria-valuetext", words);
    }

    /// Announced when the hand comes to rest, or a screen reader would speak of every step.
    function announce(lines) {
      message.textContent = lines.join("\n");
      message.hidden = lines.length === 0;
      clearTimeout(timer);
      timer = setTimeout(() => {
        status.textContent = lines.length > 0 ? lines.join("\n") : "本文の数と主張は、この値でも成り立つ";
      }, 700);
    }

    function standAsPrinted() {
      figure.classList.remove("moved");
      drawings.forEach((drawing, place) => { drawing.innerHTML = printed[place]; });
      for (const link of links) mark(link, { holds: true });
    }

    async function draw() {
      isQueued = false;
      const at = inputs.map(step);
      const isPrinted = inputs.every((input, place) => at[place] === Number(input.dataset.printed));
      if (isPrinted) {
        if (!isMoved) return;
        standAsPrinted();
        printedText.forEach((words, place) => { if (words !== undefined) tell(place, words); });
        announce([]);
        return;
      }
      isMoved = true;
      try {
        const result = await compute(name, at);
        figure.classList.add("moved");
        result.svg.forEach((svg, place) => { if (drawings[place]) drawings[place].innerHTML = svg; });
        result.parameters.forEach((words, place) => { if (words) tell(place, words); });
        const lines = [];
        for (const link of links) {
          const values = result.values.get(link.link);
          if (!values) continue;
          const verdict = judged(link, values);
          mark(link, verdict);
          if (!verdict.holds) lines.push(verdict.message);
        }
        announce(lines);
      } catch (error) {
        console.warn(error);
        standAsPrinted();
        announce([error instanceof WebAssembly.RuntimeError ? "この値では計算が止まる。図は本の値のものである" : "図を動かすプログラムを読み込めない。図は本の値のものである"]);
      }
    }

    function queue() {
      if (!isQueued) requestAnimationFrame(draw);
      isQueued = true;
    }

    for (const input of inputs) input.addEventListener("input", queue);
    controls.querySelector("button").addEventListener("click", () => {
      for (const input of inputs) {
        if (input.type === "checkbox") input.checked = input.dataset.printed === "1";
        else input.value = input.dataset.printed;
      }
      queue();
    });
    // On paper stands what the book says.
    addEventListener("beforeprint", standAsPrinted);
    addEventListener("afterprint", queue);
    // The hand was quicker than this script.
    queue();
  }
}
