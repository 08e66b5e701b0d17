// How long an edit takes from the save to the new text in an open page, as the page's own clock sees it.
// usage: node serve.mjs WEAVE CHAPTER.md TIMES   (in the book's folder; prints the median in seconds)
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";

const [weave, chapter, times] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), "weave-bench-"));
const server = spawn(weave, ["serve", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
const lines = createInterface({ input: server.stdout });
const address = await new Promise((resolve) => {
  lines.on("line", (line) => {
    const found = /http:\/\/[^ ]+/.exec(line);
    if (found) resolve(found[0]);
  });
});

// The browser is spoken to through two pipes: no port, no library.
const browser = spawn("chromium", [
  "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", `--user-data-dir=${profile}`, "about:blank",
], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
const [, , , toBrowser, fromBrowser] = browser.stdio;
const waiting = new Map();
let number = 0, rest = "";
fromBrowser.on("data", (data) => {
  const parts = (rest + data).split("\0");
  rest = parts.pop();
  for (const part of parts) {
    const message = JSON.parse(part);
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  }
});
function ask(method, params = {}, sessionId = undefined) {
  number += 1;
  toBrowser.write(JSON.stringify({ id: number, method, params, sessionId }) + "\0");
  return new Promise((resolve) => waiting.set(number, resolve));
}
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const { result: { targetId } } = await ask("Target.createTarget", { url: `${address}${basename(chapter, ".md")}.html` });
const { result: { sessionId } } = await ask("Target.attachToTarget", { targetId, flatten: true });
async function evaluate(expression) {
  const { result } = await ask("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true }, sessionId);
  if (result.exceptionDetails) throw new Error(result.exceptionDetails.text);
  return result.result.value;
}
while (!(await evaluate("document.readyState === 'complete' && document.querySelector('main') !== null"))) await pause(20);
await pause(300);

const taken = [];
for (let index = 0; index < Number(times); index += 1) {
  const word = "語" + [...String(index)].map((digit) => "山川空海森石風雨雪花"[digit]).join("") + "と";
  const seen = evaluate(`new Promise((resolve) => {
    const look = () => {
      if (!document.querySelector("main").textContent.includes(${JSON.stringify(word)})) return false;
      observer.disconnect();
      resolve(performance.timeOrigin + performance.now());
      return true;
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
    look();
  })`);
  await pause(30);
  const text = readFileSync(chapter, "utf8").replace(/語[山川空海森石風雨雪花]*(?:の|と)/, word);
  writeFileSync(chapter + ".tmp~", text);
  const saved = Date.now();
  renameSync(chapter + ".tmp~", chapter);
  taken.push((await seen - saved) / 1000);
  await pause(120);
}
taken.sort((a, b) => a - b);
console.log(taken[Math.floor(taken.length / 2)].toFixed(3));
server.kill("SIGINT");
browser.kill();
await new Promise((resolve) => browser.on("exit", resolve));
// The browser's own processes may still write into it.
for (let left = 20; left > 0; left--) {
  try {
    rmSync(profile, { recursive: true, force: true });
    break;
  } catch (error) {
    if (left === 1) throw error;
    await pause(100);
  }
}
process.exit(0);
