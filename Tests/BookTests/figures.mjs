// Computes live figures with the module that the book's pages load, outside of a browser. Reads from standard input
// [{"name": …, "steps": […]}, …] and writes what each gives, in that order.
import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";

const script = readFileSync(process.argv[2], "utf8");
const packed = Buffer.from(script.match(/^window\.bookFigures = "(.*)";$/m)[1], "base64");
const text = new TextDecoder();
const scratch = new DataView(new ArrayBuffer(8));
let steps = [], told;
const string = (start, length) => text.decode(new Uint8Array(instance.exports.memory.buffer, start, length));
const bits = (write, digits) => {
  write();
  let hex = "";
  for (let i = 0; i < digits; i += 2) hex += scratch.getUint8(i / 2).toString(16).padStart(2, "0");
  return hex;
};
const value = (link, value) => { (told.values[link] ??= []).push(value); };
const { instance } = await WebAssembly.instantiate(inflateRawSync(packed), {
  env: { put() {} },
  page: {
    step: (place) => steps[place] ?? -1,
    parameter: (place, start, length) => { told.parameters[place] = string(start, length); },
    figure: (start, length) => told.svg.push(string(start, length)),
    real: (link, x) => value(link, `real ${bits(() => scratch.setFloat64(0, x), 16)}`),
    single: (link, x) => value(link, `single ${bits(() => scratch.setFloat32(0, x), 8)}`),
    integer: (link, x) => value(link, `integer ${x}`),
    boolean: (link, x) => value(link, `bool ${x}`),
    text: (link, start, length) => value(link, `text ${string(start, length)}`),
  },
});
const results = JSON.parse(readFileSync(0, "utf8")).map((asked) => {
  steps = asked.steps;
  told = { svg: [], parameters: [], values: {} };
  instance.exports[asked.name]();
  return told;
});
process.stdout.write(JSON.stringify(results));
