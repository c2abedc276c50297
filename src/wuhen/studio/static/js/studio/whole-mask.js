/** What is done to the whole mask: it grows, shrinks or is inverted, and comes from a file or goes into one. */

import { download } from "../base/dom.js";
import { stem } from "../base/files.js";
import { loaded } from "../base/loading.js";
import { pick } from "./opening.js";

/** @typedef {import("./page.js").Studio} Studio */

/** Pixels of the photo by which a mask grows at once. */
const GROWING = 4;

/**
 * @param {Studio} studio
 * @param {number} by So many times; less than 0 shrinks.
 */
export function growMask(studio, by) {
  const { work } = studio;
  if (work?.shapes.length) studio.busy(async () => work.add(await work.grown(by * GROWING)));
}

/** @param {Studio} studio */
export function invertMask(studio) {
  const { work } = studio;
  if (work) studio.busy(() => work.invert());
}

/** @param {Studio} studio */
export async function importMask(studio) {
  const [file] = await pick();
  const { work } = studio;
  if (file && work) await studio.busy(async () => (await loaded(import("./importing.js"))).readMaskFile(work, file));
}

/** @param {Studio} studio */
export async function exportMask({ work }) {
  if (work) download((await work.mask()).png, `${stem(work.name)}_mask.png`);
}
