/** One erasure: its mask, its call, the time it takes, and what it comes to. */

import { ApiError, erase } from "../api/client.js";
import { t } from "../base/words.js";
import { Told } from "./explaining.js";

/** @typedef {import("./work.js").Work} Work */

/**
 * Erase what is painted.
 *
 * @param {Work} work
 * @param {object} how
 * @param {boolean} how.marked
 * @param {boolean} how.withEffects
 * @param {AbortSignal} how.signal
 * @param {import("../api/client.js").Told} how.told Told how far it is.
 * @returns {Promise<import("./page.js").Outcome>} What to tell the user.
 */
export async function eraseWork(work, { marked, withEffects, signal, told }) {
  const { png, bits, blank } = await work.mask();
  if (blank) throw new Told("erase.empty");
  const { image, remarks, seconds } = await erase({ photo: work.sent, mask: png, marked, withEffects, signal, told });
  await work.accept(image, bits);
  const done = { seconds: seconds.toFixed(1) };
  if (!remarks.length) return () => t("erase.done", done);
  return { say: () => t("erase.doneWithRemarks", done), details: () => remarks };
}

/**
 * Whether the key is one that the service does not know any more.
 *
 * @param {unknown} error
 */
export function isExpired(error) {
  return error instanceof ApiError && ["AuthFailure.TokenFailure", "AuthFailure.SecretIdNotFound"].includes(error.code);
}
