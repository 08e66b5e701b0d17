// compare.mjs NATIVE WASM SYMBOLS…: the two digests line by line, and every public function the compiler lists.
import { readFileSync } from "node:fs";

const [native, wasm, ...graphs] = process.argv.slice(2);
const lines = (path) => readFileSync(path, "utf8").split("\n").filter(Boolean).map((line) => line.split(" "));
const count = (names) => names.reduce((table, name) => table.set(name, (table.get(name) ?? 0) + 1), new Map());

const callable = new Set(["swift.func", "swift.func.op", "swift.method", "swift.type.method", "swift.init", "swift.subscript"]);
const functions = graphs.flatMap((path) => JSON.parse(readFileSync(path, "utf8")).symbols)
  .filter((symbol) => callable.has(symbol.kind.identifier) && !symbol.identifier.precise.includes("::SYNTHESIZED::"))
  // Float and Double implement what `Real` requires.
  .map((symbol) => symbol.pathComponents.join(".").replace(/^(Float|Double)\./, "Real."));

const a = lines(native), b = lines(wasm);
let equal = 0, different = 0;
for (let i = 0; i < Math.max(a.length, b.length); i++) {
  const [left, right] = [a[i] ?? ["(nothing)"], b[i] ?? ["(nothing)"]];
  if (left[0] === right[0] && left[1] === right[1]) {
    equal++;
  } else {
    different++;
    console.log(`different: native ${left.join(" ")}, wasm32 ${right.join(" ")}`);
  }
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
console.log(`${a.length} functions, ${equal} equal, ${different} different`);
process.exit(different > 0 || missing.length > 0 || functions.length === 0 || a.length === 0 ? 1 : 0);
