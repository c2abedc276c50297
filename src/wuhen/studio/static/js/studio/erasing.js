/** One erasure: its mask, its call, the time it takes, and what it comes to. */

import { loaded } from "../base/loading.js";
import { t } from "../base/words.js";
import { Told } from "./explaining.js";

/** @typedef {import("./work.js").Work} Work */

/**
 * Erase what is painted.
 *
 * @param {Work} work
 * @param {object} how
 * @param {boolean} how.withEffects
 * @param {import("./bits.js").Bits | null} how.effects What is known to go with it.
 * @param {AbortSignal} how.signal
 * @param {import("../api/client.js").Told} how.told Told how far it is.
 * @returns {Promise<import("./page.js").Outcome>} What to tell the user.
 */
export async function eraseWork(work, { withEffects, effects, signal, told }) {
  const from = work.result;
  const { cut, erased } = await work.plan(withEffects, effects);
  if (!cut) throw new Told("erase.empty");
  const { askPatches, layPatch } = await loaded(import("./crops/asking.js"));
  const { patches, remarks, seconds } = await askPatches(work, from, cut, { signal, told });
  const name = String(++work.numbered);
  work.show(await layPatch(work, from, patches[0], { erased, cut, name }));
  const done = { seconds: seconds.toFixed(1) };
  if (!remarks.length) return () => t("erase.done", done);
  return { say: () => t("erase.doneWithRemarks", done), details: () => remarks };
}
