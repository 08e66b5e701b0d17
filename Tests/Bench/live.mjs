// How long an edit of one block takes on the real book: `weave serve`, a build by hand, and a build by hand that
// compiles the whole chapter, each beside the others in the same run. Each edit adds a line that prints to a block, and
// what it prints to the block's output. Ends with status 1 where two of them wrote other bytes.
// usage: node live.mjs ROOT KIT [BLOCKS] [CHAPTER…]   (BLOCKS of each chapter, 8 where nothing is said)
import { spawn, spawnSync } from "node:child_process";
import {
  cpSync, existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync,
  writeFileSync,
} from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [root, kit, count, ...chosen] = process.argv.slice(2);
const blocksPerChapter = Number(count ?? 8);
const scratch = mkdtempSync(join(tmpdir(), "weave-live-"));
const kits = join(root, ".build", "bench");
const ways = ["serve", "build", "whole"];
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// A book and a tool of its own for each way: what one of them keeps, the others do not know.
function book(way) {
  const own = join(kits, way), folder = join(scratch, way);
  mkdirSync(own, { recursive: true });
  for (const file of readdirSync(kit).filter((name) => name === "weave" || /^lib.*\.(so|dylib)$/.test(name))) {
    linkSync(join(kit, file), join(own, file));
  }
  for (const name of ["Modules", "CVector.build"]) symlinkSync(join(kit, name), join(own, name));
  cpSync(join(root, "Chapters"), join(folder, "Chapters"), { recursive: true });
  const list = join(folder, "Chapters", "book.yml");
  writeFileSync(list, readFileSync(list, "utf8").replace("package: ..", `package: ${root}`));
  for (const file of ["robustness.json", "vacuity.json"]) {
    if (existsSync(join(root, file))) cpSync(join(root, file), join(folder, file));
  }
  return { folder, weave: join(own, "weave"), cache: join(own, "weave-cache") };
}

// Reports of a build; what it says of a chapter's time.
function build(book, ...options) {
  const begin = performance.now();
  const { status, stdout, stderr } = spawnSync(book.weave, ["build", "--json", "--timings", ...options], {
    cwd: book.folder, encoding: "utf8", maxBuffer: 1 << 28,
  });
  const seconds = (performance.now() - begin) / 1000;
  const lines = stdout.split("\n").filter((line) => line).map((line) => JSON.parse(line));
  if (status !== 0) {
    const errors = lines.filter((line) => line.severity === "error").slice(0, 3);
    throw new Error(`weave build ${options.join(" ")}: ${JSON.stringify(errors)} ${stderr.slice(0, 400)}`);
  }
  return { seconds, timing: lines.find((line) => line.type === "timing" && line.name) };
}

const page = (book, chapter) => readFileSync(join(book.folder, "Output", `${chapter}.html`), "utf8");
const text = (book, chapter) => readFileSync(source(book, chapter), "utf8");
const source = (book, chapter) => join(book.folder, "Chapters", `${chapter}.md`);
function write(book, chapter, text) {
  writeFileSync(source(book, chapter) + "~", text);
  renameSync(source(book, chapter) + "~", source(book, chapter));
}

// The lines at which blocks that run begin, spread from the first to the last.
function places(text) {
  const lines = text.split("\n"), all = [];
  lines.forEach((line, index) => { if (/^```swift run\b/.test(line)) all.push(index); });
  const wanted = Math.min(blocksPerChapter, all.length);
  return Array.from({ length: wanted }, (_, index) =>
    all[wanted === 1 ? 0 : Math.round(index * (all.length - 1) / (wanted - 1))]);
}

// The text with one more line printed at the end of the block that begins at `place`.
function edited(text, place, word) {
  const lines = text.split("\n");
  const end = lines.indexOf("```", place);
  lines.splice(end, 0, `print("${word}")`);
  if (lines[end + 2]?.startsWith("```output")) {
    lines.splice(lines.indexOf("```", end + 3), 0, word);
  } else {
    lines.splice(end + 2, 0, "```output", word, "```");
  }
  return lines.join("\n");
}

// ---- The server as a page in a browser sees it ---------------------------------------------------------------------

function request(address, path) {
  return new Promise((resolve, reject) => {
    get(new URL(path, address), (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part) => { text += part; });
      response.on("end", () => resolve(text));
    }).on("error", reject);
  });
}

async function serve(book) {
  const stdio = ["ignore", "pipe", "inherit"];
  const process = spawn(book.weave, ["serve", "--port", "0"], { cwd: book.folder, stdio });
  const heard = { states: [], wake: () => {} };
  const address = await new Promise((resolve) => {
    createInterface({ input: process.stdout }).on("line", (line) => {
      const found = /http:\/\/[^ ]+/.exec(line);
      if (found) resolve(found[0]);
    });
  });
  get(new URL("/.weave/events", address), (response) => {
    let rest = "";
    response.setEncoding("utf8");
    response.on("data", (part) => {
      const events = (rest + part).split("\n\n");
      rest = events.pop();
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event);
        if (data) heard.states.push(JSON.parse(data[1]));
      }
      heard.wake();
    });
    response.on("error", () => {});
  }).on("error", () => {});
  return { process, address, heard };
}

