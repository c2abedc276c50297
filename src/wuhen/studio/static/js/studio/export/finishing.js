/** The finished file of a photo and its patches, as the service makes it: mark, labels, format, metadata. */

import { ask, base64, blob } from "../../api/client.js";
import { language } from "../../base/words.js";

/** @typedef {import("../work.js").Result} Result */
/** @typedef {import("../work.js").Work} Work */

/**
 * @typedef {object} Choices
 * @property {boolean} marked Whether the visible mark is drawn.
 * @property {"same" | "jpeg" | "png" | "webp"} [format] `same` is the photo's own.
 * @property {number} [quality] Of JPEG and WebP; without it as the photo has it.
 * @property {boolean} [bare] Whether the photo's metadata go.
 */

/** @typedef {{ file: Blob, remarks: string[] }} Finished */

/** @type {WeakMap<Result, Map<string, Promise<Finished>>>} What was asked for before. */
const known = new WeakMap();

/**
 * Have the finished file made, or return the one that was made by the same choices.
 *
 * @param {Work} work
 * @param {Result} result
 * @param {Choices} choices
 * @param {AbortSignal} [signal]
 * @returns {Promise<Finished>}
 */
export function finish(work, result, { marked, format = "same", quality, bare = false }, signal) {
  const parameters = {
    LogoAdd: marked ? 1 : 0,
    MarkLanguage: language(),
    ResultFormat: format,
    Metadata: bare ? "drop" : "keep",
    ...(quality ? { Quality: quality } : {}),
  };
  const made = known.get(result) ?? new Map();
  known.set(result, made);
  const name = JSON.stringify(parameters);
  const asked = made.get(name) ?? request(work, result, parameters, signal);
  made.set(name, asked);
  // What failed may succeed the next time.
  asked.catch(() => made.delete(name));
  return asked;
}

/**
 * @param {Work} work
 * @param {Result} result
 * @param {Record<string, unknown>} parameters
 * @param {AbortSignal} [signal]
 * @returns {Promise<Finished>}
 */
async function request(work, result, parameters, signal) {
  const [InputImage, ...images] = await Promise.all([work.sent, ...result.patches.map(({ file }) => file)].map(base64));
  const Patches = result.patches.map(({ x, y }, index) => ({ Image: images[index], X: x, Y: y }));
  const { ResultImage, Remarks } = await ask("PasteRegions", { InputImage, Patches, ...parameters }, signal);
  return { file: blob(ResultImage), remarks: Remarks };
}
