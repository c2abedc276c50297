/** Having the service fill a hole: only its surroundings are sent, and only what has changed comes back. */

import { erase } from "../../api/client.js";
import { cutPart } from "./cutting.js";
import { Patched, replacePart } from "./patched.js";

/** @typedef {import("./patched.js").Patch} Patch */
/** @typedef {import("../work.js").Cut} Cut */
/** @typedef {import("../work.js").Result} Result */
/** @typedef {import("../work.js").Work} Work */

/**
 * Ask for fills of a hole.
 *
 * @param {Work} work
 * @param {Result | null} from What it is erased from; null is the photo.
 * @param {Cut} cut
 * @param {object} how
 * @param {number} [how.seed]
 * @param {number} [how.candidates] How many are wanted, each by the seed after the one before.
 * @param {AbortSignal} how.signal
 * @param {import("../../api/client.js").Told} [how.told] Told how far it is.
 * @returns {Promise<{ patches: Patch[], remarks: string[], seconds: number }>}
 */
export async function askPatches(work, from, cut, { seed = 0, candidates = 1, signal, told }) {
  const { part, mask, keepOut, effects, withEffects } = cut;
  const photo = part ? await cutPart(work, from, part) : work.sent;
  // Of a whole photo, a fill that is to be another one is made of the same: the seed makes the difference.
  const shift = cut.again && !part ? (from?.patches.length ?? 0) : 0;
  const [left, top] = part ?? [0, 0];
  const given = { photo, mask, keepOut, effects, withEffects, seed: seed + shift, candidates, marked: false, signal, told: told && shifted(told, left, top) };
  const { image, place, more, places, remarks, seconds } = await erase({ ...given, patch: true });
  const patches = [image, ...more].map((file, index) => {
    const { X, Y, Width, Height } = [place, ...places][index];
    return { file, x: left + X, y: top + Y, width: Width, height: Height };
  });
  return { patches, remarks, seconds };
}

/**
 * @param {import("../../api/client.js").Told} told
 * @param {number} left Where the part that was sent lies in the photo.
 * @param {number} top
 * @returns {import("../../api/client.js").Told} Told of places in the part, tells of those in the photo.
 */
function shifted(told, left, top) {
  return ({ preview, ...news }) => told(preview ? { ...news, preview: { ...preview, left: preview.left + left, top: preview.top + top } } : news);
}

/**
 * Lay a fill over what it was erased from.
 *
 * @param {Work} work
 * @param {Result | null} from
 * @param {Patch} patch
 * @param {Pick<Result, "erased" | "name" | "cut">} made
 * @returns {Promise<Result>}
 */
export async function layPatch(work, from, patch, made) {
  const below = from?.picture ?? work.picture;
  if (!work.look.transparent) return { ...made, from, patches: [...(from?.patches ?? []), patch], picture: await Patched.lay(below, patch) };
  // All that was erased is in it.
  return { ...made, from, patches: [patch], picture: await replacePart(work.picture, patch) };
}
