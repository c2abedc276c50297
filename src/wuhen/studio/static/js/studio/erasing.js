/** One erasure: its mask, its call, the time it takes, and what it comes to. */

import { ApiError, GoneError, NoKeyError, erase } from "../api/client.js";
import { t } from "../base/words.js";

/** @typedef {import("./work.js").Work} Work */

/**
 * Erase what is painted.
 *
 * @param {Work} work
 * @param {object} how
 * @param {boolean} how.marked
 * @param {boolean} how.withEffects
 * @param {AbortSignal} how.signal
 * @returns {Promise<string>} What to tell the user.
 */
export async function eraseWork(work, { marked, withEffects, signal }) {
  const { png, bits, blank } = await work.mask();
  if (blank) throw new Told(t("erase.empty"));
  const { image, remarks, seconds } = await erase({ photo: work.sent, mask: png, marked, withEffects, signal });
  await work.accept(image, bits);
  return [t("erase.done", { seconds: seconds.toFixed(1) }), ...remarks].join(" ");
}

/** Something to tell the user, in the page's language. */
export class Told extends Error {}

/**
 * Say what went wrong.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function explain(error) {
  if (error instanceof ApiError) {
    return t("erase.failed", { message: error.message, code: error.code, requestId: error.requestId });
  }
  if (error instanceof GoneError) return t("erase.gone");
  if (error instanceof NoKeyError) return t("erase.noKey");
  if (error instanceof DOMException && error.name === "AbortError") return t("erase.cancelled");
  return error instanceof Error ? error.message : String(error);
}

/**
 * Whether the key is one that the service does not know any more.
 *
 * @param {unknown} error
 */
export function isExpired(error) {
  return error instanceof ApiError && ["AuthFailure.TokenFailure", "AuthFailure.SecretIdNotFound"].includes(error.code);
}