async function until(server, holds) {
  while (true) {
    const state = server.heard.states.at(-1);
    if (state && await holds(state)) return state;
    await Promise.race([new Promise((resolve) => { server.heard.wake = resolve; }), pause(15000)]);
  }
}

// ---- The edits -----------------------------------------------------------------------------------------------------

const middle = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const shown = (seconds) => seconds.toFixed(2);
function row(...cells) {
  const widths = [-14, 6, 8, 8, 8, 8, 9, 8, 8, 0];
  const padded = cells.map((cell, index) =>
    widths[index] < 0 ? cell.padEnd(-widths[index]) : cell.padStart(widths[index]));
  console.log(padded.join(" "));
}

rmSync(kits, { recursive: true, force: true });
const books = Object.fromEntries(ways.map((way) => [way, book(way)]));
let server;
try {
  const chapters = readFileSync(join(root, "Chapters", "book.yml"), "utf8")
    .split(/^chapters:$/m)[1].split("\n").map((line) => /^ {2}- (.*)$/.exec(line)?.[1]).filter((name) => name)
    .filter((name) => chosen.length > 0 ? chosen.includes(name) : places(text(books.whole, name)).length >= blocksPerChapter);
  const afresh = build(books.whole, "--whole").seconds;
  console.log(`all afresh: ${shown(afresh)} s`);
  for (const way of ["serve", "build"]) {
    cpSync(books.whole.cache, books[way].cache, { recursive: true });
    build(books[way]);
  }
  server = await serve(books.serve);
  await until(server, (state) => !state.isBuilding && state.build && !state.build.endsWith("-0"));

  const rows = [];
  let differing = 0;
  row("chapter", "line", "own", "verified", "build", "whole", "sections", "compile", "run", "same");
  for (const chapter of chapters) {
    // Before the first edit a chapter's sections are compiled while nothing else is done.
    const first = text(books.serve, chapter), warm = edited(first, places(first)[0], `bench ${chapter}`);
    for (const way of ways) write(books[way], chapter, warm);
    const before = server.heard.states.at(-1).build;
    await until(server, (state) => !state.isBuilding && state.build !== before);
    build(books.build);
    build(books.whole, "--whole");
    for (let index = 0; index < blocksPerChapter; index += 1) {
      const now = text(books.serve, chapter), place = places(now)[index];
      const word = `bench ${chapter} ${index}`, next = edited(now, place, word);
      const last = server.heard.states.at(-1).build;
      const saved = performance.now();
      write(books.serve, chapter, next);
      await until(server, async (state) =>
        state.build !== last && (await request(server.address, `/${chapter}.html`)).includes(word));
      const own = (performance.now() - saved) / 1000;
      const end = await until(server, (state) => !state.isBuilding && !state.unverified && state.build !== last);
      const verified = (performance.now() - saved) / 1000;
      if (end.errors.length > 0) throw new Error(`serve: ${JSON.stringify(end.errors.slice(0, 3))}`);
      for (const way of ["build", "whole"]) write(books[way], chapter, next);
      const once = build(books.build), whole = build(books.whole, "--whole");
      const same = ["serve", "build"].every((way) => page(books[way], chapter) === page(books.whole, chapter));
      if (!same) differing += 1;
      const sections = once.timing.sections ? `${once.timing.compiled}/${once.timing.sections}` : "whole";
      rows.push({ own, verified, once: once.seconds, whole: whole.seconds, sections });
      row(chapter, String(place + 1), shown(own), shown(verified), shown(once.seconds), shown(whole.seconds), sections,
        shown(once.timing.compiling), shown(once.timing.running), same ? "yes" : "NO");
    }
  }
  const column = (name) => rows.map((row) => row[name]);
  const summary = (name, title) => {
    const ratios = rows.map((row) => row[name] / row.whole);
    console.log(`${title}: median ${shown(middle(column(name)))} s, worst ${shown(Math.max(...column(name)))} s, `
      + `${shown(middle(ratios))} of the whole's`);
  };
  summary("own", "(a) serve, the block's own output");
  summary("verified", "(b) serve, the chapter verified");
  summary("once", "(c) build by hand");
  summary("whole", "    as one file");
  console.log(`${rows.filter((row) => row.sections !== "whole").length} of ${rows.length} edits went by sections; `
    + `${differing} gave other bytes than the whole file`);
  process.exitCode = differing > 0 ? 1 : 0;
} finally {
  server?.process.kill("SIGINT");
  rmSync(scratch, { recursive: true, force: true });
  rmSync(kits, { recursive: true, force: true });
}
process.exit();
