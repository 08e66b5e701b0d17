// compare.mjs FIRST DIGEST… -- SYMBOLS…: every digest beside the first, line by line, and every public function that the
// compiler lists beside the lines there are.
import { readFileSync } from "node:fs";
import { basename } from "node:path";

const given = process.argv.slice(2), cut = given.indexOf("--");
const [first, ...others] = given.slice(0, cut), graphs = given.slice(cut + 1);
const lines = (path) => readFileSync(path, "utf8").split("\n").filter(Boolean).map((line) => line.split(" "));
const count = (names) => names.reduce((table, name) => table.set(name, (table.get(name) ?? 0) + 1), new Map());
const label = (path) => basename(path, ".txt");

const callable = new Set(["swift.func", "swift.func.op", "swift.method", "swift.type.method", "swift.init", "swift.subscript"]);
const functions = graphs.flatMap((path) => JSON.parse(readFileSync(path, "utf8")).symbols)
  .filter((symbol) => callable.has(symbol.kind.identifier) && !symbol.identifier.precise.includes("::SYNTHESIZED::"))
  // Float and Double implement what `Real` requires.
  .map((symbol) => symbol.pathComponents.join(".").replace(/^(Float|Double)\./, "Real."));

const a = lines(first);
let different = 0;
for (const other of others.filter((path) => path !== first)) {
  const b = lines(other);
  let apart = 0;
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [left, right] = [a[i] ?? ["(nothing)"], b[i] ?? ["(nothing)"]];
    if (left[0] === right[0] && left[1] === right[1]) continue;
    apart++;
    console.log(`different: ${label(first)} ${left.join(" ")}, ${label(other)} ${right.join(" ")}`);
  }
  console.log(`${label(first)} and ${label(other)}: ${b.length} functions, ${apart} different`);
  different += apart;
}

const digested = count(a.map(([name]) => name));
const missing = [...count(functions)].filter(([name, overloads]) => {
  const needed = name.startsWith("Real.") ? 1 : overloads;
  return (digested.get(name) ?? 0) < needed;
});
for (const [name, overloads] of missing) {
  console.log(`missing: ${name} has ${overloads} overloads and ${digested.get(name) ?? 0} digests`);
}
if (functions.length === 0) console.log("missing: the compiler listed no public function");
if (others.length < 2) console.log("missing: nothing to compare with");
process.exit(different > 0 || missing.length > 0 || functions.length === 0 || a.length === 0 || others.length < 2 ? 1 : 0);
