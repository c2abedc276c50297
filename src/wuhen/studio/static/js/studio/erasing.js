/** One erasure: its mask, its call, the time it takes, and what it comes to. */

import { t } from "../base/words.js";
import { askPatches, layPatch } from "./crops/asking.js";
import { Told } from "./explaining.js";

/** @typedef {import("./work.js").Result} Result */
/** @typedef {import("./work.js").Work} Work */

/**
 * Erase what is painted.
 *
 * @param {Work} work
 * @param {object} how
 * @param {boolean} how.withEffects
 * @param {AbortSignal} how.signal
 * @param {import("../api/client.js").Told} how.told Told how far it is.
 * @returns {Promise<import("./page.js").Outcome>} What to tell the user.
 */
export async function eraseWork(work, { withEffects, signal, told }) {
  const from = work.result;
  const { cut, erased } = await work.plan(withEffects);
  if (!cut) throw new Told("erase.empty");
  const { patches, remarks, seconds } = await askPatches(work, from, cut, { signal, told });
  const name = String(++work.numbered);
  work.show(await layPatch(work, from, patches[0], { erased, cut, name }));
  const done = { seconds: seconds.toFixed(1) };
  if (!remarks.length) return () => t("erase.done", done);
  return { say: () => t("erase.doneWithRemarks", done), details: () => remarks };
}

/**
 * Ask for other ways to fill the hole that a result has filled last.
 *
 * @param {Work} work
 * @param {Result} result
 * @param {object} how
 * @param {number} how.seed
 * @param {number} how.candidates
 * @param {AbortSignal} how.signal
 * @returns {Promise<Result[]>} Named after the result and the number of its seed.
 */
export async function otherWays(work, result, { seed, candidates, signal }) {
  const { from, erased, cut, name } = result;
  const { patches } = await askPatches(work, from, cut, { seed, candidates, signal });
  return Promise.all(patches.map((patch, index) => layPatch(work, from, patch, { erased, cut, name: `${name}.${seed + index + 1}` })));
}
