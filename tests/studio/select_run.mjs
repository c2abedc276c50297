// Orders the worker's function with a picture from a file of raw RGBA: select_run.mjs ORDER.json MASK.bin
import { readFileSync, writeFileSync } from "node:fs";

import { answer } from "../../src/wuhen/studio/static/js/select/worker.js";

const [orderPath, maskPath] = process.argv.slice(2);
const { task, options, before, rgba, width, height, size } = JSON.parse(readFileSync(orderPath, "utf8"));
const pixels = new Uint8ClampedArray(readFileSync(rgba));
if (before) options.before = new Uint8Array(readFileSync(maskPath));
const { packed, ...rest } = answer({ id: 7, task, image: { pixels, width, height }, size, options });
if (packed) writeFileSync(maskPath, packed);
console.log(JSON.stringify(rest));
