// Selects objects for bench.studio.select: node select_run.mjs TREE; an order a line, an answer a line.
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const folder = pathToFileURL(`${process.argv[2]}/src/wuhen/studio/static/js/select/`);
const { answer } = await import(new URL("worker.js", folder));

let picture = null;
for await (const line of createInterface({ input: process.stdin })) {
  const { rgba, width, height, options, mask, before, task } = JSON.parse(line);
  if (picture?.rgba !== rgba) picture = { rgba, pixels: new Uint8ClampedArray(readFileSync(rgba)), width, height };
  if (before) options.before = new Uint8Array(readFileSync(mask));
  const start = process.cpuUsage();
  const { packed, error } = answer({ id: 1, task: task ?? "segment", image: picture, options });
  const { user, system } = process.cpuUsage(start);
  if (packed) writeFileSync(mask, packed);
  console.log(JSON.stringify({ error, seconds: (user + system) / 1e6 }));
}
