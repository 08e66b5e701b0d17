// Runs a WebAssembly module's main function and writes what it prints.
import { readFileSync, writeFileSync } from "node:fs";

const bytes = [];
const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]), {
  env: { put: (byte) => bytes.push(byte) },
});
instance.exports.__main_argc_argv(0, 0);
writeFileSync(process.argv[3], Uint8Array.from(bytes));
