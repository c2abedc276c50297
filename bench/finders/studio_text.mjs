/** Runs the finder of text that the page had over raw pictures: MODULE FOLDER SIZES, a line of JSON for each. */

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [module, folder, sizes] = process.argv.slice(2);
const { findText } = await import(pathToFileURL(module).href);
for (const [index, [width, height]] of JSON.parse(sizes).entries()) {
  const pixels = new Uint8ClampedArray(readFileSync(`${folder}/${index}.rgba`));
  const start = process.cpuUsage();
  const { mask, boxes } = findText({ pixels, width, height });
  const used = process.cpuUsage(start);
  writeFileSync(`${folder}/${index}.mask`, mask);
  process.stdout.write(`${JSON.stringify([(used.user + used.system) / 1e6, boxes])}\n`);
}
