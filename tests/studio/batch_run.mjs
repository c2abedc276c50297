// Does jobs with the batch's pure modules: a line of JSON each, in and out.
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

import { differing, gathered } from "../../src/wuhen/studio/static/js/batch/differences.js";
import { dropped, sorted } from "../../src/wuhen/studio/static/js/batch/given.js";
import { Batch } from "../../src/wuhen/studio/static/js/batch/items.js";
import { archiveName, distinct } from "../../src/wuhen/studio/static/js/batch/names.js";
import { Pace, roughly } from "../../src/wuhen/studio/static/js/batch/pace.js";
import { pair, toldApart } from "../../src/wuhen/studio/static/js/batch/pairing.js";
import { inPixels, inShares, shifted } from "../../src/wuhen/studio/static/js/batch/shapes.js";
import { zip } from "../../src/wuhen/studio/static/js/batch/zip.js";

const given = (path) => ({ file: new File(["x"], path.split("/").at(-1)), path });
const paths = (all) => all.map(({ path }) => path);

/** A folder as browsers hand it over: some entries at a time. */
const folder = (name, names) => {
  const rest = names.map((one) => ({ isFile: true, name: one, file: (resolve) => resolve(new File(["x"], one)) }));
  return { isFile: false, name, createReader: () => ({ readEntries: (resolve) => resolve(rest.splice(0, 100)) }) };
};

const jobs = {
  dropped: async ({ name, names }) => {
    const item = { kind: "file", webkitGetAsEntry: () => folder(name, names) };
    const { pictures, others } = sorted(await dropped({ items: [item, { kind: "string" }] }));
    return [paths(pictures), others];
  },
  pair: ({ photos, masks }) => pair(photos.map(given), masks.map(given)).map(({ mask, lack }) => mask?.path ?? lack),
  toldApart: ({ all, known }) => {
    const { photos, masks } = toldApart(all.map(given), known.map(given));
    return [paths(photos), paths(masks)];
  },
  distinct: ({ names }) => distinct(names),
  archiveName: ({ names }) => archiveName(names),
  zip: async ({ files, out }) => {
    const archive = await zip(files.map(([name, text]) => ({ name, file: new Blob([text]) })));
    writeFileSync(out, new Uint8Array(await archive.arrayBuffer()));
  },
  largeZip: async ({ sizes, out }) => {
    const files = sizes.map((size, index) => {
      // A file of which only the size is told.
      const file = new Blob(["x"]);
      Object.defineProperty(file, "size", { value: size });
      return { name: `${index}.jpg`, file };
    });
    const archive = await zip(files);
    writeFileSync(out, new Uint8Array(await archive.arrayBuffer()));
  },
  left: ({ sizes, seconds, ahead }) => {
    const pace = new Pace();
    for (const size of sizes) pace.ended({ size });
    const left = pace.left(
      ahead.map((size) => ({ size })),
      pace.started + 1000 * seconds,
    );
    return left === null ? null : Math.round(left);
  },
  roughly: ({ seconds }) => roughly(seconds),
  shapes: ({ area, photo, by }) => [inShares(area), inPixels(area, photo), shifted(area, by)],
  changed: ({ width, height, spots }) => {
    const one = new Uint8ClampedArray(4 * width * height);
    const other = one.slice();
    for (const [x, y] of spots) other[4 * (y * width + x)] = 200;
    return gathered(differing(one, other, width, height));
  },
  troubles: ({ photo, mask, find, areas, masks }) => {
    const batch = new Batch();
    batch.add(["a.jpg"].map(given));
    batch.wanted.areas = areas;
    for (const kind of find) batch.wanted.find.add(kind);
    batch.take(masks.map(given));
    const [item] = batch.items;
    item.size = photo;
    if (item.mask && mask !== undefined) batch.maskSizes.set(item.mask, mask);
    return batch.trouble(item)?.words ?? "";
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { job, ...order } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ result: (await jobs[job](order)) ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.stack) }));
  }
}
